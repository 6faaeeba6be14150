"""Changes: the lines that `docker diff` prints, for what was done to a small tree."""

from collections.abc import Callable

import pytest

from coursekit.fs.node import WHITEOUT, Directory, Metadata
from coursekit.layers.layer import Layer
from coursekit.vfs.overlay import Overlay
from tests.proving.comparable import symlink

pytestmark = pytest.mark.behaviour(52, 53)

BASE = {
    "/etc/hosts": "hosts",
    "/etc/motd": "motd",
    "/etc/nginx/a": "a",
    "/etc/nginx/b": "b",
    "/etc/nginx/deep/c": "c",
    "/root": Directory(Metadata(mode=0o700)),
    "/l": symlink("etc"),
    "/f": "file",
}


def made_again(fs: Overlay) -> None:
    fs.rmtree("/etc/nginx")
    fs.mkdir("/etc/nginx")
    fs.write_text("/etc/nginx/z", "z")


def same_again(fs: Overlay) -> None:
    before = fs.stat("/f").st_mtime_ns
    fs.write_text("/f", "file")
    fs.utime("/f", ns=(before, before))


def same_size_same_time(fs: Overlay) -> None:
    before = fs.stat("/f").st_mtime_ns
    fs.write_text("/f", "elif")
    fs.utime("/f", ns=(before, before))


def replaced_by_link(fs: Overlay) -> None:
    fs.rmtree("/etc/nginx")
    fs.symlink("hosts", "/etc/nginx")


def link_turned(fs: Overlay) -> None:
    fs.unlink("/l")
    fs.symlink("root", "/l")


def hard_link_broken(fs: Overlay) -> None:
    fs.link("/f", "/g")


def reading(fs: Overlay) -> None:
    fs.read_bytes("/f")
    fs.listdir("/etc")
    fs.stat("/etc/nginx/a")


CASES: list[tuple[str, Callable[[Overlay], object], list[str]]] = [
    ("nothing was done", lambda fs: None, []),
    ("reading changes nothing", reading, []),
    ("a new file, and its directory", lambda fs: fs.write_text("/etc/new", "n"), ["C /etc", "A /etc/new"]),
    ("a new file at the root: the root is not listed", lambda fs: fs.write_text("/new", "n"), ["A /new"]),
    ("a new tree, name by name", lambda fs: fs.makedirs("/a/b"), ["A /a", "A /a/b"]),
    ("a changed file", lambda fs: fs.write_text("/etc/hosts", "h"), ["C /etc", "C /etc/hosts"]),
    ("a removed file", lambda fs: fs.unlink("/etc/hosts"), ["C /etc", "D /etc/hosts"]),
    ("a removed tree is one line", lambda fs: fs.rmtree("/etc/nginx"), ["C /etc", "D /etc/nginx"]),
    ("a new file removed again leaves nothing", lambda fs: (fs.write_text("/n", ""), fs.unlink("/n")), []),
    ("chmod to the same mode is none, though it copied up", lambda fs: fs.chmod("/root", 0o700), []),
    ("chmod of a directory", lambda fs: fs.chmod("/root", 0o755), ["C /root"]),
    ("chmod of a file", lambda fs: fs.chmod("/f", 0o600), ["C /f"]),
    ("chown", lambda fs: fs.chown("/f", 1, 1), ["C /f"]),
    ("touch", lambda fs: fs.touch("/f"), ["C /f"]),
    ("the time of a directory does not count", lambda fs: fs.utime("/root", (5, 5)), []),
    ("a file capability", lambda fs: fs.setxattr("/f", "security.capability", b"\1"), ["C /f"]),
    ("other attributes do not count, to docker", lambda fs: fs.setxattr("/f", "user.a", b"1"), []),
    ("the same bytes at the same time", same_again, []),
    ("other bytes of the same size at the same time: docker misses it, this does not", same_size_same_time, ["C /f"]),
    (
        "removed and made again: every old name is a D",
        made_again,
        ["C /etc", "C /etc/nginx", "D /etc/nginx/a", "D /etc/nginx/b", "D /etc/nginx/deep", "A /etc/nginx/z"],
    ),
    ("a directory becomes a symlink", replaced_by_link, ["C /etc", "C /etc/nginx"]),
    ("a symlink leads elsewhere", link_turned, ["C /l"]),
    ("a hard link is an added file", hard_link_broken, ["A /g"]),
    ("a renamed file", lambda fs: fs.rename("/f", "/etc/f"), ["C /etc", "A /etc/f", "D /f"]),
    ("an exchange", lambda fs: fs.rename("/f", "/etc/hosts", flags=2), ["C /etc", "C /etc/hosts", "C /f"]),
]


@pytest.mark.parametrize(("sentence", "do", "lines"), CASES, ids=[one[0].replace(" ", "-") for one in CASES])
def test_changes(sentence: str, do: Callable[[Overlay], object], lines: list[str]) -> None:
    for layers in ([BASE], [{"/etc/motd": "over", "/etc/gone": WHITEOUT}, BASE]):
        fs = Overlay(layers)
        do(fs)
        assert [str(change) for change in fs.changes()] == lines, sentence


def test_a_read_only_overlay_has_none() -> None:
    assert Overlay([BASE], upperdir=None).changes() == ()


def test_what_a_given_upperdir_holds_is_compared() -> None:
    given = Overlay([BASE])
    given.write_text("/etc/hosts", "mine")
    assert [str(one) for one in Overlay([BASE], upperdir=given.upper).changes()] == ["C /etc", "C /etc/hosts"]


def test_a_lower_opaque_directory_is_not_our_change() -> None:
    layers = [Layer.of({"/d": Directory(Metadata(mode=0o755), opaque=True), "/d/new": "n"}), Layer.of({"/d/old": "o"})]
    fs = Overlay(layers)
    fs.write_text("/d/mine", "m")
    assert [str(one) for one in fs.changes()] == ["C /d", "A /d/mine"]

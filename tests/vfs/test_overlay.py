"""An overlay as a whole: its layers, many of them, shared; its providers, clock, umask, mounts and words."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from coursekit.fs.node import WHITEOUT, Directory, Metadata
from coursekit.image.open import Image
from coursekit.layers.disk_entries import entries
from coursekit.layers.layer import Layer
from coursekit.proving.kernel import Kernel
from coursekit.vfs.overlay import Overlay
from tests.image.making import Layout, member, tar
from tests.proving.comparable import symlink
from tests.tools import needs_root_overlay

BASE = Layer.of({"/etc/hosts": "base", "/etc/passwd": "root", "/d/x": "x", "/l": symlink("/etc")})
OPAQUE = Directory(Metadata(mode=0o755), opaque=True)

PROVIDERS = [
    ("the upper file wins", [{"/etc/hosts": "b"}, BASE], "/etc/hosts", (1,)),
    ("a lower one shows where nothing is above", [{"/etc/hosts": "b"}, BASE], "/etc/passwd", (2,)),
    ("a whiteout hides the name", [{"/etc/hosts": WHITEOUT}, BASE], "/etc/hosts", ()),
    ("directories merge, upperdir first", [{"/etc/new": "n"}, BASE], "/etc", (1, 2)),
    ("an opaque one ends the merge", [{"/etc": OPAQUE}, BASE], "/etc", (1,)),
    ("and hides the children", [{"/etc": OPAQUE}, BASE], "/etc/hosts", ()),
    ("a file hides a directory", [{"/etc": "file"}, BASE], "/etc", (1,)),
    ("a file in the middle ends the merge", [{"/etc/a": ""}, {"/etc": "file"}, BASE], "/etc", (1,)),
    ("the root merges all layers", [{}, {}, BASE], "/", (0, 1, 2, 3)),
    ("nothing provides what is not there", [BASE], "/no/such", ()),
    ("a symlink provides itself", [BASE], "/l", (1,)),
    ("the way there is followed", [BASE], "/l/hosts", (1,)),
]


@pytest.mark.parametrize(("sentence", "layers", "path", "found"), PROVIDERS, ids=[one[0] for one in PROVIDERS])
def test_providers(sentence: str, layers: list[Any], path: str, found: tuple[int, ...]) -> None:
    assert Overlay(layers).providers(path) == found, sentence


def test_providers_after_a_write() -> None:
    fs = Overlay([BASE])
    fs.write_text("/etc/hosts", "mine")
    assert (fs.providers("/etc/hosts"), fs.providers("/etc"), fs.providers("/etc/passwd")) == ((0,), (0, 1), (1,))


def test_many_overlays_share_a_layer_and_none_changes_it() -> None:
    before = entries(BASE)
    several = [Overlay([BASE]) for _ in range(3)]
    for number, fs in enumerate(several):
        fs.write_text("/etc/hosts", f"mine {number}")
        fs.unlink("/etc/passwd")
        fs.rmtree("/d")
        fs.chmod("/etc", 0o700 + number)
    assert [fs.read_text("/etc/hosts") for fs in several] == ["mine 0", "mine 1", "mine 2"]
    assert entries(BASE) == before
    assert Overlay([BASE]).read_text("/etc/hosts") == "base"


def test_overlays_of_the_same_layers_share_one_merged_index() -> None:
    top = Layer.of({"/x": ""})
    one, other, third = Overlay([top, BASE]), Overlay([top, BASE]), Overlay([BASE, top])
    assert one.sb.index is other.sb.index is not third.sb.index


def test_the_same_layer_twice_is_fine_in_memory() -> None:
    assert Overlay([BASE, BASE]).read_text("/etc/hosts") == "base"


@pytest.mark.parametrize(("layers", "answer"), [(0, errno.EINVAL), (1, None), (500, None), (501, errno.EINVAL)])
def test_how_many_layers(layers: int, answer: int | None) -> None:
    assert mounted(lambda: Overlay([Layer.of({f"/{n}": ""}) for n in range(layers)])) == answer


@needs_root_overlay
@pytest.mark.parametrize(("layers", "answer"), [(500, None), (501, errno.EINVAL)])
def test_how_many_layers_the_kernel_takes(layers: int, answer: int | None, kernel: Kernel) -> None:
    assert mounted(lambda: kernel.mount([Layer.of({f"/{n}": ""}) for n in range(layers)])) == answer


def mounted(mount: Any) -> int | None:
    try:
        mount()
    except OSError as refused:
        return refused.errno
    return None


def test_500_layers_show_as_one() -> None:
    fs = Overlay([{f"/d/{number}": "", "/d/all": f"{number}"} for number in range(500)])
    assert len(fs.listdir("/d")) == 501
    assert fs.read_text("/d/all") == "0"
    assert fs.providers("/d") == tuple(range(1, 501))


def test_one_dict_is_not_a_sequence_of_layers() -> None:
    with pytest.raises(TypeError, match="sequence"):
        Overlay({"/f": "x"})  # type: ignore[arg-type]


def test_an_images_layers_are_turned_round_in_one_place(tmp_path: Path) -> None:
    base, top = tar(member("d/x", data=b"base"), member("d/y", data=b"base")), tar(member("d/x", data=b"top"))
    tree = Overlay.from_image(Image.open(Layout(tmp_path / "two", [base, top]).root))
    assert (tree.read_text("/d/x"), tree.read_text("/d/y")) == ("top", "base")
    assert (tree.providers("/d"), tree.providers("/d/y")) == ((1, 2), (2,))
    assert Overlay.from_image(Image.open(Layout(tmp_path / "none", []).root)).listdir("/") == []


def test_the_clock_and_the_umask_are_given() -> None:
    fs = Overlay([BASE], now=lambda: 1_700_000_000_123_456_789, umask=0o077)
    fs.write_text("/new", "n")
    fs.mkdir("/etc/dir")
    assert fs.stat("/new").st_mtime_ns == 1_700_000_000_123_456_789
    assert fs.stat("/etc").st_mtime_ns == 1_700_000_000_123_456_789
    assert (fs.stat("/new").st_mode & 0o777, fs.stat("/etc/dir").st_mode & 0o777) == (0o600, 0o700)


def test_an_error_names_the_path_as_it_was_given() -> None:
    fs = Overlay([BASE])
    for call, path in ((fs.stat, "l/no"), (fs.unlink, "/etc//no"), (fs.rmdir, "/d"), (fs.listdir, "/l/hosts")):
        with pytest.raises(OSError) as refused:
            call(path)
        assert refused.value.filename == path
    with pytest.raises(FileNotFoundError, match=r"\[Errno 2\] No such file or directory: '/nothing'"):
        fs.read_text("/nothing")


def test_paths_may_be_bytes_or_pathlike() -> None:
    from pathlib import PurePosixPath

    fs = Overlay([BASE])
    assert fs.lstat(b"/etc/hosts") == fs.lstat(PurePosixPath("/etc/hosts")) == fs.lstat("/etc/hosts")
    assert fs.read_bytes(b"etc/hosts") == b"base"


def test_a_stat_result_is_the_one_of_os() -> None:
    found = Overlay([BASE]).stat("/etc/hosts")
    assert isinstance(found, os.stat_result)
    assert (found.st_size, found.st_blocks, found.st_nlink, found.st_mtime, found.st_rdev) == (4, 8, 1, 0.0, 0)


def test_repr() -> None:
    assert repr(Overlay([BASE])) == "<Overlay of 1 lowerdir, upperdir empty>"
    assert repr(Overlay([BASE, BASE], upperdir=None)) == "<Overlay of 2 lowerdirs, read-only>"
    fs = Overlay([BASE])
    fs.touch("/new")
    assert repr(fs) == "<Overlay of 1 lowerdir, upperdir with 1 name>"


# --- what pathlib and shutil add --------------------------------------------------------------------------------------


def test_walk() -> None:
    fs = Overlay([{"/a/b/c": "", "/a/f": "", "/z/": {}, "/l": symlink("a")}])
    assert list(fs.walk()) == [
        ("/", ["a", "z"], ["l"]),
        ("/a", ["b"], ["f"]),
        ("/a/b", [], ["c"]),
        ("/z", [], []),
    ]
    assert [path for path, _, _ in fs.walk("/a")] == ["/a", "/a/b"]
    assert list(fs.walk("/no")) == list(fs.walk("/a/f")) == []
    pruned = []
    for path, directories, _ in fs.walk():
        pruned.append(path)
        directories[:] = [name for name in directories if name != "a"]
    assert pruned == ["/", "/z"]


def test_makedirs() -> None:
    fs = Overlay([BASE])
    fs.makedirs("/a/b/c/", 0o700)
    assert (fs.stat("/a/b").st_mode & 0o777, fs.stat("/a/b/c").st_mode & 0o777) == (0o755, 0o700)
    fs.makedirs("/a/b", exist_ok=True)
    with pytest.raises(FileExistsError):
        fs.makedirs("/a/b")
    with pytest.raises(FileExistsError):
        fs.makedirs("/etc/hosts", exist_ok=True)


def test_rmtree() -> None:
    fs = Overlay([{"/d/gone": WHITEOUT, "/d/e/f": "", "/d/l": symlink("/etc")}, BASE])
    fs.rmtree("/d")
    assert not fs.exists("/d")
    assert fs.exists("/etc/hosts"), "a symlink in it is removed, not followed"
    with pytest.raises(NotADirectoryError):
        fs.rmtree("/l")


def test_a_listing_of_a_single_layer_shows_its_whiteout_and_nothing_trips_over_it() -> None:
    fs = Overlay([{"/d/w": WHITEOUT, "/d/f": ""}])
    assert fs.listdir("/d") == ["f", "w"]
    assert not fs.exists("/d/w")
    assert list(fs.walk("/d")) == [("/d", [], ["f", "w"])]
    assert [(entry.name, entry.is_file(), entry.inode() > 0) for entry in fs.scandir("/d")] == [
        ("f", True, True),
        ("w", False, False),
    ]
    fs.rmtree("/d")


# --- volumes ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def volumes() -> tuple[Overlay, Overlay]:
    fs, volume = Overlay([BASE]), Overlay([{"/in/side": "volume", "/f": "f"}])
    fs.mount("/d", volume)
    return fs, volume


def test_a_mounted_overlay_covers_and_bypasses(volumes: tuple[Overlay, Overlay]) -> None:
    fs, volume = volumes
    assert fs.listdir("/d") == ["f", "in"]
    fs.write_text("/d/in/new", "n")
    assert volume.read_text("/in/new") == "n"
    assert fs.changes() == ()
    assert not fs.exists("/d/x")
    assert fs.listdir("/d/in/../..") == fs.listdir("/")
    assert fs.stat("/d").st_dev == fs.stat("/d/f").st_dev != fs.stat("/etc").st_dev


def test_names_do_not_cross_a_mount(volumes: tuple[Overlay, Overlay]) -> None:
    fs, _ = volumes
    assert mounted(lambda: fs.rename("/d/f", "/f")) == errno.EXDEV
    assert mounted(lambda: fs.link("/etc/hosts", "/d/h")) == errno.EXDEV
    assert mounted(lambda: fs.rename("/d", "/e")) == errno.EBUSY
    assert mounted(lambda: fs.rmdir("/d")) == errno.EBUSY
    assert mounted(lambda: fs.rename("/etc", "/d/in")) == errno.EXDEV
    fs.rename("/d/f", "/d/g")


def test_one_volume_in_two_containers(volumes: tuple[Overlay, Overlay]) -> None:
    fs, volume = volumes
    other = Overlay([BASE])
    other.mount("/d", volume)
    fs.mkdir("/d/dir")
    assert other.stat("/d/dir").st_ino == fs.stat("/d/dir").st_ino
    other.rename("/d/dir", "/d/moved")
    assert (fs.exists("/d/dir"), fs.exists("/d/moved"), volume.exists("/moved")) == (False, True, True)


def test_a_path_seen_before_a_mount_leads_into_it(volumes: tuple[Overlay, Overlay]) -> None:
    fs = Overlay([BASE])
    assert fs.lstat("/d/x").st_size == 1
    fs.mount("/d", Overlay([{"/y": "yy"}]))
    assert not fs.exists("/d/x")
    assert fs.lstat("/d/y").st_size == 2


def test_what_cannot_be_mounted(volumes: tuple[Overlay, Overlay]) -> None:
    fs, volume = volumes
    assert mounted(lambda: fs.mount("/no", Overlay([{}]))) == errno.ENOENT
    assert mounted(lambda: fs.mount("/etc/hosts", Overlay([{}]))) == errno.ENOTDIR
    assert mounted(lambda: fs.mount("/etc", volume)) == errno.EBUSY
    assert mounted(lambda: fs.mount("/etc", fs)) == errno.EBUSY

"""What a user may do in a merged tree, call by call as the kernel answers him on a mount of the same layers."""

import errno
import os
import stat
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest

from coursekit.fs.content import Bytes
from coursekit.fs.node import Directory, File, Metadata, Symlink
from coursekit.fs.paths import join
from coursekit.layers.layer import Layer
from coursekit.union.caller import ROOT
from coursekit.vfs.overlay import Overlay
from tests.tools import needs_root_overlay
from tests.vfs.user_worker import USER, UserKernel

OWNERS = ((0, 0), (0, 7), (0, 9), (1000, 1000), (1000, 9), (1001, 7))
MODES = (0o755, 0o700, 0o750, 0o775, 0o777, 0o1777, 0o711, 0o733, 0o2775, 0o070)
FILE_MODES = (0o644, 0o600, 0o640, 0o660, 0o666, 0o755, 0o4755, 0o060, 0o444)
WAYS = (os.O_RDONLY, os.O_WRONLY, os.O_RDWR, os.O_RDONLY | os.O_TRUNC, os.O_WRONLY | os.O_APPEND)
Operation = tuple[str, tuple[Any, ...], dict[str, Any]]


def layers(random: Random) -> list[Layer]:
    """Two layers that merge: directories and files of all owners and modes, and links that lead through them."""

    def meta(modes: tuple[int, ...]) -> Metadata:
        uid, gid = random.choice(OWNERS)
        return Metadata(random.choice(modes), uid=uid, gid=gid)

    trees: list[dict[str, Any]] = [{}, {}]
    for number in range(8):
        shared = meta(MODES)
        for tree in random.choice((trees, trees, trees[:1], trees[1:])):
            tree[f"/d{number}"] = Directory(shared)
            tree[f"/d{number}/f"] = File(meta(FILE_MODES), Bytes(b"text"))
            tree[f"/d{number}/s"] = Directory(meta(MODES))
            tree[f"/d{number}/s/g{random.randrange(2)}"] = File(meta(FILE_MODES), Bytes(b"more"))
    trees[1] |= {"/link": Symlink(Metadata(0o777), "d1/s"), "/file": Symlink(Metadata(0o777), "/d2/f")}
    return [Layer.of(tree) for tree in trees]


def drawn(random: Random) -> Operation:
    """One call on some path, its arguments by chance."""
    number = random.randrange(8)
    top = random.choice((f"/d{number}", f"/d{number}", "/link", "/d0/../d3"))
    path = random.choice((top, f"{top}/f", f"{top}/s", f"{top}/s/g{random.randrange(2)}", f"{top}/new", "/file"))
    other = f"/d{random.randrange(8)}/{random.choice(('f', 's', 'new', 's/g0', 's/n'))}"
    calls: dict[str, Callable[[], tuple[Any, ...]]] = {
        "lstat": lambda: (path,),
        "listdir": lambda: (path,),
        "readlink": lambda: (path,),
        "mkdir": lambda: (path, 0o755),
        "rmdir": lambda: (path,),
        "unlink": lambda: (path,),
        "rename": lambda: (path, other),
        "link": lambda: (path, other),
        "symlink": lambda: ("f", path),
        "chmod": lambda: (path, random.choice((0o640, 0o2755, 0o4711))),
        "chown": lambda: (path, *random.choice(((-1, 7), (1000, -1), (0, 0), (-1, -1), (1000, 1000), (-1, 9)))),
        "truncate": lambda: (path, 2),
        "mknod": lambda: (path, stat.S_IFCHR, 259),
        "setxattr": lambda: (path, "user.a", b"1"),
        "utime": lambda: (path, random.choice((None, (5, 5)))),
        "access": lambda: (path, random.randrange(8)),
        "open": lambda: (path, random.choice((*WAYS, os.O_WRONLY | os.O_CREAT | os.O_EXCL))),
    }
    name = random.choice(list(calls))
    return name, calls[name](), {}


def kernels(operation: Operation) -> Operation:
    """The operation as the worker spells it."""
    name, args, named = operation
    return ("open", (1, *args), named) if name == "open" else operation


def answer(fs: Overlay, operation: Operation) -> tuple[Any, ...]:
    name, args, named = operation
    try:
        value = getattr(fs, name)(*args, **named)
    except OSError as failure:
        return "error", failure.errno
    if name == "open":
        value.close()
    return "ok", value if name in ("listdir", "readlink", "access") else None


def merged(fs: Overlay) -> dict[str, tuple[int, int, int]]:
    """Mode and owners of everything that is seen."""
    paths = [join(top, name) for top, names, others in fs.walk() for name in (*names, *others)]
    found = {path: fs.lstat(path) for path in paths}
    return {path: (stat.S_IMODE(each.st_mode), each.st_uid, each.st_gid) for path, each in found.items()}


@needs_root_overlay
def test_a_user_is_answered_as_by_the_kernel(tell: Callable[[str], None]) -> None:
    asked = refused = 0
    with UserKernel() as kernel:
        for seed in range(12):
            random = Random(f"permission {seed}")
            stack = layers(random)
            mount, fs = kernel.mount(stack), Overlay(stack, now=lambda: 0)
            operations = [drawn(random) for _ in range(150)]
            answers = mount.do([kernels(each) for each in operations])
            with fs.acting(USER):
                for operation, (said, *rest) in zip(operations, answers, strict=True):
                    have = answer(fs, operation)
                    want = (said, rest[0]) if said == "error" else (said, rest[0] if have[1] is not None else None)
                    assert have == want, (seed, operation)
                    asked += 1
                    refused += have in (("error", errno.EACCES), ("error", errno.EPERM))
            theirs = {each["path"]: each for each in mount.merged() if each["path"] != "/"}
            named = {path: theirs[str(each.get("link", path))] for path, each in theirs.items()}
            assert merged(fs) == {path: (each["mode"], each["uid"], each["gid"]) for path, each in named.items()}
    assert refused > 300
    tell(f"a user who is not root: {asked} calls answered as by the kernel, {refused} of them EACCES or EPERM")


@pytest.fixture
def tree() -> Iterator[Overlay]:
    closed = Directory(Metadata(0o700))
    shared = File(Metadata(0o644), Bytes(b"x"))
    yield Overlay(
        [
            Layer.of(
                {
                    "/tmp": Directory(Metadata(0o1777)),
                    "/tmp/roots": shared,
                    "/root": closed,
                    "/root/in": shared,
                    "/etc/motd": shared,
                }
            )
        ]
    )


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda fs: fs.write_text("/etc/motd", "mine"), errno.EACCES),
        (lambda fs: fs.write_text("/etc/new", "mine"), errno.EACCES),
        (lambda fs: fs.stat("/root/in"), errno.EACCES),
        (lambda fs: fs.listdir("/root"), errno.EACCES),
        (lambda fs: fs.unlink("/tmp/roots"), errno.EPERM),
        (lambda fs: fs.chmod("/etc/motd", 0o666), errno.EPERM),
    ],
)
def test_what_is_refused(tree: Overlay, call: Callable[[Overlay], Any], code: int) -> None:
    tree.stat("/root/in")  # as root; what was walked before is asked again
    with tree.acting(USER), pytest.raises(OSError) as caught:
        call(tree)
    assert caught.value.errno == code


def test_afterwards_it_is_root_again(tree: Overlay) -> None:
    with tree.acting(USER):
        tree.write_text("/tmp/mine", "x")
    tree.write_text("/root/in", "root's")
    assert tree.sb.caller is ROOT
    assert tree.stat("/tmp/mine").st_uid == 1000 and tree.stat("/root/in").st_uid == 0


def test_within_a_user_s_turn_root_may_act(tree: Overlay) -> None:
    with tree.acting(USER):
        with tree.acting(ROOT):
            assert tree.read_text("/root/in") == "x"
        with pytest.raises(PermissionError):
            tree.read_text("/root/in")

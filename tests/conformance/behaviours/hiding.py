"""Opaque directories, readdir and the mount's own attributes: behaviours 18 to 24, and 33."""

import os
from typing import Any

from coursekit.fs.node import WHITEOUT
from tests.conformance.behaviours import (
    behaviour,
    directory,
    file,
    listed,
    own_xattrs,
    said,
    symlink,
    upper,
    write,
)

# --- opaque -----------------------------------------------------------------------------------------------------------


@behaviour(
    18,
    "an opaque directory hides all lower directories of its name; on a layer's root it is ignored",
    {"/": directory(opaque=True), "/d": directory(opaque=True), "/d/a": b""},
    {"/d/b": b"", "/f": b""},
    {"/d/c": b""},
    answer=[["a"], ["d", "f"]],
)
def opaque_hides(fs: Any) -> Any:
    return [listed(fs, "/d"), listed(fs, "/")]


@behaviour(
    18,
    "the opaque directory itself still merges with the layers above it",
    {"/d/top": b""},
    {"/d": directory(opaque=True), "/d/middle": b""},
    {"/d/base": b""},
    answer=["middle", "top"],
)
def opaque_in_the_middle(fs: Any) -> Any:
    return listed(fs, "/d")


@behaviour(
    19,
    "mkdir over a whiteout is opaque, also when it hides nothing; a new name under a merged parent is not",
    {"/d/": {}, "/w": WHITEOUT},
    {"/d/x": b"", "/f": b""},
    answer=[{"/d": "opaque", "/f": "opaque", "/n": "directory", "/n/s": "directory", "/w": "directory"}, []],
)
def mkdir_over_whiteout(fs: Any) -> Any:
    fs.unlink("/d/x")
    fs.rmdir("/d")
    fs.mkdir("/d")
    fs.unlink("/f")
    fs.mkdir("/f")
    fs.mkdir("/n")
    fs.mkdir("/n/s")
    fs.mkdir("/w")
    return [upper(fs), listed(fs, "/d")]


@behaviour(
    21,
    "deleted and made again: the old children stay away",
    {"/d/a": b"", "/d/s/b": b""},
    answer=[["z"], {"/d": "opaque", "/d/z": "file"}],
)
def recreated(fs: Any) -> Any:
    fs.unlink("/d/a")
    fs.unlink("/d/s/b")
    fs.rmdir("/d/s")
    fs.rmdir("/d")
    fs.mkdir("/d")
    write(fs, "/d/z", b"")
    return [listed(fs, "/d"), upper(fs)]


@behaviour(
    22, "a name removed from an opaque directory leaves no whiteout", {"/d/a": b""}, answer=[{"/d": "opaque"}, [], "ok"]
)
def opaque_without_whiteouts(fs: Any) -> Any:
    fs.unlink("/d/a")
    fs.rmdir("/d")
    fs.mkdir("/d")
    write(fs, "/d/a", b"")
    fs.unlink("/d/a")
    return [upper(fs), listed(fs, "/d"), said(fs.rmdir, "/d")]


# --- readdir ----------------------------------------------------------------------------------------------------------


@behaviour(
    23,
    "an open directory keeps its list until it is rewound",
    {"/d/a": b"", "/d/b": b""},
    {"/d/b": b"", "/d/c": b""},
    answer=[["a", "b", "c"], [], ["b", "c", "new"]],
)
def list_is_kept(fs: Any) -> Any:
    found = fs.open("/d", os.O_RDONLY | os.O_DIRECTORY)
    first = names(found.readdir())
    fs.unlink("/d/a")
    write(fs, "/d/new", b"")
    second = names(found.readdir())
    found.seek(0)
    third = names(found.readdir())
    found.close()
    return [first, second, third]


@behaviour(
    24,
    "readdir and lstat agree on inode and type",
    {"/d/f": b"", "/d/l": symlink("f"), "/d/s/": {}},
    {"/d/s/x": b"", "/d/g": b""},
    answer=[("f", True, 8), ("g", True, 8), ("l", True, 10), ("s", True, 4)],
)
def readdir_agrees(fs: Any) -> Any:
    fs.chmod("/d/g", 0o600)
    found = fs.open("/d", os.O_RDONLY | os.O_DIRECTORY)
    seen = [_dirent(one) for one in found.readdir()]
    found.close()
    return sorted((name, fs.lstat(f"/d/{name}").st_ino == inode, kind) for name, inode, kind in seen)


def names(found: Any) -> list[str]:
    """The names of a readdir answer, sorted."""
    return sorted(_dirent(one)[0] for one in found)


def _dirent(one: Any) -> tuple[str, int, int]:
    return one if isinstance(one, tuple) else (one.name, one.inode(), one.kind)


@behaviour(
    33,
    "the mount's own attributes are hidden; one set through it is escaped, listed and removable by its plain name",
    {"/f": file(xattrs={"trusted.overlay.overlay.y": b"esc", "user.k": b"v"})},
    {"/d/x": b""},
    answer=[
        [["trusted.overlay.y", "user.k"], b"esc"],
        "ok",
        b"n",
        ["trusted.overlay.opaque"],
        {"trusted.overlay.overlay.opaque": b"n"},
        "ENODATA",
        "ENODATA",
        "ok",
        [],
    ],
)
def own_attributes(fs: Any) -> Any:
    lower = [sorted(fs.listxattr("/f")), fs.getxattr("/f", "trusted.overlay.y")]
    set_through = said(fs.setxattr, "/d", "trusted.overlay.opaque", b"n")
    return [
        lower,
        set_through,
        said(fs.getxattr, "/d", "trusted.overlay.opaque"),
        sorted(fs.listxattr("/d")),
        own_xattrs(fs, "/d"),
        said(fs.getxattr, "/d", "trusted.overlay.origin"),
        said(fs.removexattr, "/d", "trusted.overlay.origin"),
        said(fs.removexattr, "/d", "trusted.overlay.opaque"),
        sorted(fs.listxattr("/d")),
    ]

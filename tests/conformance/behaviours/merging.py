"""Lookup, whiteouts, opaque directories and readdir: behaviours 1 to 24."""

import os
import stat
from typing import Any

from coursekit.fs.node import WHITEOUT
from tests.conformance.behaviours import behaviour, directory, file, listed, own_xattrs, read, said, symlink, upper, write

# --- lookup / merge ---------------------------------------------------------------------------------------------------


@behaviour(
    1, "the topmost object wins; a file hides anything below it; directories merge",
    {"/f": b"top", "/hidden": b"file", "/d/x": b"1", "/e/": {}},
    {"/f": b"base", "/hidden/below": b"", "/d/y": b"2", "/e": b"file"},
    answer=[b"top", "ENOTDIR", ["x", "y"], []],
)  # fmt: skip
def upper_wins(fs: Any) -> Any:
    return [read(fs, "/f"), said(fs.stat, "/hidden/below"), listed(fs, "/d"), listed(fs, "/e")]


@behaviour(
    2, "a file in a middle layer ends the merge: directories below it are never reached",
    {"/d/top": b""}, {"/d": b"a file"}, {"/d/bottom": b""},
    answer=[["top"], "ENOENT"],
)  # fmt: skip
def file_in_the_middle(fs: Any) -> Any:
    return [listed(fs, "/d"), said(fs.stat, "/d/bottom")]


@behaviour(
    3, "the leftmost lowerdir is the top", {"/f": b"1"}, {"/f": b"2"}, {"/f": b"3", "/g": b"3"}, answer=[b"1", b"3"]
)
def order(fs: Any) -> Any:
    return [read(fs, "/f"), read(fs, "/g")]


@behaviour(
    4, "a merged directory's attributes come from its topmost layer alone",
    {"/d": directory(0o700, uid=1, xattrs={"user.top": b"t"})},
    {"/d": directory(0o777, uid=2, xattrs={"user.base": b"b"}), "/d/x": b""},
    answer=[0o700, 1, ["user.top"]],
)  # fmt: skip
def attributes_of_the_top(fs: Any) -> Any:
    status = fs.stat("/d")
    return [stat.S_IMODE(status.st_mode), status.st_uid, sorted(fs.listxattr("/d"))]


@behaviour(
    5, "without an upperdir the overlay is read-only", {"/f": b""}, {"/d/": {}},
    answer=["EROFS", "EROFS", "EROFS", "EROFS", "EROFS", "ok", False], writable=False,
)  # fmt: skip
def read_only(fs: Any) -> Any:
    return [
        said(fs.mkdir, "/new"),
        said(fs.unlink, "/f"),
        said(fs.chmod, "/f", 0o600),
        said(fs.open, "/f", os.O_RDWR),
        said(fs.rename, "/f", "/g"),
        said(lambda: fs.open("/f").close()),
        fs.access("/f", os.W_OK),
    ]


@behaviour(
    6, "a merged directory has one link; a lower one its own, until it has an upper; its inode stays",
    {"/m/": {}}, {"/m/a/": {}, "/p/a/": {}, "/p/b/": {}},
    answer=[1, 4, 1, True],
)  # fmt: skip
def links_of_directories(fs: Any) -> Any:
    before = fs.stat("/p")
    write(fs, "/p/new", b"")
    after = fs.stat("/p")
    return [fs.stat("/m").st_nlink, before.st_nlink, after.st_nlink, before.st_ino == after.st_ino]


# --- whiteouts --------------------------------------------------------------------------------------------------------


@behaviour(
    8, "a whiteout hides the name in all layers below, and nothing else",
    {"/gone": WHITEOUT, "/never": WHITEOUT}, {"/gone": b"", "/kept": b""}, {"/gone/x": b""},
    answer=["ENOENT", "ENOENT", ["kept"]],
)  # fmt: skip
def whiteout_hides(fs: Any) -> Any:
    return [said(fs.lstat, "/gone"), said(fs.lstat, "/never"), listed(fs, "/")]


@behaviour(
    8, "in a directory of a single layer readdir lists the whiteout, stat does not find it",
    {"/d/w": WHITEOUT, "/d/f": b""}, {"/x": b""},
    answer=[["f", "w"], "ENOENT", "ok", "ENOTEMPTY", "ok"],
)  # fmt: skip
def whiteout_listed(fs: Any) -> Any:
    before = [listed(fs, "/d"), said(fs.lstat, "/d/w"), said(fs.unlink, "/d/f")]
    fs.mkdir("/e")
    write(fs, "/e/f", b"")
    return [*before, said(fs.rmdir, "/e"), said(fs.rmdir, "/d")]


@behaviour(
    9, "an empty file with the whiteout xattr hides, where its directory is marked opaque=x",
    {"/d": directory(xattrs={"trusted.overlay.opaque": b"x"}), "/d/f": file(xattrs={"trusted.overlay.whiteout": b"y"})},
    {"/d/f": b"base", "/d/g": b""},
    answer=["ENOENT", ["g"]],
)  # fmt: skip
def whiteout_by_xattr(fs: Any) -> Any:
    return [said(fs.lstat, "/d/f"), listed(fs, "/d")]


@behaviour(
    9, "without that mark lookup still takes it for a whiteout, and only readdir shows it",
    {"/d/f": file(xattrs={"trusted.overlay.whiteout": b"y"})}, {"/d/f": b"base"},
    answer=["ENOENT", ["f"]],
)  # fmt: skip
def whiteout_by_xattr_unmarked(fs: Any) -> Any:
    return [said(fs.lstat, "/d/f"), listed(fs, "/d")]


@behaviour(11, "a whiteout cannot be made through the mount", {"/f": b""}, answer=["EPERM", "EPERM", "EEXIST"])
def no_whiteout_by_mknod(fs: Any) -> Any:
    return [
        said(fs.mknod, "/w", stat.S_IFCHR | 0o600, 0),
        said(fs.mknod, "/w", stat.S_IFCHR, os.makedev(0, 0)),
        said(fs.mknod, "/f", stat.S_IFCHR, os.makedev(1, 3)),
    ]


@behaviour(12, "a lower .wh.x is a file like any other", {"/.wh.x": b"shown"}, {"/x": b""}, answer=[[".wh.x", "x"], b"shown"])
def dot_wh_is_a_file(fs: Any) -> Any:
    return [listed(fs, "/"), read(fs, "/.wh.x")]


@behaviour(
    13, "a whiteout hides lower layers, never a name of its own layer or above",
    {"/d/f": b"above"}, {"/d/f": WHITEOUT, "/d/g": b"beside"}, {"/d/f": b"below", "/d/g": b"below"},
    answer=[b"above", b"beside"],
)  # fmt: skip
def whiteout_and_siblings(fs: Any) -> Any:
    return [read(fs, "/d/f"), read(fs, "/d/g")]


# --- opaque -----------------------------------------------------------------------------------------------------------


@behaviour(
    18, "an opaque directory hides all lower directories of its name; on a layer's root it is ignored",
    {"/": directory(opaque=True), "/d": directory(opaque=True), "/d/a": b""}, {"/d/b": b"", "/f": b""}, {"/d/c": b""},
    answer=[["a"], ["d", "f"]],
)  # fmt: skip
def opaque_hides(fs: Any) -> Any:
    return [listed(fs, "/d"), listed(fs, "/")]


@behaviour(
    18, "the opaque directory itself still merges with the layers above it",
    {"/d/top": b""}, {"/d": directory(opaque=True), "/d/middle": b""}, {"/d/base": b""},
    answer=["middle", "top"],
)  # fmt: skip
def opaque_in_the_middle(fs: Any) -> Any:
    return listed(fs, "/d")


@behaviour(
    19, "mkdir over a whiteout is opaque, also when it hides nothing; a new name under a merged parent is not",
    {"/d/": {}, "/w": WHITEOUT}, {"/d/x": b"", "/f": b""},
    answer=[{"/d": "opaque", "/f": "opaque", "/n": "directory", "/n/s": "directory", "/w": "directory"}, []],
)  # fmt: skip
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
    21, "deleted and made again: the old children stay away", {"/d/a": b"", "/d/s/b": b""},
    answer=[["z"], {"/d": "opaque", "/d/z": "file"}],
)  # fmt: skip
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
    23, "an open directory keeps its list until it is rewound",
    {"/d/a": b"", "/d/b": b""}, {"/d/b": b"", "/d/c": b""},
    answer=[["a", "b", "c"], [], ["b", "c", "new"]],
)  # fmt: skip
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
    24, "readdir and lstat agree on inode and type",
    {"/d/f": b"", "/d/l": symlink("f"), "/d/s/": {}}, {"/d/s/x": b"", "/d/g": b""},
    answer=[("f", True, 8), ("g", True, 8), ("l", True, 10), ("s", True, 4)],
)  # fmt: skip
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
    33, "the mount's own attributes are hidden; one set through it is escaped, listed and removable by its plain name",
    {"/f": file(xattrs={"trusted.overlay.overlay.y": b"esc", "user.k": b"v"})}, {"/d/x": b""},
    answer=[
        [["trusted.overlay.y", "user.k"], b"esc"], "ok", b"n", ["trusted.overlay.opaque"],
        {"trusted.overlay.overlay.opaque": b"n"}, "ENODATA", "ENODATA", "ok", [],
    ],
)  # fmt: skip
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

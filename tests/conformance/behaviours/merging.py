"""Lookup and whiteouts: behaviours 1 to 13."""

import os
import stat
from typing import Any

from coursekit.fs.node import WHITEOUT
from tests.conformance.behaviours import (
    behaviour,
    directory,
    file,
    listed,
    read,
    said,
    write,
)

# --- lookup / merge ---------------------------------------------------------------------------------------------------


@behaviour(
    1,
    "the topmost object wins; a file hides anything below it; directories merge",
    {"/f": b"top", "/hidden": b"file", "/d/x": b"1", "/e/": {}},
    {"/f": b"base", "/hidden/below": b"", "/d/y": b"2", "/e": b"file"},
    answer=[b"top", "ENOTDIR", ["x", "y"], []],
)
def upper_wins(fs: Any) -> Any:
    return [read(fs, "/f"), said(fs.stat, "/hidden/below"), listed(fs, "/d"), listed(fs, "/e")]


@behaviour(
    2,
    "a file in a middle layer ends the merge: directories below it are never reached",
    {"/d/top": b""},
    {"/d": b"a file"},
    {"/d/bottom": b""},
    answer=[["top"], "ENOENT"],
)
def file_in_the_middle(fs: Any) -> Any:
    return [listed(fs, "/d"), said(fs.stat, "/d/bottom")]


@behaviour(
    3, "the leftmost lowerdir is the top", {"/f": b"1"}, {"/f": b"2"}, {"/f": b"3", "/g": b"3"}, answer=[b"1", b"3"]
)
def order(fs: Any) -> Any:
    return [read(fs, "/f"), read(fs, "/g")]


@behaviour(
    4,
    "a merged directory's attributes come from its topmost layer alone",
    {"/d": directory(0o700, uid=1, xattrs={"user.top": b"t"})},
    {"/d": directory(0o777, uid=2, xattrs={"user.base": b"b"}), "/d/x": b""},
    answer=[0o700, 1, ["user.top"]],
)
def attributes_of_the_top(fs: Any) -> Any:
    status = fs.stat("/d")
    return [stat.S_IMODE(status.st_mode), status.st_uid, sorted(fs.listxattr("/d"))]


@behaviour(
    5,
    "without an upperdir the overlay is read-only",
    {"/f": b""},
    {"/d/": {}},
    answer=["EROFS", "EROFS", "EROFS", "EROFS", "EROFS", "ok", False],
    writable=False,
)
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
    6,
    "a merged directory has one link; a lower one its own, until it has an upper; its inode stays",
    {"/m/": {}},
    {"/m/a/": {}, "/p/a/": {}, "/p/b/": {}},
    answer=[1, 4, 1, True],
)
def links_of_directories(fs: Any) -> Any:
    before = fs.stat("/p")
    write(fs, "/p/new", b"")
    after = fs.stat("/p")
    return [fs.stat("/m").st_nlink, before.st_nlink, after.st_nlink, before.st_ino == after.st_ino]


# --- whiteouts --------------------------------------------------------------------------------------------------------


@behaviour(
    8,
    "a whiteout hides the name in all layers below, and nothing else",
    {"/gone": WHITEOUT, "/never": WHITEOUT},
    {"/gone": b"", "/kept": b""},
    {"/gone/x": b""},
    answer=["ENOENT", "ENOENT", ["kept"]],
)
def whiteout_hides(fs: Any) -> Any:
    return [said(fs.lstat, "/gone"), said(fs.lstat, "/never"), listed(fs, "/")]


@behaviour(
    8,
    "in a directory of a single layer readdir lists the whiteout, stat does not find it",
    {"/d/w": WHITEOUT, "/d/f": b""},
    {"/x": b""},
    answer=[["f", "w"], "ENOENT", "ok", "ENOTEMPTY", "ok"],
)
def whiteout_listed(fs: Any) -> Any:
    before = [listed(fs, "/d"), said(fs.lstat, "/d/w"), said(fs.unlink, "/d/f")]
    fs.mkdir("/e")
    write(fs, "/e/f", b"")
    return [*before, said(fs.rmdir, "/e"), said(fs.rmdir, "/d")]


@behaviour(
    9,
    "an empty file with the whiteout xattr hides, where its directory is marked opaque=x",
    {"/d": directory(xattrs={"trusted.overlay.opaque": b"x"}), "/d/f": file(xattrs={"trusted.overlay.whiteout": b"y"})},
    {"/d/f": b"base", "/d/g": b""},
    answer=["ENOENT", ["g"]],
)
def whiteout_by_xattr(fs: Any) -> Any:
    return [said(fs.lstat, "/d/f"), listed(fs, "/d")]


@behaviour(
    9,
    "without that mark lookup still takes it for a whiteout, and only readdir shows it",
    {"/d/f": file(xattrs={"trusted.overlay.whiteout": b"y"})},
    {"/d/f": b"base"},
    answer=["ENOENT", ["f"]],
)
def whiteout_by_xattr_unmarked(fs: Any) -> Any:
    return [said(fs.lstat, "/d/f"), listed(fs, "/d")]


@behaviour(11, "a whiteout cannot be made through the mount", {"/f": b""}, answer=["EPERM", "EPERM", "EEXIST"])
def no_whiteout_by_mknod(fs: Any) -> Any:
    return [
        said(fs.mknod, "/w", stat.S_IFCHR | 0o600, 0),
        said(fs.mknod, "/w", stat.S_IFCHR, os.makedev(0, 0)),
        said(fs.mknod, "/f", stat.S_IFCHR, os.makedev(1, 3)),
    ]


@behaviour(
    12, "a lower .wh.x is a file like any other", {"/.wh.x": b"shown"}, {"/x": b""}, answer=[[".wh.x", "x"], b"shown"]
)
def dot_wh_is_a_file(fs: Any) -> Any:
    return [listed(fs, "/"), read(fs, "/.wh.x")]


@behaviour(
    13,
    "a whiteout hides lower layers, never a name of its own layer or above",
    {"/d/f": b"above"},
    {"/d/f": WHITEOUT, "/d/g": b"beside"},
    {"/d/f": b"below", "/d/g": b"below"},
    answer=[b"above", b"beside"],
)
def whiteout_and_siblings(fs: Any) -> Any:
    return [read(fs, "/d/f"), read(fs, "/d/g")]

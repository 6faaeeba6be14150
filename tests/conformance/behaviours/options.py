"""Behaviours that a mount option brings: 10, 19, 31, 35, 38, 39."""

import os
from typing import Any

from tests.conformance.behaviours import (
    behaviour,
    directory,
    file,
    hard_links,
    listed,
    own_xattrs,
    read,
    said,
    upper,
    write,
)


@behaviour(
    10,
    "with userxattr overlayfs keeps its notes as user.overlay.*, and trusted.overlay.* are attributes like any other",
    {"/d": directory(xattrs={"user.overlay.opaque": b"y"}), "/e": directory(xattrs={"trusted.k": b"y"})},
    {"/d/b": b"", "/e/c": b""},
    answer=[["c"], ["trusted.k"], "ok", ["user.overlay.x"], {"user.overlay.overlay.x": b"v"}],
    options="userxattr",
)
def notes_of_users(fs: Any) -> Any:
    fs.chmod("/e", 0o700)
    shown = [listed(fs, "/e"), listed_xattrs(fs, "/e"), said(fs.setxattr, "/d", "user.overlay.x", b"v")]
    stored = {name: value for name, value in own_xattrs(fs, "/d").items() if name.endswith(".x")}
    return [*shown, [name for name in listed_xattrs(fs, "/d") if name.endswith(".x")], stored]


def listed_xattrs(fs: Any, path: str) -> list[str]:
    """The attributes that show, sorted."""
    return sorted(fs.listxattr(path))


@behaviour(
    19,
    "with redirect_dir, metacopy, index or xino on, a new directory under a merged one is opaque at once",
    {"/d/x": b""},
    answer=[{"/d": "directory", "/d/n": "opaque", "/n": "opaque", "/n/s": "directory"}],
    options="xino=on",
)
def new_names_are_closed(fs: Any) -> Any:
    fs.mkdir("/n")
    fs.mkdir("/n/s")
    fs.mkdir("/d/n")
    return [upper(fs)]


@behaviour(
    31,
    "metacopy=on: chmod copies metadata alone, the data comes up when the file is opened for writing",
    {"/f": file(b"data" * 5000)},
    answer=[(20000, 40), {"trusted.overlay.metacopy": b""}, [], b"data", (20000, 40), {}, 20000],
    options="metacopy=on",
)
def metadata_alone(fs: Any) -> Any:
    fs.chmod("/f", 0o600)
    status = fs.stat("/f")
    stored = next(one for one in fs.upperdir() if one["path"] == "/f")
    bare = [(status.st_size, status.st_blocks), own_xattrs(fs, "/f"), stored["extents"], read(fs, "/f")[:4]]
    fs.open("/f", os.O_RDWR).close()
    status = fs.stat("/f")
    stored = next(one for one in fs.upperdir() if one["path"] == "/f")
    return [*bare, (status.st_size, status.st_blocks), own_xattrs(fs, "/f"), len(stored["extents"][0][1])]


@behaviour(
    31,
    "metacopy=on: a file that moves before its data is up notes where that is",
    {"/d/f": b"data"},
    answer=["ok", b"data", b"/d/f", "ok", b"data", b"d"],
    options="metacopy=on",
)
def moved_without_data(fs: Any) -> Any:
    first = [said(fs.rename, "/d/f", "/g"), read(fs, "/g"), own_xattrs(fs, "/g")["trusted.overlay.redirect"]]
    second = said(fs.rename, "/d", "/e")
    return [*first, second, read(fs, "/g"), own_xattrs(fs, "/e")["trusted.overlay.redirect"]]


@behaviour(
    38,
    "redirect_dir=on: a lower directory moves without its children, and notes where it was",
    {"/d/x": b"x", "/o/y": b"y"},
    answer=[
        "ok",
        ["x"],
        {"/d": "whiteout", "/e": "directory"},
        {"trusted.overlay.redirect": b"d"},
        "ok",
        {"trusted.overlay.redirect": b"/d"},
        b"x",
        "ENOENT",
    ],
    options="redirect_dir=on",
)
def lower_directory_moves(fs: Any) -> Any:
    near = [said(fs.rename, "/d", "/e"), listed(fs, "/e"), upper(fs), own_xattrs(fs, "/e")]
    far = [said(fs.rename, "/e", "/o/e"), own_xattrs(fs, "/o/e"), read(fs, "/o/e/x"), said(fs.stat, "/d")]
    return [*near, *far]


@behaviour(
    38,
    "redirect_dir=on: two lower directories change places, and a path of more than 256 bytes stays (EXDEV)",
    {"/a/x": b"", "/b/y": b"", f"/{'n' * 130}/{'m' * 130}/z": b""},
    answer=["ok", ["y"], ["x"], "EXDEV"],
    options="redirect_dir=on",
)
def directories_change_places(fs: Any) -> Any:
    swapped = [said(fs.rename, "/a", "/b", flags=2), listed(fs, "/a"), listed(fs, "/b")]
    return [*swapped, said(fs.rename, f"/{'n' * 130}/{'m' * 130}", "/short")]


@behaviour(
    38,
    "redirect_dir=nofollow: a name that leads elsewhere is listed and refused",
    {"/new": directory(xattrs={"trusted.overlay.redirect": b"old"}), "/old/hidden": b""},
    {"/new/x": b"", "/old/y": b""},
    answer=[["new", "old"], "EPERM"],
    options="redirect_dir=nofollow",
)
def not_followed(fs: Any) -> Any:
    return [listed(fs, "/"), said(fs.stat, "/new")]


@behaviour(
    39,
    "an absolute redirect holds the original path: a→b, then b/sub→o/c is /a/sub",
    {"/a/sub/f": b"f", "/o/x": b""},
    answer=["ok", "ok", {"trusted.overlay.redirect": b"/a/sub"}, b"f"],
    options="redirect_dir=on",
)
def original_path(fs: Any) -> Any:
    moves = [said(fs.rename, "/a", "/b"), said(fs.rename, "/b/sub", "/o/c")]
    return [*moves, own_xattrs(fs, "/o/c"), read(fs, "/o/c/f")]


@behaviour(
    35,
    "index=on: a lower hard link is not broken, and both names are one file still",
    hard_links("/h1", "/h2"),
    answer=[True, b"new", b"new", True, 2, True],
    options="index=on",
)
def kept_link(fs: Any) -> Any:
    before = fs.stat("/h1").st_ino
    same = before == fs.stat("/h2").st_ino
    write(fs, "/h1", b"new", os.O_WRONLY | os.O_TRUNC)
    one, two = fs.stat("/h1"), fs.stat("/h2")
    return [same, read(fs, "/h1"), read(fs, "/h2"), one.st_ino == two.st_ino == before, two.st_nlink, one.st_nlink == 2]

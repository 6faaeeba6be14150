"""Rename, removal and replacement: behaviours 38 to 43, and 60."""

import os
from typing import Any

from coursekit.fs.node import WHITEOUT
from coursekit.layers.libc import RENAME_EXCHANGE, RENAME_NOREPLACE, RENAME_WHITEOUT
from tests.conformance.behaviours import (
    behaviour,
    hard_links,
    listed,
    own_xattrs,
    read,
    said,
    upper,
    write,
)

# --- rename -----------------------------------------------------------------------------------------------------------


@behaviour(
    38,
    "a lower or merged directory cannot be renamed (EXDEV)",
    {"/m/top": b""},
    {"/m/base": b"", "/l/x": b""},
    answer=["EXDEV", "EXDEV", {}],
)
def lower_directory(fs: Any) -> Any:
    return [said(fs.rename, "/l", "/new"), said(fs.rename, "/m", "/new"), upper(fs)]


@behaviour(
    39,
    "an upper directory moves, and becomes opaque under a merged parent; a lower file leaves a whiteout",
    {"/f": b"data", "/p/x": b""},
    answer=[
        "ok",
        ["in"],
        "ok",
        {"/f": "whiteout", "/moved": "opaque", "/moved/in": "file", "/p": "directory", "/p/g": "file"},
    ],
)
def upper_directory(fs: Any) -> Any:
    fs.mkdir("/d")
    write(fs, "/d/in", b"")
    first = [said(fs.rename, "/d", "/moved"), listed(fs, "/moved")]
    return [*first, said(fs.rename, "/f", "/p/g"), upper(fs)]


@behaviour(
    39,
    "an upper directory moved under an upper parent stays as it is",
    {"/x": b""},
    answer=[{"/p": "directory", "/p/d": "directory"}],
)
def under_an_upper_parent(fs: Any) -> Any:
    fs.mkdir("/p")
    fs.mkdir("/d")
    fs.rename("/d", "/p/d")
    return [upper(fs)]


@behaviour(
    40,
    "the errors of rename, in Linux's order",
    {"/full/x": b"", "/low/y": b"", "/f": b""},
    {"/full/z": b""},
    answer=[
        "ENOTEMPTY",
        "ENOTDIR",
        "EISDIR",
        "EXDEV",
        "ENOTDIR",
        "EINVAL",
        "ok",
        "EINVAL",
        "ENOENT",
        "EEXIST",
        "EXDEV",
        "EINVAL",
    ],
)
def errors_of_rename(fs: Any) -> Any:
    fs.mkdir("/up")
    return [
        said(fs.rename, "/up", "/full"),
        said(fs.rename, "/up", "/f"),
        said(fs.rename, "/f", "/up"),
        said(fs.rename, "/low", "/full"),
        said(fs.rename, "/low", "/f"),
        said(fs.rename, "/low", "/low/below"),
        said(fs.rename, "/low", "/low"),
        said(fs.rename, "/up", "/up/below"),
        said(fs.rename, "/none", "/f"),
        said(fs.rename, "/f", "/up", flags=RENAME_NOREPLACE),
        said(fs.rename, "/low", "/f", flags=RENAME_EXCHANGE),
        said(fs.rename, "/f", "/g", flags=RENAME_WHITEOUT),
    ]


@behaviour(
    40, "onto a directory that holds only whiteouts it succeeds", {"/d/x": b""}, answer=["ok", {"/d": "opaque"}, []]
)
def onto_whiteouts(fs: Any) -> Any:
    fs.unlink("/d/x")
    fs.mkdir("/up")
    return [said(fs.rename, "/up", "/d"), upper(fs), listed(fs, "/d")]


@behaviour(
    40,
    "EXCHANGE swaps two names, file with file and file with an upper directory",
    {"/f": b"f", "/g": b"g"},
    answer=["ok", b"g", "ok", ["in"], b"g", {"/d": "file", "/f": "opaque", "/f/in": "file", "/g": "file"}],
)
def exchange(fs: Any) -> Any:
    first = [said(fs.rename, "/f", "/g", flags=RENAME_EXCHANGE), read(fs, "/f")]
    fs.mkdir("/d")
    write(fs, "/d/in", b"")
    return [*first, said(fs.rename, "/d", "/f", flags=RENAME_EXCHANGE), listed(fs, "/f"), read(fs, "/d"), upper(fs)]


# --- removal ----------------------------------------------------------------------------------------------------------


@behaviour(
    41,
    "a merged directory of which only whiteouts are left can be removed, and leaves one whiteout",
    {"/d/top": b""},
    {"/d/base": b""},
    answer=["ENOTEMPTY", "ENOTEMPTY", "ok", {"/d": "whiteout"}],
)
def rmdir_of_whiteouts(fs: Any) -> Any:
    seen = [said(fs.rmdir, "/d")]
    fs.unlink("/d/top")
    seen.append(said(fs.rmdir, "/d"))
    fs.unlink("/d/base")
    return [*seen, said(fs.rmdir, "/d"), upper(fs)]


@behaviour(
    42,
    "unlink: an upper file goes without trace, a lower or copied one leaves a whiteout",
    {"/low": b"", "/both": b""},
    answer=[{"/both": "whiteout", "/low": "whiteout"}],
)
def unlinked(fs: Any) -> Any:
    write(fs, "/up", b"")
    write(fs, "/both", b"new")
    for path in ("/up", "/low", "/both"):
        fs.unlink(path)
    return [upper(fs)]


@behaviour(
    42,
    "a file unlinked while open lives on in its descriptor",
    {"/f": b"data"},
    answer=[b"data", 4, "ENOENT", b"more", 0],
)
def unlinked_while_open(fs: Any) -> Any:
    lower, above = fs.open("/f"), fs.open("/g", os.O_RDWR | os.O_CREAT)
    fs.unlink("/f")
    fs.unlink("/g")
    above.write(b"more")
    seen = [
        bytes(lower.read(9)),
        above.fstat().st_size,
        said(fs.stat, "/g"),
        bytes(above.pread(9, 0)),
        above.fstat().st_nlink,
    ]
    lower.close()
    above.close()
    return seen


@behaviour(
    43,
    "a directory becomes a symlink, a file a directory, a directory a file",
    {"/d/x": b"", "/f": b"", "/e/": {}},
    answer=["f", [], b"now", {"/d": "symlink", "/e": "file", "/f": "opaque"}],
)
def swapped(fs: Any) -> Any:
    fs.unlink("/d/x")
    fs.rmdir("/d")
    fs.symlink("f", "/d")
    fs.unlink("/f")
    fs.mkdir("/f")
    fs.rmdir("/e")
    write(fs, "/e", b"now")
    return [fs.readlink("/d"), listed(fs, "/d"), read(fs, "/e"), upper(fs)]


@behaviour(
    43,
    "a whiteout makes way for a hard link, a fifo and a rename",
    {"/a": b"a", "/b": b"b", "/c": b"c", "/w": WHITEOUT},
    hard_links("/w"),
    answer=["ok", "ok", "ok", {"/a": "whiteout", "/b": "fifo", "/c": "file", "/w": "link to /c"}],
)
def onto_a_whiteout(fs: Any) -> Any:
    fs.unlink("/b")
    seen = [said(fs.rename, "/a", "/w"), said(fs.mkfifo, "/b", 0o644)]
    fs.unlink("/w")
    return [*seen, said(fs.link, "/c", "/w"), upper(fs)]


@behaviour(60, "the upperdir's own bookkeeping does not show in a comparison", {"/d/f": b""}, answer=[{}, {}])
def bookkeeping(fs: Any) -> Any:
    fs.chmod("/d/f", 0o600)
    return [own_xattrs(fs, "/d"), own_xattrs(fs, "/d/f")]

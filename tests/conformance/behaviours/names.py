"""Rename, removal, the path walk and the caller: behaviours 38 to 43, 56 and 57."""

import os
import stat
from typing import Any

from coursekit.fs.node import WHITEOUT
from tests.conformance.behaviours import (
    behaviour,
    directory,
    file,
    hard_links,
    listed,
    opened,
    own_xattrs,
    read,
    said,
    symlink,
    upper,
    write,
)

NOREPLACE, EXCHANGE, RENAME_WHITEOUT = 1, 2, 4

# --- rename -----------------------------------------------------------------------------------------------------------


@behaviour(
    38, "a lower or merged directory cannot be renamed (EXDEV)", {"/m/top": b""}, {"/m/base": b"", "/l/x": b""},
    answer=["EXDEV", "EXDEV", {}],
)  # fmt: skip
def lower_directory(fs: Any) -> Any:
    return [said(fs.rename, "/l", "/new"), said(fs.rename, "/m", "/new"), upper(fs)]


@behaviour(
    39, "an upper directory moves, and becomes opaque under a merged parent; a lower file leaves a whiteout",
    {"/f": b"data", "/p/x": b""},
    answer=["ok", ["in"], "ok", {"/f": "whiteout", "/moved": "opaque", "/moved/in": "file", "/p": "directory", "/p/g": "file"}],
)  # fmt: skip
def upper_directory(fs: Any) -> Any:
    fs.mkdir("/d")
    write(fs, "/d/in", b"")
    first = [said(fs.rename, "/d", "/moved"), listed(fs, "/moved")]
    return [*first, said(fs.rename, "/f", "/p/g"), upper(fs)]


@behaviour(
    39, "an upper directory moved under an upper parent stays as it is", {"/x": b""},
    answer=[{"/p": "directory", "/p/d": "directory"}],
)  # fmt: skip
def under_an_upper_parent(fs: Any) -> Any:
    fs.mkdir("/p")
    fs.mkdir("/d")
    fs.rename("/d", "/p/d")
    return [upper(fs)]


@behaviour(
    40, "the errors of rename, in Linux's order",
    {"/full/x": b"", "/low/y": b"", "/f": b""}, {"/full/z": b""},
    answer=["ENOTEMPTY", "ENOTDIR", "EISDIR", "EXDEV", "ENOTDIR", "EINVAL", "ok", "EINVAL", "ENOENT", "EEXIST", "EXDEV", "EINVAL"],
)  # fmt: skip
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
        said(fs.rename, "/f", "/up", flags=NOREPLACE),
        said(fs.rename, "/low", "/f", flags=EXCHANGE),
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
    40, "EXCHANGE swaps two names, file with file and file with an upper directory", {"/f": b"f", "/g": b"g"},
    answer=["ok", b"g", "ok", ["in"], b"g", {"/d": "file", "/f": "opaque", "/f/in": "file", "/g": "file"}],
)  # fmt: skip
def exchange(fs: Any) -> Any:
    first = [said(fs.rename, "/f", "/g", flags=EXCHANGE), read(fs, "/f")]
    fs.mkdir("/d")
    write(fs, "/d/in", b"")
    return [*first, said(fs.rename, "/d", "/f", flags=EXCHANGE), listed(fs, "/f"), read(fs, "/d"), upper(fs)]


# --- removal ----------------------------------------------------------------------------------------------------------


@behaviour(
    41, "a merged directory of which only whiteouts are left can be removed, and leaves one whiteout",
    {"/d/top": b""}, {"/d/base": b""},
    answer=["ENOTEMPTY", "ENOTEMPTY", "ok", {"/d": "whiteout"}],
)  # fmt: skip
def rmdir_of_whiteouts(fs: Any) -> Any:
    seen = [said(fs.rmdir, "/d")]
    fs.unlink("/d/top")
    seen.append(said(fs.rmdir, "/d"))
    fs.unlink("/d/base")
    return [*seen, said(fs.rmdir, "/d"), upper(fs)]


@behaviour(
    42, "unlink: an upper file goes without trace, a lower or copied one leaves a whiteout", {"/low": b"", "/both": b""},
    answer=[{"/both": "whiteout", "/low": "whiteout"}],
)  # fmt: skip
def unlinked(fs: Any) -> Any:
    write(fs, "/up", b"")
    write(fs, "/both", b"new")
    for path in ("/up", "/low", "/both"):
        fs.unlink(path)
    return [upper(fs)]


@behaviour(
    42, "a file unlinked while open lives on in its descriptor", {"/f": b"data"},
    answer=[b"data", 4, "ENOENT", b"more", 0],
)  # fmt: skip
def unlinked_while_open(fs: Any) -> Any:
    lower, above = fs.open("/f"), fs.open("/g", os.O_RDWR | os.O_CREAT)
    fs.unlink("/f")
    fs.unlink("/g")
    above.write(b"more")
    seen = [bytes(lower.read(9)), above.fstat().st_size, said(fs.stat, "/g"), bytes(above.pread(9, 0)), above.fstat().st_nlink]
    lower.close()
    above.close()
    return seen


@behaviour(
    43, "a directory becomes a symlink, a file a directory, a directory a file",
    {"/d/x": b"", "/f": b"", "/e/": {}},
    answer=["f", [], b"now", {"/d": "symlink", "/e": "file", "/f": "opaque"}],
)  # fmt: skip
def swapped(fs: Any) -> Any:
    fs.unlink("/d/x")
    fs.rmdir("/d")
    fs.symlink("f", "/d")
    fs.unlink("/f")
    fs.mkdir("/f")
    fs.rmdir("/e")
    write(fs, "/e", b"now")
    return [fs.readlink("/d"), listed(fs, "/d"), read(fs, "/e"), upper(fs)]


# --- path walk and caller ---------------------------------------------------------------------------------------------

CHAIN = {f"/c{number}": symlink(f"c{number - 1}") for number in range(1, 42)}


@behaviour(
    56, "symlinks on the way: absolute ones start at the overlay's root, `..` stops there, 40 are followed and no more",
    {
        "/d/f": b"data", "/abs": symlink("/d"), "/up": symlink("../../../d/f"), "/loop": symlink("loop"), "/dead": symlink("no"),
        "/c0": b"end", **CHAIN,
    },
    answer=[b"data", b"data", b"data", "ELOOP", "ENOENT", "no", b"end", "ELOOP"],
)  # fmt: skip
def symlinks_on_the_way(fs: Any) -> Any:
    return [
        read(fs, "/abs/f"),
        read(fs, "/up"),
        read(fs, "/../../abs/../d/f"),
        said(fs.stat, "/loop"),
        said(fs.stat, "/dead"),
        fs.readlink("/dead"),
        read(fs, "/c40"),
        said(fs.stat, "/c41"),
    ]


@behaviour(
    56, "trailing slashes, and names and paths that are too long", {"/d/": {}, "/f": b"", "/l": symlink("d"), "/dead": symlink("n")},
    answer=["ENOTDIR", True, "ENOTDIR", "ENAMETOOLONG", "ENOENT", "ENAMETOOLONG", "ok", "ENOENT", "EISDIR", "ENOTDIR", "EEXIST", "ENOENT"],
)  # fmt: skip
def slashes_and_lengths(fs: Any) -> Any:
    return [
        said(fs.stat, "/f/"),
        stat.S_ISDIR(fs.lstat("/l/").st_mode),
        said(fs.unlink, "/f/"),
        said(fs.lstat, "/" + "n" * 256),
        said(fs.lstat, "/" + "n" * 255),
        said(fs.lstat, "/d" * 2048),
        said(fs.mkdir, "/new/"),
        said(fs.symlink, "x", "/none/"),
        opened(fs, "/made/", os.O_RDWR | os.O_CREAT),
        said(fs.rename, "/f", "/g/"),
        said(fs.mkdir, "/dead"),
        said(fs.mkdir, "/dead/x"),
    ]


@behaviour(
    57, "chown clears suid and sgid of files even for root; a setgid directory passes its group on; the umask is taken off",
    {"/suid": file(b"x", 0o6755), "/nox": file(b"x", 0o2644), "/d": directory(0o6755), "/g": directory(0o2775, gid=9)},
    answer=[0o755, 0o2644, 0o6755, (0o644, 9), (0o2755, 9), 0o600],
)  # fmt: skip
def caller_is_root(fs: Any) -> Any:
    for path in ("/suid", "/nox", "/d"):
        fs.chown(path, 1, 1)
    write(fs, "/g/f", b"")
    fs.mkdir("/g/s")
    fs.mknod("/node", stat.S_IFREG | 0o600, 0)
    modes = [stat.S_IMODE(fs.stat(path).st_mode) for path in ("/suid", "/nox", "/d", "/node")]
    owned = [(stat.S_IMODE(one.st_mode), one.st_gid) for one in (fs.stat("/g/f"), fs.stat("/g/s"))]
    return [*modes[:3], *owned, modes[3]]


@behaviour(
    57, "root writing into a suid file keeps the bits, truncating too", {"/suid": file(b"x", 0o6755)}, answer=[0o6755, 0o6755]
)
def root_keeps_suid(fs: Any) -> Any:
    write(fs, "/suid", b"y")
    first = stat.S_IMODE(fs.stat("/suid").st_mode)
    fs.truncate("/suid", 0)
    return [first, stat.S_IMODE(fs.stat("/suid").st_mode)]


@behaviour(60, "the upperdir's own bookkeeping does not show in a comparison", {"/d/f": b""}, answer=[{}, {}])
def bookkeeping(fs: Any) -> Any:
    fs.chmod("/d/f", 0o600)
    return [own_xattrs(fs, "/d"), own_xattrs(fs, "/d/f")]


@behaviour(
    43, "a whiteout makes way for a hard link, a fifo and a rename", {"/a": b"a", "/b": b"b", "/c": b"c", "/w": WHITEOUT}, hard_links("/w"),
    answer=["ok", "ok", "ok", {"/a": "whiteout", "/b": "fifo", "/c": "file", "/w": "link to /c"}],
)  # fmt: skip
def onto_a_whiteout(fs: Any) -> Any:
    fs.unlink("/b")
    seen = [said(fs.rename, "/a", "/w"), said(fs.mkfifo, "/b", 0o644)]
    fs.unlink("/w")
    return [*seen, said(fs.link, "/c", "/w"), upper(fs)]

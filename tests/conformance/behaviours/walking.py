"""The path walk and the caller: behaviours 56 and 57."""

import os
import stat
from typing import Any

from tests.conformance.behaviours import (
    behaviour,
    directory,
    file,
    opened,
    read,
    said,
    symlink,
    write,
)

# --- path walk and caller ---------------------------------------------------------------------------------------------

CHAIN = {f"/c{number}": symlink(f"c{number - 1}") for number in range(1, 42)}


@behaviour(
    56,
    "symlinks on the way: absolute ones start at the overlay's root, `..` stops there, 40 are followed and no more",
    {
        "/d/f": b"data",
        "/abs": symlink("/d"),
        "/up": symlink("../../../d/f"),
        "/loop": symlink("loop"),
        "/dead": symlink("no"),
        "/c0": b"end",
        **CHAIN,
    },
    answer=[b"data", b"data", b"data", "ELOOP", "ENOENT", "no", b"end", "ELOOP"],
)
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
    56,
    "trailing slashes, and names and paths that are too long",
    {"/d/": {}, "/f": b"", "/l": symlink("d"), "/dead": symlink("n")},
    answer=[
        "ENOTDIR",
        True,
        "ENOTDIR",
        "ENAMETOOLONG",
        "ENOENT",
        "ENAMETOOLONG",
        "ok",
        "ENOENT",
        "EISDIR",
        "ENOTDIR",
        "EEXIST",
        "ENOENT",
    ],
)
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
    57,
    "chown clears suid and sgid of files even for root; a setgid directory passes its group on; the umask is taken off",
    {"/suid": file(b"x", 0o6755), "/nox": file(b"x", 0o2644), "/d": directory(0o6755), "/g": directory(0o2775, gid=9)},
    answer=[0o755, 0o2644, 0o6755, (0o644, 9), (0o2755, 9), 0o600],
)
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
    57,
    "root writing into a suid file keeps the bits, truncating too",
    {"/suid": file(b"x", 0o6755)},
    answer=[0o6755, 0o6755],
)
def root_keeps_suid(fs: Any) -> Any:
    write(fs, "/suid", b"y")
    first = stat.S_IMODE(fs.stat("/suid").st_mode)
    fs.truncate("/suid", 0)
    return [first, stat.S_IMODE(fs.stat("/suid").st_mode)]

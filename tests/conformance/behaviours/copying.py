"""Copy-up and hard links: behaviours 25 to 35."""

import os
from typing import Any

from coursekit.layers.layer import LayerBuilder
from coursekit.proving.entry_layer import EntryContent
from tests.conformance.behaviours import (
    OLD,
    behaviour,
    directory,
    file,
    hard_links,
    opened,
    own_xattrs,
    read,
    said,
    symlink,
    upper,
    write,
)

NEW_FILES = {f"/{number}": b"data" for number in range(16)}


def copied(fs: Any) -> list[str]:
    """What was copied up, numbers in order."""
    return sorted((path.strip("/") for path in upper(fs)), key=lambda name: (len(name), name))


@behaviour(
    25,
    "what changes a lower file copies it up, and so does opening it for writing",
    NEW_FILES,
    answer=[str(number) for number in range(16)],
)
def triggers(fs: Any) -> Any:
    for number, flags in enumerate((os.O_WRONLY, os.O_RDWR, os.O_RDONLY | os.O_TRUNC, os.O_WRONLY | os.O_APPEND)):
        fs.open(f"/{number}", flags).close()
    fs.truncate("/4", 2)
    fs.truncate("/5", 4)
    fs.chmod("/6", 0o600)
    kept = fs.open("/7")
    kept.fchmod(0o600)
    kept.close()
    fs.chown("/8", 1, 1)
    fs.chown("/9", -1, -1)
    fs.utime("/10", ns=(OLD, OLD))
    fs.setxattr("/11", "user.k", b"v")
    said(fs.setxattr, "/12", "user.k", b"v", os.XATTR_REPLACE)
    fs.link("/13", "/14x")
    fs.unlink("/14x")
    fs.rename("/14", "/14y")
    fs.rename("/14y", "/14")
    kept = fs.open("/15")
    said(kept.fsetxattr, "user.k", b"v")
    kept.close()
    return [name for name in copied(fs) if name.isdigit()]


@behaviour(
    25,
    "what fails before it changes anything copies nothing up",
    {**NEW_FILES, "/d/": {}},
    answer=["EEXIST", "ENODATA", "EEXIST", "ok", "ENOENT", "EISDIR", "EINVAL", {}],
)
def no_triggers(fs: Any) -> Any:
    return [
        opened(fs, "/0", os.O_WRONLY | os.O_CREAT | os.O_EXCL),
        said(fs.removexattr, "/1", "user.k"),
        said(fs.link, "/2", "/3"),
        said(fs.rename, "/4", "/4"),
        said(fs.rename, "/5", "/nowhere/5"),
        opened(fs, "/d", os.O_WRONLY),
        said(fs.truncate, "/6", -1),
        upper(fs),
    ]


@behaviour(
    26,
    "reading copies nothing up",
    {"/d/f": b"data", "/l": symlink("d/f")},
    answer=[b"data", "d/f", True, ["f"], "ENODATA", {}],
)
def reading(fs: Any) -> Any:
    fs.stat("/d/f")
    return [
        read(fs, "/l"),
        fs.readlink("/l"),
        fs.access("/d/f", os.W_OK),
        fs.listdir("/d"),
        said(fs.getxattr, "/d/f", "user.k"),
        upper(fs),
    ]


@behaviour(
    27,
    "copy-up takes owner, mode, time, xattrs and contents along, and the parents with theirs",
    {
        "/d": directory(0o2750, uid=1, gid=2, xattrs={"user.d": b"d"}),
        "/d/s": directory(0o700),
        "/d/s/f": file(b"data", 0o4711, uid=3, gid=4, xattrs={"user.f": b"f", "trusted.t": b"t"}),
    },
    answer=[
        (0o2750, 1, 2, OLD, {"user.d": b"d"}),
        (0o700, 0, 0, OLD, {}),
        (0o4711, 3, 4, OLD, {"trusted.t": b"t", "user.f": b"f"}),
        [(0, b"data")],
    ],
)
def copied_with_all(fs: Any) -> Any:
    fs.open("/d/s/f", os.O_RDWR).close()
    found = {one["path"]: one for one in fs.upperdir()}
    seen = [found[path] for path in ("/d", "/d/s", "/d/s/f")]
    kept = [(one["mode"], one["uid"], one["gid"], one["mtime_ns"], own_xattrs(fs, one["path"])) for one in seen]
    return [*kept, seen[2]["extents"]]


@behaviour(
    28,
    "copy-up of a child leaves its parent's time alone, creating one does not",
    {"/d": directory(), "/d/f": file(b"x"), "/e": directory(), "/e/f": file()},
    answer=[True, True, False],
)
def time_of_the_parent(fs: Any) -> Any:
    fs.chmod("/d/f", 0o600)
    stored = next(one for one in fs.upperdir() if one["path"] == "/d")
    write(fs, "/e/new", b"")
    return [fs.stat("/d").st_mtime_ns == OLD, stored["mtime_ns"] == OLD, fs.stat("/e").st_mtime_ns == OLD]


@behaviour(
    28,
    "truncating to the same length sets the time, but by path where there is no data",
    {"/empty": file(), "/data": file(b"data"), "/opened": file()},
    answer=[True, False, False],
)
def time_of_the_truncated(fs: Any) -> Any:
    for name in ("/empty", "/data"):
        fs.utime(name, ns=(OLD, OLD))
        fs.truncate(name, fs.stat(name).st_size)
    fs.utime("/opened", ns=(OLD, OLD))
    fs.open("/opened", os.O_WRONLY | os.O_TRUNC).close()
    return [fs.stat(name).st_mtime_ns == OLD for name in ("/empty", "/data", "/opened")]


@behaviour(29, "the inode number survives copy-up, and a new mount", {"/d/f": b"data"}, answer=[True, True, True])
def inode_is_constant(fs: Any) -> Any:
    before, above = fs.stat("/d/f").st_ino, fs.stat("/d").st_ino
    write(fs, "/d/f", b"new")
    after = fs.stat("/d/f").st_ino
    fs.remount()
    return [before == after, fs.stat("/d/f").st_ino == before, fs.stat("/d").st_ino == above]


def sparse_layer() -> Any:
    builder = LayerBuilder()
    node = file()
    builder.put("/hole", type(node)(node.meta, EntryContent(8192, [])))
    builder.put("/some", type(node)(node.meta, EntryContent(20000, [(8192, b"s" * 100)])))
    return builder.build()


@behaviour(
    30,
    "a hole stays a hole, but for what lies within 1 MiB behind data: that is copied in one piece",
    sparse_layer(),
    answer=[(8192, 0), (20000, 24), (20000, 32)],
)
def holes(fs: Any) -> Any:
    seen = []
    for path in ("/hole", "/some"):
        fs.chmod(path, 0o600)
        seen.append((fs.stat(path).st_size, fs.stat(path).st_blocks))
    write(fs, "/some", b"x")
    return [*seen, (fs.stat("/some").st_size, fs.stat("/some").st_blocks)]


@behaviour(
    32,
    "a descriptor opened for reading before the copy-up sees what is written later",
    {"/f": b"old data"},
    answer=[b"old", b"NEW data", b"data", 8],
)
def old_descriptor(fs: Any) -> Any:
    reader = fs.open("/f")
    first = reader.read(3)
    write(fs, "/f", b"NEW")
    seen = [bytes(first), bytes(reader.pread(8, 0)), bytes(reader.read(10)).strip(), reader.fstat().st_size]
    reader.close()
    return seen


@behaviour(
    35,
    "index off: writing through one name breaks a lower hard link; the other keeps its data and its old count",
    hard_links("/h1", "/h2"),
    answer=[True, 2, b"new", b"shared", False, 1, 2],
)
def broken_link(fs: Any) -> Any:
    same, links = fs.stat("/h1").st_ino == fs.stat("/h2").st_ino, fs.stat("/h1").st_nlink
    write(fs, "/h1", b"new", os.O_WRONLY | os.O_TRUNC)
    one, two = fs.stat("/h1"), fs.stat("/h2")
    return [same, links, read(fs, "/h1"), read(fs, "/h2"), one.st_ino == two.st_ino, one.st_nlink, two.st_nlink]


@behaviour(
    29,
    "a lower file with several names changes its inode number when it is copied up",
    hard_links("/h1", "/h2"),
    answer=[False, True],
)
def inode_of_a_broken_link(fs: Any) -> Any:
    before = fs.stat("/h1").st_ino
    fs.chmod("/h1", 0o600)
    return [fs.stat("/h1").st_ino == before, fs.stat("/h2").st_ino == before]


@behaviour(
    35,
    "link() on such a name breaks it too",
    hard_links("/h1", "/h2"),
    answer=[2, 2, {"/h1": "file", "/h3": "link to /h1"}],
)
def linked_again(fs: Any) -> Any:
    fs.link("/h1", "/h3")
    return [fs.stat("/h3").st_nlink, fs.stat("/h2").st_nlink, upper(fs)]


@behaviour(
    35,
    "a lower hard link renamed onto its sibling is no no-op: the source vanishes",
    hard_links("/h1", "/h2"),
    answer=["ok", "ENOENT", b"shared", {"/h1": "whiteout", "/h2": "file"}],
)
def renamed_onto_sibling(fs: Any) -> Any:
    return [said(fs.rename, "/h1", "/h2"), said(fs.lstat, "/h1"), read(fs, "/h2"), upper(fs)]


@behaviour(
    35,
    "hard links made above are one file, and rename onto each other does nothing",
    {"/x": b""},
    answer=[2, True, b"both", "ok", "ok", 2],
)
def upper_links(fs: Any) -> Any:
    write(fs, "/a", b"")
    fs.link("/a", "/b")
    write(fs, "/a", b"both")
    status = fs.stat("/b")
    seen = [status.st_nlink, status.st_ino == fs.stat("/a").st_ino, read(fs, "/b"), said(fs.rename, "/a", "/b")]
    return [*seen, "ok" if fs.lstat("/a") else "", fs.stat("/b").st_nlink]


@behaviour(
    60,
    "a time of access that was set stays, whatever is changed then",
    {"/f": b"data"},
    answer=[(9, 7), 9, 9, (8, 7)],
)
def times_of_access(fs: Any) -> Any:
    fs.utime("/f", ns=(9 * 10**9, 7 * 10**9))
    fs.chmod("/f", 0o600)
    seen = [times(fs, "/f")]
    write(fs, "/f", b"more")
    seen.append(times(fs, "/f")[0])
    fs.rename("/f", "/g")
    seen.append(times(fs, "/g")[0])
    fs.utime("/g", ns=(8 * 10**9, 7 * 10**9))
    return [*seen, times(fs, "/g")]


def times(fs: Any, path: str) -> tuple[int, int]:
    """Of the last access and of the last change, in whole seconds."""
    found = fs.stat(path)
    return found.st_atime_ns // 10**9, found.st_mtime_ns // 10**9

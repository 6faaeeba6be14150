"""A layer as overlayfs stores it on a disk: plain entries, written to a directory and read back from one.

    Layer, upperdir of the engine ──entries──▶ [Entry, …] ──write──▶ directory ──read──▶ [Entry, …]

A whiteout is a character device 0/0, an opaque directory carries `trusted.overlay.opaque`, holes are holes, and the
second name of a file says which was the first. Entries are made of builtins only, so that they pass through a pipe.

An adapter at the edge, it touches the disk. Imports no more than it must: the kernel's worker uses it.
Source: Linux Documentation/filesystems/overlayfs.rst, "whiteouts and opaque directories".
"""

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from typing import Literal, TypedDict

from coursekit.fs.node import DEVICE_KINDS, Device, Directory, File, Metadata, Node, Symlink, Whiteout
from coursekit.fs.paths import join
from coursekit.layers.ports import Lower
from coursekit.layers.xattr_names import TRUSTED, OverlayXattrs

Kind = Literal["file", "directory", "symlink", "char", "block", "fifo", "socket", "ghost"]
FORMATS: dict[int, Kind] = {
    stat.S_IFREG: "file",
    stat.S_IFDIR: "directory",
    stat.S_IFLNK: "symlink",
    **{bits: kind.value for bits, kind in DEVICE_KINDS.items()},
}
DEVICES: dict[str, int] = {kind: bits for bits, kind in FORMATS.items() if kind not in ("file", "directory", "symlink")}


class Entry(TypedDict, total=False):
    """One name. A `ghost` is listed and cannot be statted: a whiteout in a directory that is not merged, say."""

    path: str  # absolute; "/" is the layer's root
    kind: Kind
    mode: int
    uid: int
    gid: int
    mtime_ns: int
    xattrs: dict[str, bytes]
    size: int  # of a file
    extents: list[tuple[int, bytes]]  # of a file: what is no hole, ascending
    target: str  # of a symlink
    device: tuple[int, int]  # of a special file: major, minor
    code: int  # of a ghost: the errno that stat gives
    link: str  # the first path of the same file; the entry carries nothing else


def entries(lower: Lower, notes: OverlayXattrs = TRUSTED) -> list[Entry]:
    """A layer's entries, parents first, names sorted; what a node knows of itself written as `notes`."""
    found: list[Entry] = []
    seen: dict[int, str] = {}  # inode → its first path
    todo = [("/", 0)]
    while todo:
        path, number = todo.pop()
        node = lower.node(number)
        first = seen.setdefault(lower.inode(number), path)
        if first != path and not isinstance(node, Directory | Whiteout):
            found.append({"path": path, "link": first})
            continue
        found.append(entry(path, node, notes))
        todo.extend((join(path, name), child) for name, child in sorted(lower.children(number).items(), reverse=True))
    return found


def entry(path: str, node: Node, notes: OverlayXattrs = TRUSTED) -> Entry:
    """The entry of one node, whiteouts and opaque directories spelled as on a disk."""
    match node:
        case Whiteout():
            return {"path": path, "kind": "char", "device": (0, 0), **_metadata(Metadata(mode=0))}
        case Directory(meta=meta, opaque=opaque):
            found: Entry = {"path": path, "kind": "directory", **_metadata(meta)}
            if opaque:
                found["xattrs"] = {**found["xattrs"], notes.opaque: b"y"}
            return found
        case Symlink(meta=meta, target=target):
            return {"path": path, "kind": "symlink", "target": target, **_metadata(meta)}
        case Device(meta=meta, kind=kind, major=major, minor=minor):
            return {"path": path, "kind": kind.value, "device": (major, minor), **_metadata(meta)}
        case File(meta=meta, content=content):
            extents = [(start, content.read(start, end - start)) for start, end in content.data()]
            return {"path": path, "kind": "file", "size": content.size, "extents": extents, **_metadata(meta)}


def _metadata(meta: Metadata) -> Entry:
    return {
        "mode": meta.mode,
        "uid": meta.uid,
        "gid": meta.gid,
        "mtime_ns": meta.mtime_ns,
        "xattrs": dict(meta.xattrs),
    }


def write(found: Iterable[Entry], directory: str) -> None:
    """Makes the entries below `directory`, which exists and becomes their root. Needs root for devices and owners."""
    written = list(found)
    for one in written:
        place = _place(directory, one["path"])
        if "link" in one:
            os.link(_place(directory, one["link"]), place, follow_symlinks=False)
        else:
            _make(one, place)
    for one in reversed(written):  # a directory's time last: making its children changes it
        if "link" not in one:
            os.utime(_place(directory, one["path"]), ns=(one["mtime_ns"],) * 2, follow_symlinks=False)


def _place(directory: str, path: str) -> str:
    return directory if path == "/" else directory + path


def _make(one: Entry, place: str) -> None:
    match one["kind"]:
        case "directory":
            if one["path"] != "/":
                os.mkdir(place)
        case "symlink":
            os.symlink(one["target"], place)
        case "file":
            with open(place, "xb") as file:
                file.truncate(one["size"])
                for start, data in one["extents"]:
                    file.seek(start)
                    file.write(data)
        case kind:
            os.mknod(place, DEVICES[kind] | 0o600, os.makedev(*one["device"]))
    os.chown(place, one["uid"], one["gid"], follow_symlinks=False)
    if one["kind"] != "symlink":
        os.chmod(place, one["mode"])
    for name, value in one["xattrs"].items():
        os.setxattr(place, name, value, follow_symlinks=False)


def read(directory: str) -> list[Entry]:
    """The entries of `directory` as they lie on the disk, parents first, names sorted. Nothing is followed."""
    found: list[Entry] = []
    seen: dict[tuple[int, int], str] = {}  # device and inode → its first path
    todo = ["/"]
    while todo:
        path = todo.pop()
        place = _place(directory, path)
        try:
            status = os.lstat(place)
        except OSError as failure:
            if failure.errno not in (errno.ENOENT, errno.EPERM, errno.EIO, errno.EINVAL):
                raise
            found.append({"path": path, "kind": "ghost", "code": failure.errno})
            continue
        kind = FORMATS[stat.S_IFMT(status.st_mode)]
        first = seen.setdefault((status.st_dev, status.st_ino), path)
        if first != path and kind != "directory" and not (kind == "char" and status.st_rdev == 0):
            found.append({"path": path, "link": first})
            continue
        found.append(_described(path, place, kind, status))
        if kind == "directory":
            todo.extend(join(path, name) for name in sorted(os.listdir(place), reverse=True))
    return found


def _described(path: str, place: str, kind: Kind, status: os.stat_result) -> Entry:
    found: Entry = {
        "path": path,
        "kind": kind,
        "mode": stat.S_IMODE(status.st_mode),
        "uid": status.st_uid,
        "gid": status.st_gid,
        "mtime_ns": status.st_mtime_ns,
        "xattrs": {
            name: os.getxattr(place, name, follow_symlinks=False)
            for name in sorted(os.listxattr(place, follow_symlinks=False))
        },
    }
    if kind == "file":
        found["size"], found["extents"] = status.st_size, list(_extents(place, status.st_size))
    elif kind == "symlink":
        found["target"] = os.readlink(place)
    elif kind in DEVICES:
        found["device"] = (os.major(status.st_rdev), os.minor(status.st_rdev))
    return found


def _extents(place: str, size: int) -> Iterator[tuple[int, bytes]]:
    descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        end = 0
        while end < size:
            try:
                start = os.lseek(descriptor, end, os.SEEK_DATA)
            except OSError as failure:
                if failure.errno == errno.ENXIO:  # only a hole is left
                    return
                raise
            end = os.lseek(descriptor, start, os.SEEK_HOLE)
            yield start, os.pread(descriptor, end - start, start)
    finally:
        os.close(descriptor)

"""What a name can stand for: file, directory, symlink, device, and the whiteout that hides one.

A node is an immutable description, as a layer holds it. Names and targets are `str`; bytes that are no UTF-8 are kept
by surrogate escapes, as Python's `os` does.

Knows nothing of layers' order, images or disks.
Source: POSIX <sys/stat.h>; Linux Documentation/filesystems/overlayfs.rst, "whiteouts and opaque directories".
"""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from coursekit.fs.content import Content

NO_XATTRS: Mapping[str, bytes] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a node carries beside its contents."""

    mode: int = 0o644  # permission bits with suid, sgid and sticky: 0 … 0o7777
    uid: int = 0
    gid: int = 0
    mtime_ns: int = 0  # nanoseconds since 1970, UTC
    xattrs: Mapping[str, bytes] = field(default_factory=lambda: NO_XATTRS)


@dataclass(frozen=True, slots=True)
class File:
    """A regular file. Two names of one file (hard links) answer with the same `Lower.inode`."""

    meta: Metadata
    content: Content


@dataclass(frozen=True, slots=True)
class Directory:
    """A directory; `opaque` ends the search in the layers below it."""

    meta: Metadata
    opaque: bool = False


@dataclass(frozen=True, slots=True)
class Symlink:
    """A symbolic link; `target` is kept as written, absolute or relative."""

    meta: Metadata
    target: str


class DeviceKind(Enum):
    """The special files."""

    CHAR = "char"
    BLOCK = "block"
    FIFO = "fifo"
    SOCKET = "socket"


@dataclass(frozen=True, slots=True)
class Device:
    """A special file; `major` and `minor` are 0 for fifos and sockets."""

    meta: Metadata
    kind: DeviceKind
    major: int = 0
    minor: int = 0


@dataclass(frozen=True, slots=True)
class Whiteout:
    """Hides one name in all layers below its own. On disk: a character device 0/0."""


WHITEOUT = Whiteout()

Node = File | Directory | Symlink | Device | Whiteout


FILE_TYPES: dict[type | DeviceKind, int] = {  # the S_IF… of what is no device, and of each kind of device
    File: stat.S_IFREG,
    Directory: stat.S_IFDIR,
    Symlink: stat.S_IFLNK,
    DeviceKind.CHAR: stat.S_IFCHR,
    DeviceKind.BLOCK: stat.S_IFBLK,
    DeviceKind.FIFO: stat.S_IFIFO,
    DeviceKind.SOCKET: stat.S_IFSOCK,
}
DEVICE_KINDS = {bits: kind for kind, bits in FILE_TYPES.items() if isinstance(kind, DeviceKind)}


def file_type(node: Node) -> int:
    """The S_IF… constant of a node.

    >>> file_type(Directory(Metadata())) == stat.S_IFDIR
    True
    """
    known = FILE_TYPES.get(type(node))  # first what most nodes are: a mount asks this of each object that it finds
    if known is not None:
        return known
    if isinstance(node, Device):
        return FILE_TYPES[node.kind]
    raise TypeError(f"{node!r} has no file type: a whiteout is the absence of one")


def stored_size(node: Node) -> int:
    """Bytes of a file's contents or of a symlink's target; 0 for all else.

    >>> stored_size(Symlink(Metadata(), "usr/bin")), stored_size(WHITEOUT)
    (7, 0)
    """
    match node:
        case File(content=content):
            return content.size
        case Symlink(target=target):
            return len(os.fsencode(target))
    return 0


def metadata(node: Node) -> Metadata:
    """The metadata of what is no whiteout: those have none.

    >>> metadata(Directory(Metadata(mode=0o700))).mode == 0o700
    True
    """
    if isinstance(node, Whiteout):
        raise TypeError("a whiteout has no metadata")
    return node.meta

"""Status: what `stat` says of an object.

Mode, owner and times are those of the layer that provides it. Times: a union keeps no access time, so `st_atime` is the
mtime, and the change time is kept while the overlay lives.

Floor 2 (union). Source: stat(2), inode(7); Linux fs/overlayfs/inode.c (ovl_getattr).
"""

import os

from coursekit.fs.extents import PAGE, blocks
from coursekit.fs.node import Device, DeviceKind, File, Node, Symlink, metadata
from coursekit.union.inode import Inode

_SECOND = 1_000_000_000  # nanoseconds


def status(inode: Inode, nlink: int, device: int) -> os.stat_result:
    """The stat result; `device` is the overlay's st_dev."""
    node = inode.node
    meta = metadata(node)
    size, taken, number = extent(node)
    mtime = meta.mtime_ns
    ctime = mtime if inode.ctime_ns is None else inode.ctime_ns
    seconds, changed = mtime // _SECOND, ctime // _SECOND
    mode = inode.type | meta.mode
    return os.stat_result(
        (mode, inode.ino, device, nlink, meta.uid, meta.gid, size, seconds, seconds, changed),
        {
            "st_atime": mtime / 1e9, "st_mtime": mtime / 1e9, "st_ctime": ctime / 1e9,
            "st_atime_ns": mtime, "st_mtime_ns": mtime, "st_ctime_ns": ctime,
            "st_blksize": PAGE, "st_blocks": taken, "st_rdev": number,
        },
    )  # fmt: skip


def extent(node: Node) -> tuple[int, int, int]:
    """Size in bytes, blocks of 512 bytes, device number.

    >>> from coursekit.fs.content import Bytes
    >>> from coursekit.fs.node import Metadata
    >>> extent(File(Metadata(), Bytes(b"text")))
    (4, 8, 0)
    """
    match node:
        case File(content=content):
            return content.size, blocks(content), 0
        case Symlink(target=target):
            return len(os.fsencode(target)), 0, 0
        case Device(kind=DeviceKind.CHAR | DeviceKind.BLOCK, major=major, minor=minor):
            return 0, 0, os.makedev(major, minor)
    return 0, 0, 0

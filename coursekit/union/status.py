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
_MORE = (  # behind the ten fields that a stat_result shows as a tuple
    "st_atime", "st_mtime", "st_ctime", "st_atime_ns", "st_mtime_ns", "st_ctime_ns",
    "st_blksize", "st_blocks", "st_rdev",
)  # fmt: skip


def _in_order() -> bool:
    """This system's stat_result takes them in this order, which is faster than by name; so it is on Linux."""
    count = 10 + len(_MORE)
    if os.stat_result.n_fields != count:
        return False
    trial = os.stat_result(range(count))
    return all(getattr(trial, name, None) == at for at, name in enumerate(_MORE, 10))


_IN_ORDER = _in_order()


def status(inode: Inode, nlink: int, device: int) -> os.stat_result:
    """The stat result; `device` is the overlay's st_dev."""
    node = inode.node
    meta = metadata(node)
    size, taken, number = extent(node)
    mtime = meta.mtime_ns
    ctime = mtime if inode.ctime_ns is None else inode.ctime_ns
    seconds, changed = mtime // _SECOND, ctime // _SECOND
    mode = inode.type | meta.mode
    seen = (mode, inode.ino, device, nlink, meta.uid, meta.gid, size, seconds, seconds, changed)
    times = (mtime / 1e9, mtime / 1e9, ctime / 1e9, mtime, mtime, ctime)
    if _IN_ORDER:
        return os.stat_result((*seen, *times, PAGE, taken, number))
    return os.stat_result(seen, dict(zip(_MORE, (*times, PAGE, taken, number), strict=True)))


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

"""Status: what `stat` says of an object.

Mode, owner and mtime are those of the layer that provides it. A layer keeps no other times: `st_atime` is the one that
utime set, else the mtime, and both it and the change time are kept while the overlay lives.

Source: stat(2), inode(7); Linux fs/overlayfs/inode.c (ovl_getattr).
"""

import os

from coursekit.fs import linux_numbers
from coursekit.fs.extents import PAGE, blocks
from coursekit.fs.node import Device, DeviceKind, File, Node, Symlink, metadata
from coursekit.union.inode import Inode

_SECOND = 1_000_000_000  # nanoseconds
_MORE = (  # behind the ten fields that a stat_result shows as a tuple
    "st_atime",
    "st_mtime",
    "st_ctime",
    "st_atime_ns",
    "st_mtime_ns",
    "st_ctime_ns",
    "st_blksize",
    "st_blocks",
    "st_rdev",
)


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
    seconds, exact = mtime // _SECOND, mtime / 1e9
    ctime, changed, exactly = mtime, seconds, exact
    if inode.ctime_ns is not None:
        ctime = inode.ctime_ns
        changed, exactly = ctime // _SECOND, ctime / 1e9
    atime, accessed, exact_access = mtime, seconds, exact
    if inode.atime_ns is not None:
        atime = inode.atime_ns
        accessed, exact_access = atime // _SECOND, atime / 1e9
    found = (
        inode.type | meta.mode,
        inode.ino,
        device,
        nlink,
        meta.uid,
        meta.gid,
        size,
        accessed,
        seconds,
        changed,
        exact_access,
        exact,
        exactly,
        atime,
        mtime,
        ctime,
        PAGE,
        taken,
        number,
    )
    if _IN_ORDER:
        return os.stat_result(found)
    return os.stat_result(found[:10], dict(zip(_MORE, found[10:], strict=True)))


def owned_by(found: os.stat_result, uid: int, gid: int) -> os.stat_result:
    """The same of an object that is somebody else's."""
    return os.stat_result((*found[:4], uid, gid, *found[6:]), {name: getattr(found, name) for name in _MORE})


def extent(node: Node) -> tuple[int, int, int]:
    """Size in bytes, blocks of 512 bytes, device number.

    >>> from coursekit.fs.content import Bytes
    >>> from coursekit.fs.node import Metadata
    >>> extent(File(Metadata(), Bytes(b"text")))
    (4, 8, 0)
    """
    if isinstance(node, File):  # most are
        return node.content.size, blocks(node.content), 0
    match node:
        case Symlink(target=target):
            return len(os.fsencode(target)), 0, 0
        case Device(kind=DeviceKind.CHAR | DeviceKind.BLOCK, major=major, minor=minor):
            return 0, 0, linux_numbers.makedev(major, minor)
    return 0, 0, 0

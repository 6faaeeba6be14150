"""Linux's numbers, for a tree that behaves as on Linux wherever Python runs.

Windows and browsers lack some of these names, and macOS gives device numbers another layout. Where the host has a flag of
its own, callers pass that one; the others are Linux's.

Floor 1 (fs). Source: makedev(3) as glibc lays it out, fcntl.h, linux/xattr.h, lseek(2).
"""

import os

O_ACCMODE: int = getattr(os, "O_ACCMODE", 0o3)
O_DIRECTORY: int = getattr(os, "O_DIRECTORY", 0o200000)
O_NOFOLLOW: int = getattr(os, "O_NOFOLLOW", 0o400000)
O_NONBLOCK: int = getattr(os, "O_NONBLOCK", 0o4000)
SEEK_DATA: int = getattr(os, "SEEK_DATA", 3)
SEEK_HOLE: int = getattr(os, "SEEK_HOLE", 4)
XATTR_CREATE: int = getattr(os, "XATTR_CREATE", 1)
XATTR_REPLACE: int = getattr(os, "XATTR_REPLACE", 2)


def makedev(major: int, minor: int) -> int:
    """The number of a device.

    >>> hex(makedev(8, 1)), hex(makedev(1, 0x12345))
    ('0x801', '0x12300145')
    """
    high = (major & 0xFFFFF000) << 32 | (minor & 0xFFFFFF00) << 12
    return high | (major & 0xFFF) << 8 | minor & 0xFF


def major(device: int) -> int:
    """The driver's number within a device's.

    >>> major(makedev(0x12345, 7)) == 0x12345
    True
    """
    return device >> 32 & 0xFFFFF000 | device >> 8 & 0xFFF


def minor(device: int) -> int:
    """The number of one of the driver's devices.

    >>> minor(makedev(7, 0x12345)) == 0x12345
    True
    """
    return device >> 12 & 0xFFFFFF00 | device & 0xFF

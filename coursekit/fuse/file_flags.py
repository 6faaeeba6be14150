"""File flags: what lsattr shows and chattr sets, of a file or a directory on this machine's disk.

    GETFLAGS, SETFLAGS       flags u32
    GETXATTR, SETXATTR       struct fsxattr: flags u32, then size hints and the project

To set the first, Linux reads the second before.
Source: ioctl_iflags(2); Linux include/uapi/linux/fs.h (FS_IOC_*), fs/fuse/ioctl.c (fuse_fileattr_set).
"""

import os

GETFLAGS, SETFLAGS, GETXATTR, SETXATTR = 0x80086601, 0x40086602, 0x801C581F, 0x401C5820
SIZES = {GETFLAGS: 4, SETFLAGS: 4, GETXATTR: 28, SETXATTR: 28}  # bytes that come and go with each command
_HEEDED = {SETFLAGS: 0x10 | 0x20, SETXATTR: 0x08 | 0x10}  # immutable and append only


def changes(command: int) -> bool:
    """Whether a command sets something."""
    return command in _HEEDED


def wants_heed(command: int, data: bytes) -> bool:
    """Whether flags are to be set that whoever serves the file has to heed: immutable, append only."""
    return bool(int.from_bytes(data[:4], "little") & _HEEDED.get(command, 0))


def ask(path: str, command: int, data: bytes) -> bytes:
    """What the disk answers to a command. Raises: OSError with ENOTTY or EOPNOTSUPP where it has no such flags."""
    import fcntl  # Windows and browsers have none, and import this module all the same

    size = SIZES[command]
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        return fcntl.ioctl(descriptor, command, data[:size].ljust(32, b"\0"))[:size]
    finally:
        os.close(descriptor)

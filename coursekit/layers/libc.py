"""The C library, for system calls that Python 3.11 does not have: renameat2, and what the kernel's worker needs.

An adapter at the edge. Source: renameat2(2), errno(3).
"""

import ctypes
import os
import struct

FALLOC_FL_KEEP_SIZE, FALLOC_FL_PUNCH_HOLE, FALLOC_FL_ZERO_RANGE = 1, 2, 16  # of fallocate
AT_FDCWD = -100  # a path is relative to the working directory
RENAME_NOREPLACE, RENAME_EXCHANGE, RENAME_WHITEOUT = 1, 2, 4  # the flags of renameat2, here and in the union's rename


def libc() -> ctypes.CDLL:
    """The library; a call leaves its errno for `called`."""
    return ctypes.CDLL(None, use_errno=True)


def called(result: int, path: str = "") -> int:
    """What a call returned. Raises: OSError with its errno and the path for a negative result."""
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), path)
    return result


_STATX = struct.Struct("=80xqI164x")  # struct statx: the time of birth stands behind 80 bytes
_AT_SYMLINK_NOFOLLOW, _STATX_BTIME = 0x100, 0x800


def birth(path: str) -> tuple[int, int] | None:
    """When an object was made on this disk, in seconds and nanoseconds; None where the file system does not tell."""
    found = ctypes.create_string_buffer(_STATX.size)
    called(libc().statx(AT_FDCWD, os.fsencode(path), _AT_SYMLINK_NOFOLLOW, _STATX_BTIME, found), path)
    [mask] = struct.unpack_from("=I", found)
    return _STATX.unpack(found) if mask & _STATX_BTIME else None

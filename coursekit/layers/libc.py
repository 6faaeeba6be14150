"""The C library, for system calls that Python 3.11 does not have: renameat2, and what the kernel's worker needs.

An adapter at the edge. Source: renameat2(2), errno(3).
"""

import ctypes
import os

FALLOC_FL_KEEP_SIZE, FALLOC_FL_PUNCH_HOLE = 1, 2  # of fallocate
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

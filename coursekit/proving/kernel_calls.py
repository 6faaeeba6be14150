"""Overlay's operations as system calls of this process, on whatever its root directory is.

What Python's `os` does the very way Linux does it stands in a table; renameat2, linkat and getdents64 are called in the
C library. Devices are told apart from files by nobody here: `kernel_worker` sees to it that they cannot be opened.

Part of the kernel's worker. Source: renameat2(2), linkat(2), getdents64(2), open(2).
"""

import ctypes
import errno
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

from coursekit.layers.libc import AT_FDCWD, called, libc

AT_SYMLINK_FOLLOW = 0x400
STAT_FIELDS = (
    "st_mode",
    "st_ino",
    "st_dev",
    "st_nlink",
    "st_uid",
    "st_gid",
    "st_rdev",
    "st_size",
    "st_blocks",
    "st_mtime_ns",
    "st_atime_ns",
    "st_ctime_ns",
)
DIRENT_HEADER = 19  # bytes of a linux_dirent64 before its name: ino, off, reclen, type


def status(found: os.stat_result) -> dict[str, int]:
    """A stat result as plain data, with Python's names."""
    return {name: getattr(found, name) for name in STAT_FIELDS}


class Inside:
    """The operations of `Overlay` and its open files, done by system calls. An open file is known by its number."""

    def __init__(self) -> None:
        self.libc = libc()
        self.descriptors: dict[int, int] = {}

    def close_all(self) -> None:
        for number in tuple(self.descriptors):
            self.fd_close(number)

    def stat(self, path: str, follow_symlinks: bool = True) -> dict[str, int]:
        return status(os.stat(path, follow_symlinks=follow_symlinks))

    def lstat(self, path: str) -> dict[str, int]:
        return status(os.lstat(path))

    def rename(self, source: str, target: str, flags: int = 0) -> None:
        old, new = os.fsencode(source), os.fsencode(target)
        called(self.libc.renameat2(AT_FDCWD, old, AT_FDCWD, new, ctypes.c_uint(flags)), source)

    def link(self, source: str, target: str, follow_symlinks: bool = False) -> None:
        old, new = os.fsencode(source), os.fsencode(target)
        flag = AT_SYMLINK_FOLLOW if follow_symlinks else 0
        called(self.libc.linkat(AT_FDCWD, old, AT_FDCWD, new, flag), source)

    def readdir(self, path: str) -> list[tuple[str, int, int]]:
        """(name, inode, d_type) of each entry but `.` and `..`, sorted."""
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            return sorted(self._dirents(descriptor, 1 << 15))
        finally:
            os.close(descriptor)

    def open(self, number: int, path: str, flags: int = 0, mode: int = 0o666) -> None:
        self.fd_close(number)
        self.descriptors[number] = os.open(path, flags | os.O_NONBLOCK, mode)

    def fd_close(self, number: int) -> None:
        if number in self.descriptors:
            os.close(self.descriptors.pop(number))

    def fd_read(self, number: int, length: int = -1) -> bytes:
        descriptor = self._descriptor(number)
        return os.read(descriptor, length if length >= 0 else os.fstat(descriptor).st_size + 1)

    def fd_pread(self, number: int, length: int, offset: int) -> bytes:
        return os.pread(self._descriptor(number), length, offset)

    def fd_write(self, number: int, data: bytes) -> int:
        return os.write(self._descriptor(number), data)

    def fd_pwrite(self, number: int, data: bytes, offset: int) -> int:
        return os.pwrite(self._descriptor(number), data, offset)

    def fd_seek(self, number: int, offset: int, whence: int = 0) -> int:
        return os.lseek(self._descriptor(number), offset, whence)

    def fd_tell(self, number: int) -> int:
        return os.lseek(self._descriptor(number), 0, os.SEEK_CUR)

    def fd_truncate(self, number: int, size: int) -> None:
        os.ftruncate(self._descriptor(number), size)

    def fd_fstat(self, number: int) -> dict[str, int]:
        return status(os.fstat(self._descriptor(number)))

    def fd_fchmod(self, number: int, mode: int) -> None:
        os.fchmod(self._descriptor(number), mode)

    def fd_fchown(self, number: int, uid: int, gid: int) -> None:
        os.fchown(self._descriptor(number), uid, gid)

    def fd_fsetxattr(self, number: int, name: str, value: bytes, flags: int = 0) -> None:
        os.setxattr(self._descriptor(number), name, value, flags)

    def fd_fsync(self, number: int) -> None:
        os.fsync(self._descriptor(number))

    def fd_readdir(self, number: int, entries: int = -1) -> list[tuple[str, int, int]]:
        """The next `entries` (all that are left when negative) of an open directory, without `.` and `..`."""
        descriptor = self._descriptor(number)
        if entries < 0:
            return list(self._dirents(descriptor, 1 << 15))
        found: list[tuple[str, int, int]] = []
        while len(found) < entries:
            more = list(self._one_dirent(descriptor))
            if not more:
                break
            found += more
        return found

    def _descriptor(self, number: int) -> int:
        if number not in self.descriptors:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        return self.descriptors[number]

    def _one_dirent(self, descriptor: int) -> Iterator[tuple[str, int, int]]:
        while True:  # `.` and `..` are passed over; the smallest buffer that holds a name holds one
            for room in range(24, 288, 8):
                try:
                    found = self._getdents(descriptor, room)
                    break
                except OSError as failure:
                    if failure.errno != errno.EINVAL:
                        raise
            if not found:
                return
            named = [one for one in _parsed(found) if one[0] not in (".", "..")]
            if named:
                yield from named
                return

    def _dirents(self, descriptor: int, room: int) -> Iterator[tuple[str, int, int]]:
        while data := self._getdents(descriptor, room):
            yield from (one for one in _parsed(data) if one[0] not in (".", ".."))

    def _getdents(self, descriptor: int, room: int) -> bytes:
        buffer = ctypes.create_string_buffer(room)
        self.libc.getdents64.restype = ctypes.c_ssize_t
        length = called(self.libc.getdents64(descriptor, buffer, ctypes.c_size_t(room)))
        return buffer.raw[:length]


def _parsed(data: bytes) -> Iterator[tuple[str, int, int]]:
    start = 0
    while start < len(data):
        inode = int.from_bytes(data[start : start + 8], sys.byteorder)
        length = int.from_bytes(data[start + 16 : start + 18], sys.byteorder)
        name = data[start + DIRENT_HEADER : start + length].split(b"\0", 1)[0]
        yield os.fsdecode(name), inode, data[start + 18]
        start += length


SAME = (
    *("access", "readlink", "mkdir", "rmdir", "unlink", "symlink", "chmod", "chown", "utime", "truncate"),
    *("mknod", "mkfifo", "getxattr", "setxattr", "removexattr", "umask"),
)
PLAIN: dict[str, Callable[..., Any]] = {  # where os has the very operation
    **{name: getattr(os, name) for name in SAME if hasattr(os, name)},
    "listdir": lambda path: sorted(os.listdir(path)),
    "listxattr": lambda *a, **k: sorted(os.listxattr(*a, **k)),
}

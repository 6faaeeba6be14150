"""Disk: the system calls that change an upperdir on this machine, each a method of one name.

`DirectoryUpper` makes every change through one of these, so that a test can write them down, do the first so many of
them again, and ask the kernel what it thinks of an upperdir whose writer died there.

An adapter at the edge. Source: renameat2(2), copy_file_range(2), fsync(2).
"""

import ctypes
import errno
import os

from coursekit.fs.content import Content
from coursekit.layers.libc import AT_FDCWD, called, libc

AT_SYMLINK_NOFOLLOW, _UTIME_OMIT = 0x100, (1 << 30) - 2
_Timespecs = ctypes.c_int64 * 4
CHUNK = 1 << 20  # bytes moved at a time
_NO_RANGE = (errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EBADF, errno.ETXTBSY)
Where = str | int  # a path, or an open descriptor


class Disk:
    """What is done to a disk. Paths are absolute and never followed at their end."""

    def __init__(self) -> None:
        self._libc = libc()

    # -- names

    def mkdir(self, path: str) -> None:
        os.mkdir(path, 0o700)

    def mknod(self, path: str, mode: int, device: int) -> None:
        os.mknod(path, mode, device)

    def symlink(self, target: str, path: str) -> None:
        os.symlink(target, path)

    def link(self, source: Where, path: str) -> None:
        """One more name; by its descriptor also for a file that has none."""
        if isinstance(source, int):  # a directory's descriptor makes it linkat(2), which alone can follow
            os.link(f"/proc/self/fd/{source}", path, src_dir_fd=source, follow_symlinks=True)
        else:
            os.link(source, path, follow_symlinks=False)

    def rename(self, source: str, target: str, flags: int = 0) -> None:
        """renameat2 with its flags: refuse what is there, swap, or leave a whiteout at the source."""
        call = self._libc.renameat2
        called(call(AT_FDCWD, os.fsencode(source), AT_FDCWD, os.fsencode(target), flags), source)

    def unlink(self, path: str) -> None:
        os.unlink(path)

    def rmdir(self, path: str) -> None:
        os.rmdir(path)

    # -- bytes

    def open(self, path: str, flags: int) -> int:
        return os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)

    def close(self, descriptor: int) -> None:
        os.close(descriptor)

    def pwrite(self, descriptor: int, data: bytes, offset: int) -> int:
        return os.pwrite(descriptor, data, offset)

    def copy_range(self, source: int, descriptor: int, start: int, end: int) -> None:
        """The bytes between, from one file to the same place of another, within the kernel if it can."""
        while start < end:
            try:
                copied = os.copy_file_range(source, descriptor, end - start, start, start)
            except OSError as failure:
                if failure.errno not in _NO_RANGE:
                    raise
                copied = os.pwrite(descriptor, os.pread(source, min(CHUNK, end - start), start), start)
            if not copied:
                raise OSError(errno.EIO, f"the file ends at {start}, {end} bytes were promised")
            start += copied

    def truncate(self, descriptor: int, size: int) -> None:
        os.ftruncate(descriptor, size)

    def allocate(self, descriptor: int, mode: int, offset: int, length: int) -> None:
        """fallocate: reserve room, or punch a hole."""
        called(self._libc.fallocate(descriptor, mode, ctypes.c_int64(offset), ctypes.c_int64(length)))

    def fsync(self, descriptor: int) -> None:
        os.fsync(descriptor)

    # -- metadata

    def chmod(self, where: Where, mode: int) -> None:
        os.chmod(where, mode)

    def chown(self, where: Where, uid: int, gid: int) -> None:
        if isinstance(where, int):
            os.chown(where, uid, gid)
        else:
            os.chown(where, uid, gid, follow_symlinks=False)

    def utime(self, where: Where, mtime_ns: int, atime_ns: int | None = None) -> None:
        """The times of an object; that of the last access stays unless it is given."""
        times = _times(atime_ns, mtime_ns)
        if isinstance(where, int):
            called(self._libc.futimens(where, times))
        else:
            called(self._libc.utimensat(AT_FDCWD, os.fsencode(where), times, AT_SYMLINK_NOFOLLOW), where)

    def setxattr(self, where: Where, name: str, value: bytes) -> None:
        if isinstance(where, int):
            os.setxattr(where, name, value)
        else:
            os.setxattr(where, name, value, follow_symlinks=False)

    def removexattr(self, where: Where, name: str) -> None:
        try:
            if isinstance(where, int):
                os.removexattr(where, name)
            else:
                os.removexattr(where, name, follow_symlinks=False)
        except OSError as failure:  # the kernel took it away itself, as it does with capabilities
            if failure.errno != errno.ENODATA:
                raise


def _times(atime_ns: int | None, mtime_ns: int) -> ctypes.Array[ctypes.c_int64]:
    """Two struct timespec, as utimensat takes them."""
    access = (0, _UTIME_OMIT) if atime_ns is None else divmod(atime_ns, 10**9)
    return _Timespecs(*access, *divmod(mtime_ns, 10**9))


def fill(disk: Disk, descriptor: int, content: Content) -> None:
    """Write contents into an empty file: what is data there becomes data here, holes stay holes."""
    source, ranges = getattr(content, "original", content), list(content.data())
    opened = source.open() if hasattr(source, "open") else None
    try:
        for start, end in ranges:
            if opened is not None:
                disk.copy_range(opened, descriptor, start, end)
            else:
                _write_range(disk, descriptor, content, start, end)
        if content.size > (ranges[-1][1] if ranges else 0):
            disk.truncate(descriptor, content.size)
    finally:
        if opened is not None:
            os.close(opened)


def _write_range(disk: Disk, descriptor: int, content: Content, start: int, end: int) -> None:
    while start < end:
        data = content.read(start, min(CHUNK, end - start))
        if not data:
            raise OSError(errno.EIO, f"contents end at {start}, {end} bytes were promised")
        start += write_all(disk, descriptor, data, start)


def write_all(disk: Disk, descriptor: int, data: bytes, offset: int) -> int:
    """How many bytes were written: all of them, or as many as there was room for; ENOSPC for none."""
    done = 0
    while done < len(data):
        try:
            done += disk.pwrite(descriptor, data[done:] if done else data, offset + done)
        except OSError:
            if not done:
                raise
            return done
    return done

"""Sources of bytes that contents refer to: memory, and a file that is mapped when it is first read.

Floor 3 (image). Implements fs.content.Source.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from coursekit.image.tar_sparse import Buffer


@dataclass(frozen=True, slots=True)
class MemorySource:
    """Bytes in memory."""

    data: bytes

    def read(self, offset: int, length: int) -> bytes:
        return self.data[offset : offset + length]


class MappedFile:
    """A file, mapped into memory when it is first read, and read on even if it is deleted afterwards.

    `rebuild` is called where the file is missing or has not `size` bytes: it must put it there.
    """

    __slots__ = ("_map", "path", "rebuild", "size")

    def __init__(self, path: Path, size: int, rebuild: Callable[[], object] | None = None) -> None:
        self.path = path
        self.size = size
        self.rebuild = rebuild
        self._map: Buffer | None = None

    def read(self, offset: int, length: int) -> bytes:
        return (self._map or self.map())[offset : offset + length]

    def map(self) -> Buffer:
        """The whole file as a buffer."""
        if self._map is None:
            if self.rebuild and not self._is_there():
                self.rebuild()
            with open(self.path, "rb") as file:
                self._map = mapped(file.fileno())
            with suppress(OSError):
                os.utime(self.path)  # the cache drops first what was not used for longest
        return self._map

    def _is_there(self) -> bool:
        try:
            return self.path.stat().st_size == self.size
        except OSError:
            return False


def mapped(descriptor: int) -> Buffer:
    """A buffer over an open file: an mmap, or its bytes where there is no mmap."""
    size = os.fstat(descriptor).st_size
    if not size:
        return b""
    try:
        import mmap

        return mmap.mmap(descriptor, size, access=mmap.ACCESS_READ)
    except (ImportError, OSError):
        os.lseek(descriptor, 0, os.SEEK_SET)
        with open(os.dup(descriptor), "rb") as file:
            return file.read()

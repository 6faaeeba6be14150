"""Sources of bytes that contents refer to: memory, and a file that is mapped when it is first read.

Implements fs.content.Source.
"""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from coursekit.fs.content import Source
from coursekit.image.tar_reader import Buffer


@dataclass(frozen=True, slots=True)
class BufferSource:
    """Bytes in memory, or a mapped file that has no name any more."""

    data: Buffer

    def read(self, offset: int, length: int) -> bytes:
        return self.data[offset : offset + length]


class MappedFile:
    """A file, mapped into memory when it is first read, and read on even if it is deleted afterwards.

    `rebuild` is called where the file is missing, has not `size` bytes or is not `intact`: it puts it there, or gives
    another source.
    """

    __slots__ = ("_map", "_other", "intact", "path", "rebuild", "size")

    def __init__(
        self,
        path: Path,
        size: int,
        rebuild: Callable[[], Source] | None = None,
        intact: Callable[[], bool] = lambda: True,
    ) -> None:
        self.intact = intact
        self.path = path
        self.size = size
        self.rebuild = rebuild
        self._map: Buffer | None = None
        self._other: Source | None = None  # where the bytes are if the file cannot be put there

    def read(self, offset: int, length: int) -> bytes:
        if self._map is None:
            if self.rebuild and not self._other and not self._is_there():
                self._other = self.rebuild()
            if self._other and not self._is_there():
                return self._other.read(offset, length)
        return (self._map or self.map())[offset : offset + length]

    def map(self) -> Buffer:
        """The whole file as a buffer."""
        if self._map is None:
            with open(self.path, "rb") as file:
                self._map = mapped(file.fileno())
            with suppress(OSError):
                changed = os.stat(self.path).st_mtime_ns
                os.utime(self.path, ns=(time.time_ns(), changed))  # the cache drops first what was not read for longest
        return self._map

    def _is_there(self) -> bool:
        try:
            return self.path.stat().st_size == self.size and self.intact()
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

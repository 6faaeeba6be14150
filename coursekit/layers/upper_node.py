"""UpperNode: one object of an upperdir on a disk, as its DirectoryUpper knows it; what is open; contents, live or copied.

Part of directory_upper.py.
"""

import errno
import os
from collections.abc import Callable, Iterator

from coursekit.errors import os_error
from coursekit.fs.content import Content
from coursekit.fs.node import Directory, File, Node
from coursekit.layers.directory_lower import data_ranges, is_dense
from coursekit.layers.disk import Disk

_OPEN = 64  # descriptors of files with a name that are kept open
_RESERVE = 256  # descriptors that are left for all else: files and directories that are read, long paths, pipes


class UpperNode:
    """One object: its names, and what is known of it."""

    __slots__ = ("__weakref__", "children", "descriptor", "names", "node", "number", "size")

    def __init__(self, number: int) -> None:
        """With no name yet; `number` is its inode's."""
        self.number = number
        self.names: list[tuple[UpperNode, str]] = []  # those that are known; a file may have others
        self.node: Node | None = None  # once it was looked at
        self.children: dict[str, UpperNode] | None = None  # of a directory, once it was listed
        self.descriptor: int | None = None  # of what is open
        self.size = 0  # bytes in a file

    def above(self) -> tuple["UpperNode", str]:
        """The directory it is in and its name there, by the first name that is known of it; ENOENT for none."""
        if not self.names:
            raise os_error(errno.ENOENT, f"inode {self.number}")
        return self.names[0]


class Descriptors:
    """The files of an upperdir that are open: the ones used last, and those without a name until they are closed."""

    def __init__(self, disk: Disk, where: Callable[[UpperNode], str]) -> None:
        """None yet. `where` gives the path of an object."""
        self._disk, self._where = disk, where
        self._named: dict[UpperNode, None] = {}  # the longest unused first
        self._all: set[int] = set()
        limit = os.sysconf("SC_OPEN_MAX")
        self._most = max(limit - _RESERVE, limit // 2)

    def of(self, handle: UpperNode) -> int:
        """A descriptor of a file for reading and writing, kept open for the next call."""
        if handle.descriptor is None:
            self.keep(handle, self._disk.open(self._where(handle), os.O_RDWR))
        return handle.descriptor if handle.descriptor is not None else -1

    def keep(self, handle: UpperNode, descriptor: int) -> None:
        """Keep a file with a name open, and let go of the one that was opened first."""
        handle.descriptor = descriptor
        self._all.add(descriptor)
        self._named[handle] = None
        if len(self._named) > _OPEN:
            self.close(next(iter(self._named)))

    def status(self, handle: UpperNode) -> os.stat_result:
        """What stat says of an object on the disk."""
        return os.lstat(self._where(handle)) if handle.descriptor is None else os.fstat(handle.descriptor)

    def hold(self, handle: UpperNode, descriptor: int | None = None) -> None:
        """Keep an object open that is about to lose its last name; or, by its descriptor, one that never had any.

        Raises: OSError with EMFILE where no more can be kept.
        """
        if len(self._all) - len(self._named) >= self._most:  # who unlinks without end is refused, and nobody else
            raise os_error(errno.EMFILE, f"inode {handle.number}")
        self._named.pop(handle, None)
        if descriptor is not None:
            handle.descriptor = descriptor
            self._all.add(descriptor)
        elif handle.descriptor is None:
            match handle.node:
                case File():
                    self._open(handle, os.O_RDWR)
                case Directory():
                    self._open(handle, os.O_RDONLY | os.O_DIRECTORY)
                case _:
                    self._open(handle, os.O_PATH)

    def _open(self, handle: UpperNode, flags: int) -> None:
        handle.descriptor = self._disk.open(self._where(handle), flags)
        self._all.add(handle.descriptor)

    def close(self, handle: UpperNode) -> None:
        """Let go of an object."""
        self._named.pop(handle, None)
        if handle.descriptor is not None:
            self._all.discard(handle.descriptor)
            self._disk.close(handle.descriptor)
            handle.descriptor = None

    def close_all(self) -> None:
        """Let go of all."""
        for descriptor in self._all:
            os.close(descriptor)
        self._all.clear()


class LiveContent:
    """The contents of a file in an upperdir, as they are now."""

    __slots__ = ("_files", "_handle")

    def __init__(self, files: Descriptors, handle: UpperNode) -> None:
        self._files, self._handle = files, handle

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self._handle.size

    @property
    def descriptor(self) -> int:
        """An open descriptor of the file, which stays its upperdir's."""
        return self._files.of(self._handle)

    def read(self, offset: int, length: int) -> bytes:
        """Up to `length` bytes from `offset`."""
        length = min(length, self._handle.size - offset)
        return os.pread(self._files.of(self._handle), length, offset) if length > 0 else b""

    def data(self) -> Iterator[tuple[int, int]]:
        """The ranges that are no holes."""
        size = self._handle.size
        if size and is_dense(self._files.status(self._handle)):
            yield 0, size
        elif size:
            yield from data_ranges(self._files.of(self._handle), size)


class ContentInMemory:
    """A copy of contents in memory, holes left out."""

    __slots__ = ("_pieces", "size")

    def __init__(self, content: Content) -> None:
        """What the contents are now."""
        self.size = content.size
        self._pieces = [(start, content.read(start, end - start)) for start, end in content.data()]

    def read(self, offset: int, length: int) -> bytes:
        """Up to `length` bytes from `offset`; holes as zeros."""
        end = min(offset + length, self.size)
        found = bytearray(max(end - offset, 0))
        for start, data in self._pieces:
            first, last = max(start, offset), min(start + len(data), end)
            if first < last:
                found[first - offset : last - offset] = data[first - start : last - start]
        return bytes(found)

    def data(self) -> Iterator[tuple[int, int]]:
        """The ranges that are no holes."""
        return iter([(start, start + len(data)) for start, data in self._pieces])

"""DirectoryLower: a directory of this machine as a lower layer, read when it is looked at.

    on disk                                              here
    character device 0/0                                 Whiteout
    directory with xattr trusted.overlay.opaque=y        Directory(opaque=True)
    empty file with xattr trusted.overlay.whiteout       itself: the merged index knows what it means

What is read once is taken to stay: as with a mount, changing a lower directory meanwhile is asking for trouble.

An adapter at the edge, the only one here that touches a disk. Source: Linux
Documentation/filesystems/overlayfs.rst, "whiteouts and opaque directories".
"""

import errno
import os
import stat
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from coursekit.fs.content import Content
from coursekit.fs.node import DEVICE_KINDS, NO_XATTRS, WHITEOUT, Device, Directory, File, Metadata, Node, Symlink
from coursekit.layers.long_paths import STEP, LongPaths
from coursekit.layers.xattr_names import TRUSTED, OverlayXattrs

_READING = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_CLOEXEC", "O_BINARY"))


@dataclass(frozen=True, slots=True)
class OnDisk:
    """The contents of a file of a lower directory."""

    layer: "DirectoryLower"
    entry: int
    size: int
    dense: bool = False  # it has no holes, and need not be opened to see that

    def read(self, offset: int, length: int) -> bytes:
        """Up to `length` bytes from `offset`."""
        length = min(length, self.size - offset)
        if length <= 0:
            return b""
        descriptor = self.open()
        try:
            if offset:
                os.lseek(descriptor, offset, os.SEEK_SET)
            parts = []
            while length > 0 and (part := os.read(descriptor, length)):
                parts.append(part)
                length -= len(part)
            return b"".join(parts)
        finally:
            os.close(descriptor)

    def data(self) -> Iterator[tuple[int, int]]:
        """The ranges that the file system keeps; all of it where it does not tell."""
        if not self.size:
            return
        if self.dense:
            yield 0, self.size
            return
        descriptor = self.open()
        try:
            yield from data_ranges(descriptor, self.size)
        finally:
            os.close(descriptor)

    def open(self) -> int:
        """A descriptor to read it from, which the caller closes."""
        return os.open(self.layer.path(self.entry), _READING)


def is_dense(found: os.stat_result) -> bool:
    """A file takes as much room as it is long, so it has no holes."""
    return getattr(found, "st_blocks", found.st_size) * 512 >= found.st_size


def data_ranges(descriptor: int, size: int) -> Iterator[tuple[int, int]]:
    """The ranges of an open file that are no holes."""
    end = 0
    while end < size:
        try:
            start = os.lseek(descriptor, end, os.SEEK_DATA)
        except OSError as failure:
            if failure.errno == errno.ENXIO:  # a hole up to the end
                return
            raise
        end = os.lseek(descriptor, start, os.SEEK_HOLE)
        yield start, min(end, size)


class DirectoryLower:
    """A directory as an immutable layer. `root` is its path."""

    def __init__(self, root: str | os.PathLike[str], notes: OverlayXattrs = TRUSTED) -> None:
        """`notes`: under which names the layer keeps overlayfs's own.

        Raises: OSError with ENOENT for nothing, EINVAL for what is no directory, as mount(2).
        """
        self.notes = notes
        self.root = os.path.realpath(os.fspath(root))
        if not stat.S_ISDIR(os.stat(root).st_mode):
            raise OSError(errno.EINVAL, "a lowerdir is a directory, and this is none", os.fspath(root))
        self._parents, self._names = [0], [""]  # of each entry, the directory that it is in and its name there
        self._paths = LongPaths(0, self.root)
        self._scanned = (0, self.root)  # the directory that was asked for last, and its path
        weakref.finalize(self, self._paths.close)
        self._inodes = [os.stat(self.root).st_ino]
        self._seen: set[int] = set()  # entries that were looked at, and of those with not just one name how many
        self._nlinks: dict[int, int] = {}
        self._children: dict[int, Mapping[str, int]] = {}

    def children(self, entry: int) -> Mapping[str, int]:
        """The names in a directory, each with its entry; read from disk at the first question."""
        known = self._children.get(entry)
        if known is None:
            known = self._children[entry] = self._scan(entry)
        return known

    def path(self, entry: int) -> str:
        """A path of an entry on disk, good until the next few are asked for."""
        if not entry:
            return self.root
        parent = self._parents[entry]
        if self._scanned[0] != parent:
            path = self._paths.of(parent, self._above)
            if path.startswith("/proc/"):  # it may be closed before it is used again
                return self._paths.of(entry, self._above)
            self._scanned = parent, path
        path = f"{self._scanned[1]}/{self._names[entry]}"
        return path if len(path) < STEP // 4 else self._paths.of(entry, self._above)

    def _above(self, entry: int) -> tuple[int, str]:
        return self._parents[entry], self._names[entry]

    def _scan(self, entry: int) -> Mapping[str, int]:
        names: dict[str, int] = {}
        path = self.path(entry)
        if not stat.S_ISDIR(os.lstat(path).st_mode):
            return names
        with os.scandir(path) as found:
            for one in found:
                names[one.name] = len(self._names)
                self._parents.append(entry)
                self._names.append(one.name)
                self._inodes.append(one.inode())
        return names

    def node(self, entry: int) -> Node:
        """What the entry is, as stored."""
        path = self.path(entry)
        found = os.lstat(path)
        self._seen.add(entry)
        if found.st_nlink != 1:
            self._nlinks[entry] = found.st_nlink
        return node_at(path, found, self.notes, OnDisk(self, entry, found.st_size, is_dense(found)))

    def inode(self, entry: int) -> int:
        """The inode number on disk."""
        return self._inodes[entry]

    def nlink(self, entry: int) -> int:
        """The link count on disk."""
        if entry not in self._seen:
            self.node(entry)
        return self._nlinks.get(entry, 1)

    def __repr__(self) -> str:
        return f"<DirectoryLower {self.root}>"


def node_at(path: str, found: os.stat_result, notes: OverlayXattrs, content: Content) -> Node:
    """What lies at a path of which lstat says `found`; a regular file gets the `content`."""
    kind = stat.S_IFMT(found.st_mode)
    if kind == stat.S_IFCHR and not found.st_rdev:
        return WHITEOUT
    xattrs = _xattrs(path)
    opaque = kind == stat.S_IFDIR and xattrs.get(notes.opaque) == b"y"
    if opaque:
        del xattrs[notes.opaque]
    meta = Metadata(stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid, found.st_mtime_ns, xattrs or NO_XATTRS)
    if kind == stat.S_IFREG:
        return File(meta, content)
    if kind == stat.S_IFDIR:
        return Directory(meta, opaque)
    if kind == stat.S_IFLNK:
        return Symlink(meta, os.readlink(path))
    numbered = kind in (stat.S_IFCHR, stat.S_IFBLK)
    major, minor = (os.major(found.st_rdev), os.minor(found.st_rdev)) if numbered else (0, 0)
    return Device(meta, DEVICE_KINDS[kind], major, minor)


def _xattrs(path: str) -> dict[str, bytes]:
    """The extended attributes; none where the system has none."""
    if not hasattr(os, "listxattr"):
        return {}
    try:
        names = os.listxattr(path, follow_symlinks=False)
        return {name: os.getxattr(path, name, follow_symlinks=False) for name in names}
    except OSError as failure:
        if failure.errno in (errno.EOPNOTSUPP, errno.EPERM):
            return {}
        raise


def overlapping(lowers: "list[DirectoryLower]") -> str | None:
    """A directory that is given twice, or lies inside another; None if there is none."""
    roots = sorted(lower.root.rstrip("/") + "/" for lower in lowers)
    for above, below in pairwise(roots):
        if below.startswith(above):
            return below.rstrip("/") or "/"
    return None

"""MemoryUpper: the upperdir in memory.

    Stored  /            Stored  hosts       handles are the objects themselves, so a file whose
     └─ etc ───────────── ├─ hosts           last name is gone lives on in whoever has it open
                          └─ motd (whiteout)

What a file holds is shared with the lower layer that it was copied from until it is written (fs/extents.py). With
`limit`, it is a disk of that many bytes, where a copied-up file takes the room that it would take on a real one.

The first adapter of the port Upper.
"""

import errno
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from types import MappingProxyType

from coursekit.errors import os_error
from coursekit.fs.content import Content
from coursekit.fs.extents import Extents, blocks
from coursekit.fs.node import WHITEOUT, Device, Directory, File, Metadata, Node, Symlink, Whiteout, metadata
from coursekit.layers.freeze import frozen_layer
from coursekit.layers.hardlink_index import HardlinkIndex
from coursekit.layers.layer import Layer
from coursekit.layers.libc import FALLOC_FL_KEEP_SIZE, FALLOC_FL_PUNCH_HOLE, FALLOC_FL_ZERO_RANGE
from coursekit.layers.ports import Lower
from coursekit.layers.xattr_names import TRUSTED, OverlayXattrs

_NO_CHILDREN: Mapping[str, "Stored"] = MappingProxyType({})
_BLOCK = 512


class Stored:
    """One object in a MemoryUpper: what it is now, and what it is linked to."""

    __slots__ = ("children", "nlink", "node", "number", "origin", "room")

    def __init__(self, node: Node, number: int, origin: int | None = None) -> None:
        """With no name yet."""
        self.node, self.number, self.origin = node, number, origin
        self.children: dict[str, Stored] | None = {} if isinstance(node, Directory) else None
        self.nlink = 2 if isinstance(node, Directory) else 0
        self.room = 0  # bytes taken on the disk, where there is a limit


class MemoryUpper:
    """An upperdir in memory, of at most `limit` bytes of file data (None: no limit)."""

    def __init__(self, *, limit: int | None = None, root: Metadata | None = None) -> None:
        """Empty, its root directory root:root 0755 unless `root` says otherwise."""
        self._numbers = count(1)
        self.hardlinks = HardlinkIndex()
        self.limit = limit
        self.used = 0
        self.root = Stored(Directory(root or Metadata(mode=0o755)), 0)

    def serves(self, lowers: Sequence[Lower], notes: OverlayXattrs, *, index: bool) -> None:
        """Memory does it all."""

    @classmethod
    def from_lower(cls, lower: Lower, *, limit: int | None = None) -> "MemoryUpper":
        """An upperdir that holds what `lower` holds, whiteouts and opaque marks too; contents by reference."""
        upper = cls(limit=limit)
        upper.root.node = lower.node(0)
        seen: dict[int, Stored] = {}
        todo = [(upper.root, 0)]
        while todo:
            directory, entry = todo.pop()
            for name, child in lower.children(entry).items():
                inode = lower.inode(child)
                if inode in seen:
                    upper.link(seen[inode], directory, name)
                    continue
                stored = seen[inode] = upper.create(directory, name, *thawed(lower.node(child)))
                todo.append((stored, child))
        return upper

    def freeze(self) -> Layer:
        """The upperdir as it is now, as an immutable layer: to commit, compare, save or stack."""
        return frozen_layer(self, frozen)

    # -- reading

    def child(self, directory: Stored, name: str) -> Stored | None:
        """What is stored under the name."""
        return directory.children.get(name) if directory.children else None

    def children(self, directory: Stored) -> Mapping[str, Stored]:
        """All that a directory stores, oldest first."""
        return directory.children or _NO_CHILDREN

    def node(self, handle: Stored) -> Node:
        """What it is now."""
        return handle.node

    def number(self, handle: Stored) -> int:
        """Its inode number."""
        return handle.number

    def nlink(self, handle: Stored) -> int:
        """Its link count."""
        return handle.nlink

    def origin(self, handle: Stored) -> int | None:
        """The `st_ino` it had below."""
        return handle.origin

    # -- names

    def create(self, directory: Stored, name: str, node: Node, origin: int | None = None) -> Stored:
        """Store a new object in place of whatever the name stands for."""
        if isinstance(node, File):
            stored = self.create_nameless(node)
            stored.origin = origin
        else:
            stored = Stored(node, next(self._numbers), origin)
        self._put(directory, name, stored)
        return stored

    def create_nameless(self, node: File) -> Stored:
        """Store a new file without a name."""
        stored = Stored(File(node.meta, Extents(node.content)), next(self._numbers))
        if self.limit is not None:
            self._resize(stored, blocks(node.content) * _BLOCK)
        return stored

    def link(self, handle: Stored, directory: Stored, name: str) -> None:
        """A second name for a file."""
        self._put(directory, name, handle)

    def remove(self, directory: Stored, name: str) -> None:
        """Take the name away, and with a directory all that it holds."""
        self._take(directory, name)

    def move(self, source: Stored, name: str, target: Stored, new_name: str, *, whiteout: bool = False) -> None:
        """Give an object another name, and leave a whiteout at the old one if told so."""
        children = _names(source)
        stored = children.pop(name)
        source.nlink -= isinstance(stored.node, Directory)
        stored.nlink -= stored.children is None
        self._put(target, new_name, stored)
        if whiteout:
            self.create(source, name, WHITEOUT)

    def exchange(self, source: Stored, name: str, target: Stored, new_name: str) -> None:
        """Let two names change places."""
        one, other = _names(source)[name], _names(target)[new_name]
        _names(source)[name], _names(target)[new_name] = other, one
        moved = isinstance(one.node, Directory) - isinstance(other.node, Directory)
        source.nlink -= moved
        target.nlink += moved

    def _put(self, directory: Stored, name: str, stored: Stored) -> None:
        if name in _names(directory):
            self._take(directory, name)
        _names(directory)[name] = stored
        if stored.children is None:
            stored.nlink += 1
        else:
            directory.nlink += 1

    def _take(self, directory: Stored, name: str) -> None:
        stored = _names(directory).pop(name)
        if stored.children is None:
            stored.nlink -= 1
        else:
            directory.nlink -= 1
            stored.nlink = 0

    # -- contents and metadata

    def set_meta(self, handle: Stored, meta: Metadata) -> None:
        """Replace mode, owner, mtime and extended attributes."""
        handle.node = with_meta(handle.node, meta)

    def set_opaque(self, directory: Stored) -> None:
        """Mark that nothing below this directory shows."""
        directory.node = Directory(metadata(directory.node), opaque=True)

    def write(self, handle: Stored, offset: int, data: bytes) -> int:
        """Put bytes into a file; ENOSPC writes none."""
        extents = _extents(handle)
        if self.limit is not None:
            trial = Extents(extents)
            trial.write(offset, data)
            self._resize(handle, blocks(trial) * _BLOCK)
        extents.write(offset, data)
        return len(data)

    def fill(self, handle: Stored, content: Content) -> None:
        """Replace what a file holds; ENOSPC leaves it as it was."""
        if self.limit is not None:
            self._resize(handle, blocks(content) * _BLOCK)
        handle.node = File(metadata(handle.node), Extents(content))

    def truncate(self, handle: Stored, size: int) -> None:
        """Set the length of a file."""
        extents = _extents(handle)
        extents.truncate(size)
        if self.limit is not None:
            self._resize(handle, blocks(extents) * _BLOCK)

    def allocate(self, handle: Stored, mode: int, offset: int, length: int) -> None:
        """Room is there without being reserved; a hole is read as zeros, and is written as such."""
        size = _extents(handle).size
        emptying = mode & ~FALLOC_FL_KEEP_SIZE
        if emptying not in (0, FALLOC_FL_PUNCH_HOLE, FALLOC_FL_ZERO_RANGE):
            raise os_error(errno.EOPNOTSUPP, "fallocate")
        if emptying:
            self.write(handle, offset, bytes(max(0, min(length, size - offset))))
        if not mode & FALLOC_FL_KEEP_SIZE and offset + length > size:
            self.truncate(handle, offset + length)

    def set_atime(self, handle: Stored, atime_ns: int) -> int:
        """The inode has it."""
        return atime_ns

    def room(self) -> "os.statvfs_result | None":
        """As much as the machine has memory."""
        return None

    def sync(self, handle: Stored) -> None:
        """Nothing to wait for."""

    def forget(self, handle: Stored) -> None:
        """Its room is free again."""
        self.used -= handle.room
        handle.room = 0

    def _resize(self, stored: Stored, room: int) -> None:
        used = self.used + room - stored.room
        if self.limit is not None and used > self.limit and room > stored.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.used, stored.room = used, room

    def __iter__(self) -> Iterator[tuple[str, Node]]:
        """Path and node of all that is stored, parents first."""
        return self.freeze().items()

    def __repr__(self) -> str:
        paths = len(self.freeze())
        return f"<MemoryUpper of {paths} {'path' if paths == 1 else 'paths'}>"


def frozen(stored: Stored) -> Node:
    """The node with contents that no later write changes, and a note of the st_ino that it had below."""
    node = stored.node
    if isinstance(node, File):
        node = File(node.meta, frozen_content(node.content))
    if stored.origin is None or isinstance(node, Whiteout):
        return node
    xattrs = {**node.meta.xattrs, TRUSTED.origin: b"", TRUSTED.number: str(stored.origin).encode()}
    return with_meta(node, replace(node.meta, xattrs=xattrs))


def thawed(node: Node) -> tuple[Node, int | None]:
    """The node without that note, and what it said. What Linux writes there is left alone.

    >>> thawed(Directory(Metadata(xattrs={"trusted.overlay.coursekit.ino": b"12"})))[1]
    12
    """
    if isinstance(node, Whiteout) or not node.meta.xattrs.get(TRUSTED.number, b"").isdigit():
        return node, None
    origin = int(node.meta.xattrs[TRUSTED.number])
    kept = {name: value for name, value in node.meta.xattrs.items() if name not in (TRUSTED.origin, TRUSTED.number)}
    return with_meta(node, replace(node.meta, xattrs=kept)), origin


def with_meta(node: Node, meta: Metadata) -> Node:
    """The same object with other metadata."""
    match node:
        case File(content=content):
            return File(meta, content)
        case Directory(opaque=opaque):
            return Directory(meta, opaque)
        case Symlink(target=target):
            return Symlink(meta, target)
        case Device(kind=kind, major=major, minor=minor):
            return Device(meta, kind, major, minor)
    return node


def frozen_content(content: Content) -> Content:
    """The contents as they are now."""
    return content.frozen() if isinstance(content, Extents) else content


def _extents(handle: Stored) -> Extents:
    assert isinstance(handle.node, File) and isinstance(handle.node.content, Extents)
    return handle.node.content


def _names(directory: Stored) -> dict[str, Stored]:
    assert directory.children is not None
    return directory.children

"""The ports of the engine: what a layer below must answer.

Overlay ── Lower   tar index | directory | dict | a former upper        (many, immutable, shared)
        └─ Upper   memory | overlay-format directory                    (one, or none: read-only)
"""

import os
from collections.abc import Mapping, Sequence
from typing import Protocol

from coursekit.fs.content import Content
from coursekit.fs.node import File, Metadata, Node
from coursekit.layers.hardlink_index import Handle, HardlinkIndex, Key
from coursekit.layers.xattr_names import OverlayXattrs

__all__ = ["MAX_LAYERS", "Handle", "Key", "Lower", "Upper"]

MAX_LAYERS = 500  # lower layers in one mount, as on Linux


class Lower(Protocol):
    """One immutable layer, as a tree of numbered entries; entry 0 is its root directory.

    Any number of overlays share one Lower. It answers as the layer is **stored**: whiteouts are listed, opaque
    directories say so, nothing is merged.
    """

    def children(self, entry: int) -> Mapping[str, int]:
        """The names in directory `entry`, whiteouts too, each with its entry; empty for what is no directory."""

    def node(self, entry: int) -> Node:
        """What the entry is. Made on demand: keep it if it is asked for often."""

    def inode(self, entry: int) -> int:
        """The entry's identity in this layer: equal for hard links to one file, distinct otherwise."""

    def nlink(self, entry: int) -> int:
        """Names of a file in this layer; for a directory 2 + its subdirectories; else 1 (or its links)."""


class Upper(Protocol):
    """The one writable layer. It stores what it is told; every rule of the union is decided above it.

    A handle stays good until `forget`, also when its last name is gone: that is how a file that was removed while
    open can still be read (a directory on disk keeps a descriptor of such a file). Directories that are removed or
    replaced may still hold whiteouts, which go with them. Any verb may raise ENOSPC, and has then changed nothing.
    """

    @property
    def root(self) -> Handle:
        """The upperdir itself."""

    @property
    def hardlinks(self) -> HardlinkIndex | None:
        """With index=on, the files that have several names below; None where that cannot be kept."""

    def serves(self, lowers: Sequence[Lower], notes: OverlayXattrs, *, index: bool) -> None:
        """Raise where an upperdir of this kind cannot serve a mount: over these layers, with these names for
        overlayfs's own attributes, with index=on. Raises: OSError.
        """

    def child(self, directory: Handle, name: str) -> Handle | None:
        """What is stored under the name, whiteouts too; None for nothing."""

    def children(self, directory: Handle) -> Mapping[str, Handle]:
        """All that is stored in a directory, whiteouts too, in the order it lists them."""

    def node(self, handle: Handle) -> Node:
        """What it is now. The contents of a File are live: a later write shows in them."""

    def number(self, handle: Handle) -> int:
        """Its inode number: equal for hard links, not used again while anyone knows it."""

    def nlink(self, handle: Handle) -> int:
        """Its names; for a directory 2 + its subdirectories, 0 once it was removed."""

    def origin(self, handle: Handle) -> int | None:
        """The `st_ino` that it had in a lower layer, if it was copied up."""

    def create(self, directory: Handle, name: str, node: Node, origin: int | None = None) -> Handle:
        """Store a new object, complete with contents and metadata, in place of whatever the name stands for."""

    def create_nameless(self, node: File) -> Handle:
        """Store a new file without a name (O_TMPFILE); `link` may give it one. EOPNOTSUPP where the disk has none."""

    def link(self, handle: Handle, directory: Handle, name: str) -> None:
        """A second name for a file, in place of a whiteout."""

    def remove(self, directory: Handle, name: str) -> None:
        """Take the name away."""

    def move(self, source: Handle, name: str, target: Handle, new_name: str, *, whiteout: bool = False) -> None:
        """Give an object another name, in place of whatever that stood for; leave a whiteout at the old one if told.

        At one stroke: whoever looks in between would see what the whiteout hides.
        """

    def exchange(self, source: Handle, name: str, target: Handle, new_name: str) -> None:
        """Let two names change places."""

    def set_meta(self, handle: Handle, meta: Metadata) -> None:
        """Replace mode, owner, mtime and extended attributes."""

    def set_opaque(self, directory: Handle) -> None:
        """Mark that nothing below this directory shows."""

    def write(self, handle: Handle, offset: int, data: bytes) -> int:
        """Put bytes into a file; how many there was room for. ENOSPC for none."""

    def fill(self, handle: Handle, content: Content) -> None:
        """Put contents, complete and on the disk, in place of the hole that a file is."""

    def truncate(self, handle: Handle, size: int) -> None:
        """Set the length of a file."""

    def allocate(self, handle: Handle, mode: int, offset: int, length: int) -> None:
        """What fallocate(2) does to a file in `mode`: reserve room, punch a hole, write zeros. EOPNOTSUPP for the rest."""

    def set_atime(self, handle: Handle, atime_ns: int) -> int:
        """Keep a time of access with an object, where the layer has one; what it is then."""

    def room(self) -> "os.statvfs_result | None":
        """What the file system of the layer says of its room; None for one that has no bounds of its own."""

    def sync(self, handle: Handle) -> None:
        """Wait until an object, and the names that lead to it, would survive the machine's stop."""

    def forget(self, handle: Handle) -> None:
        """No name and no open file has it any more."""

    def freeze(self) -> Lower:
        """All that is stored now, as an immutable layer: to commit it, to compare it, to stack on it."""

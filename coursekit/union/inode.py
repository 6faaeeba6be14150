"""Inode: one object of the merged tree, as the kernel's VFS sees it.

    Inode /etc/hosts     upper  the object in upperdir, or None
                         below  what the lower layers show, or None once something hides it

A file that comes from below has one Inode a name (overlayfs with index=off breaks lower hard links); one in upperdir
has a single Inode, however many names. Whoever keeps an Inode open sees it copied up and written.

How one comes and goes is told at the top of superblock.py. Source: Linux fs/overlayfs/ovl_entry.h (struct ovl_inode, struct ovl_entry).
"""

import errno
import os
import stat
from typing import TYPE_CHECKING

from coursekit.fs.content import Content
from coursekit.fs.node import File, Metadata, Node, file_type, metadata
from coursekit.layers.ports import Handle, Key
from coursekit.union.merge import LowerEntry

if TYPE_CHECKING:
    from coursekit.union.superblock import Superblock


class Inode:
    """One object of the merged tree. Equal only to itself."""

    __slots__ = (
        "atime_ns",
        "below",
        "ctime_ns",
        "index_key",
        "index_links",
        "ino",
        "kinds",
        "listing",
        "name",
        "names",
        "opened",
        "parent",
        "prefixes",
        "sb",
        "status",
        "type",
        "upper",
    )

    def __init__(
        self, sb: "Superblock", node: Node, ino: int, *, upper: Handle | None, below: LowerEntry | None
    ) -> None:
        """Not yet at a name: the superblock gives it one."""
        self.sb = sb
        self.ino = ino
        self.type = file_type(node)
        self.upper: Handle | None = upper
        self.below = below
        self.parent: Inode | None = None
        self.name = ""
        self.names: dict[str, Inode] = {}  # of a directory: the children that were looked up
        self.listing: tuple[str, ...] | None = None  # of a directory: its names, once they were merged
        self.kinds: tuple[tuple[str, ...], ...] | None = None  # the listing, and the same by kind (readdir.py)
        self.prefixes: set[str] | None = None  # path prefixes whose walk passed through here (walk.py)
        self.index_key: Key | None = None  # index=on: of a file with several names below, which share this Inode
        self.index_links = 0  # and how many names it has in the union
        self.opened = 0  # open file descriptions
        self.status: os.stat_result | None = None  # what stat says, until something changes
        self.ctime_ns: int | None = None  # None: as the mtime
        self.atime_ns: int | None = None  # as utime set it; None: as the mtime

    @property
    def is_dir(self) -> bool:
        """It is a directory."""
        return self.type == stat.S_IFDIR

    @property
    def is_symlink(self) -> bool:
        """It is a symbolic link."""
        return self.type == stat.S_IFLNK

    @property
    def is_file(self) -> bool:
        """It is a regular file."""
        return self.type == stat.S_IFREG

    @property
    def node(self) -> Node:
        """What it is now."""
        if self.upper is None:
            assert self.below is not None
            return self.below.node
        node = self.sb.upper_layer.node(self.upper)
        if self.metacopy and isinstance(node, File) and self.below is not None and isinstance(self.below.node, File):
            return File(node.meta, self.below.node.content)
        return node

    @property
    def metacopy(self) -> bool:
        """A file of which upperdir has the metadata alone: its data is still below."""
        return self.upper is not None and self.below is not None and self.is_file

    @property
    def meta(self) -> Metadata:
        """Its mode, owner, mtime and attributes now."""
        return metadata(self.node)

    @property
    def content(self) -> Content:
        """The bytes of a regular file now; EINVAL for what is none."""
        node = self.node
        if not isinstance(node, File):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return node.content

    @property
    def layer(self) -> int:
        """The layer that provides it, in mount order: 0 is upperdir."""
        if self.upper is not None:
            return 0
        assert self.below is not None
        return self.below.stack[0][0]

    @property
    def merged(self) -> bool:
        """A directory that several layers make up."""
        if self.below is None or not self.is_dir:
            return False
        return self.upper is not None or self.below.merged

    @property
    def removed(self) -> bool:
        """Its name was taken away; only open files still know it."""
        if self.parent is None:
            return self is not self.sb.root
        return self.parent.names.get(self.name) is not self

    @property
    def path(self) -> str:
        """Its path in the merged tree: the last name that it was known by."""
        names: list[str] = []
        inode = self
        while inode.parent is not None:
            names.append(inode.name)
            inode = inode.parent
        return "/" + "/".join(reversed(names))

    def __repr__(self) -> str:
        return f"<Inode {self.ino} {self.path} from layer {self.layer}>"

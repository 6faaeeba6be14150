"""Nodes: the numbers by which the kernel knows the engine's inodes, and what it is told of them.

    LOOKUP, CREATE, READDIRPLUS …   the kernel knows a node once more
    FORGET                          it has let go so many times; at zero the number is free

Source: Linux Documentation/filesystems/fuse.rst; libfuse fuse_lowlevel.h ("forget").
"""

import errno
import os
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

from coursekit.fuse import wire
from coursekit.union.inode import Inode
from coursekit.union.superblock import refuse
from coursekit.vfs.overlay import Overlay
from coursekit.vfs.walk import NAME_MAX

FOREVER = 3600  # seconds that the kernel may keep what only this mount can change
_TIMES_AND_MORE = (
    "st_atime",
    "st_mtime",
    "st_ctime",
    "st_atime_ns",
    "st_mtime_ns",
    "st_ctime_ns",
    "st_blksize",
    "st_blocks",
    "st_rdev",
)


@dataclass(slots=True)
class _Node:
    """An object that the kernel knows, and how often it was told of it."""

    inode: Inode
    number: int
    known: int = 0


class Nodes:
    """The nodes of one mount. `squash`: whose all files are to look like (uid, gid)."""

    def __init__(self, overlay: Overlay, *, squash: tuple[int, int] | None = None) -> None:
        self.overlay = overlay
        self.squash = squash
        self._numbers = count(wire.ROOT)
        self._nodes: dict[int, _Node] = {}
        self._of: dict[Inode, _Node] = {}
        self.node(overlay.root)
        overlay.sb.raised = []

    def outdated(self) -> list[int]:
        """The nodes whose attributes the kernel may have kept, and a copy-up changed; each is told once."""
        raised, self.overlay.sb.raised = self.overlay.sb.raised or [], []
        return [node.number for inode in raised if (node := self._of.get(inode)) is not None]

    def node(self, inode: Inode) -> _Node:
        """The node of an inode, a new one where the kernel has not met it."""
        node = self._of.get(inode)
        if node is None:
            node = _Node(inode, next(self._numbers))
            self._nodes[node.number] = self._of[inode] = node
        return node

    def inode(self, number: int) -> Inode:
        """The inode of a node; ESTALE for a number that was forgotten."""
        node = self._nodes.get(number)
        return refuse(errno.ESTALE) if node is None else node.inode

    def forget(self, told: Iterable[tuple[int, ...]]) -> None:
        """The kernel lets go of nodes: pairs of a number and how often it had been told of it."""
        for number, times in told:
            node = self._nodes.get(number)
            if node is None or number == wire.ROOT:
                continue
            node.known -= times
            if node.known <= 0:
                del self._nodes[number], self._of[node.inode]

    def entry(self, inode: Inode) -> bytes:
        """What LOOKUP says; the kernel knows the node once more."""
        said = self.told(inode)
        self.node(inode).known += 1
        return said

    def told(self, inode: Inode) -> bytes:
        """An inode's node and attributes, as LOOKUP and READDIRPLUS lay them out."""
        node, found = self.node(inode), self.stat(inode)
        return wire.ENTRY.pack(node.number, 0, FOREVER, kept(inode, found), 0, 0) + wire.attributes(found)

    def stat(self, inode: Inode) -> os.stat_result:
        """What stat says, with the owner that is to be seen."""
        found = inode.sb.stat(inode)
        if self.squash is None:
            return found
        more = {name: getattr(found, name) for name in _TIMES_AND_MORE}
        return os.stat_result((*found[:4], *self.squash, *found[6:]), more)

    def owner(self, uid: int, gid: int) -> tuple[int, int]:
        """The owner as the layer keeps it: root for the one user that `squash` names."""
        if self.squash is None:
            return uid, gid
        return (0 if uid == self.squash[0] else uid), (0 if gid == self.squash[1] else gid)

    def child(self, parent: Inode, name: str) -> Inode | None:
        """What a name stands for; None for nothing."""
        if len(os.fsencode(name)) > NAME_MAX:
            refuse(errno.ENAMETOOLONG)
        return self.overlay.child(parent, name)

    def existing(self, parent: Inode, name: str) -> Inode:
        """What a name stands for; ENOENT for nothing."""
        inode = self.child(parent, name)
        return refuse(errno.ENOENT) if inode is None else inode


def kept(inode: Inode, found: os.stat_result) -> int:
    """Seconds that attributes hold: until something is asked of this very object, or it is `outdated`; or 0 for a file
    of which another node's request may change what stat says (a writer's, one with several names)."""
    if inode.sb.upper is None or inode.is_dir:
        return FOREVER
    sparse = inode.is_file and found.st_blocks * 512 < found.st_size
    return 0 if sparse or found.st_nlink != 1 else FOREVER

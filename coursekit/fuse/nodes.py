"""Nodes: the numbers by which the kernel knows the engine's inodes.

    LOOKUP, CREATE, READDIRPLUS …   the kernel knows a node once more
    FORGET                          it has let go so many times; at zero the number is free

Source: Linux Documentation/filesystems/fuse.rst; libfuse fuse_lowlevel.h ("forget").
"""

import errno
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

from coursekit.fuse import wire
from coursekit.fuse.listings import Listing
from coursekit.union.inode import Inode
from coursekit.union.superblock import refuse


@dataclass(slots=True)
class Node:
    """An object that the kernel knows, and how often it was told of it."""

    inode: Inode
    number: int
    known: int = 0
    listing: Listing | None = None  # of a directory that was listed


class NodeTable:
    """The nodes of one mount; number 1 is the root. What the kernel knows stays, also when its last name is gone."""

    def __init__(self, root: Inode) -> None:
        self._numbers = count(wire.ROOT)
        self._nodes: dict[int, Node] = {}
        self._of: dict[Inode, Node] = {}
        self.node(root)

    def node(self, inode: Inode) -> Node:
        """The node of an inode, a new one where the kernel has not met it."""
        node = self._of.get(inode)
        if node is None:
            node = Node(inode, next(self._numbers))
            self._nodes[node.number] = self._of[inode] = node
            inode.opened += 1
        return node

    def find(self, inode: Inode) -> Node | None:
        """The node of an inode; None where the kernel has not met it."""
        return self._of.get(inode)

    def known(self, number: int) -> Node:
        """A node by its number; ESTALE for one that was forgotten."""
        node = self._nodes.get(number)
        return refuse(errno.ESTALE) if node is None else node

    def inode(self, number: int) -> Inode:
        """The inode of a node; ESTALE for a number that was forgotten."""
        return self.known(number).inode

    def forget(self, told: Iterable[tuple[int, ...]]) -> None:
        """The kernel lets go of nodes: pairs of a number and how often it had been told of it."""
        for number, times in told:
            node = self._nodes.get(number)
            if node is None or number == wire.ROOT:
                continue
            node.known -= times
            if node.known <= 0:
                del self._nodes[number], self._of[node.inode]
                node.inode.opened -= 1
                if node.inode.removed:
                    node.inode.sb.release(node.inode)

"""The ports of the engine: what a layer below must answer.

    Overlay ── Lower   tar index | directory | dict | a former upper        (many, immutable, shared)
            └─ Upper   memory | overlay-format directory                    (one, or none: read-only)

Floor 2 (union).
"""

from collections.abc import Mapping
from typing import Protocol

from coursekit.fs.node import Node


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

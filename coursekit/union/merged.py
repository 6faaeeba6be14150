"""The merged index: what all lower layers together show, directory by directory, on first demand.

    layer 1 (top)   /etc: hosts motd(whiteout)          names of /etc:  hosts  -> layer 1
    layer 2         /etc: motd nginx/                                   nginx  -> layers 2, 3 (a merged directory)
    layer 3         /etc: hosts motd nginx/ passwd                      passwd -> layer 3

Lower layers never change, so a directory is merged once and answered from one dict ever after, however many layers
there are: a name that exists nowhere costs one failed dict lookup instead of one search a layer. The upper layer is
consulted over this (lookup.py).

Floor 2 (union). Source: Linux Documentation/filesystems/overlayfs.rst, "Directories" and "Multiple lower layers".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from coursekit.fs.node import Directory, Node, Whiteout
from coursekit.union.ports import Lower
from coursekit.union.whiteout import announces_xattr_whiteouts, hides_by_xattr


@dataclass(slots=True, eq=False)
class Below:
    """One object that the lower layers show together."""

    node: Node  # attributes come from the topmost layer alone
    stack: tuple[tuple[int, int], ...]  # (layer from 1, entry), top first; several for a merged directory
    names: "dict[str, Below] | None" = field(default=None, repr=False)  # of a directory, once it was merged
    marked: tuple[str, ...] = ()  # names that a file with the whiteout xattr hides
    listed: tuple[str, ...] = ()  # those of them that a listing shows all the same

    @property
    def merged(self) -> bool:
        """Several layers make this directory."""
        return len(self.stack) > 1


class MergedIndex:
    """The lower layers of one overlay, top first, as one tree."""

    def __init__(self, lowers: Sequence[Lower]) -> None:
        """Top first. An opaque mark on a layer's root hides nothing, as on Linux."""
        self.lowers = tuple(lowers)
        self.root = Below(self.lowers[0].node(0), tuple((number, 0) for number in range(1, len(self.lowers) + 1)))

    @classmethod
    def of(cls, lowers: Sequence[Lower]) -> "MergedIndex":
        """The index of these layers, the same object for every overlay that has just these: an image is merged once."""
        key = tuple(map(id, lowers))  # good as long as the index lives, since that keeps its layers
        index = _indexes.get(key)
        if index is None:
            index = _indexes[key] = cls(lowers)
        return index

    def names(self, directory: Below) -> dict[str, Below]:
        """The names that a directory of the lower layers shows."""
        if directory.names is None:
            directory.names = self._merge(directory)
        return directory.names

    def _merge(self, directory: Below) -> dict[str, Below]:
        """Top down, each name once: a whiteout or a file ends its search, an opaque directory after it is taken in."""
        found: dict[str, Below] = {}
        closed: set[str] = set()
        for layer, entry in directory.stack:
            lower = self.lowers[layer - 1]
            node_of = lower.node
            for name, child in lower.children(entry).items():
                if name in closed:
                    continue
                node = node_of(child)
                above = found.get(name)
                if isinstance(node, Directory):
                    if above is None:
                        found[name] = Below(node, ((layer, child),))
                    else:
                        above.stack += ((layer, child),)
                    if node.opaque:
                        closed.add(name)
                    continue
                closed.add(name)
                if above is None and not isinstance(node, Whiteout):
                    if hides_by_xattr(node):
                        self._note_listed(directory, layer, entry, name)
                        continue
                    found[name] = Below(node, ((layer, child),))
        return found

    def _note_listed(self, directory: Below, layer: int, entry: int, name: str) -> None:
        """An empty file that hides is still listed, unless its directory says that it has such files.

        In the lowest layer, where a whiteout hides nothing, Linux does not look what the directory says.
        """
        directory.marked += (name,)
        lowest = layer == len(self.lowers)
        if lowest or not announces_xattr_whiteouts(self.lowers[layer - 1].node(entry)):
            directory.listed += (name,)

    def inode(self, below: Below) -> tuple[int, int]:
        """The layer and the inode in it that give an object its identity."""
        layer, entry = below.stack[0]
        return layer, self.lowers[layer - 1].inode(entry)

    def nlink(self, below: Below) -> int:
        """Its link count in its topmost layer."""
        layer, entry = below.stack[0]
        return self.lowers[layer - 1].nlink(entry)

    def stored(self, directory: Below) -> tuple[str, ...]:
        """All names stored in the topmost layer of a directory, whiteouts too."""
        layer, entry = directory.stack[0]
        return tuple(self.lowers[layer - 1].children(entry))


_indexes: WeakValueDictionary[tuple[int, ...], MergedIndex] = WeakValueDictionary()

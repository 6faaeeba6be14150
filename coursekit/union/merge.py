"""The merged index: what all lower layers together show, directory by directory, on first demand.

    layer 1 (top)   /etc: hosts motd(whiteout)          names of /etc:  hosts  -> layer 1
    layer 2         /etc: motd nginx/                                   nginx  -> layers 2, 3 (a merged directory)
    layer 3         /etc: hosts motd nginx/ passwd                      passwd -> layer 3

Lower layers never change, so a directory is merged once and answered from one dict ever after, however many layers
there are: a name that exists nowhere costs one failed dict lookup instead of one search a layer. The upper layer is
consulted over this (lookup.py).

Source: Linux Documentation/filesystems/overlayfs.rst, "Directories" and "Multiple lower layers".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from coursekit.fs.node import WHITEOUT, Directory, File, Node, Whiteout
from coursekit.layers.ports import Lower
from coursekit.layers.whiteout import announces_xattr_whiteouts, hides_by_xattr
from coursekit.union.follow_redirect import Chase, leads_elsewhere
from coursekit.union.options import Features

PLAIN = Features()


@dataclass(slots=True, eq=False)
class LowerEntry:
    """One object that the lower layers show together."""

    node: Node  # attributes come from the topmost layer alone
    stack: tuple[tuple[int, int], ...]  # (layer from 1, entry), top first; several for a merged directory
    names: "dict[str, LowerEntry] | None" = field(default=None, repr=False)  # of a directory, once it was merged
    marked: tuple[str, ...] = ()  # names that a file with the whiteout xattr hides
    listed: tuple[str, ...] = ()  # those of them that a listing shows all the same
    refused: OSError | None = None  # why it can only be listed
    lowest: int = 0  # the layer below which nothing was looked for; 0: the base

    @property
    def is_dir(self) -> bool:
        """It is a directory."""
        return isinstance(self.node, Directory)

    @property
    def merged(self) -> bool:
        """Several layers make this directory."""
        return len(self.stack) > 1


class MergedIndex:
    """The lower layers of one overlay, top first, as one tree."""

    def __init__(self, lowers: Sequence[Lower], features: Features = PLAIN) -> None:
        """Top first. An opaque mark on a layer's root hides nothing, as on Linux."""
        self.lowers = tuple(lowers)
        self.features = features
        self.root = LowerEntry(self.lowers[0].node(0), tuple((number, 0) for number in range(1, len(self.lowers) + 1)))

    @classmethod
    def of(cls, lowers: Sequence[Lower], features: Features = PLAIN) -> "MergedIndex":
        """The index of these layers, the same object for every overlay that has just these: an image is merged once."""
        heeded = Features(follow=features.follow, metacopy=features.metacopy, notes=features.notes)
        key = (heeded, *map(id, lowers))  # good as long as the index lives, since that keeps its layers
        index = _indexes.get(key)
        if index is None:
            index = _indexes[key] = cls(lowers, heeded)
        return index

    def names(self, directory: LowerEntry) -> dict[str, LowerEntry]:
        """The names that a directory of the lower layers shows."""
        if directory.names is None:
            directory.names = self._merge(directory)
        return directory.names

    def _merge(self, directory: LowerEntry) -> dict[str, LowerEntry]:
        """Top down, each name once: a whiteout or a file ends its search, an opaque directory after it is taken in."""
        found: dict[str, LowerEntry] = {}
        closed: set[str] = set()
        notes = self.features.notes
        lowest = 0 if self.features.follow else directory.stack[-1][0]
        for layer, entry in directory.stack:
            lower = self.lowers[layer - 1]
            node_of = lower.node
            for name, child in lower.children(entry).items():
                if name in closed:
                    continue
                node = node_of(child)
                above = found.get(name)
                if isinstance(node, Whiteout):
                    closed.add(name)
                    continue
                noted = bool(node.meta.xattrs)  # seldom: without attributes there is no note of overlayfs either
                if noted and (above is None or above.is_dir) and leads_elsewhere(node, notes):
                    if above is None or isinstance(node, Directory):
                        found[name] = self._chased(directory, name)
                    closed.add(name)
                elif isinstance(node, Directory):
                    if above is None:
                        found[name] = LowerEntry(node, ((layer, child),), lowest=lowest)
                    else:
                        above.stack += ((layer, child),)
                    if node.opaque:
                        closed.add(name)
                else:
                    closed.add(name)
                    if noted and above is None and hides_by_xattr(node, notes):
                        self._note_listed(directory, layer, entry, name)
                    elif above is None:
                        found[name] = LowerEntry(node, ((layer, child),))
        return found

    def _chased(self, directory: LowerEntry, name: str) -> LowerEntry:
        """What a name stands for that has notes which lead elsewhere."""
        return self._below(Chase(self.lowers, self.features, directory.stack, name), None)

    def below_upper(self, directory: LowerEntry | None, name: str, node: Node) -> LowerEntry | None:
        """What of the lower layers belongs to an object of upperdir that has such notes. Raises: OSError as Linux."""
        chase = Chase(self.lowers, self.features, () if directory is None else directory.stack, name)
        below = self._below(chase, node)
        if below.refused is not None:
            raise below.refused
        return below if below.stack else None

    def _below(self, chase: Chase, upper: Node | None) -> LowerEntry:
        refused = None
        try:
            stack = chase.from_lower() if upper is None else chase.from_upper(upper)
        except OSError as failure:
            refused, stack = failure, tuple(chase.found)
        nodes = [self.lowers[layer - 1].node(entry) for layer, entry in stack]
        top = nodes[0] if nodes else WHITEOUT
        if isinstance(top, File) and isinstance(nodes[-1], File):
            top = File(top.meta, nodes[-1].content)
        return LowerEntry(top, stack, refused=refused)

    def _note_listed(self, directory: LowerEntry, layer: int, entry: int, name: str) -> None:
        """An empty file that hides is still listed, unless its directory says that it has such files.

        In the lowest layer, where a whiteout hides nothing, Linux does not look what the directory says. Where it may
        not follow redirects, the lowest is the last that has the directory's parent.
        """
        directory.marked += (name,)
        lowest = layer == (directory.lowest or len(self.lowers))
        if lowest or not announces_xattr_whiteouts(self.lowers[layer - 1].node(entry), self.features.notes):
            directory.listed += (name,)

    def inode(self, below: LowerEntry) -> tuple[int, int]:
        """The layer and the inode in it that give an object its identity."""
        layer, entry = below.stack[0]
        return layer, self.lowers[layer - 1].inode(entry)

    def nlink(self, below: LowerEntry) -> int:
        """Its link count in its topmost layer."""
        layer, entry = below.stack[0]
        return self.lowers[layer - 1].nlink(entry)

    def stored(self, directory: LowerEntry) -> tuple[str, ...]:
        """All names stored in the topmost layer of a directory, whiteouts too."""
        layer, entry = directory.stack[0]
        return tuple(self.lowers[layer - 1].children(entry))


_indexes: WeakValueDictionary[tuple[object, ...], MergedIndex] = WeakValueDictionary()

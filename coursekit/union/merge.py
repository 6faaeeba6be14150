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
from coursekit.union.options import Features
from coursekit.union.search import Search, heed, leads_elsewhere

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

    def search(self, directory: LowerEntry | None, name: str) -> Search:
        """A search for one name of a directory, which asks the layers themselves and keeps a record of it."""
        return Search(self.lowers, self.features, () if directory is None else directory.stack, name)

    def below_upper(self, directory: LowerEntry | None, name: str, node: Node) -> LowerEntry | None:
        """What of the lower layers belongs to an object of upperdir whose notes lead elsewhere.

        Raises: OSError as Linux.
        """
        search = self.search(directory, name)
        search.upper(node)
        below = self._found_by(search)
        if below.refused is not None:
            raise below.refused
        return below if below.stack else None

    def _merge(self, directory: LowerEntry) -> dict[str, LowerEntry]:
        """All names at once, by the rule of search.py. Most are stored in one layer alone, without attributes."""
        found: dict[str, LowerEntry] = {}
        notes = self.features.notes
        lowest = 0 if self.features.follow else directory.stack[-1][0]
        for name, places in self._stored(directory).items():
            layer, child = places[0]
            node = self.lowers[layer - 1].node(child)
            noted = not isinstance(node, Whiteout) and bool(node.meta.xattrs)  # else there is no note of overlayfs
            if noted and hides_by_xattr(node, notes):
                self._note_listed(directory, layer, name)
            elif noted or len(places) > 1:
                entry = self._made_up_of(directory, name, places)
                if entry is not None:
                    entry.lowest = lowest
                    found[name] = entry
            elif heed(node, False)[0]:
                found[name] = LowerEntry(node, places, lowest=lowest)
        return found

    def _stored(self, directory: LowerEntry) -> dict[str, tuple[tuple[int, int], ...]]:
        """Where each name of a directory is stored, (layer, entry), top first."""
        stored: dict[str, tuple[tuple[int, int], ...]] = {}
        for layer, entry in directory.stack:
            for name, child in self.lowers[layer - 1].children(entry).items():
                known = stored.get(name)
                stored[name] = ((layer, child),) if known is None else (*known, (layer, child))
        return stored

    def _made_up_of(self, directory: LowerEntry, name: str, places: tuple[tuple[int, int], ...]) -> LowerEntry | None:
        """What a name stands for that is stored in these places; None for nothing."""
        stack: list[tuple[int, int]] = []
        top: Node | None = None
        for layer, child in places:
            node = self.lowers[layer - 1].node(child)
            taken, ends = heed(node, top is not None)
            if taken and leads_elsewhere(node, self.features.notes):
                return self._found_by(self.search(directory, name))
            if taken:
                stack.append((layer, child))
                top = top or node
            if ends:
                break
        return None if top is None else LowerEntry(top, tuple(stack))

    def _found_by(self, search: Search) -> LowerEntry:
        """What a search comes to; refused, where a note leads to what may not be followed or is not there."""
        refused = None
        try:
            stack = search.down()
        except OSError as failure:
            refused, stack = failure, tuple(search.found)
        nodes = [self.lowers[layer - 1].node(entry) for layer, entry in stack]
        top = nodes[0] if nodes else WHITEOUT
        if isinstance(top, File) and isinstance(nodes[-1], File):
            top = File(top.meta, nodes[-1].content)
        return LowerEntry(top, stack, refused=refused)

    def _note_listed(self, directory: LowerEntry, layer: int, name: str) -> None:
        """An empty file that hides is still listed, unless its directory says that it has such files.

        In the lowest layer, where a whiteout hides nothing, Linux does not look what the directory says. Where it may
        not follow redirects, the lowest is the last that has the directory's parent.
        """
        directory.marked += (name,)
        lowest = layer == (directory.lowest or len(self.lowers))
        entry = dict(directory.stack)[layer]
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

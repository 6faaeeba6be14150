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

from coursekit.fs.node import WHITEOUT, Directory, File, Node
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
    hidden: dict[str, bool] | None = None  # names that a file with the whiteout xattr hides; whether a listing has them
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
        """All names at once, by the rule of search.py: top down, each until its search has ended."""
        found: dict[str, LowerEntry] = {}
        ended: set[str] = set()
        notes = self.features.notes
        last = directory.stack[-1][0]
        lowest = 0 if self.features.follow else last
        for layer, entry in directory.stack:
            lower = self.lowers[layer - 1]
            node_of = lower.node
            for name, child in lower.children(entry).items():
                if name in ended:
                    continue
                node = node_of(child)
                above = found.get(name)
                taken, ends = heed(node, above is not None)
                if ends and layer != last:
                    ended.add(name)
                if not taken:
                    continue
                if node.meta.xattrs:  # type: ignore[union-attr]  # no whiteout is taken
                    if hides_by_xattr(node, notes):
                        self._note_listed(directory, layer, entry, name)
                        continue
                    if leads_elsewhere(node, notes):  # what is taken from here on is a matter for a search of its own
                        found[name] = self._found_by(self.search(directory, name))
                        ended.add(name)
                        continue
                if above is None:
                    made = found[name] = LowerEntry(node, ((layer, child),))
                    if lowest:
                        made.lowest = lowest
                else:
                    above.stack += ((layer, child),)
        return found

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

    def _note_listed(self, directory: LowerEntry, layer: int, entry: int, name: str) -> None:
        """An empty file that hides is still listed, unless its directory says that it has such files.

        In the lowest layer, where a whiteout hides nothing, Linux does not look what the directory says. Where it may
        not follow redirects, the lowest is the last that has the directory's parent.
        """
        lowest = layer == (directory.lowest or len(self.lowers))
        listed = lowest or not announces_xattr_whiteouts(self.lowers[layer - 1].node(entry), self.features.notes)
        if directory.hidden is None:
            directory.hidden = {}
        directory.hidden[name] = listed

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

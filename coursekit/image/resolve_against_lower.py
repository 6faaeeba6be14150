"""Settling a layer on those below it: what its tar leaves unsaid, the merged tree of the lower layers says.

    usr/bin/tool, and no entry for usr/bin   ->  usr/bin keeps the mode and owner that it has below
    lib/tool, where lib is a symlink below   ->  goes where the symlink leads, within the image
    a hard link to a path of a lower layer   ->  that file belongs to this layer too, as after a copy-up
    an opaque whiteout of the layer's root   ->  one whiteout for each name below (overlayfs ignores an opaque root)
    a whiteout of what no layer below has    ->  no name at all: in a mount of such a layer, the kernel would list it

Most layers say everything and pass unchanged.

Source: OCI image-spec layer.md, "Hardlinks"; containerd archive/tar.go, mkparent and RootPath.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from coursekit.errors import ImageError
from coursekit.fs.node import Directory, File, Node, Symlink, Whiteout
from coursekit.fs.paths import MAX_LINKS
from coursekit.image.tar_tree import HIDDEN, Row, Tree, columns_of, shown
from coursekit.layers.ports import Lower
from coursekit.layers.tar_index import IS_DIRECTORY, IS_OPAQUE, IS_SYMLINK, IS_WHITEOUT, TarIndex

Place = tuple[Lower, int]


def settle(index: TarIndex, below: Sequence[Lower]) -> TarIndex:
    """`index` as a layer that stands on `below`, **top first**.

    Raises: ImageError for a hard link to what no layer has.
    """
    if index.is_settled:
        return index
    below_root = [(lower, 0) for lower in below]
    nodes: dict[int, Node] = {}
    if not index.extras.links and index.columns.kind[0] != IS_OPAQUE and _adopt(index, below_root, nodes):
        settled = TarIndex(index.columns, index.extras, index.source, index.raw_size, nodes)
    else:
        settled = _Rebuild(index, below_root).done()
    return settled.without(_idle_whiteouts(settled, below_root))


def _idle_whiteouts(index: TarIndex, root: list[Place]) -> frozenset[int]:
    """The whiteouts that hide nothing: in a base layer, in a directory that no layer below has."""
    below: dict[int, list[Place]] = {0: root}

    def places(entry: int) -> list[Place]:
        if entry not in below:
            found = look(places(index.parent(entry)), index.name(entry))
            below[entry] = [] if index.columns.kind[entry] == IS_OPAQUE else found
        return below[entry]

    return frozenset(entry for entry in index.whiteouts() if not look(places(index.parent(entry)), index.name(entry)))


def look(places: Sequence[Place], name: str) -> list[Place]:
    """Where `name` is, in directories `places`, top first: several for a merged directory, one for another node."""
    found: list[Place] = []
    for lower, entry in places:
        child = lower.children(entry).get(name)
        if child is None:
            continue
        node = lower.node(child)
        if isinstance(node, Whiteout):
            break
        if not isinstance(node, Directory):
            return found or [(lower, child)]
        found.append((lower, child))
        if node.opaque:
            break
    return found


def resolve(root: Sequence[Place], path: str) -> tuple[str, list[Place]]:
    """The path without symlinks that `path` leads to, its last component not followed, and where it is.

    Symlinks are followed inside the image: absolute targets and ".." end at its root.
    """
    todo = path.split("/")[::-1]
    done: list[tuple[str, list[Place]]] = [("", list(root))]
    links = 0
    while todo:
        name = todo.pop()
        if name in ("", "."):
            continue
        if name == "..":
            done = done[:-1] or done
            continue
        places = look(done[-1][1], name)
        target = _target(places) if todo else None
        if target is None:
            done.append((name, places))
            continue
        links += 1
        if links > MAX_LINKS:
            raise ImageError(f"{shown(path)} leads through more than {MAX_LINKS} symlinks")
        if target.startswith("/"):
            done = done[:1]
        todo += target.split("/")[::-1]
    return "/".join(name for name, _ in done[1:]), done[-1][1]


def _target(places: Sequence[Place]) -> str | None:
    node = places[0][0].node(places[0][1]) if places else None
    return node.target if isinstance(node, Symlink) else None


def _adopt(index: TarIndex, root: list[Place], nodes: dict[int, Node]) -> bool:
    """Give implied directories the metadata that they have below; False where one of them is a symlink there."""
    waiting: list[tuple[int, list[Place]]] = [(0, root)]
    wanted = _with_parents(index)
    while waiting:
        entry, places = waiting.pop()
        if entry in index.extras.implied and places:
            node = places[0][0].node(places[0][1])
            if isinstance(node, Symlink):
                return False
            if isinstance(node, Directory):
                nodes[entry] = replace(node, opaque=index.columns.kind[entry] == IS_OPAQUE)
            else:
                places = []
        if index.columns.kind[entry] == IS_OPAQUE:
            places = []
        for name, child in index.children(entry).items():
            if child in wanted:
                waiting.append((child, look(places, name)))
    return True


def _with_parents(index: TarIndex) -> set[int]:
    """The implied directories and all above them."""
    wanted: set[int] = set()
    for entry in index.extras.implied:
        while entry not in wanted:
            wanted.add(entry)
            entry = index.parent(entry)
    return wanted


@dataclass(slots=True)
class _Rebuild:
    """The tree made again, with links resolved, paths through symlinks moved, and an opaque root spelled out."""

    index: TarIndex
    below: list[Place]

    def done(self) -> TarIndex:
        """The settled layer."""
        rows, whiteouts, origin = self._moved()
        nodes: dict[int, Node] = {}  # by the id of the row that stands for one of a lower layer
        self._take_links(rows, nodes, origin, whiteouts)
        if rows[""].kind == IS_OPAQUE:
            self._spell_out_root(rows, whiteouts)
        for path in whiteouts & rows.keys():
            whiteouts.discard(path)
        columns, extras = columns_of(rows, whiteouts)
        flat = TarIndex(columns, extras, self.index.source, self.index.raw_size)
        overrides = {
            entry: nodes[id(rows[path])]
            for entry, path in self._entries(flat)
            if path in rows and id(rows[path]) in nodes
        }
        _adopt(flat, self.below, overrides)
        return TarIndex(
            columns, replace(extras, implied=frozenset()), self.index.source, self.index.raw_size, overrides
        )

    def _entries(self, index: TarIndex) -> Iterator[tuple[int, str]]:
        return ((entry, index.path(entry)[1:]) for entry in range(len(index)))

    def _moved(self) -> tuple[dict[str, Row], set[str], dict[str, Row]]:
        """Rows and whiteouts by path, where symlinks of the layers below lead; the rows as they were."""
        shared: dict[int, Row] = {}
        tree = Tree()
        whiteouts: set[str] = set()
        for entry, path in self._entries(self.index):
            row = shared.setdefault(self.index.inode(entry), self._row(entry))
            if row.implied:
                if row.kind == IS_OPAQUE:
                    place = self._led(path)
                    tree.require_directory(place, place)
                    tree.rows[place] = tree.rows[place]._replace(kind=IS_OPAQUE)
                continue
            parent, _, name = path.rpartition("/")
            parent = self._led(parent)
            place = f"{parent}/{name}" if parent else name
            if (home := tree.home(parent, place)) != parent:
                parent, place = home, f"{home}/{name}" if home else name
            tree.require_directory(parent, place)
            if row.kind == IS_WHITEOUT:
                whiteouts.add(place)
            else:
                tree.rows[place] = row
        return tree.rows, whiteouts, dict(tree.rows)

    def _led(self, directory: str) -> str:
        """Where `directory` is, if a part of it that this layer does not list is a symlink below."""
        places, entry, path = self.below, 0, ""
        for name in directory.split("/") if directory else ():
            entry = self.index.children(entry)[name]
            path = f"{path}/{name}" if path else name
            places = look(places, name)
            if entry in self.index.extras.implied and _target(places) is not None:
                path, places = resolve(self.below, path + "/.")
            if self.index.columns.kind[entry] == IS_OPAQUE:
                places = []
        return path

    def _row(self, entry: int) -> Row:
        columns, extras = self.index.columns, self.index.extras
        kind, at, size = columns.kind[entry], columns.at[entry], columns.size[entry]
        if kind == IS_WHITEOUT:
            return HIDDEN
        target = None
        if kind == IS_SYMLINK:
            target = columns.texts[at : at + size].decode("utf-8", "surrogateescape")
        return Row(
            kind,
            columns.mode[entry],
            columns.uid[entry],
            columns.gid[entry],
            columns.mtime_ns[entry],
            size,
            at,
            target,
            dict(extras.xattrs.get(entry, {})) or None,
            extras.extents.get(entry),
            extras.links.get(entry),
            implied=entry in extras.implied,
        )

    def _take_links(
        self, rows: dict[str, Row], nodes: dict[int, Node], origin: dict[str, Row], whiteouts: set[str]
    ) -> None:
        """Bring in the files that links name in lower layers; under their own names too, unless those are gone here."""
        brought: dict[str, Row] = {}
        for path, row in origin.items():
            if row.link is None:
                continue
            where, _ = resolve([(self.index, 0), *self.below], row.link)
            own = origin.get(where)
            if own is not None and own.link is None and where != row.link:  # named through a symlink
                rows[path] = own
                continue
            where, places = resolve(self.below, row.link)
            node = places[0][0].node(places[0][1]) if places else None
            if node is None or isinstance(node, Directory | Whiteout):
                raise ImageError(f"the hard link {shown(path)} names {shown(row.link)}, which no layer has as a file")
            if where not in brought:
                brought[where] = taken = _taken(node)
                nodes[id(taken)] = node
                if (where not in origin or origin[where].link is not None) and not _is_hidden(where, rows, whiteouts):
                    Tree(rows=rows).require_directory(where.rpartition("/")[0], where)
                    rows[where] = taken
            rows[path] = brought[where]

    def _spell_out_root(self, rows: dict[str, Row], whiteouts: set[str]) -> None:
        rows[""] = rows[""]._replace(kind=IS_DIRECTORY)
        names = {name for lower, entry in self.below for name in lower.children(entry)}
        for name in sorted(name for name in names if look(self.below, name)):
            row = rows.get(name)
            if row is None:
                whiteouts.add(name)
            elif row.is_directory:
                rows[name] = row._replace(kind=IS_OPAQUE, implied=False)


def _is_hidden(path: str, rows: dict[str, Row], whiteouts: set[str]) -> bool:
    """Does this layer hide what the layers below have at `path`: itself, or all in a directory above it?"""
    while path not in whiteouts and path:
        path = path.rpartition("/")[0]
        row = rows.get(path)
        if row is not None and (not row.is_directory or row.kind == IS_OPAQUE):
            return True
    return path in whiteouts


def _taken(node: Node) -> Row:
    """A row for a node of a lower layer; the node itself goes over it."""
    assert not isinstance(node, Whiteout)
    meta = node.meta
    size = node.content.size if isinstance(node, File) else 0
    target = node.target if isinstance(node, Symlink) else None
    kind = IS_SYMLINK if target is not None else Row().kind
    return Row(kind, meta.mode, meta.uid, meta.gid, meta.mtime_ns, size, 0, target)

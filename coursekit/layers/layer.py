"""Layer: one immutable tree, written as a dict; the Lower of tests, lessons and frozen upperdirs.

    Layer.of({"/etc/hosts": "127.0.0.1", "/etc/gone": WHITEOUT, "/srv/": {}, "/bin": Symlink(meta, "usr/bin")})

It answers as it is **stored**: a whiteout is an entry of its own, an opaque directory says so, nothing is merged. Any
number of overlays share one Layer, and none can change it.

The first adapter of the port Lower.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TypeAlias

from coursekit.fs.content import Bytes
from coursekit.fs.node import Directory, File, Metadata, Node, Symlink, Whiteout
from coursekit.fs.paths import components, join, normal
from coursekit.language import _
from coursekit.showing import Shown

Spec: TypeAlias = Node | str | bytes | Mapping[str, object]  # what a dict literal may say of a path

_DIRECTORY = Directory(Metadata(mode=0o755))
_NOTHING: Mapping[str, int] = MappingProxyType({})


def as_node(path: str, spec: object) -> Node:
    """The node that a dict literal means: text and bytes are files, `{}` is a directory, a node is itself.

    >>> as_node("/etc/hosts", "127.0.0.1").content.size
    9
    """
    match spec:
        case str():
            return File(Metadata(), Bytes(spec.encode()))
        case bytes():
            return File(Metadata(), Bytes(spec))
        case File() | Directory() | Symlink() | Whiteout():
            return spec
        case Mapping() if not spec:
            return _DIRECTORY
        case _ if hasattr(spec, "kind"):
            return spec  # type: ignore[return-value]  # a Device
    said = _("{path}: {thing} is no file, directory, symlink, device or whiteout; give text, {{}}, a node")
    raise TypeError(said.format(path=path, thing=repr(spec)))


class Layer(Shown):
    """One immutable layer. Make it with `Layer.of`."""

    __slots__ = ("_children", "_inodes", "_nlinks", "_nodes")

    def __init__(self, nodes: list[Node], children: list[Mapping[str, int]], inodes: list[int]) -> None:
        """Parallel columns, one row an entry; entry 0 is the root directory."""
        self._nodes, self._children, self._inodes = tuple(nodes), tuple(children), tuple(inodes)
        self._nlinks: dict[int, int] = {}
        for inode in self._inodes:
            self._nlinks[inode] = self._nlinks.get(inode, 0) + 1

    @classmethod
    def of(cls, tree: Mapping[str, Spec]) -> "Layer":
        """The layer with these paths; parents that are not named are root:root 0755 directories.

        >>> Layer.of({"/etc/hosts": "x"}).paths()
        ('/etc', '/etc/hosts')
        """
        builder = LayerBuilder()
        for path, spec in tree.items():
            node = as_node(path, spec)
            if path.endswith("/") and not isinstance(node, Directory):
                said = _("{path}: a path that ends in / is a directory, not {thing}")
                raise ValueError(said.format(path=path, thing=repr(spec)))
            builder.put(path, node)
        return builder.build()

    def children(self, entry: int) -> Mapping[str, int]:
        """The names in a directory, each with its entry."""
        return self._children[entry]

    def node(self, entry: int) -> Node:
        """What the entry is."""
        return self._nodes[entry]

    def inode(self, entry: int) -> int:
        """Its identity: equal for hard links."""
        return self._inodes[entry]

    def nlink(self, entry: int) -> int:
        """Names of a file; 2 + subdirectories for a directory."""
        if isinstance(self._nodes[entry], Directory):
            return 2 + sum(isinstance(self._nodes[child], Directory) for child in self._children[entry].values())
        return self._nlinks[self._inodes[entry]]

    def entry(self, path: str) -> int | None:
        """The entry stored at `path`; None for nothing. Symlinks are not followed."""
        entry = 0
        for name in components(path):
            child = self._children[entry].get(name)
            if child is None:
                return None
            entry = child
        return entry

    def get(self, path: str) -> Node | None:
        """What is stored at `path`, a Whiteout too; None for nothing."""
        entry = self.entry(path)
        return None if entry is None else self._nodes[entry]

    def items(self) -> Iterator[tuple[str, Node]]:
        """Path and node of every entry below the root, parents first, names sorted."""
        stack = [("/", 0)]
        while stack:
            path, entry = stack.pop()
            if entry:
                yield path, self._nodes[entry]
            names = sorted(self._children[entry].items(), reverse=True)
            stack.extend((join(path, name), child) for name, child in names)

    def paths(self) -> tuple[str, ...]:
        """Every path below the root, parents first."""
        return tuple(path for path, _ in self.items())

    @property
    def whiteouts(self) -> tuple[str, ...]:
        """The paths that this layer hides in the layers below it."""
        return tuple(path for path, node in self.items() if isinstance(node, Whiteout))

    def __len__(self) -> int:
        return len(self._nodes) - 1

    def __repr__(self) -> str:
        paths = self.paths()
        if not paths:
            return "<Layer, empty>"
        shown = ", ".join(paths[:4]) + (", …" if len(paths) > 4 else "")
        return f"<Layer of {len(paths)} {'path' if len(paths) == 1 else 'paths'}: {shown}>"


class LayerBuilder:
    """Collects paths until the layer is whole."""

    def __init__(self) -> None:
        """Starts with a root directory, root:root 0755."""
        self._nodes: list[Node] = [_DIRECTORY]
        self._children: list[dict[str, int]] = [{}]
        self._inodes: list[int] = [0]

    def put(self, path: str, node: Node) -> int:
        """Store `node` at `path`, its parents with it; an entry that is there already gets the new node."""
        names = components(path)
        entry = 0
        for depth, name in enumerate(names):
            if not isinstance(self._nodes[entry], Directory):
                said = _("{path}: {above} is no directory in this layer")
                raise ValueError(said.format(path=normal(path), above=normal("/".join(names[:depth]))))
            child = self._children[entry].get(name)
            entry = self.add(entry, name, _DIRECTORY) if child is None else child
        self._nodes[entry] = node
        return entry

    def add(self, parent: int, name: str, node: Node, inode: int | None = None) -> int:
        """A new entry in directory `parent`; `inode` names the entry to which this one is a hard link."""
        entry = len(self._nodes)
        self._nodes.append(node)
        self._children.append({})
        self._inodes.append(entry if inode is None else self._inodes[inode])
        self._children[parent][name] = entry
        return entry

    def set_root(self, node: Node) -> None:
        """The root directory's metadata."""
        self._nodes[0] = node

    def build(self) -> Layer:
        """The layer; this builder is used up."""
        frozen: list[Mapping[str, int]] = [MappingProxyType(names) if names else _NOTHING for names in self._children]
        return Layer(self._nodes, frozen, self._inodes)

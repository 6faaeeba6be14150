"""An image's layers as plain dicts, top first, as the functions of lesson 07 take them; and what each entry really is.

    {"/": "dir", "/etc": "dir", "/etc/motd": b"hello\\n", "/bin": b"symlink: usr/bin …"}

A file has its bytes where they are here and few; a large one, one whose bytes are not bundled, a symlink and a device
have a line of text in their place that no other entry has. So a function sees what kind of thing there is, and what it
gives back is found again.

Pure but for reading the image's files.
"""

from collections.abc import Iterable, Mapping, Sequence

from coursekit.errors import ContentMissing
from coursekit.fs.node import Directory, File, Node, Symlink, Whiteout
from coursekit.image.image import Image
from coursekit.layers.ports import Lower

Value = bytes | str | None
SMALL = 64 * 1024  # bytes of a file that stand in the dict


class ImageTrees:
    """The dicts, and the nodes behind them. `around` gives the part of the layers that a call about some paths needs."""

    def __init__(self, image: Image) -> None:
        self.lowers: list[dict[str, Value]] = []
        self.nodes: list[dict[str, Node]] = []
        self._inside: list[dict[str, list[str]]] = []
        for layer in image.layers[::-1]:
            nodes: dict[str, Node] = {}
            _collect(layer.lower, 0, "", nodes)
            number = len(self.lowers)
            self.nodes.append(nodes)
            self.lowers.append(
                {"/": "dir", **{path: _value(node, f"{path} of layer {number}") for path, node in nodes.items()}}
            )
            self._inside.append(_inside(nodes))

    def around(self, paths: Sequence[str], *, inside: bool) -> list[dict[str, Value]]:
        """Of each layer the directories above the paths, the paths, and with `inside` what lies directly in them."""
        chain = {"/", *(each for path in paths for each in _chain(path))}
        if not inside:
            return [{path: tree[path] for path in chain if path in tree} for tree in self.lowers]
        return [
            {path: tree[path] for path in (*chain, *_below(names, paths)) if path in tree}
            for tree, names in zip(self.lowers, self._inside, strict=True)
        ]

    def node(self, path: str, value: bytes) -> Node | None:
        """The node that a value at a path stands for: that of the uppermost layer which has it."""
        for tree, nodes in zip(self.lowers, self.nodes, strict=True):
            if tree.get(path) == value:
                return nodes[path]
        return None


def _below(inside: Mapping[str, list[str]], paths: Iterable[str]) -> Iterable[str]:
    return (each for path in paths for each in inside.get(path, ()))


def _chain(path: str) -> list[str]:
    """A path and the directories above it.

    >>> _chain("/etc/nginx/conf.d")
    ['/etc', '/etc/nginx', '/etc/nginx/conf.d']
    """
    parts = path.strip("/").split("/") if path != "/" else []
    return ["/" + "/".join(parts[: depth + 1]) for depth in range(len(parts))]


def _collect(lower: Lower, entry: int, above: str, found: dict[str, Node]) -> None:
    for name, below in lower.children(entry).items():
        found[f"{above}/{name}"] = lower.node(below)
        _collect(lower, below, f"{above}/{name}", found)


def _inside(paths: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in paths:
        found.setdefault(path.rpartition("/")[0] or "/", []).append(path)
    return found


def _value(node: Node, where: str) -> Value:
    match node:
        case Whiteout():
            return None
        case Directory(opaque=opaque):
            return "opaque" if opaque else "dir"
        case Symlink(target=target):
            return f"symlink: {target} ({where})\n".encode()
        case File(content=content) if content.size <= SMALL:
            try:
                return content.read(0, content.size)
            except ContentMissing:
                return f"the bytes of {where} are not bundled\n".encode()
        case File():
            return f"the bytes of {where} are many\n".encode()
    return f"a device ({where})\n".encode()

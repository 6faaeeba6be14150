"""Stacks of layers as plain dicts, **top first**: how they are looked up, and drawn by chance.

    [{"/etc": "dir", "/etc/motd": None},        a whiteout over
     {"/etc": "dir", "/etc/motd": b"hello"}]    a file

A layer maps each path that it stores to `bytes` (a file), `"dir"`, `"opaque"` (a directory that ends the merging) or
None (a whiteout). Its directories are named too.

Source: Linux overlayfs.rst, "Upper and Lower", "whiteouts and opaque directories".
Simplified: no symlinks, no metadata.
"""

from collections.abc import Iterable, Mapping, Sequence
from random import Random

from coursekit.fs.node import WHITEOUT, Directory, Metadata
from coursekit.layers.layer import Layer

Node = bytes | str | None
Tree = dict[str, Node]
Stack = Sequence[Mapping[str, Node]]
DIRECTORY, OPAQUE = "dir", "opaque"


def prefixes(path: str) -> list[str]:
    """The path and the directories above it, topmost first, without the root.

    >>> prefixes("/etc/motd")
    ['/etc', '/etc/motd']
    """
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[: depth + 1]) for depth in range(len(parts))]


def step(layers: Stack, asked: Iterable[int], path: str) -> list[int]:
    """Of the layers that provide the parent of `path`, those that provide `path`, top first."""
    found: list[int] = []
    for number in asked:
        if path not in layers[number]:
            continue
        node = layers[number][path]
        if node is None:
            break
        if isinstance(node, bytes):
            return found or [number]
        found.append(number)
        if node == OPAQUE:
            break
    return found


def lookup(layers: Stack, path: str) -> list[int]:
    """The numbers of the layers that provide `path`, top first: none, one, or for a merged directory several."""
    asked = list(range(len(layers)))
    for each in prefixes(path):
        asked = step(layers, asked, each)
    return asked


def possible(layer: Mapping[str, object]) -> bool:
    """Whether a layer can be: nothing of it lies below a file or a whiteout of its own. Whatever is no directory counts.

    >>> possible({"/a": "dir", "/a/b": 5}), possible({"/a": 5, "/as": 5}), possible({"/a": 5, "/a/b": 5})
    (True, True, False)
    """
    ends = tuple(f"{path}/" for path, node in layer.items() if node not in (DIRECTORY, OPAQUE))
    return not any(path.startswith(ends) for path in layer)


def visible(layers: Stack) -> list[str]:
    """Every path of the merged tree, sorted."""
    return sorted(path for path in {path for layer in layers for path in layer} if lookup(layers, path))


def as_layer(tree: Mapping[str, Node]) -> Layer:
    """The layer of the engine that stores the same."""
    kinds = {DIRECTORY: Directory(Metadata(mode=0o755)), OPAQUE: Directory(Metadata(mode=0o755), opaque=True)}
    return Layer.of(
        {
            path: WHITEOUT if node is None else kinds[node] if isinstance(node, str) else node
            for path, node in tree.items()
            if path != "/"
        }
    )


_NAMES = ("app.conf", "motd", "hosts", "notes", "index", "users", "rules", "cache")
_PLACES = ("/etc", "/srv", "/opt/app", "/var/lib")


def drawn(random: Random, layers: int, places: int = 2) -> list[Tree]:
    """A stack by chance: every layer stores some of a few paths, each as file, directory, opaque or whiteout."""
    wanted = random.sample(_PLACES, places)
    names = random.sample(_NAMES, 3)
    return [_layer(random, wanted, names) for _ in range(layers)]


def _layer(random: Random, places: Sequence[str], names: Sequence[str]) -> Tree:
    tree: Tree = {}
    for place in places:
        if random.random() < 0.2:
            continue
        above = prefixes(place)
        for each in above:
            tree.setdefault(each, DIRECTORY)
        if any(not isinstance(tree[each], str) for each in above):
            continue
        kind = random.random()
        if kind < 0.15:
            tree[place] = None
        elif kind < 0.3:
            tree[place] = file_of(random)
        else:
            tree[place] = OPAQUE if kind < 0.42 else DIRECTORY
            for name in names:
                if random.random() < 0.6:
                    tree[f"{place}/{name}"] = None if random.random() < 0.3 else file_of(random)
    return tree


def file_of(random: Random) -> bytes:
    """Contents by chance: one letter."""
    return random.choice((b"a", b"b", b"c", b"d", b"e"))

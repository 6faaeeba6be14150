"""Waste: bytes that travel and lie on disk, and that no container can see.

    layer 2   .wh.list      /etc/app.conf (new)     a later layer deletes or replaces,
    layer 1   list 19 MB    /etc/app.conf (old)     the earlier bytes stay where they are

Each stored file is counted once, by the first later layer that hides it, however many more do so.

Uses the Lower port: layers come base first, as in an image.
Source: image-spec layer.md, "Whiteouts"; Linux overlayfs.rst, "whiteouts and opaque directories".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from coursekit.fs.node import WHITEOUT, Directory, File, Symlink, Whiteout, stored_size
from coursekit.layers.ports import Lower


class Cause(StrEnum):
    """How a later layer hides a file."""

    DELETED = "deleted"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Wasted:
    """A stored file that a later layer hides. Layers are numbered base first, from 0."""

    path: str
    size: int  # bytes
    layer: int
    hidden_by: int
    cause: Cause


def waste(layers: Sequence[Lower]) -> tuple[Wasted, ...]:
    """The hidden files and symlinks of `layers` (base first), largest first; one of several names if all are hidden."""
    found = [item for number in range(len(layers)) for item in _hidden(number, layers)]
    return tuple(sorted(found, key=lambda item: (-item.size, item.path, item.layer)))


def _hidden(number: int, layers: Sequence[Lower]) -> Iterator[Wasted]:
    """What of one layer those above it hide: a file as soon as its last name is."""
    layer, first = layers[number], dict[str, tuple[int, Cause, int]]()
    for above in range(number + 1, len(layers)):
        for path, entry, cause in _hides(layers[above], layer):
            first.setdefault(path, (above, cause, entry))
    names: dict[int, list[str]] = {}
    for path, (_, _, entry) in sorted(first.items()):
        names.setdefault(layer.inode(entry), []).append(path)
    for paths in names.values():
        hidden_by, cause, entry = max(first[path] for path in paths)
        if len(paths) == layer.nlink(entry):
            yield Wasted(paths[0], stored_size(layer.node(entry)), number, hidden_by, cause)


def _hides(above: Lower, layer: Lower) -> Iterator[tuple[str, int, Cause]]:
    """The names of files and symlinks in `layer` that the layer `above` hides, each with its entry.

    Both trees are gone down together, so that no more of either is read than they have in common.
    """
    todo = [("", 0, 0, False)]  # an opaque mark on a layer's root is ignored
    while todo:
        place, top, low, opaque = todo.pop()
        hiding, below = above.children(top), layer.children(low)
        for name in below if opaque else hiding.keys() & below.keys():
            path, entry = f"{place}/{name}", below[name]
            match above.node(hiding[name]) if name in hiding else WHITEOUT:
                case Directory() as node if isinstance(layer.node(entry), Directory):
                    todo.append((path, hiding[name], entry, opaque or node.opaque))
                    continue
                case Whiteout():
                    cause = Cause.DELETED
                case _:
                    cause = Cause.REPLACED
            yield from ((path, entry, cause) for path, entry in _files(layer, path, entry))


def _files(layer: Lower, path: str, entry: int) -> Iterator[tuple[str, int]]:
    """The names of files and symlinks at or below a path of the layer."""
    if isinstance(layer.node(entry), File | Symlink):
        yield path, entry
    for name, child in layer.children(entry).items():
        yield from _files(layer, f"{path}/{name}", child)

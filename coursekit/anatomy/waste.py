"""Waste: bytes that travel and lie on disk, and that no container can see.

    layer 2   .wh.list      /etc/app.conf (new)     a later layer deletes or replaces,
    layer 1   list 19 MB    /etc/app.conf (old)     the earlier bytes stay where they are

Each stored file is counted once, by the first later layer that hides it, however many more do so.

Floor 4 (anatomy). Uses the Lower port: layers come base first, as in an image.
Source: image-spec layer.md, "Whiteouts"; Linux overlayfs.rst, "whiteouts and opaque directories".
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from coursekit.fs.node import Directory, File, Symlink, Whiteout
from coursekit.union.ports import Lower


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


@dataclass(slots=True)
class _Veil:
    """What one layer hides in those below it, by path."""

    whiteouts: set[str] = field(default_factory=set)
    opaque: set[str] = field(default_factory=set)
    solid: set[str] = field(default_factory=set)  # anything but a directory
    directories: set[str] = field(default_factory=set)

    def hides(self, path: str) -> Cause | None:
        """How this layer hides the file `path` of a layer below, if it does."""
        if path in self.whiteouts:
            return Cause.DELETED
        if path in self.solid or path in self.directories:
            return Cause.REPLACED
        for parent in _parents(path):
            if parent in self.whiteouts or parent in self.opaque:
                return Cause.DELETED
            if parent in self.solid:
                return Cause.REPLACED
        return None


def waste(layers: Sequence[Lower]) -> tuple[Wasted, ...]:
    """The hidden files and symlinks of `layers` (base first), largest first; one of several names if all are hidden."""
    veils = [_veil(layer) for layer in layers]
    found = [item for index, layer in enumerate(layers) for item in _hidden(layer, index, veils)]
    return tuple(sorted(found, key=lambda item: (-item.size, item.path, item.layer)))


def _hidden(layer: Lower, index: int, veils: Sequence[_Veil]) -> Iterator[Wasted]:
    names: dict[int, list[tuple[str, int]]] = {}
    for path, entry in _walk(layer):
        match layer.node(entry):
            case File(content=content):
                names.setdefault(layer.inode(entry), []).append((path, content.size))
            case Symlink(target=target):
                names.setdefault(layer.inode(entry), []).append((path, len(os.fsencode(target))))
    for links in names.values():
        hiders = [_first_hider(path, index, veils) for path, _ in links]
        known = [hider for hider in hiders if hider is not None]
        if len(known) == len(links):
            last, cause = max(known)
            path, size = links[0]
            yield Wasted(path, size, index, last, cause)


def _first_hider(path: str, index: int, veils: Sequence[_Veil]) -> tuple[int, Cause] | None:
    for above in range(index + 1, len(veils)):
        cause = veils[above].hides(path)
        if cause is not None:
            return above, cause
    return None


def _veil(layer: Lower) -> _Veil:
    veil = _Veil()
    for path, entry in _walk(layer):
        match layer.node(entry):
            case Whiteout():
                veil.whiteouts.add(path)
            case Directory(opaque=opaque):
                veil.directories.add(path)
                if opaque and path != "/":  # on a layer's root it is ignored
                    veil.opaque.add(path)
            case _:
                veil.solid.add(path)
    return veil


def _walk(layer: Lower) -> Iterator[tuple[str, int]]:
    """Every path of the layer below its root with its entry, parents first."""
    todo = [("", 0)]
    while todo:
        parent, directory = todo.pop()
        for name, entry in sorted(layer.children(directory).items()):
            path = f"{parent}/{name}"
            yield path, entry
            if isinstance(layer.node(entry), Directory):
                todo.append((path, entry))


def _parents(path: str) -> Iterator[str]:
    """The directories above `path`, nearest first, "/" left out."""
    while (path := path.rpartition("/")[0]) != "":
        yield path

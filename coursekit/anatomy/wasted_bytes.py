"""Bytes that an image carries for nothing, by cause, each path counted once.

    deleted      a later layer removed it: the bytes still travel, and nobody can see them
    replaced     a later layer has another file in its place
    touched      a later layer has the same contents again: only its mode, owner or time changed
    left-behind  still there, and of no use to what runs: package lists, caches, logs, temporary files

`waste` names every stored file that is hidden. A path can be hidden several times; here it is one row, its bytes added
up, under the cause that hid it last. What is left behind can be seen, so no path has two rows.

Neighbours: `waste`, `explain`. Source for the places: FHS 3.0, "/var/cache", "/tmp"; apt(8).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from stat import S_ISDIR, S_ISREG
from typing import TYPE_CHECKING

from coursekit.anatomy.waste import Cause, Wasted, waste
from coursekit.errors import ContentMissing
from coursekit.fs.content import Content, Missing
from coursekit.fs.node import File
from coursekit.fs.paths import components, join
from coursekit.layers.ports import Lower
from coursekit.union.changes import same_content
from coursekit.vfs.overlay import Overlay

if TYPE_CHECKING:
    from coursekit.image.image import Image

LEFT_BEHIND = ("/var/lib/apt/lists", "/var/cache", "/var/log", "/tmp", "/var/tmp", "/root/.cache", "/root/.npm")


class Why(StrEnum):
    """The cause of a loss."""

    DELETED = "deleted"
    REPLACED = "replaced"
    TOUCHED = "touched"
    LEFT_BEHIND = "left-behind"


@dataclass(frozen=True, slots=True)
class Lost:
    """One path's bytes that serve nobody. `layers` hold them, base is 0."""

    path: str
    size: int
    cause: Why
    layers: tuple[int, ...]
    hidden_by: int | None  # the layer that hid it last; None for what is left behind


def lost(image: "Image") -> tuple[Lost, ...]:
    """Every path that wastes bytes, largest first. Raises: ImageError where the layers are not at hand."""
    layers = [layer.lower for layer in image.layers]
    by_path: dict[str, list[Wasted]] = {}
    for item in waste(layers):
        by_path.setdefault(item.path, []).append(item)
    found = [_hidden(items, layers) for items in by_path.values()]
    found += left_behind(image, skip=frozenset(by_path))
    return tuple(sorted((each for each in found if each.size), key=lambda each: (-each.size, each.path)))


def by_cause(found: Sequence[Lost]) -> dict[Why, int]:
    """Bytes by cause, every cause named."""
    return {cause: sum(each.size for each in found if each.cause is cause) for cause in Why}


def _hidden(items: Sequence[Wasted], layers: Sequence[Lower]) -> Lost:
    last = max(items, key=lambda item: (item.hidden_by, item.layer))
    if last.cause is Cause.DELETED:
        cause = Why.DELETED
    elif all(same_contents(layers, item) for item in items):
        cause = Why.TOUCHED
    else:
        cause = Why.REPLACED
    held = tuple(sorted(item.layer for item in items))
    return Lost(last.path, sum(item.size for item in items), cause, held, last.hidden_by)


def same_contents(layers: Sequence[Lower], item: Wasted) -> bool:
    """Whether the file that replaced this one has the very same bytes."""
    return same_file(file_at(layers[item.layer], item.path), file_at(layers[item.hidden_by], item.path))


def same_file(old: Content | None, new: Content | None) -> bool:
    """Whether two files have the same bytes; bytes that are elsewhere are known by their digest."""
    if isinstance(old, Missing) and isinstance(new, Missing):
        return old.digest == new.digest
    try:
        return old is not None and new is not None and same_content(old, new)
    except ContentMissing:  # the bytes of one of them are elsewhere
        return False


def file_at(layer: Lower, path: str) -> Content | None:
    """The contents that a layer has at `path`; None where it has no file there."""
    entry = 0
    for name in components(path):
        child = layer.children(entry).get(name)
        if child is None:
            return None
        entry = child
    node = layer.node(entry)
    return node.content if isinstance(node, File) else None


def left_behind(image: "Image", skip: frozenset[str] = frozenset()) -> list[Lost]:
    """Visible files in places that nothing needs at run time, hard links once, without those in `skip`."""
    tree = Overlay.from_image(image)
    seen: set[tuple[int, int]] = set()
    found = []
    for path in (path for top in LEFT_BEHIND for path in _below(tree, top)):
        status = tree.lstat(path)
        if S_ISREG(status.st_mode) and path not in skip and (status.st_dev, status.st_ino) not in seen:
            seen.add((status.st_dev, status.st_ino))
            layer = len(image.layers) - tree.providers(path)[0]
            found.append(Lost(path, status.st_size, Why.LEFT_BEHIND, (layer,), None))
    return found


def _below(tree: Overlay, top: str) -> Iterator[str]:
    if not tree.exists(top) or not S_ISDIR(tree.lstat(top).st_mode):
        return
    for name in tree.listdir(top):
        path = join(top, name)
        yield path
        yield from _below(tree, path)

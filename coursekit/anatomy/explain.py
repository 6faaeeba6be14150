"""`ck.explain(image)`: why an image is as big as it is, from whatever is known of it.

    sizes     in three senses: as it travels, as a tar, as files        of the image and of each layer
    layers    what each added, changed and deleted, with the largest
    owners    bytes by Debian package, where a dpkg database is inside
    lost      bytes that serve nobody, by cause, each path once
    advice    what to write instead, and what that would save
    scores    how much of what is stored is of use: by dive's definition, and by ours
    secrets   files that are known to hold secrets, in any layer
    unknown   what cannot be said of this image, and why

Neighbours: `sizes`, `owners`, `wasted_bytes`, `advice`, `efficiency`, `secrets` count; `render` writes it down.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from stat import S_ISDIR
from typing import Any

from coursekit.anatomy.advice import Advice, advice, tried
from coursekit.anatomy.efficiency import dive_efficiency, own_efficiency
from coursekit.anatomy.file_history import Story, story
from coursekit.anatomy.owners import Owner, owners
from coursekit.anatomy.secrets import Secret, secrets
from coursekit.anatomy.sizes import Sizes, image_sizes, layer_sizes
from coursekit.anatomy.wasted_bytes import Lost, lost
from coursekit.errors import ImageError, NotFound
from coursekit.fs.node import Whiteout, stored_size
from coursekit.fs.paths import join
from coursekit.image.image import ImageLayer
from coursekit.image.image_layer import stack_below
from coursekit.image.open import Image
from coursekit.language import _
from coursekit.layers.memory_upper import MemoryUpper
from coursekit.layers.ports import Lower
from coursekit.union.changes import Change, ChangeKind
from coursekit.vfs.overlay import Overlay

LARGEST = 5  # paths named of each kind


@dataclass(frozen=True, slots=True)
class Changed:
    """Paths of one kind that a layer changed: how many, their bytes, and the largest of them."""

    count: int
    size: int
    largest: tuple[tuple[str, int], ...]  # path, bytes; deleted ones: the bytes that are hidden


@dataclass(frozen=True, slots=True)
class PathChange:
    """What a layer did to one path. `size`: the bytes it stores there; of a deleted path those that it hides."""

    kind: ChangeKind
    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Scores:
    """The part of the stored bytes that is of use, from 0 to 1; see `efficiency`."""

    dive: float
    own: float


@dataclass(frozen=True, slots=True)
class LayerStory:
    """One layer. `did` maps added, changed, deleted to what it did; None where the layer's files are not known."""

    index: int  # base is 0
    digest: str
    diff_id: str
    created_by: str
    sizes: Sizes
    provenance: str  # measured, published or inferred
    did: Mapping[str, Changed] | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of an image's bytes. It shows itself as tables; `str()` is text, `to_json()` plain data."""

    image: Image
    sizes: Sizes
    layers: tuple[LayerStory, ...]
    owners: tuple[Owner, ...] | None
    lost: tuple[Lost, ...] | None
    unknown: tuple[str, ...]
    advice: tuple[Advice, ...] = ()
    scores: Scores | None = None
    secrets: tuple[Secret, ...] = ()

    @property
    def wasted(self) -> int | None:
        """Bytes that serve nobody; None where the files are not known."""
        return None if self.lost is None else sum(each.size for each in self.lost)

    def tried(self, progress: Callable[[str], None] = lambda told: None) -> "Explanation":
        """The same, after what can be tried of the advice was tried in the teaching shell; takes seconds."""
        return replace(self, advice=tried(self.image, self.advice, progress))

    def history(self, path: str) -> Story:
        """What each layer did to one path. Raises: NotFound, ImageError."""
        return Story(path, story(self.image, path))

    def to_json(self) -> dict[str, Any]:
        """Plain data, in the shape of coursekit/data/explain.schema.json."""
        from coursekit.anatomy.render import as_json

        return as_json(self)

    def __repr__(self) -> str:
        from coursekit.anatomy.render import as_text

        return as_text(self)

    def _repr_html_(self) -> str:
        from coursekit.anatomy.render import as_html

        return as_html(self)


def explain(image: Image | str | os.PathLike[str]) -> Explanation:
    """What is known of an image: one that is open, or the name or path of one.

    Raises: NotFound, ImageError when it cannot be opened. What of an open one is not known stands in `unknown`.
    """
    opened = image if isinstance(image, Image) else Image.open(image)
    unknown: list[str] = []
    stories = tuple(
        _layer(index, layer, sizes)
        for index, (layer, sizes) in enumerate(zip(opened.layers, layer_sizes(opened), strict=True))
    )
    if any(each.did is None for each in stories):
        said = _("what the layers hold, who owns it and what is lost: {why}")
        unknown.append(said.format(why=_why_not(opened)))
        return Explanation(opened, image_sizes(opened), stories, None, None, tuple(unknown))
    if any(each.sizes.tar is None for each in stories):
        unknown.append(_("the size of some layers as tars: nobody has counted it"))
    try:
        owned: tuple[Owner, ...] | None = owners(opened)
    except NotFound as problem:
        owned = None
        unknown.append(_("bytes by package: {why}").format(why=problem))
    found = lost(opened)
    scores = Scores(dive_efficiency([layer.lower for layer in opened.layers]), own_efficiency(found, opened.size))
    return Explanation(
        opened,
        image_sizes(opened),
        stories,
        owned,
        found,
        tuple(unknown),
        advice=advice(opened, found),
        scores=scores,
        secrets=secrets(opened),
    )


def _why_not(image: Image) -> str:
    for layer in image.layers:
        try:
            layer.lower  # noqa: B018 - asking is the question
        except ImageError as problem:
            return str(problem)
    return _("its layers are not at hand")


def _layer(index: int, layer: ImageLayer, sizes: Sizes) -> LayerStory:
    try:
        did: Mapping[str, Changed] | None = _did(layer)
    except ImageError:
        did = None
    provenance = layer.provenance.value
    return LayerStory(index, str(layer.digest), str(layer.diff_id), layer.created_by, sizes, provenance, did)


def _did(layer: ImageLayer) -> dict[str, Changed]:
    """What a layer did, by kind, with bytes."""
    found: dict[ChangeKind, list[tuple[str, int]]] = {kind: [] for kind in ChangeKind}
    for change in path_changes(layer):
        found[change.kind].append((change.path, change.size))
    return {kind.name.lower(): summed(paths) for kind, paths in found.items()}


def path_changes(layer: ImageLayer) -> Iterator[PathChange]:
    """Every path that a layer added, changed or deleted on those below it, sorted, as `docker diff` would list it."""
    below = stack_below(getattr(layer.source, "below", None))
    under = Overlay(lowerdir=[*below], upperdir=None) if below else None
    upper = MemoryUpper.from_lower(layer.lower) if below else None
    changes = Overlay(lowerdir=[*below], upperdir=upper).changes() if below else _all_added(layer.lower)
    seen: set[int] = set()  # inodes: of a hard link's names the first has the bytes
    folders: dict[str, Mapping[str, int]] = {"": layer.lower.children(0)}
    for change in changes:
        gone = change.kind is ChangeKind.DELETED
        size = (
            _bytes(under, change.path) if gone and under is not None else _own(layer.lower, change.path, folders, seen)
        )
        yield PathChange(change.kind, change.path, size)


def _all_added(tree: Lower) -> list[Change]:
    """The changes of a layer with none below it: it adds all that it holds, and its whiteouts hide nothing."""
    found: list[Change] = []
    todo = [("", 0)]
    while todo:
        place, entry = todo.pop()
        for name, child in tree.children(entry).items():
            if not isinstance(tree.node(child), Whiteout):
                found.append(Change(ChangeKind.ADDED, f"{place}/{name}"))
                todo.append((f"{place}/{name}", child))
    return sorted(found, key=lambda change: change.path)


def summed(paths: list[tuple[str, int]]) -> Changed:
    """Paths with their bytes, as one figure and the largest."""
    largest = sorted((pair for pair in paths if pair[1]), key=lambda pair: (-pair[1], pair[0]))[:LARGEST]
    return Changed(len(paths), sum(size for _, size in paths), tuple(largest))


def _own(tree: Lower, path: str, folders: dict[str, Mapping[str, int]], seen: set[int]) -> int:
    """Bytes that the layer itself stores at a path, 0 for an inode that was seen before.

    `folders` has what the directories hold that were met on the way, by path; they come before what is in them.
    """
    place, _, name = path.rpartition("/")
    entry = folders.get(place, {}).get(name)
    if entry is None or tree.inode(entry) in seen:
        return 0
    seen.add(tree.inode(entry))
    if children := tree.children(entry):
        folders[path] = children
    return stored_size(tree.node(entry))


def _bytes(tree: Overlay, path: str) -> int:
    """Bytes seen at a path and below it."""
    total, todo = 0, [path]
    while todo:
        here = todo.pop()
        status = tree.lstat(here)
        if S_ISDIR(status.st_mode):
            todo.extend(join(here, name) for name in tree.listdir(here))
        else:
            total += status.st_size
    return total

"""ImageLayer: one layer of an image, with all its names and sizes; its tree is read when it is asked for.

Neighbours: layer_cache opens the tar, resolve_against_lower puts it on the layers below, image holds the sequence.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from coursekit.errors import ImageError
from coursekit.fs.node import File, Symlink, stored_size
from coursekit.image.digest import Digest
from coursekit.image.layer_cache import LayerCache, StoredLayer
from coursekit.image.resolve_against_lower import settle
from coursekit.layers.ports import Lower
from coursekit.layers.tar_index import TarIndex
from coursekit.showing import Shown

if TYPE_CHECKING:
    from concurrent.futures import Future


class Provenance(Enum):
    """How a figure came to be known."""

    MEASURED = "measured"
    PUBLISHED = "published"
    INFERRED = "inferred"


class LayerSource(Protocol):
    """Where a layer's tree and sizes come from: a tar blob, a bundled skeleton, or published facts."""

    @property
    def lower(self) -> Lower:
        """The layer's tree. Raises ImageError where there is none to be had."""

    @property
    def size_tar(self) -> int | None:
        """Bytes of the uncompressed tar; None if nobody said."""

    @property
    def size_files(self) -> int:
        """Bytes in files, hard links once: what docker prints."""

    @property
    def provenance(self) -> Provenance:
        """How the sizes are known."""

    @property
    def absent(self) -> str | None:
        """Why the layer's blob cannot be written anywhere; None if it can."""


class Batch:
    """The tar layers of one image: when one has to be unpacked, all are, two at a time."""

    THREADS = 2

    def __init__(self, cache: LayerCache) -> None:
        self.cache = cache
        self.layers: list[StoredLayer] = []
        self._lock = Lock()
        self._started: dict[tuple[Digest, Digest], Future[TarIndex]] = {}

    def open(self, layer: StoredLayer) -> TarIndex:
        """The index of one of the layers. Raises: ImageError, StoreError."""
        known = self.cache.load(layer)
        if known is not None:
            return known
        with self._lock:
            if not self._started:
                self._start()
        future = self._started.get(layer.names)
        return future.result() if future else self.cache.open(layer)

    def _start(self) -> None:
        from concurrent.futures import ThreadPoolExecutor

        missing = {layer.names: layer for layer in self.layers if self.cache.load(layer) is None}
        if len(missing) < 2:
            return
        pool = ThreadPoolExecutor(self.THREADS, "coursekit-layers")
        try:
            self._started = {names: pool.submit(self.cache.open, layer) for names, layer in missing.items()}
        except RuntimeError:  # no threads here: each layer is opened when it is asked for
            self._started = {}
        pool.shutdown(wait=False)


class TarLayer:
    """A layer source: the tar in a blob, opened once and put on the layers below it."""

    provenance = Provenance.MEASURED
    absent = None

    def __init__(self, stored: StoredLayer, batch: Batch, below: LayerSource | None) -> None:
        self.stored = stored
        self.below = below  # the layer under this one
        self._batch = batch
        batch.layers.append(stored)

    @cached_property
    def index(self) -> TarIndex:
        """The tree as the tar has it."""
        return self._batch.open(self.stored)

    @cached_property
    def lower(self) -> Lower:
        """The tree, put on the layers below. Raises: ImageError; of a layer that does not fit nothing is kept."""
        index = self.index
        if index.is_settled:
            return index
        below = stack_below(self.below)
        try:
            return settle(index, below)
        except ImageError:
            self._batch.cache.drop(self.stored)
            raise

    @property
    def size_tar(self) -> int:
        return self.index.raw_size

    @cached_property
    def size_files(self) -> int:
        return self.index.size_files


def stack_below(source: LayerSource | None) -> "list[Lower]":
    """The trees of a layer and all below it, **top first**."""
    found: list[Lower] = []
    while source is not None:
        found.append(source.lower)
        source = getattr(source, "below", None)
    return found


def size_of_files(lower: Lower) -> int:
    """Bytes in a layer's files and symlinks, hard links once."""
    seen: set[int] = set()
    total, waiting = 0, [0]
    while waiting:
        for entry in lower.children(waiting.pop()).values():
            node = lower.node(entry)
            if isinstance(node, File | Symlink) and lower.inode(entry) not in seen:
                seen.add(lower.inode(entry))
                total += stored_size(node)
            waiting.append(entry)
    return total


def count_changes(layer: Lower, below: Sequence[Lower]) -> Mapping[str, int]:
    """How many paths `layer` adds, changes and deletes on `below`, **top first**; a deleted directory counts once.

    The layer is taken for the upperdir of a container on the layers below, and `docker diff` is asked.
    """
    from coursekit.layers.layer import Layer  # only who counts waits for the file system
    from coursekit.layers.memory_upper import MemoryUpper
    from coursekit.vfs.overlay import Overlay

    overlay = Overlay(lowerdir=[*below] or [Layer.of({})], upperdir=MemoryUpper.from_lower(layer))
    found = Counter(change.kind.name.lower() for change in overlay.changes())
    return {word: found[word] for word in ("added", "changed", "deleted")}


@dataclass(frozen=True)
class ImageLayer(Shown):
    """One layer: `digest` names the blob as stored, `diff_id` its tar, `chain_id` the stack up to here."""

    digest: Digest
    diff_id: Digest
    chain_id: Digest
    media_type: str
    size_compressed: int  # bytes of the blob
    created_by: str
    source: LayerSource = field(repr=False, compare=False)
    created: str = ""

    @property
    def lower(self) -> Lower:
        """The layer's tree, whiteouts and all."""
        return self.source.lower

    @property
    def size_tar(self) -> int | None:
        """Bytes of the uncompressed tar; None where it was never published."""
        return self.source.size_tar

    @property
    def size_files(self) -> int:
        """Bytes in files, hard links once: the size that `docker history` shows."""
        return self.source.size_files

    @property
    def provenance(self) -> Provenance:
        """Whether the sizes were measured, published or inferred."""
        return self.source.provenance

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many paths the layer added, changed and deleted, as `docker diff` would list them."""
        return count_changes(self.lower, stack_below(getattr(self.source, "below", None)))

    @property
    def added(self) -> int:
        """Paths that no layer below has."""
        return self.counts["added"]

    @property
    def changed(self) -> int:
        """Paths that a layer below has too, directories with changes in them among them."""
        return self.counts["changed"]

    @property
    def deleted(self) -> int:
        """Paths that this layer hides, a directory with all in it as one."""
        return self.counts["deleted"]

    def __hash__(self) -> int:
        return hash(self.chain_id)

    def __repr__(self) -> str:
        return f"ImageLayer({self.diff_id.short}, {self.size_compressed:,} bytes stored, {self.created_by[:40]!r})"

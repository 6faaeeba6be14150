"""Pull: an image from a registry into the store. Only what is missing travels.

    manifest or index ─> the one for this platform ─> config ─> layers that the store lacks, in parallel
                                                             └> the name, once everything is there

A blob is written beside its place and counts only when its size and digest are right. A pull that was stopped is gone on
with by the next one: what arrived whole is there.

Source: OCI distribution-spec, "Pulling".
"""

from collections.abc import Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from threading import Event
from typing import Protocol

from coursekit.errors import CourseError, ImageError
from coursekit.image.atomic import storing, write_file
from coursekit.image.blobs import JoinedBlobs
from coursekit.image.digest import Digest
from coursekit.image.document import parse_object
from coursekit.image.image import Image, assemble
from coursekit.image.layer_cache import StoredLayer
from coursekit.image.manifest import ABSENT_LAYER, CONFIGS, MANIFESTS, Descriptor, Manifest, Platform, kind_of
from coursekit.image.platform import choose
from coursekit.image.store import Store
from coursekit.language import _
from coursekit.registry.address import Address
from coursekit.registry.registry import Registry

AT_ONCE = 4  # blobs that travel at the same time


class Watcher(Protocol):
    """Who is told how a pull goes on."""

    def found(self, digest: Digest) -> None:
        """The registry has the image: the digest of its manifest or index."""

    def started(self, layer: Descriptor, *, there: bool) -> None:
        """A layer is about to travel, or is `there` already."""

    def advanced(self, layer: Descriptor, count: int) -> None:
        """So many more bytes of a layer have come. Called from several threads."""

    def finished(self, layer: Descriptor) -> None:
        """A layer is here, its digests are right, and it is indexed. Called from several threads."""


class Silent:
    """Nobody watches."""

    def found(self, digest: Digest) -> None: ...

    def started(self, layer: Descriptor, *, there: bool) -> None: ...

    def advanced(self, layer: Descriptor, count: int) -> None: ...

    def finished(self, layer: Descriptor) -> None: ...


class _Documents:
    """Manifests and configs of a registry as `Blobs`, fetched when they are asked for and kept in memory."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._known: dict[Digest, bytes] = {}
        self._configs: dict[Digest, Descriptor] = {}

    def keep(self, raw: bytes) -> Descriptor:
        """Take in a manifest or index; the descriptor of it."""
        what = f"the manifest of {self._registry.address.full}"
        document = parse_object(raw, what)
        kind = kind_of(document, what)
        if kind in MANIFESTS:
            config = Manifest.parse(raw, what).config
            self._configs[config.digest] = config
        digest = Digest.of(raw)
        self._known[digest] = raw
        return Descriptor(kind, digest, len(raw))

    def size(self, digest: Digest) -> int | None:
        return len(self._get(digest))

    def blocks(self, digest: Digest) -> Iterator[bytes]:
        yield self._get(digest)

    def _get(self, digest: Digest) -> bytes:
        if digest not in self._known:
            if digest in self._configs:
                self._known[digest] = b"".join(self._registry.blob(self._configs[digest]))
            else:
                self.keep(self._registry.manifest(str(digest)))
        return self._known[digest]


def pull(
    name: str,
    store: Store,
    *,
    platform: Platform | None = None,
    plain_http: bool = False,
    watcher: Watcher | None = None,
    registry: Registry | None = None,
) -> Image:
    """Fetch the image called `name` into the store, where it has that name from then on; what is there stays.

    `platform` chooses within an image for several machines, by default linux on this one. `plain_http` allows a registry
    without TLS that is not on this machine.

    Raises: RegistryError, NotFound, ImageError, DigestMismatch, StoreError. Then the store has no new name.
    """
    address = Address.parse(name)
    watcher = watcher or Silent()
    with registry or Registry(address, plain_http=plain_http) as source:
        documents = _Documents(source)
        top = documents.keep(source.manifest(address.wanted))
        manifest = choose(documents, [top], platform, address.full)
        if manifest.config.media_type not in CONFIGS:
            raise ImageError(
                _("{name} is no container image, but {kind}").format(name=address.full, kind=manifest.config.media_type)
            )
        watcher.found(top.digest)
        image = assemble(address.name, manifest, JoinedBlobs((store.blobs, documents)), store.cache)
        _fetch(source, store, image, watcher)
        return store.add(image, address.name)


def _fetch(source: Registry, store: Store, image: Image, watcher: Watcher) -> None:
    """Bring the layers that are missing into the store's blobs, several at once; the first failure ends them all.

    Each is unpacked, verified and indexed as soon as it is here, while others still travel.
    """
    pairs = zip(image.manifest.layers, image.config.diff_ids, strict=True)
    layers = {layer.digest: StoredLayer(store.blobs, layer, diff_id) for layer, diff_id in pairs}
    missing = [layer for layer in layers.values() if store.blobs.size(layer.descriptor.digest) != layer.descriptor.size]
    for layer in layers.values():
        watcher.started(layer.descriptor, there=layer not in missing)
    ended = Event()

    def fetch(stored: StoredLayer) -> None:
        layer = stored.descriptor

        def advance(count: int) -> None:
            if ended.is_set():
                raise CourseError(_("the pull was stopped"))
            watcher.advanced(layer, count)

        with storing(f"the store {store.root}"):
            write_file(store.blobs.path(layer.digest), source.blob(layer, advance))
        if layer.media_type != ABSENT_LAYER:
            store.cache.open(stored)
        watcher.finished(layer)

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="pull") as pool:
        running = [pool.submit(fetch, layer) for layer in missing]
        try:
            done, _left = wait(running, return_when=FIRST_EXCEPTION)
            for each in done:
                each.result()
        finally:  # after Ctrl-C, too
            ended.set()
            for each in running:
                each.cancel()

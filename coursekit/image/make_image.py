"""Making a new image: a parent's layers, new ones on top, and a config that tells how.

    parent   layers A B      history a, ENV, b       config {Env, Cmd …}
    child    layers A B + C  history a, ENV, b + c   config with the changes

What `commit` and `build` end with. The parent's config is kept but for what is changed; its layers are shared.

Source: OCI image-spec config.md; docker commit.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from coursekit.errors import ImageError
from coursekit.image import layer_tar
from coursekit.image.blobs import JoinedBlobs, MemoryBlobs
from coursekit.image.compression import gzip_compressed
from coursekit.image.config import History, ImageConfig
from coursekit.image.contentless_layer import described, has_absent
from coursekit.image.digest import Digest
from coursekit.image.document import dump
from coursekit.image.image import Image, assemble
from coursekit.image.image_layer import stack_below
from coursekit.image.layer_cache import LayerCache
from coursekit.image.manifest import OCI_CONFIG, OCI_LAYER, Descriptor, Manifest, Platform
from coursekit.image.platform import default_platform
from coursekit.layers.ports import Lower

PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_OF_ONE_BUILD = ("container", "container_config", "docker_version", "id", "parent", "parent_id", "throwaway", "Size")


@dataclass(frozen=True, slots=True)
class MadeLayer:
    """A layer that was made: its tree, its blob, and both digests."""

    lower: Lower
    descriptor: Descriptor
    diff_id: Digest
    data: bytes = field(repr=False)


def make_layer(lower: Lower, below: Sequence[Lower], *, keep_absent: bool = False) -> MadeLayer:
    """The gzip blob of a layer; `below` are the layers that it stands on, **top first**.

    With `keep_absent`, contents that are elsewhere are referred to (contentless_layer.py); else they are refused.

    Raises: ImageError.
    """
    absent = keep_absent and has_absent(lower)
    raw = Digest.of(b"").hasher()

    def noted() -> Iterator[bytes]:
        for block in layer_tar.blocks(lower, overlay_format=absent, below=None if absent else below):
            raw.update(block)
            yield block

    data = b"".join(gzip_compressed(noted()))
    digest = Digest.of(data)
    descriptor = Descriptor(OCI_LAYER + "+gzip", digest, len(data))
    if absent:
        descriptor = described(lower, list(below), digest, len(data))
    return MadeLayer(lower, descriptor, Digest("sha256", raw.hexdigest()), data)


def build_image(
    parent: Image | None,
    layers: Sequence[Lower | MadeLayer] = (),
    *,
    config: Mapping[str, Any] | None = None,
    history: Sequence[History] = (),
    created: str = "",
    author: str = "",
    name: str | None = None,
    platform: Platform | None = None,
    cache: LayerCache | None = None,
) -> Image:
    """The image of `parent` with `layers` above its own, **base first**.

    `config` changes the runtime part (Env, Cmd, Entrypoint, WorkingDir, User, Volumes, Labels …; None removes a key).
    `history` tells of the new layers in order, rows without a layer among them; without it each layer gets a row.
    `created` is RFC 3339. Blobs of new layers are in memory until the image is added to a store or written.

    Raises: ImageError for a layer with contents that are not here.
    """
    rows = tuple(history) or tuple(History(created=created) for _ in layers)
    if sum(not row.empty_layer for row in rows) != len(layers):
        raise ImageError(f"{len(layers)} new layers, and {sum(not row.empty_layer for row in rows)} rows that made one")
    blobs = MemoryBlobs()
    below = stack_below(parent.layers[-1].source) if parent and parent.layers and layers else []
    made: list[MadeLayer] = []
    for layer in layers:
        made.append(layer if isinstance(layer, MadeLayer) else make_layer(layer, below))
        blobs.blobs[made[-1].descriptor.digest] = made[-1].data
        below = [made[-1].lower, *below]
    new = _config(parent, [layer.diff_id for layer in made], rows, platform or default_platform())
    said = {key: text for key, text in (("created", created), ("author", author)) if text}
    new = new.changed(config or {}, **said)
    blobs.put(new.raw)
    old = [layer.as_oci() for layer in parent.manifest.layers] if parent else []
    entries = [*old, *(layer.descriptor for layer in made)]
    manifest = Manifest.of(Descriptor(OCI_CONFIG, new.image_id, len(new.raw)), entries)
    blobs.put(manifest.raw)
    sources = {layer.diff_id: layer.source for layer in parent.layers} if parent else {}
    places = JoinedBlobs((blobs, parent.blobs)) if parent else blobs
    trees = {layer.diff_id: layer.lower for layer in made}
    return assemble(name, manifest, places, cache or LayerCache(), lambda _, diff_id: sources.get(diff_id), trees)


def _config(
    parent: Image | None, diff_ids: Sequence[Digest], rows: Sequence[History], platform: Platform
) -> ImageConfig:
    """The parent's config, or a fresh one, with the new layers and rows."""
    document: dict[str, Any] = {"architecture": platform.architecture, "os": platform.os, "config": {"Env": [PATH]}}
    if platform.variant:
        document["variant"] = platform.variant
    old_rows: Sequence[History] = ()
    old_ids: Sequence[Digest] = ()
    if parent:
        document = {key: value for key, value in parent.config.document().items() if key not in _OF_ONE_BUILD}
        old_rows = [replace(row, empty_layer=layer is None) for row, layer in parent.config.rows]
        old_ids = parent.config.diff_ids
    document["rootfs"] = {"type": "layers", "diff_ids": [str(diff_id) for diff_id in (*old_ids, *diff_ids)]}
    document["history"] = [row.to_json() for row in (*old_rows, *rows)]
    return ImageConfig.parse(dump(document))

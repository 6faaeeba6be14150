"""Image: a config, a manifest and layers. Immutable; a change gives a new one (build.py).

    layers[-1]   COPY site /usr/share/nginx      ┐
    layers[1]    RUN apt-get install nginx       │  base first; an Overlay takes them top first (Overlay.from_image)
    layers[0]    ADD rootfs.tar /                ┘

Its history is told as `docker history` prints it: newest first, rows without a layer among them.

Neighbours: open finds images by name or path; layout, archive and store keep them.
Source: OCI image-spec, manifest.md and config.md; docker daemon/images/image_history.go.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, Protocol

from coursekit.errors import ImageError
from coursekit.image.blobs import Blobs, read_blob
from coursekit.image.config import ImageConfig
from coursekit.image.contentless_layer import AbsentLayer
from coursekit.image.digest import Digest, chain_ids
from coursekit.image.image_layer import Batch, ImageLayer, LayerSource, TarLayer
from coursekit.image.layer_cache import LayerCache, StoredLayer
from coursekit.image.manifest import ABSENT_LAYER, CONFIGS, Descriptor, Manifest, Platform
from coursekit.image.units import human_size
from coursekit.language import _
from coursekit.layers.ports import Lower
from coursekit.showing import Shown

__all__ = ["Image", "ImageLayer", "assemble"]

MISSING = "<missing>"


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One instruction of the build. `size` is in bytes of files; `layer` counts from the base, 0."""

    id: str  # the image's for the newest row, "<missing>" for all others
    created: str  # RFC 3339
    created_by: str
    size: int
    comment: str = ""
    empty_layer: bool = False
    layer: int | None = None  # None for a row without a layer


def history_of(image_id: Digest, config: ImageConfig, layers: Sequence[ImageLayer]) -> tuple[HistoryRow, ...]:
    """The rows as `docker history` prints them, newest first; a layer that the history leaves out has a bare row."""
    found = [
        HistoryRow(
            id=MISSING,
            created=row.created,
            created_by=row.created_by,
            size=0 if layer is None else layers[layer].size_files,
            comment=row.comment,
            empty_layer=layer is None,
            layer=layer,
        )
        for row, layer in reversed(config.rows)
    ]
    return (replace(found[0], id=str(image_id)), *found[1:]) if found else ()


class Opener(Protocol):
    """What finds an image by what a person writes."""

    def __call__(
        self, reference: str | os.PathLike[str], *, store: Any = None, platform: str | Platform | None = None
    ) -> "Image":
        """The image called `reference`; see open_image."""


@dataclass(frozen=True, repr=False)
class Image(Shown):
    """A container image. `layers` are base first, `history` is newest first, sizes are in bytes."""

    name: str | None
    manifest: Manifest
    config: ImageConfig
    layers: tuple[ImageLayer, ...]
    blobs: Blobs = field(compare=False)

    open: ClassVar[Opener]  # open.py sets it: finding an image takes a store, and a store knows images

    @property
    def id(self) -> Digest:
        """The image ID: the digest of the config."""
        return self.manifest.config.digest

    @property
    def platform(self) -> Platform:
        """What it runs on."""
        return Platform(self.config.os or "linux", self.config.architecture or "amd64", self.config.variant)

    @property
    def chain_id(self) -> Digest | None:
        """The name of the whole rootfs; None for an image without layers."""
        return self.layers[-1].chain_id if self.layers else None

    @cached_property
    def history(self) -> tuple[HistoryRow, ...]:
        """Rows as `docker history` prints them, newest first."""
        return history_of(self.id, self.config, self.layers)

    @cached_property
    def size(self) -> int:
        """Bytes in the files of all layers, as `docker images` counts them."""
        return sum(layer.size_files for layer in self.layers)

    @property
    def size_compressed(self) -> int:
        """Bytes of the layers' blobs: what a pull transfers."""
        return sum(layer.size_compressed for layer in self.layers)

    def named(self, name: str | None) -> "Image":
        """The same image under another name."""
        return replace(self, name=name)

    def as_oci(self) -> "Image":
        """The same image in OCI's media types, as layouts hold it."""
        manifest = self.manifest.as_oci()
        layers = zip(self.layers, manifest.layers, strict=True)
        return replace(
            self,
            manifest=manifest,
            layers=tuple(replace(layer, media_type=entry.media_type) for layer, entry in layers),
        )

    def verify(self) -> "Image":
        """The image, after every layer was read and its digests checked."""
        for layer in self.layers:
            layer.source.lower  # noqa: B018 - reading is the check
        return self

    def __hash__(self) -> int:
        return hash((self.name, self.id))

    def __repr__(self) -> str:
        stored = human_size(self.size_compressed)
        said = _("<Image {name} {id}, layers: {n}, stored: {size}>")
        return said.format(name=self.name or _("without a name"), id=self.id.short, n=len(self.layers), size=stored)


def assemble(
    name: str | None,
    manifest: Manifest,
    blobs: Blobs,
    cache: LayerCache,
    known: Callable[[Descriptor, Digest], LayerSource | None] | None = None,
    trees: Mapping[Digest, Lower] | None = None,
) -> Image:
    """The image of a manifest, its config read and verified; its layers are read when they are asked for.

    `known` gives the sources of layers, by descriptor and diff_id, that are not to be read from `blobs`. `trees` are
    those of layers that were just made, by diff_id.
    """
    descriptor = manifest.config
    if descriptor.media_type not in CONFIGS:
        raise ImageError(f"this manifest is of a {descriptor.media_type!r}, which is no container image")
    config = ImageConfig.parse(read_blob(blobs, descriptor, "the image config"))
    if len(config.diff_ids) != len(manifest.layers):
        raise ImageError(f"the manifest has {len(manifest.layers)} layers, the config {len(config.diff_ids)} diff_ids")
    sources: list[LayerSource] = []
    batch = Batch(cache)
    for layer, diff_id in zip(manifest.layers, config.diff_ids, strict=True):
        below = sources[-1] if sources else None
        other = known(layer, diff_id) if known else None
        stored = StoredLayer(blobs, layer, diff_id)
        if other is None and layer.media_type == ABSENT_LAYER:
            other = AbsentLayer(stored, below, (trees or {}).get(diff_id))
        sources.append(other or TarLayer(stored, batch, below))
    return Image(name, manifest, config, image_layers(manifest, config, sources), blobs)


def image_layers(manifest: Manifest, config: ImageConfig, sources: Sequence[LayerSource]) -> tuple[ImageLayer, ...]:
    """The layers that manifest, config and sources describe, base first."""
    rows = {layer: row for row, layer in config.rows if layer is not None}
    layers: list[ImageLayer] = []
    for n, (descriptor, chain_id, source) in enumerate(
        zip(manifest.layers, chain_ids(config.diff_ids), sources, strict=True)
    ):
        layers.append(
            ImageLayer(
                digest=descriptor.digest,
                diff_id=config.diff_ids[n],
                chain_id=chain_id,
                media_type=descriptor.media_type,
                size_compressed=source.size_compressed if isinstance(source, AbsentLayer) else descriptor.size,
                created_by=rows[n].created_by,
                created=rows[n].created,
                source=source,
            )
        )
    return tuple(layers)

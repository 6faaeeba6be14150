"""An image's blobs as tiles: the manifest, the config, the layers; many small layers go into one tile.

Pure. Neighbours: graph shows where they hang, pull how they travel.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from coursekit.diagrams.board import Board
from coursekit.diagrams.captions import byte_count
from coursekit.diagrams.look import layer_tone
from coursekit.diagrams.names import layer_name
from coursekit.diagrams.scene import Detail
from coursekit.image.digest import Digest
from coursekit.image.image import Image, ImageLayer
from coursekit.language import _, plural

MOST = 4_000  # bytes of a document that are shown
MANY = 8  # layers of an image that each get a tile


@dataclass(frozen=True, slots=True)
class Blob:
    """One tile: a blob, or several small layers. `digests` are those that it stands for."""

    id: str
    text: str
    size: int  # bytes as stored, and as they travel
    digests: tuple[Digest, ...]
    tone: str = ""
    detail: Detail | None = None  # what a click tells

    @property
    def sub(self) -> str:
        """Its name by content and its length."""
        if len(self.digests) > 1:
            said = plural("{n} blob · {size}", "{n} blobs · {size}", len(self.digests))
            return said.format(n=len(self.digests), size=byte_count(self.size))
        return f"sha256:{self.digests[0].encoded[:12]}… · {byte_count(self.size)}"


def manifest_of(image: Image) -> Blob:
    """The manifest's tile."""
    digest, raw = image.manifest.digest, image.manifest.raw
    facts = ((_("media type"), image.manifest.media_type), (_("digest"), str(digest)), (_("size"), count(len(raw))))
    return Blob(f"blob-{digest}", _("manifest"), len(raw), (digest,), detail=_document(_("manifest"), facts, raw))


def count(size: int) -> str:
    """A number of bytes in full."""
    return plural("{n:,} byte", "{n:,} bytes", size).format(n=size)


def config_of(image: Image) -> Blob:
    """The config's tile; its digest is the image ID."""
    known, raw = image.manifest.config, image.config.raw
    facts = [(_("media type"), known.media_type), (_("digest"), str(known.digest)), (_("size"), count(known.size))]
    if image.config.image_id != known.digest:
        facts.append((_("below"), _("what is known of it; its bytes were never published")))
    detail = _document(_("config"), tuple(facts), raw)
    return Blob(f"blob-{known.digest}", _("config"), known.size, (known.digest,), detail=detail)


def _document(name: str, facts: tuple[tuple[str, str], ...], raw: bytes) -> Detail:
    text = raw[:MOST].decode(errors="replace")
    return Detail(title=name, facts=facts, contents=text + ("…" if len(raw) > MOST else ""))


def _layer(layer: ImageLayer, text: str) -> Detail:
    size = _("{travels} as it travels; {unpacked} of files ({known})").format(
        travels=count(layer.size_compressed), unpacked=count(layer.size_files), known=_(layer.provenance.value)
    )
    facts = (
        (_("made by"), layer.created_by),
        (_("digest"), str(layer.digest)),
        (_("diff_id"), str(layer.diff_id)),
        (_("chain_id"), str(layer.chain_id)),
        (_("size"), size),
    )
    return Detail(title=text, facts=facts)


def layers_of(image: Image, apart: Collection[Digest] = ()) -> list[Blob]:
    """The tiles of the layers, base first; beyond MANY the small ones together, but for those in `apart`."""
    largest = sorted(image.layers, key=lambda layer: -layer.size_compressed)[: MANY - 1]
    alone = {layer.digest for layer in largest} | set(apart)
    if len(image.layers) <= MANY:
        alone |= {layer.digest for layer in image.layers}
    blobs: list[Blob] = []
    small: list[ImageLayer] = []
    seen: set[Digest] = set()
    for n, layer in enumerate(image.layers):
        if layer.digest in seen:
            continue
        seen.add(layer.digest)
        if layer.digest in alone:
            text = _("layer {n}: {name}").format(n=n, name=layer_name(layer))
            blobs.append(
                Blob(
                    f"blob-{layer.digest}",
                    text,
                    layer.size_compressed,
                    (layer.digest,),
                    layer_tone(n),
                    _layer(layer, text),
                )
            )
        else:
            small.append(layer)
    if small:
        size = sum(layer.size_compressed for layer in small)
        digests = tuple(layer.digest for layer in small)
        text = plural("{n} small layer", "{n} small layers", len(small)).format(n=len(small))
        blobs.append(Blob(f"blob-{digests[0]}", text, size, digests))
    return blobs


def shared_by(images: Sequence[Image]) -> dict[Digest, int]:
    """In how many of the images each layer's blob is."""
    counts: dict[Digest, int] = {}
    for image in images:
        for digest in {layer.digest for layer in image.layers}:
            counts[digest] = counts.get(digest, 0) + 1
    return counts


def stored(images: Iterable[Image]) -> int:
    """Bytes of all layers' blobs, each once."""
    sizes = {layer.digest: layer.size_compressed for image in images for layer in image.layers}
    return sum(sizes.values())


def title(image: Image) -> str:
    """What an image is called in a picture."""
    return image.name or _("image {id}").format(id=image.id.short)


def put(
    board: Board, blob: Blob, x: float, y: float, width: float, *, id: str = "", note: str = "", **more: object
) -> None:
    """A blob's tile."""
    sub = _("{sub} · {note}").format(sub=blob.sub, note=note) if note else blob.sub
    if blob.detail is not None:
        board.details[blob.id] = blob.detail
    board.put(
        id or blob.id,
        "tile",
        x,
        y,
        width,
        TILE,
        blob.text,
        sub=sub,
        tone=blob.tone,
        title=" ".join(map(str, blob.digests)),
        about=blob.id if blob.detail else "",
        **more,
    )


TILE = 44.0

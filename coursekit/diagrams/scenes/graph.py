"""The image graph: an index names manifests, a manifest a config and layers, each by its digest.

    index ── manifest ── config            two images whose manifests name one layer
          │          └─ layers, base first share its blob: the graph is a tree no more
          └─ manifest ── …

On a narrow page the same stands one below the other, each a little further to the right than what names it.

Pure; all digests and sizes are those of the images given.
Source: OCI image-spec image-index.md, manifest.md, config.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from coursekit.diagrams.board import Board
from coursekit.diagrams.captions import byte_count
from coursekit.diagrams.scene import Scene
from coursekit.diagrams.scenes import blobs
from coursekit.diagrams.scenes.blobs import TILE, Blob
from coursekit.image.digest import Digest
from coursekit.image.image import Image
from coursekit.language import _, plural

TOP, STEP, ENTRY, BAR = 44.0, TILE + 9, 52.0, 90.0
MOST = 4


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the three kinds of documents stand: their left edges and widths."""

    width: float
    index: tuple[float, float]
    manifest: tuple[float, float]
    blob: tuple[float, float]
    below: bool = False  # one below the other

    def first(self, images: int) -> float:
        """The top of the first manifest."""
        return TOP + (ENTRY * images + 40 if self.below else 0)


WIDE = _Places(1006, (12, 190), (236, 220), (494, 400))
SLIM = _Places(560, (4, 300), (28, 300), (60, 396), below=True)


def image_graph(*images: Image) -> Scene:
    """The documents and blobs of `images` (one to four), and what they share; one image after the other.

    Raises: ValueError for no image, more than four, or something that is none.
    """
    chosen = check(images)
    return replace(_drawn(chosen, WIDE), narrow=_drawn(chosen, SLIM))


def _drawn(chosen: Sequence[Image], at: _Places) -> Scene:
    shared = blobs.shared_by(chosen)
    common = {digest for digest, count in shared.items() if count > 1}
    columns = [[blobs.config_of(image), *blobs.layers_of(image, common)] for image in chosen]
    places = _tops(columns, at, len(chosen))
    height = max(places.values()) + STEP + (48 if len(chosen) > 1 else 8)
    board = Board(at.width, height, least=300 if at.below else 900)
    _index(board, chosen, at)
    for image, column in zip(chosen, columns, strict=True):
        _image(board, image, column, places, common, at)
    _sum(board, chosen, height, at)
    return board.scene(_("What an image is made of") if len(chosen) == 1 else _("What images share"))


def check(images: Sequence[object]) -> tuple[Image, ...]:
    """The images, if they are images and can be drawn."""
    wrong = next((each for each in images if not isinstance(each, Image)), None)
    if wrong is not None:
        said = _("a picture of images is made of images, and got {thing}; open one with ck.Image.open(name)")
        raise ValueError(said.format(thing=repr(wrong)))
    if not 1 <= len(images) <= MOST:
        said = _("one to {most} images can be drawn, and there are {n}; name those to compare")
        raise ValueError(said.format(most=MOST, n=len(images)))
    return tuple(each for each in images if isinstance(each, Image))


def _tops(columns: Sequence[Sequence[Blob]], at: _Places, images: int) -> dict[str, float]:
    """The top edge of each blob, a shared one where its first image has it."""
    tops: dict[str, float] = {}
    y = at.first(images)
    for column in columns:
        y += STEP if at.below else 0  # of the manifest
        for blob in column:
            if blob.id not in tops:
                tops[blob.id] = y
                y += STEP
    return tops


def _index(board: Board, images: Sequence[Image], at: _Places) -> None:
    x, wide = at.index
    heads = ((x, wide, _("index")), (*at.manifest, _("manifests")), (*at.blob, _("config and layers: blobs")))
    for n, (left, room, text) in enumerate(heads[:1] if at.below else heads):
        board.say(f"head-{n}", left, 22, text, width=room, bold=True)
    board.put("index", "slab", x, TOP, wide, 16 + ENTRY * len(images), tone="merged", fresh=True, title=_("index"))
    for n, image in enumerate(images):
        place, platform = (x + 10, TOP + 12 + n * ENTRY, wide - 20, 44), str(image.platform)
        board.put(f"entry-{n}", "tile", *place, blobs.title(image), sub=platform, fresh=True)
    said = plural(
        "An index lists manifests by their digests. A name beside the digest is a note. Here it has one entry.",
        "An index lists manifests by their digests. A name beside the digest is a note. Here it has {n} entries.",
        len(images),
    )
    board.step(said.format(n=len(images)))


def _link(board: Board, start: str, end: str, tone: str, at: _Places) -> None:
    """A line from what names to what is named; beside the boxes, where they stand one below the other."""
    one, other = board.boxes[start], board.boxes[end]
    if at.below:
        x = other.x - 10
        board.link(x, one.y + one.height, x, other.y + TILE / 2, tone)
        return
    board.link(one.x + one.width, one.y + TILE / 2, other.x, other.y + TILE / 2, tone)


def _image(
    board: Board, image: Image, column: Sequence[Blob], places: dict[str, float], common: set[Digest], at: _Places
) -> None:
    config, *layers = column
    number = sum(1 for id in board.boxes if id.startswith("manifest-"))
    top, (x, wide) = places[config.id], at.blob
    manifest, name = blobs.manifest_of(image), f"manifest-{number}"
    blobs.put(board, manifest, at.manifest[0], top - STEP * at.below, at.manifest[1], id=name, fresh=True)
    _link(board, f"entry-{number}", name, "page", at)
    said = _("The entry of {image} has the digest of this manifest, a JSON document. One byte more, and it is another.")
    board.step(said.format(image=blobs.title(image)))
    blobs.put(board, config, x, top, wide, note=_("its digest is the image ID"), fresh=True)
    _link(board, name, config.id, "page", at)
    board.step(_("The manifest names the config: environment, command, history, diff_ids. Its digest is the image ID."))
    old = [blob for blob in layers if blob.id in board.boxes]
    largest = max(each.size for each in layers)
    for blob in layers:
        y = places[blob.id]
        note = _("in several images") if common.intersection(blob.digests) else ""
        blobs.put(board, blob, x, y, wide, note=note, fresh=True)
        long = max(3.0, BAR * blob.size / largest)
        board.put(f"{blob.id}:bar", "bar", x + wide + 8, y + TILE / 2 - 4, long, 8, tone=blob.tone or "page")
        _link(board, name, blob.id, blob.tone or "page", at)
    board.step(_layers_said(image, old))


def _layers_said(image: Image, old: Sequence[Blob]) -> str:
    figures = {"n": len(image.layers), "size": byte_count(image.size_compressed), "old": len(old)}
    known = byte_count(sum(blob.size for blob in old))
    if not old:
        return plural(
            "And it names one layer, {size} compressed.",
            "And it names {n} layers, base first: {size} compressed.",
            len(image.layers),
        ).format(**figures)
    said = plural(
        "And it names {n} layers, {size}. One of them is here already, by the same digest: {known} that are stored once.",
        "And it names {n} layers, {size}. {old} of them are here already, by the same digest: {known} that are stored "
        "once.",
        len(old),
    )
    return said.format(known=known, **figures)


def _sum(board: Board, images: Sequence[Image], height: float, at: _Places) -> None:
    total, once = sum(image.size_compressed for image in images), blobs.stored(images)
    if len(images) == 1:
        return
    sizes = {"sum": byte_count(total), "stored": byte_count(once), "shared": byte_count(total - once)}
    text = _("sum of the images {sum}; stored {stored}").format(**sizes)
    board.say("sum", at.index[0], height - 20, text, width=at.width - 24, bold=True)
    said = _("Compressed, the layers of {n} images add up to {sum}, and {stored} are stored: they share no layer.")
    if total > once:
        said = _("Compressed, the layers of {n} images add up to {sum}. Only {stored} are stored: {shared} are shared.")
    board.step(said.format(n=len(images), **sizes))

"""The image graph: an index names manifests, a manifest a config and layers, each by its digest.

    index ── manifest ── config            two images whose manifests name one layer
          │          └─ layers, base first share its blob: the graph is a tree no more
          └─ manifest ── …

Pure; all digests and sizes are those of the images given.
Source: OCI image-spec image-index.md, manifest.md, config.md.
"""

from collections.abc import Sequence

from coursekit.diagrams.board import Board, plural
from coursekit.diagrams.captions import byte_count
from coursekit.diagrams.scene import Scene
from coursekit.diagrams.scenes import blobs
from coursekit.diagrams.scenes.blobs import TILE, Blob
from coursekit.image.digest import Digest
from coursekit.image.image import Image

INDEX, MANIFEST, BLOBS, WIDE = 12.0, 262.0, 560.0, 408.0
TOP, STEP = 44.0, TILE + 9
MOST = 4


def image_graph(*images: Image) -> Scene:
    """The documents and blobs of `images` (one to four), and what they share; one image after the other.

    Raises: ValueError for no image, more than four, or something that is none.
    """
    chosen = check(images)
    shared = blobs.shared_by(chosen)
    common = {digest for digest, count in shared.items() if count > 1}
    columns = [[blobs.config_of(image), *blobs.layers_of(image, common)] for image in chosen]
    places = _places(columns)
    height = TOP + len(places) * STEP + (56 if len(chosen) > 1 else 8)
    board = Board(BLOBS + WIDE + 12, height)
    _index(board, chosen, height)
    for image, column in zip(chosen, columns, strict=True):
        _image(board, image, column, places, common)
    _sum(board, chosen, height)
    return board.scene("What an image is made of" if len(chosen) == 1 else "What images share")


def check(images: Sequence[object]) -> tuple[Image, ...]:
    """The images, if they are images and can be drawn."""
    wrong = next((each for each in images if not isinstance(each, Image)), None)
    if wrong is not None:
        raise ValueError(f"a picture of images is made of images, and got {wrong!r}; open one with ck.Image.open(name)")
    if not 1 <= len(images) <= MOST:
        raise ValueError(f"one to {MOST} images can be drawn, and there are {len(images)}; name those to compare")
    return tuple(each for each in images if isinstance(each, Image))


def _places(columns: Sequence[Sequence[Blob]]) -> dict[str, float]:
    """The top edge of each blob, a shared one where its first image has it."""
    ids = dict.fromkeys(blob.id for column in columns for blob in column)
    return {id: TOP + n * STEP for n, id in enumerate(ids)}


def _index(board: Board, images: Sequence[Image], height: float) -> None:
    for x, text in ((INDEX, "index"), (MANIFEST, "manifests"), (BLOBS, "config and layers: blobs")):
        board.say(f"head-{text}", x, 20, text, bold=True)
    board.put("index", "slab", INDEX, TOP, 196, 16 + 52.0 * len(images), tone="merged", fresh=True)
    for n, image in enumerate(images):
        board.put(
            f"entry-{n}",
            "tile",
            INDEX + 10,
            TOP + 12 + n * 52,
            176,
            44,
            blobs.title(image),
            sub=f"{image.platform}",
            fresh=True,
        )
    many = "one entry" if len(images) == 1 else f"{len(images)} entries"
    board.step(f"An index is a list of names, each with the digest of a manifest. Here it has {many}.")


def _image(board: Board, image: Image, column: Sequence[Blob], places: dict[str, float], common: set[Digest]) -> None:
    config, *layers = column
    number = sum(1 for id in board.boxes if id.startswith("manifest-"))
    top = places[config.id]
    entry = board.boxes[f"entry-{number}"]
    manifest, middle = blobs.manifest_of(image), top + TILE / 2
    blobs.put(board, manifest, MANIFEST, top, 232, id=f"manifest-{number}", fresh=True)
    board.link(entry.x + entry.width, entry.y + 22, MANIFEST, middle, "page")
    board.step(
        f"{blobs.title(image)}: its entry has the digest of this manifest, a JSON document of {manifest.size:,} bytes. "
        "One byte more or less, and it would have another digest."
    )
    blobs.put(board, config, BLOBS, top, WIDE, note="its digest is the image ID", fresh=True)
    board.link(MANIFEST + 232, middle, BLOBS, middle, "page")
    board.step(
        "The manifest names the config: environment, command, history, and the diff_ids of the layers. "
        "The config's digest is the image ID."
    )
    old = [blob for blob in layers if blob.id in board.boxes]
    for blob in layers:
        y = places[blob.id]
        note = "in several images" if common.intersection(blob.digests) else ""
        blobs.put(board, blob, BLOBS, y, WIDE, note=note, fresh=True)
        largest = max(each.size for each in layers)
        board.put(
            f"{blob.id}:bar",
            "bar",
            BLOBS + WIDE - 112,
            y + 9,
            max(3.0, 100 * blob.size / largest),
            8,
            tone=blob.tone or "page",
        )
        board.link(MANIFEST + 232, middle, BLOBS, y + TILE / 2, blob.tone or "page")
    board.step(_layers_said(image, old))


def _layers_said(image: Image, old: Sequence[Blob]) -> str:
    text = f"And it names {plural(len(image.layers), 'layer')}, base first, {byte_count(image.size_compressed)} in all."
    if not old:
        return text
    size = byte_count(sum(blob.size for blob in old))
    known = "One of them is" if len(old) == 1 else f"{len(old)} of them are"
    return f"{text} {known} here already, by the same digest: {size} that are neither stored nor pulled twice."


def _sum(board: Board, images: Sequence[Image], height: float) -> None:
    total, once = sum(image.size_compressed for image in images), blobs.stored(images)
    if len(images) == 1:
        return
    board.say("sum", BLOBS, height - 26, f"sum of the images {byte_count(total)}; stored {byte_count(once)}", bold=True)
    saved = f"{byte_count(total - once)} are shared" if total > once else "they share no layer"
    stored, summed = byte_count(once), byte_count(total)
    board.step(f"The layers of {plural(len(images), 'image')} add up to {summed}; stored are {stored}: {saved}.")

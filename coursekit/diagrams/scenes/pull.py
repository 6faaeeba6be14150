"""A pull: which blobs travel from the registry, and which are here already.

    registry                 this host
    manifest     ─────────▶  manifest      always asked for: a tag may point to another one tomorrow
    config       ─────────▶  config
    layer 0                  layer 0       here already, by its digest
    layer 1      ─────────▶  layer 1

Pure; all digests and sizes are those of the images given.
Source: OCI distribution-spec, "Pulling manifests", "Pulling blobs".
"""

from collections.abc import Iterable

from coursekit.diagrams.board import Board, plural
from coursekit.diagrams.captions import byte_count
from coursekit.diagrams.scene import Scene
from coursekit.diagrams.scenes import blobs
from coursekit.diagrams.scenes.blobs import TILE, Blob
from coursekit.diagrams.scenes.graph import check
from coursekit.image.digest import Digest
from coursekit.image.image import Image

LEFT, RIGHT, WIDE, PAD = 12.0, 588.0, 380.0, 14.0
TOP, STEP = 40.0, TILE + 9


def pull(image: Image, have: Iterable[Image] | Image = ()) -> Scene:
    """What travels when `image` is pulled to a host that has the images `have`.

    Raises: ValueError for what is no image.
    """
    (wanted,) = check([image])
    here = [have] if isinstance(have, Image) else list(have)
    held = {layer.digest for each in (check(here) if here else ()) for layer in each.layers}
    held |= {each.manifest.config.digest for each in here}
    parts = [blobs.manifest_of(wanted), blobs.config_of(wanted), *blobs.layers_of(wanted, held)]
    bottom = TOP + 16 + len(parts) * STEP + 8
    board = Board(RIGHT + WIDE + 12, bottom + 64)
    _sides(board, wanted, here, parts, held, bottom)
    _Pull(board, sum(part.size for part in parts), bottom).all(parts, held)
    return board.scene(f"docker pull {blobs.title(wanted)}")


def _place(n: int) -> float:
    return TOP + 16 + n * STEP


def _sides(board: Board, image: Image, here: list[Image], parts: list[Blob], held: set[Digest], bottom: float) -> None:
    board.say("registry:name", LEFT, 18, "registry", bold=True)
    board.say("host:name", RIGHT, 18, "this host", bold=True)
    board.put("registry", "slab", LEFT, TOP, WIDE, bottom - TOP, tone="merged")
    board.put("host", "slab", RIGHT, TOP, WIDE, bottom - TOP, tone="merged")
    for n, part in enumerate(parts):
        blobs.put(board, part, LEFT + PAD, _place(n), WIDE - 2 * PAD)
        if n and held.issuperset(part.digests):
            blobs.put(board, part, RIGHT + PAD, _place(n), WIDE - 2 * PAD, id=f"here-{part.id}")
    names = ", ".join(map(blobs.title, here)) if here else "nothing"
    known = sum(1 for part in parts if f"here-{part.id}" in board.boxes)
    also = f": {plural(known, 'blob')} of this image among it" if known else ""
    board.step(f"The registry has {blobs.title(image)} in {plural(len(parts), 'blob')}. This host has {names}{also}.")


class _Pull:
    """The blobs one by one, and the bytes so far."""

    def __init__(self, board: Board, total: int, bottom: float) -> None:
        self.board, self.total, self.travelled, self.bottom = board, total, 0, bottom
        self.length = RIGHT + WIDE - LEFT
        board.put("meter:all", "slab", LEFT, bottom + 40, self.length, 14, tone="merged")

    def all(self, parts: list[Blob], held: set[Digest]) -> None:
        self.meter()
        for n, part in enumerate(parts):
            if n and held.issuperset(part.digests):
                self.stays(n, part)
            else:
                self.travels(n, part)
        spared = self.total - self.travelled
        rest = f"; {byte_count(spared)} were here already" if spared else ""
        self.board.step(f"Done: {byte_count(self.travelled)} of {byte_count(self.total)} have travelled{rest}.")

    def travels(self, n: int, part: Blob) -> None:
        y = _place(n) + TILE / 2
        blobs.put(
            self.board, part, RIGHT + PAD, _place(n), WIDE - 2 * PAD, id=f"here-{part.id}", fresh=True, origin=part.id
        )
        self.board.arrow(LEFT + WIDE - PAD, y, RIGHT + PAD - 3, y, byte_count(part.size), shape="line")
        self.travelled += part.size
        self.meter()
        self.board.step(
            _SAID.get(part.text, "{text} is not here: {size} travel, and the digest is checked.").format(
                text=_sentence(part.text), size=byte_count(part.size)
            )
        )

    def stays(self, n: int, part: Blob) -> None:
        self.board.mark((LEFT + WIDE + RIGHT) / 2, _place(n) + TILE / 2, "hit", "already here")
        self.board.change(f"here-{part.id}", fresh=True)
        self.board.step(f"{_sentence(part.text)} is here already, by the same digest: nothing travels.")

    def meter(self) -> None:
        done = f"{byte_count(self.travelled)} of {byte_count(self.total)} have travelled"
        self.board.say("meter:text", LEFT, self.bottom + 24, done, bold=True)
        width = max(0.0, self.length * self.travelled / max(1, self.total))
        self.board.put("meter", "bar", LEFT, self.bottom + 40, width, 14, tone="layer-1")


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


_SAID = {
    "manifest": "First the manifest, {size}: the tag is turned into a digest, and the list of blobs is known.",
    "config": "Then the config, {size}, whose digest is the image ID.",
}

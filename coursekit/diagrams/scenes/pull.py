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
from dataclasses import replace

from coursekit.diagrams.board import Board
from coursekit.diagrams.captions import byte_count
from coursekit.diagrams.knobs import Knob
from coursekit.diagrams.scene import Scene
from coursekit.diagrams.scenes import blobs
from coursekit.diagrams.scenes.blobs import TILE, Blob
from coursekit.diagrams.scenes.graph import check
from coursekit.image.digest import Digest
from coursekit.image.image import Image
from coursekit.language import _, later, plural, series

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
    names = series(map(blobs.title, here))

    def turn(here: tuple[int, ...]) -> Scene:
        chosen = {digest for n in here for digest in parts[n].digests}
        return _drawn(wanted, _("some of its blobs"), parts, chosen)

    known = tuple(n for n, part in enumerate(parts) if n and held.issuperset(part.digests))
    options = tuple((n, part.text) for n, part in enumerate(parts) if n)
    knob = Knob("here", _("Already on this host"), options, known, "tick")
    return replace(_drawn(wanted, names, parts, held), knobs=(knob,), turn=turn)


def _drawn(wanted: Image, names: str, parts: list[Blob], held: set[Digest]) -> Scene:
    bottom = TOP + 16 + len(parts) * STEP + 8
    board = Board(RIGHT + WIDE + 12, bottom + 64, right=12, least=300)
    _sides(board, wanted, names, parts, held, bottom)
    _Pull(board, sum(part.size for part in parts), bottom).all(parts, held)
    return board.scene(_("docker pull {image}").format(image=blobs.title(wanted)))


def _place(n: int) -> float:
    return TOP + 16 + n * STEP


def _sides(board: Board, image: Image, names: str, parts: list[Blob], held: set[Digest], bottom: float) -> None:
    board.say("registry:label", LEFT, 18, _("registry"), width=WIDE, bold=True)
    board.say("host:label", RIGHT, 18, _("this host"), width=WIDE, bold=True)
    board.put("registry", "slab", LEFT, TOP, WIDE, bottom - TOP, tone="merged")
    board.put("host", "slab", RIGHT, TOP, WIDE, bottom - TOP, tone="merged")
    for n, part in enumerate(parts):
        blobs.put(board, part, LEFT + PAD, _place(n), WIDE - 2 * PAD)
        if n and held.issuperset(part.digests):
            blobs.put(board, part, RIGHT + PAD, _place(n), WIDE - 2 * PAD, id=f"here-{part.id}")
        else:
            board.put(f"ghost-{part.id}", "ghost", RIGHT + PAD, _place(n), WIDE - 2 * PAD, TILE)
    known = sum(1 for part in parts if f"here-{part.id}" in board.boxes)
    said = _("The registry has {image} in {blobs} blobs. This host has nothing yet.")
    if names:
        said = _("The registry has {image} in {blobs} blobs. This host has {names}, but none of these blobs.")
    if known:
        said = plural(
            "The registry has {image} in {blobs} blobs. This host has {names}, and with it one of these blobs.",
            "The registry has {image} in {blobs} blobs. This host has {names}, and with it {n} of these blobs.",
            known,
        )
    board.step(said.format(image=blobs.title(image), blobs=len(parts), names=names, n=known))


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
        said = _("Done: {done} of {all} have travelled.")
        if spared:
            said = _("Done: {done} of {all} have travelled. The other {spared} were here already.")
        self.board.recall()
        figures = {"done": self.travelled, "all": self.total, "spared": spared}
        self.board.step(said.format(**{name: byte_count(size) for name, size in figures.items()}))

    def travels(self, n: int, part: Blob) -> None:
        y, size = _place(n) + TILE / 2, byte_count(part.size)
        self.board.drop(f"ghost-{part.id}")
        place = (RIGHT + PAD, _place(n), WIDE - 2 * PAD)
        blobs.put(self.board, part, *place, id=f"here-{part.id}", fresh=True, origin=part.id)
        self.board.arrow(LEFT + WIDE - PAD, y, RIGHT + PAD - 3, y, size, shape="line", tone="page")
        self.travelled += part.size
        self.meter()
        said = _("{blob} is not here yet: {size} travel, and the digest is checked.")
        if n < 2:
            said = _SAID[n]
        self.board.step(_(said).format(blob=_sentence(part.text), size=size))

    def stays(self, n: int, part: Blob) -> None:
        self.board.mark((LEFT + WIDE + RIGHT) / 2, _place(n) + TILE / 2, "hit")
        self.board.change(f"here-{part.id}", sub=_("already here"), fresh=True)
        said = _("{blob} is here already, by the same digest: nothing travels.")
        self.board.step(said.format(blob=_sentence(part.text)))

    def meter(self) -> None:
        figures = {"done": byte_count(self.travelled), "all": byte_count(self.total)}
        done = _("{done} of {all} have travelled").format(**figures)
        self.board.say("meter:text", LEFT, self.bottom + 24, done, width=self.length, bold=True)
        width = max(0.0, self.length * self.travelled / max(1, self.total))
        self.board.put("meter", "bar", LEFT, self.bottom + 40, width, 14, tone="ink")


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


_SAID = (
    later("First the manifest travels, {size}. Now the tag has become a digest, and the list of blobs is known."),
    later("Then the config travels, {size}. Its digest is the image ID."),
)

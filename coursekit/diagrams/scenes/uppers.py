"""What the upperdirs of several containers hold, over the one image that they share: one column a path.

    web      [ motd ✗ ]  [ app.conf ]
    api      [        ]  [ app.conf ]
    image    [ motd   ]  [ app.conf ]

Pure. `containers` (together) tells how they came to be; here is how things stand.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from coursekit.diagrams.board import Board
from coursekit.diagrams.easel import GAP, LEFT, WIDE, named
from coursekit.diagrams.html import lowers_of
from coursekit.diagrams.look import layer_tone
from coursekit.diagrams.names import layer_name
from coursekit.diagrams.scene import Scene
from coursekit.diagrams.stack import Cells, cells_of
from coursekit.image.image import Image
from coursekit.language import _

SLAB, TILE, SPACE = 66.0, 38.0, 18.0


def uppers(image: Image, trees: Mapping[str, Mapping[str, Any]], paths: Sequence[str], title: str) -> Scene:
    """The scene of `trees`: by a container's name the paths of its upperdir, None for a whiteout, else what is there."""
    layers = lowers_of(image.layers)
    wide = max(4, len(paths)) * (WIDE + GAP) + GAP
    board = Board(LEFT + wide + 12, (len(trees) + len(layers)) * (SLAB + SPACE) + 12, left=LEFT)
    board.columns = (LEFT + GAP, WIDE + GAP, len(paths))
    y = 8.0
    for name, tree in trees.items():
        _slab(board, name, y, wide, name, _("writable · its own"), "container")
        for n, path in enumerate(paths):
            if path in tree:
                _tile(board, f"{name}{path}", path, n, y, tree[path], "container")
        y += SLAB + SPACE
    for number in reversed(range(len(layers))):
        tone = layer_tone(number)
        _slab(board, f"layer-{number}", y, wide, layer_name(image.layers[number]), _("read-only · shared"), tone)
        held = Cells(cells_of(layers[number], paths))
        for n, path in enumerate(paths):
            if (cell := held.get(path)) is not None:
                _tile(board, f"{number}{path}", path, n, y, None if cell.kind == "whiteout" else cell.kind, tone)
        y += SLAB + SPACE
    board.step(_("What each container has written lies in its own upperdir; the image below is one for all."))
    return board.scene(title)


def _slab(board: Board, id: str, y: float, wide: float, name: str, note: str, tone: str) -> None:
    board.put(id, "slab", LEFT, y, wide, SLAB, tone=tone)
    board.name_row(id, y, SLAB, name, note, tone)


def _tile(board: Board, id: str, path: str, column: int, y: float, node: Any, tone: str) -> None:
    """A tile, or a whiteout. Its second line says what the name alone does not: what a file says, what is opaque."""
    over, text = named(path + ("/" if node in ("dir", "opaque", "directory") else ""))
    sub = ""
    match node:
        case "opaque":
            sub = _("opaque")
        case ["file", said, *_mode]:
            sub = repr(said)
        case ["link", first]:
            sub = _("is {path}").format(path=first)
    role: Any = "whiteout" if node is None else "tile"
    x = LEFT + GAP + column * (WIDE + GAP)
    board.put(
        id,
        role,
        x,
        y + (SLAB - TILE) / 2,
        WIDE,
        TILE,
        text,
        over="" if sub else over,
        sub=sub,
        tone=tone,
        title=path,
        about=path,
    )

"""Images on one host, each with the layer that it stands on: which of them stand on the same?

    nginx:1.21.4   [ nginx ] [ ADD file:e1b6… ]
    a              [ redis ] [ ADD file:e1b6… ]   the same archive: stored once
    b              [ httpd ] [ ADD file:5a2c… ]   another one

The first step shows them side by side and says nothing; each further one compares a base with that of the first image.

Pure. Neighbour: board.
"""

from collections.abc import Mapping

from coursekit.diagrams.board import Board
from coursekit.diagrams.scene import Scene
from coursekit.language import _, plural

ROW, TOP, LEFT = 42.0, 34.0, 16.0
IMAGE, BASE, GAP = 300.0, 240.0, 8.0


def shelf(mine: str, base: str, images: Mapping[str, str], bases: Mapping[str, str], *, title: str) -> Scene:
    """`mine` stands on `base`; `images` are the others' names by key, `bases` theirs. A key is the id of a box."""
    right = LEFT + IMAGE + GAP
    board = Board(right + BASE + 40, TOP + (len(images) + 1) * ROW + 10, right=0, least=300)
    board.say("head:image", LEFT, 16, _("image"), width=IMAGE, bold=True)
    board.say("head:base", right, 16, _("its base layer"), width=BASE, bold=True)
    middles = {key: TOP + at * ROW + 18 for at, key in enumerate(["", *images])}
    for key, middle in middles.items():
        name, below = (images[key], bases[key]) if key else (mine, base)
        named = f"{key}  {name}" if key else name
        tone = "layer-1" if key else "container"
        board.put(key or "mine", "tile", LEFT, middle - 16, IMAGE, 32, named, tone=tone)
        board.put(f"{key or 'mine'}:base", "tile", right, middle - 16, BASE, 32, below, tone="merged")
    said = plural(
        "{mine} and one more image on one host, each with the layer it stands on.",
        "{mine} and {n} more images on one host, each with the layer it stands on.",
        len(images),
    )
    board.step(said.format(mine=mine, n=len(images)))
    board.change("mine:base", tone="layer-0", fresh=True)
    board.step(_("{mine} stands on {base}. Which of the others have this very layer?").format(mine=mine, base=base))
    found = 0
    for key, name in images.items():
        same = bases[key] == base
        found += same
        board.change(f"{key}:base", **({"tone": "layer-0", "fresh": True} if same else {"hidden": True}))
        board.mark(right + BASE + 20, middles[key], "hit" if same else "miss")
        verdict = _("{name}: {base} is another archive, so it is another layer.")
        if same:
            verdict = _("{name}: {base} is the same archive, so it is the same layer.")
        board.step(verdict.format(name=name, base=bases[key]))
    said = plural(
        "{n} of {all} images stands on the very base of {mine}. The host stores that layer once.",
        "{n} of {all} images stand on the very base of {mine}. The host stores that layer once.",
        found,
    )
    board.recall()
    board.step(said.format(n=found, all=len(images), mine=mine))
    return board.scene(title)

"""Images on one host, each with the layer that it stands on: which of them stand on the same?

    nginx:1.21.4   [ nginx ] [ ADD file:e1b6… ]
    a              [ redis ] [ ADD file:e1b6… ]   the same archive: stored once
    b              [ httpd ] [ ADD file:5a2c… ]   another one

The first step shows them side by side and says nothing; each further one compares a base with that of the first image.

Pure. Neighbour: board.
"""

from collections.abc import Mapping

from coursekit.diagrams.board import Board, plural
from coursekit.diagrams.scene import Scene

ROW, TOP, LEFT = 42.0, 34.0, 16.0
IMAGE, BASE, GAP = 300.0, 240.0, 8.0


def shelf(mine: str, base: str, images: Mapping[str, str], bases: Mapping[str, str], *, title: str) -> Scene:
    """`mine` stands on `base`; `images` are the others' names by key, `bases` theirs. A key is the id of a box."""
    right = LEFT + IMAGE + GAP
    board = Board(right + BASE + 120, TOP + (len(images) + 1) * ROW + 10)
    board.say("head:image", LEFT, 16, "image", bold=True)
    board.say("head:base", right, 16, "its base layer", bold=True)
    middles = {key: TOP + at * ROW + 18 for at, key in enumerate(["", *images])}
    for key, middle in middles.items():
        name, below = (images[key], bases[key]) if key else (mine, base)
        named = f"{key}  {name}" if key else name
        tone = "layer-1" if key else "container"
        board.put(key or "mine", "tile", LEFT, middle - 16, IMAGE, 32, named, tone=tone)
        board.put(f"{key or 'mine'}:base", "tile", right, middle - 16, BASE, 32, below, tone="merged")
    board.step(f"{mine} and {plural(len(images), 'more image')} on one host, each with the layer it stands on.")
    board.change("mine:base", tone="layer-0", fresh=True)
    board.step(f"The base of {mine}: {base}. Which of the others have this very layer?")
    found = 0
    for key, name in images.items():
        same = bases[key] == base
        found += same
        board.change(f"{key}:base", **({"tone": "layer-0", "fresh": True} if same else {"hidden": True}))
        board.mark(right + BASE + 60, middles[key], "hit" if same else "miss", "the same" if same else "another")
        said = "the same archive, so the same layer" if same else "another archive"
        board.step(f"{name}: {bases[key]} is {said}.")
    board.step(f"{plural(found, 'image')} of {len(images)} on the very base of {mine}: the host stores it once.")
    return board.scene(title)

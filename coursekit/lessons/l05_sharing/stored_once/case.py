"""Three images: all on one base, two of them on one runtime besides, each with a layer of its own."""

from collections.abc import Mapping
from random import Random
from typing import Any

from coursekit.exercises.forms import Fill, Number
from coursekit.exercises.hands import Block, Blocks
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

_NAMES = ("shop", "blog", "mail")


def make(random: Random) -> dict[str, Any]:
    """Sizes of layers in bytes, the layers of each image, base first, and which image is removed."""
    sizes = {
        "base": random.randrange(60_000_000, 130_000_000),
        "runtime": random.randrange(40_000_000, 200_000_000),
        **{name: random.randrange(3_000_000, 60_000_000) for name in _NAMES},
    }
    first, second, third = random.sample(_NAMES, 3)
    images = {first: ["base", "runtime", first], second: ["base", "runtime", second], third: ["base", third]}
    return {"sizes": sizes, "images": dict(sorted(images.items())), "removed": random.choice((first, second, third))}


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The layers of each image, one image a line; the image that is removed."""
    sizes = case["sizes"]
    lines = (
        f"{name}   " + "  +  ".join(f"{layer} {sizes[layer]:,}" for layer in layers)
        for name, layers in case["images"].items()
    )
    return {"listing": "\n".join(lines), "removed": case["removed"]}


def form(case: Case, say: Say) -> Fill:
    """Three figures."""
    pieces = [_block(case, image, layer, say) for image, layers in case["images"].items() for layer in reversed(layers)]
    rows = {row: say(row) for row in ("sum", "disk", "freed")}
    return Fill(rows, {"bytes": Number("bytes")}, Blocks(tuple(pieces)))


def _block(case: Case, image: str, layer: str, say: Say) -> Block:
    """A layer in the pile of its image; those of one name have one colour."""
    tone = f"layer-{list(case['sizes']).index(layer)}"
    label = say("piece", layer=layer, image=image)
    return Block(f"{image} {layer}", label, case["sizes"][layer], tone, pile=image, short=layer)


CASE = Asked(Kind.TABLE, points=3, make=make, view=view, form=form)

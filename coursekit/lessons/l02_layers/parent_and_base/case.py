"""Five images, as chains of layers, and pairs of them."""

from collections.abc import Mapping
from random import Random
from typing import Any

from coursekit.exercises.forms import Choose, Fill, Number
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say


def make(random: Random) -> dict[str, Any]:
    """Five images: a base and its child, a cousin with a layer of the child, and two of one name that share none."""
    base, app, own, tool, old, new = (_layers(random, random.randrange(low, low + 3)) for low in (1, 2, 1, 1, 1, 2))
    name = random.choice(("shop", "blog", "wiki", "mail"))
    images = {
        "centos:7": base,
        f"{name}:1": [*base, *app],
        "report:1": [*base, *own, app[-1]],  # the same last layer, on other ones
        f"{name}-debug:1": [*base, *app, *tool],
        f"{name}:2": [*old, *new, base[0]],  # the base's first layer, not at the beginning
    }
    pairs = [
        (f"{name}:1", f"{name}-debug:1"),
        ("centos:7", f"{name}-debug:1"),
        (f"{name}:1", "report:1"),
        (f"{name}:2", f"{name}:1"),
    ]
    flipped = [pair[::-1] if random.random() < 0.5 else pair for pair in pairs]
    random.shuffle(flipped)
    return {"images": images, "pairs": [list(pair) for pair in flipped]}


def _layers(random: Random, count: int) -> list[str]:
    return [f"{random.randrange(16**6):06x}" for _ in range(count)]


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The images with their layers, one a line."""
    wide = max(map(len, case["images"]))
    return {"listing": "\n".join(f"{name:<{wide}}  {' '.join(layers)}" for name, layers in case["images"].items())}


def form(case: Case, say: Say) -> Fill:
    """For each pair how many layers it shares, and how the two are related."""
    relations = {key: say(key) for key in ("parent", "child", "base", "none")}
    rows = {f"{one} {other}": say("pair", one=one, other=other) for one, other in case["pairs"]}
    return Fill(rows, {"shared": Number("layers"), "relation": Choose(relations)})


CASE = Asked(Kind.TABLE, points=3, make=make, view=view, form=form)

"""The layers of an image, as its manifest lists them."""

from collections.abc import Mapping
from random import Random
from typing import Any

from coursekit.exercises.forms import Arrange
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

_MADE = ("os", "certs", "python", "libs", "nginx", "fonts", "app", "conf", "assets", "tools", "java", "patch")


def make(random: Random) -> dict[str, Any]:
    """Four to six layers with names of their own, base first as a manifest lists them."""
    layers = random.sample(_MADE, random.randrange(4, 7))
    return {"layers": layers, "shuffled": sorted(layers)}


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The manifest's list, a layer a line."""
    return {"layers": "\n".join(f"layers[{n}]  {name}" for n, name in enumerate(case["layers"]))}


def form(case: Case, say: Say) -> Arrange:
    """The layers and upperdir, first asked to last."""
    layers = {name: say("layer", name=name) for name in case["shuffled"]}
    return Arrange({**layers, "upperdir": say("upperdir")})


CASE = Asked(Kind.ORDER, points=2, make=make, view=view, form=form)

"""An image of two layers, and the layer that a commit adds."""

from collections.abc import Mapping
from random import Random
from typing import Any

from coursekit.exercises.forms import Fill, Number
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

_ROWS = ("commit", "push-known", "push-empty", "pull-fresh", "pull-base", "pull-again")


def make(random: Random) -> dict[str, Any]:
    """The blobs of an image's base and middle, and of the layer that a commit adds; its size unpacked. In bytes."""
    layer = random.randrange(2_000_000, 30_000_000)
    return {
        "base": random.randrange(25_000_000, 60_000_000),
        "middle": random.randrange(10_000_000, 90_000_000),
        "layer": layer,
        "unpacked": layer * random.randrange(25, 40) // 10,
    }


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The four sizes."""
    return {name: f"{size:,}" for name, size in case.items()}


def form(case: Case, say: Say) -> Fill:
    """Bytes for each movement."""
    return Fill({row: say(row) for row in _ROWS}, {"bytes": Number("bytes")})


CASE = Asked(Kind.TABLE, points=4, make=make, view=view, form=form)

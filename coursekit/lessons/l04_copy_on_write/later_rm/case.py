"""Three Dockerfiles that build one program, and the bytes of their parts."""

from collections.abc import Mapping
from random import Random
from typing import Any

from coursekit.exercises.forms import Fill, Number
from coursekit.exercises.hands import Block, Blocks
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

_TONES = {"base": "layer-0", "archive": "layer-1", "program": "layer-2", "builder": "layer-3"}


def make(random: Random) -> dict[str, Any]:
    """A base, an archive that is fetched, a program that is built from it; a fat base for the first stage."""
    return {
        "base": random.randrange(30_000_000, 90_000_000),
        "archive": random.randrange(20_000_000, 200_000_000),
        "program": random.randrange(2_000_000, 20_000_000),
        "builder": random.randrange(300_000_000, 900_000_000),
    }


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The four figures."""
    return {name: f"{size:,}" for name, size in case.items()}


def form(case: Case, say: Say) -> Fill:
    """Bytes of each image."""
    pieces = tuple(Block(key, say(f"part-{key}"), case[key], tone) for key, tone in _TONES.items())
    return Fill({row: say(row) for row in ("apart", "one", "stages")}, {"bytes": Number("bytes")}, Blocks(pieces))


CASE = Asked(Kind.TABLE, points=3, make=make, view=view, form=form)

"""An image of two layers, and the layer that a commit adds."""

from collections.abc import Mapping
from random import Random
from typing import Any

from coursekit.exercises.forms import Fill, Number
from coursekit.exercises.hands import Block, Blocks
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

_ROWS = ("commit", "push-known", "push-empty", "pull-fresh", "pull-base", "pull-again")

_TONES = {"base": "layer-0", "middle": "layer-1", "layer": "layer-2", "unpacked": "page"}


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
    pieces = tuple(Block(key, say(f"blob-{key}"), case[key], tone) for key, tone in _TONES.items())
    return Fill({row: say(row) for row in _ROWS}, {"bytes": Number("bytes")}, Blocks(pieces, ends=_ends(say)))


def _ends(say: Say) -> dict[str, tuple[str, str]]:
    """From where to where each movement goes."""
    host, registry = say("the-host"), say("the-registry")
    ways = {"commit": (say("the-container"), say("the-image")), "push": (host, registry), "pull": (registry, host)}
    return {row: ways[row.partition("-")[0]] for row in _ROWS}


CASE = Asked(Kind.TABLE, points=4, make=make, view=view, form=form)

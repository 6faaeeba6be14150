"""An image, a file of it that a container deletes, and one that it adds."""

from collections.abc import Mapping
from random import Random
from typing import Any

from coursekit.exercises.forms import Fill, Number
from coursekit.exercises.hands import Block, Blocks
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

_TONES = {"rest": "layer-0", "gone": "layer-0", "new": "container"}


def make(random: Random) -> dict[str, Any]:
    """Bytes of the image, of the deleted file and of the new one."""
    image, gone = random.randrange(60_000_000, 300_000_000), random.randrange(5_000_000, 50_000_000)
    return {"image": image, "gone": gone, "added": random.randrange(1_000_000, 5_000_000)}


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The three figures."""
    return {name: f"{case[name]:,}" for name in ("image", "gone", "added")}


def form(case: Case, say: Say) -> Fill:
    """Bytes in three places."""
    sizes = {"rest": case["image"] - case["gone"], "gone": case["gone"], "new": case["added"]}
    pieces = tuple(Block(key, say(f"file-{key}"), size, _TONES[key]) for key, size in sizes.items())
    return Fill({row: say(row) for row in ("image", "layer", "seen")}, {"bytes": Number("bytes")}, Blocks(pieces))


CASE = Asked(Kind.TABLE, points=2, make=make, view=view, form=form)

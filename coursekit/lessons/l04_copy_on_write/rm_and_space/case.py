"""An image, a file of it that a container deletes, and one that it adds."""

from collections.abc import Mapping
from random import Random
from typing import Any

from coursekit.exercises.forms import Fill, Number
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say


def make(random: Random) -> dict[str, Any]:
    """Bytes of the image, of the deleted file and of the new one."""
    image, gone = random.randrange(60_000_000, 300_000_000), random.randrange(5_000_000, 50_000_000)
    return {"image": image, "gone": gone, "added": random.randrange(1_000_000, 5_000_000)}


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The three figures."""
    return {name: f"{case[name]:,}" for name in ("image", "gone", "added")}


def form(case: Case, say: Say) -> Fill:
    """Bytes in three places."""
    return Fill({row: say(row) for row in ("image", "layer", "seen")}, {"bytes": Number("bytes")})


CASE = Asked(Kind.TABLE, points=2, make=make, view=view, form=form)

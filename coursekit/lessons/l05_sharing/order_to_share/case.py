"""Five steps of a Dockerfile, with their sizes and how often each changes."""

from collections.abc import Mapping
from random import Random
from typing import Any

from coursekit.exercises.forms import Arrange
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

_STEPS = ("libraries", "program", "runtime", "settings", "system")
_OFTEN = (1, 5, 25, 80, 350)  # times a year, further apart than any two of the sizes


def make(random: Random) -> dict[str, Any]:
    """Sizes within a factor of three, and how often each step changes, not always as one would guess."""
    while True:
        sizes = {step: random.randrange(20_000_000, 60_000_000) for step in random.sample(_STEPS, 5)}
        yearly = dict(zip(random.sample(_STEPS, 5), _OFTEN, strict=True))
        by_size = sorted(sizes, key=lambda step: -sizes[step])
        if by_size not in (list(yearly), list(yearly)[::-1]):
            return {"sizes": sizes, "yearly": yearly}


def view(case: Case, say: Say) -> Mapping[str, str]:
    """A line for each step."""
    lines = (
        say("line", step=f"{step:<10}", size=f"{size:>12,}", times=f"{case['yearly'][step]:>3}")
        for step, size in case["sizes"].items()
    )
    return {"listing": "\n".join(lines)}


def form(case: Case, say: Say) -> Arrange:
    """The steps, first to last."""
    return Arrange({step: say(step) for step in case["sizes"]})


CASE = Asked(Kind.ORDER, points=2, make=make, view=view, form=form)

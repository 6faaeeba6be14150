"""Four sizes that a pull could transfer, under letters."""

from random import Random
from typing import Any

from coursekit.exercises.forms import Choose
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say


def make(random: Random) -> dict[str, Any]:
    """The answers by letter."""
    answers = ["travels", "unpacked", "package", "both"]
    random.shuffle(answers)
    return {"options": dict(zip("abcd", answers, strict=True))}


def form(case: Case, say: Say) -> Choose:
    """A letter."""
    return Choose({letter: say(answer) for letter, answer in case["options"].items()})


CASE = Asked(Kind.PREDICTION, points=1, make=make, form=form)

"""Five stories of real tools, each told as it is and as it is often believed to be."""

from random import Random
from typing import Any

from coursekit.exercises.forms import Choose
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

_ALWAYS = ("chmod-same", "fd", "sizes")
_SOMETIMES = ("dir-to-link", "opaque-commit", "wh-file")


def make(random: Random) -> dict[str, Any]:
    """Five stories, told both ways, under letters by chance."""
    stories = [*_ALWAYS, *random.sample(_SOMETIMES, 2)]
    told = [[story, holds] for story in stories for holds in (True, False)]
    random.shuffle(told)
    return {"told": dict(zip("abcdefghij", told, strict=True))}


def form(case: Case, say: Say) -> Choose:
    """The statements that hold."""
    said = {letter: say(story if holds else f"{story}-believed") for letter, (story, holds) in case["told"].items()}
    return Choose(said, many=True)


CASE = Asked(Kind.CHOICE, points=2, make=make, form=form)

"""Five stories of real tools, each told as it is and as it is often believed to be."""

from random import Random
from typing import Any

from coursekit.exercises.forms import Choose
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

_ALWAYS = (("chmod-entry", "chmod-none"), ("fd-follows", "fd-stays"), ("sizes-many", "sizes-one"))
_SOMETIMES = (("link-apart", "link-alike"), ("opaque-mark", "opaque-names"), ("wh-file", "wh-hides"))


def make(random: Random) -> dict[str, Any]:
    """Five stories, told both ways, under letters by chance."""
    stories = [*_ALWAYS, *random.sample(_SOMETIMES, 2)]
    told = [each for story in stories for each in story]
    random.shuffle(told)
    return {"told": dict(zip("abcdefghij", told, strict=True))}


def form(case: Case, say: Say) -> Choose:
    """The statements that hold."""
    return Choose({letter: say(statement) for letter, statement in case["told"].items()}, many=True)


CASE = Asked(Kind.CHOICE, points=2, make=make, form=form)

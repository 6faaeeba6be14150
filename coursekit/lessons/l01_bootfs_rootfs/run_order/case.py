"""Steps of `docker run`."""

from random import Random
from typing import Any

from coursekit.exercises.forms import Arrange
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say
from coursekit.lessons.l01_bootfs_rootfs.letters import lettered

_ALWAYS = (
    "fetch",
    "upper",
    "mount",
    "namespaces",
    "pivot",
    "program",
)  # those that a belief moves, and their neighbours
_OTHERS = ("client", "proc")


def make(random: Random) -> dict[str, Any]:
    """Seven steps, under letters."""
    return {"letters": lettered(random, [*_ALWAYS, *random.sample(_OTHERS, 1)])}


def form(case: Case, say: Say) -> Arrange:
    """The steps, first to last."""
    return Arrange({letter: say(step) for letter, step in case["letters"].items()})


CASE = Asked(Kind.ORDER, points=2, make=make, form=form)

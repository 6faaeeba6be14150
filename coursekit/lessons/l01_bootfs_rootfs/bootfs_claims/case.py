"""Statements on bootfs and rootfs, the note's among them."""

from random import Random
from typing import Any

from coursekit.exercises.forms import Choose
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say
from coursekit.lessons.l01_bootfs_rootfs.letters import lettered

_ALWAYS = ("boots", "always-distribution", "proc-files", "own-kernel")  # those of the beliefs
_OTHERS = (
    "arm",
    "centos-debian",
    "host-boot",
    "mount-points",
    "no-loader",
    "old-kernel",
    "scratch",
    "side-by-side",
)


def make(random: Random) -> dict[str, Any]:
    """Eight or nine statements, under letters."""
    return {"letters": lettered(random, [*_ALWAYS, *random.sample(_OTHERS, random.choice((4, 5)))])}


def form(case: Case, say: Say) -> Choose:
    """All that hold."""
    return Choose({letter: say(statement) for letter, statement in case["letters"].items()}, many=True)


CASE = Asked(Kind.CHOICE, points=2, make=make, form=form)

"""Eight system calls on a file of the image."""

from random import Random
from typing import Any

from coursekit.exercises.forms import Choose
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

_ALWAYS = ("wronly", "rdwr", "chmod-same", "read")
_SOMETIMES = (
    "access",
    "chown",
    "excl",
    "getxattr",
    "link",
    "removexattr",
    "rename-self",
    "stat",
    "trunc",
    "utime",
    "xattr",
)
CALLS = (*_ALWAYS, *_SOMETIMES)


def make(random: Random) -> dict[str, Any]:
    """Eight system calls, four of them always the same, under letters by chance."""
    calls = [*_ALWAYS, *random.sample(_SOMETIMES, 4)]
    random.shuffle(calls)
    return {"calls": dict(zip("abcdefgh", calls, strict=True))}


def form(case: Case, say: Say) -> Choose:
    """Those after which the file lies in upperdir."""
    return Choose({letter: say(call) for letter, call in case["calls"].items()}, many=True)


CASE = Asked(Kind.CHOICE, points=3, make=make, form=form)

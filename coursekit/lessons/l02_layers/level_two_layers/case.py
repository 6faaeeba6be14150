"""A level: a secret in one layer, deleted in the next."""

from random import Random
from typing import Any

from coursekit.exercises.levels import form, view
from coursekit.exercises.model import Kind
from coursekit.exercises.rules import Asked

NAMES = ("token", "secret", "password", "key", "login", "pin")
WORDS = ("apple", "birch", "cedar", "daisy", "elm", "fern", "grape", "hazel")


def make(random: Random) -> dict[str, Any]:
    """A base, and two layers on it."""
    path, text = f"/etc/{random.choice(NAMES)}.txt", f"{random.choice(WORDS)}{random.randrange(100, 1000)}"
    return {
        "layers": [{"/etc/motd": "welcome\n"}],
        "goal": {"layer 1": {path: ["file", f"{text}\n"]}, "layer 2": {path: None}, "upperdir": {}},
        "path": path,
        "text": text,
        "commits": True,
        "fewest": 4,
    }


CASE = Asked(Kind.RECIPE, points=2, make=make, view=view, form=form)

"""A level: one file of a directory hidden."""

from random import Random
from typing import Any

from coursekit.exercises.levels import form, view
from coursekit.exercises.model import Kind
from coursekit.exercises.rules import Asked

PLACES = ("/etc", "/srv", "/opt", "/home", "/usr", "/var")
NAMES = ("motd", "issue", "notes", "users", "rules", "index", "cache", "app.conf")


def make(random: Random) -> dict[str, Any]:
    """A directory with three files, one of which is to go."""
    place, names = random.choice(PLACES), random.sample(NAMES, 3)
    gone = f"{place}/{random.choice(names)}"
    return {
        "layers": [{f"{place}/{name}": f"{name}\n" for name in names}],
        "goal": {"upperdir": {gone: None}},
        "gone": gone,
        "fewest": 1,
    }


CASE = Asked(Kind.RECIPE, points=1, make=make, view=view, form=form)

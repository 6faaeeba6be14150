"""A level: a file copied up with nothing changed in it."""

from random import Random
from typing import Any

from coursekit.exercises.levels import form, view
from coursekit.exercises.model import Kind
from coursekit.exercises.rules import Asked

PLACES = ("/etc", "/srv", "/opt", "/home", "/usr", "/var")
NAMES = ("motd", "issue", "notes", "users", "rules", "index", "cache", "app.conf")


def make(random: Random) -> dict[str, Any]:
    """A file of the image, that is to lie in the container layer as well."""
    place, names = random.choice(PLACES), random.sample(NAMES, 2)
    path, text = f"{place}/{names[0]}", f"{names[0]} {random.randrange(100, 1000)}\n"
    return {
        "layers": [{path: text, f"{place}/{names[1]}": "other\n"}],
        "goal": {"upperdir": {path: ["file", text]}},
        "path": path,
        "fewest": 1,
    }


CASE = Asked(Kind.RECIPE, points=1, make=make, view=view, form=form)

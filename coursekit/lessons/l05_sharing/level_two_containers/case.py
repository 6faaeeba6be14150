"""A level: one change, in two containers of one image."""

from random import Random
from typing import Any

from coursekit.exercises.levels import form, view
from coursekit.exercises.model import Kind
from coursekit.exercises.rules import Asked

PLACES = ("/etc", "/srv", "/opt", "/home", "/usr", "/var")
NAMES = ("motd", "issue", "notes", "users", "rules", "index", "cache", "app.conf")
WORDS = ("apple", "birch", "cedar", "daisy", "elm", "fern", "grape", "hazel")


def make(random: Random) -> dict[str, Any]:
    """Two containers, and the file that both are to have their own copy of."""
    names = tuple(random.sample(("web", "api", "mail", "shop"), 2))
    path, text = f"{random.choice(PLACES)}/{random.choice(NAMES)}", random.choice(WORDS)
    return {
        "layers": [{path: "of the image\n"}],
        "goal": {name: {path: ["file", f"{text}\n"]} for name in names},
        "containers": list(names),
        "path": path,
        "text": text,
        "fewest": 2,
    }


CASE = Asked(Kind.RECIPE, points=1, make=make, view=view, form=form)

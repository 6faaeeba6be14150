"""A level: a directory that hides what was in it."""

from random import Random
from typing import Any

from coursekit.exercises.levels import form, view
from coursekit.exercises.model import Kind
from coursekit.exercises.rules import Asked

PLACES = ("/srv", "/opt/app", "/var/cache", "/home/ann", "/etc/app", "/var/www")
NAMES = ("old.txt", "log.txt", "data.txt", "notes.txt", "page.html", "tmp.txt")
WORDS = ("apple", "birch", "cedar", "daisy", "elm", "fern", "grape", "hazel")


def make(random: Random) -> dict[str, Any]:
    """A directory with two files, and the one file that it should have instead."""
    place, names, text = random.choice(PLACES), random.sample(NAMES, 3), random.choice(WORDS)
    new = f"{place}/{names[2]}"
    return {
        "layers": [{f"{place}/{name}": f"{name}\n" for name in names[:2]}],
        "goal": {"upperdir": {place: "opaque", new: ["file", f"{text}\n"]}},
        "place": place,
        "new": new,
        "text": text,
        "fewest": 3,
    }


CASE = Asked(Kind.RECIPE, points=2, make=make, view=view, form=form)

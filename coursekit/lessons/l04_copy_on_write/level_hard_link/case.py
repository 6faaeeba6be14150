"""A level: an opaque directory, a hard link, and nothing else in the upperdir."""

from random import Random
from typing import Any

from coursekit.exercises.levels import form, view
from coursekit.exercises.model import Kind
from coursekit.exercises.rules import Asked

PLACES = ("/srv", "/opt/app", "/var/cache", "/home/ann", "/etc/app", "/var/www")
NAMES = ("a.txt", "b.txt", "c.txt", "d.txt", "e.txt", "f.txt")
WORDS = ("apple", "birch", "cedar", "daisy", "elm", "fern", "grape", "hazel")


def make(random: Random) -> dict[str, Any]:
    """A directory with two files, and one file with two names that should be there instead."""
    place, text = random.choice(PLACES), random.choice(WORDS)
    names = random.sample(NAMES, 4)
    one, two = sorted(f"{place}/{name}" for name in names[2:])
    return {
        "layers": [{f"{place}/{name}": f"{name}\n" for name in names[:2]}],
        "goal": {"upperdir": {place: "opaque", one: ["file", f"{text}\n"], two: ["link", one]}},
        "place": place,
        "one": one,
        "two": two,
        "text": text,
        "fewest": 4,
    }


CASE = Asked(Kind.RECIPE, points=2, make=make, view=view, form=form)

"""A level: two containers of one image that go different ways."""

from random import Random
from typing import Any

from coursekit.exercises.levels import form, view
from coursekit.exercises.model import Kind
from coursekit.exercises.rules import Asked

PLACES = ("/srv", "/opt/app", "/var/cache", "/home/ann", "/etc/app", "/var/www")
NAMES = ("old.txt", "log.txt", "data.txt", "notes.txt", "page.html", "tmp.txt")
WORDS = ("apple", "birch", "cedar", "daisy", "elm", "fern", "grape", "hazel")


def make(random: Random) -> dict[str, Any]:
    """Two containers: one hides a file, the other has the whole directory anew."""
    one, other = random.sample(("web", "api", "mail", "shop"), 2)
    place, names, text = random.choice(PLACES), random.sample(NAMES, 3), random.choice(WORDS)
    gone, new = f"{place}/{names[0]}", f"{place}/{names[2]}"
    return {
        "layers": [{f"{place}/{name}": f"{name}\n" for name in names[:2]}],
        "goal": {one: {gone: None}, other: {place: "opaque", new: ["file", f"{text}\n"]}},
        "containers": [one, other],
        "one": one,
        "other": other,
        "place": place,
        "gone": gone,
        "new": new,
        "text": text,
        "fewest": 4,
    }


CASE = Asked(Kind.RECIPE, points=2, make=make, view=view, form=form)

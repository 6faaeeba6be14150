"""What may be in the result of `commit`, `save` and `export`.

docker commit c1 new:1          container ─> image
docker save shop:1 -o s.tar     image ─> archive
docker export c1 -o e.tar       container ─> tar
"""

from random import Random
from typing import Any

from coursekit.exercises.forms import Choose, Fill
from coursekit.exercises.hands import Line, Lines
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

COMMANDS = ("commit", "save", "export")
_RESULTS = {
    "commit": "docker commit c1 new:1",
    "save": "docker save shop:1 -o s.tar",
    "export": "docker export c1 -o e.tar",
}
_ALWAYS = ("added", "hidden", "volume", "layers", "configuration")  # those that a belief is about
_OTHERS = ("rewritten", "original", "removed", "untouched")
_PATHS = ("/srv/a.db", "/srv/b.log", "/etc/app.conf", "/opt/tool", "/usr/lib/x.so", "/root/notes", "/var/tmp/c")


def make(random: Random) -> dict[str, Any]:
    """Seven rows, {"row 1": [fate, path]}."""
    fates = [*_ALWAYS, *random.sample(_OTHERS, 2)]
    random.shuffle(fates)
    paths = random.sample(_PATHS, len(fates))
    places = ["/data/orders" if fate == "volume" else path for fate, path in zip(fates, paths, strict=True)]
    return {"rows": {f"row {n}": [fate, place] for n, (fate, place) in enumerate(zip(fates, places, strict=True), 1)}}


def form(case: Case, say: Say) -> Fill:
    """Yes or no for each result."""
    rows = {row: say(fate, path=path) for row, (fate, path) in case["rows"].items()}
    options = {key: say(key) for key in ("yes", "no")}
    listing = tuple(Line(text, row) for row, text in rows.items())
    return Fill(
        rows,
        {command: Choose(options) for command in COMMANDS},
        Lines(listing, {"yes": "on", "no": "off"}, _RESULTS, prose=True),
    )


CASE = Asked(Kind.TABLE, points=3, make=make, form=form)

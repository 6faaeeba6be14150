"""Lines of the study note, two of them always the same."""

from random import Random
from typing import Any

from coursekit.exercises.forms import Choose, Fill
from coursekit.exercises.hands import Line, Lines
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

_ALWAYS = ("read", "restart")
_SOMETIMES = ("add", "changes", "delete", "modify", "only", "shared")


def make(random: Random) -> dict[str, Any]:
    """Four to seven lines."""
    rows = [*_ALWAYS, *random.sample(_SOMETIMES, random.randrange(2, 6))]
    random.shuffle(rows)
    return {"rows": rows}


def form(case: Case, say: Say) -> Fill:
    """A verdict on each line."""
    verdicts = Choose({key: say(key) for key in ("right", "wrong")})
    rows = {row: say(row) for row in case["rows"]}
    looks = Lines(tuple(Line(text, row) for row, text in rows.items()), {"right": "on", "wrong": "gone"}, prose=True)
    return Fill(rows, {"verdict": verdicts}, looks)


CASE = Asked(Kind.TABLE, points=2, make=make, form=form)

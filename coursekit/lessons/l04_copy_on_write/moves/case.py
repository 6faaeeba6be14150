"""Five moves in a container: of files and of directories, its own and the image's."""

from random import Random
from typing import Any

from coursekit.exercises.forms import Choose, Fill, Number
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

_ROWS = ("file", "changed", "own", "directory", "redirected")
_HOW = ("rename", "copy-up", "copied", "redirect")


def make(random: Random) -> dict[str, Any]:
    """Sizes of a file, of a changed one, and of the contents of two directories; the order of the rows."""
    sizes = {name: random.randrange(1_000_000, 60_000_000) for name in ("file", "changed", "own", "directory")}
    rows = list(_ROWS)
    random.shuffle(rows)
    return {"sizes": {**sizes, "redirected": sizes["directory"]}, "rows": rows}


def form(case: Case, say: Say) -> Fill:
    """How each move comes about, and what it copies."""
    rows = {row: say(row, size=f"{case['sizes'][row]:,}") for row in case["rows"]}
    return Fill(rows, {"how": Choose({how: say(how) for how in _HOW}), "bytes": Number("bytes")})


CASE = Asked(Kind.TABLE, points=4, make=make, form=form)

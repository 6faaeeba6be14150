"""Seven rows of the history of nginx:1.21.3.

Source: coursekit/data/nginx: the raw configuration.
"""

import json
import re
from random import Random
from typing import Any

from coursekit.anatomy.facts import raw
from coursekit.exercises.forms import Choose, Fill
from coursekit.exercises.hands import Line, Lines
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

_DIGEST = re.compile(r"([0-9a-f]{12})[0-9a-f]{52} ?")


def made_files() -> dict[str, bool]:
    """Each instruction of the image's history, and whether a layer came of it."""
    rows = json.loads(raw("nginx_1.21.3_buster_config.raw.json"))["history"]
    return {row["created_by"]: not row.get("empty_layer", False) for row in rows}


def make(random: Random) -> dict[str, Any]:
    """Two to four rows with files, the others without."""
    made = [by for by, files in made_files().items() if files]
    empty = [by for by, files in made_files().items() if not files]
    count = random.choice((2, 3, 4))
    chosen = random.sample(made, count) + random.sample(empty, 7 - count)
    random.shuffle(chosen)
    return {"rows": {f"row {n}": by for n, by in enumerate(chosen, 1)}}


def _instruction(created_by: str) -> str:
    words = " ".join(created_by.removeprefix("/bin/sh -c ").split())
    text = words.removeprefix("#(nop) ") if "#(nop)" in words else f"RUN {words}"
    text = _DIGEST.sub(r"\1… ", text)
    return text if len(text) <= 70 else text[:69] + "…"


def form(case: Case, say: Say) -> Fill:
    """What each instruction left behind."""
    rows = {name: _instruction(by) for name, by in case["rows"].items()}
    looks = Lines(tuple(Line(text, row) for row, text in rows.items()), {"files": "on", "configuration": "off"})
    return Fill(rows, {"makes": Choose({what: say(what) for what in ("files", "configuration")})}, looks)


CASE = Asked(Kind.TABLE, points=2, make=make, form=form)

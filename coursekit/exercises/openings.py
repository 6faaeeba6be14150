"""What a lesson asks and how long it takes, as its released notebook opens: its heading, and the minutes below it."""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from coursekit.language import ENGLISH, spoken

_LESSONS = Path(__file__).parents[1] / "data" / "lessons"
_HEADING = re.compile(r"^# (.+)$", re.MULTILINE)
_MINUTES = re.compile(r"^\*[^*\d]*(\d+)[^*]*\*$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Opening:
    """How a lesson opens; 0 minutes where it does not say."""

    question: str
    minutes: int = 0


def opening(lesson: str) -> Opening:
    """The opening of a lesson in the language in use; its name where it has no notebook here."""
    return _read(lesson, spoken())


@cache
def _read(lesson: str, language: str) -> Opening:
    for each in dict.fromkeys((language, ENGLISH)):
        try:
            cells = json.loads((_LESSONS / each / lesson / f"{lesson}.ipynb").read_bytes())["cells"]
            text = "".join(cells[0]["source"])
        except (OSError, ValueError, LookupError, TypeError):
            continue
        heading, minutes = _HEADING.search(text), _MINUTES.search(text)
        return Opening(heading[1].strip() if heading else lesson, int(minutes[1]) if minutes else 0)
    return Opening(lesson)

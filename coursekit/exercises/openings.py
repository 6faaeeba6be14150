"""What a lesson asks and how long it takes, as its released notebook opens: its heading, and the minutes below it."""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from coursekit.language import ENGLISH, spoken

_LESSONS = Path(__file__).parents[1] / "data" / "lessons"
_HEADING = re.compile(r"^# (.+)$", re.MULTILINE)
_MINUTES = re.compile(r"^\*?(?:About|约) (\d+) ", re.MULTILINE)  # Chinese has no italics


@dataclass(frozen=True, slots=True)
class Opening:
    """How a lesson opens; 0 minutes where it does not say."""

    question: str
    minutes: int = 0


def opening(lesson: str) -> Opening:
    """The opening of a lesson in the language in use; its name where it has no notebook here."""
    return _read(lesson, spoken())


def minutes_of(text: str) -> int:
    """The minutes that a lesson's opening says in any language; 0 where it says none."""
    found = _MINUTES.search(text)
    return int(found[1]) if found else 0


@cache
def _read(lesson: str, language: str) -> Opening:
    for each in dict.fromkeys((language, ENGLISH)):
        try:
            cells = json.loads((_LESSONS / each / lesson / f"{lesson}.ipynb").read_bytes())["cells"]
            text = "".join(cells[0]["source"])
        except (OSError, ValueError, LookupError, TypeError):
            continue
        heading = _HEADING.search(text)
        return Opening(heading[1].strip() if heading else lesson, minutes_of(text))
    return Opening(lesson)

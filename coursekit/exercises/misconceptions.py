"""The beliefs that learners are known to hold, worded in `lessons/beliefs`, one Markdown file a language.

    ## reading-copies-up                                      the id: one belief in all lessons
    Reading a file copies it into the container layer.        the belief
    Reading opens the lower file in place; …                  what is the case instead

Each is made executable, exercise by exercise, as a `WrongModel`.
"""

from functools import cache
from pathlib import Path

import coursekit
from coursekit.errors import ExerciseError
from coursekit.exercises.model import Misconception
from coursekit.exercises.texts import joined, sections_of
from coursekit.language import ENGLISH, spoken


def worded(path: Path) -> dict[str, Misconception]:
    """The beliefs of a file, by id. Raises: ExerciseError for one that is not in two paragraphs."""
    found = {}
    for id, text in sections_of(path.read_text(encoding="utf-8"), path.name)[1].items():
        paragraphs = joined(text).split("\n\n")
        if len(paragraphs) != 2:
            wanted = "two paragraphs are wanted: the belief, and what is the case instead"
            raise ExerciseError(f"{path.name}, '## {id}': {wanted}; there are {len(paragraphs)}")
        found[id] = Misconception(id, *paragraphs)
    return found


PLACE = Path(coursekit.__file__).parent / "lessons" / "beliefs"
MISCONCEPTIONS = worded(PLACE / f"{ENGLISH}.md")
"""By id, in English. A lesson that needs another words it in `lessons/beliefs`, in every language."""


def beliefs(language: str | None = None) -> dict[str, Misconception]:
    """The beliefs by id in a language, by default the one in use; in English what it lacks."""
    return _beliefs(spoken() if language is None else language)


@cache
def _beliefs(language: str) -> dict[str, Misconception]:
    path = PLACE / f"{language}.md"
    return MISCONCEPTIONS | (worded(path) if path.is_file() else {})

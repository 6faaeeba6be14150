"""What a learner has tried, in a file of their own: attempts, the best mark, hints taken, what the last attempt showed.

It lies where platformdirs says, or at COURSEKIT_HOME, as `progress.json`. Losing it loses no mark. Where it cannot be
written (a full disk, a browser), progress lives as long as the session. Its edge.
"""

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

from coursekit.exercises.answers import replace as put
from coursekit.exercises.verdict import Verdict

LONGEST = 16 * 1024  # characters of an answer that is kept


@dataclass(frozen=True, slots=True)
class Tried:
    """One exercise so far."""

    attempts: int = 0
    best: float = 0.0
    hints: tuple[int, ...] = ()
    shown: tuple[str, ...] = ()  # what the last attempt showed: a belief's id, claims that failed
    answer: str = ""  # the evidence of the best attempt, as JSON, to be read again


class Progress:
    """The learner's file, read once and written after each change; `path` None keeps it in memory."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._tried = _read(path)

    def of(self, exercise: str) -> Tried:
        """What was tried of an exercise."""
        return self._tried.get(exercise, Tried())

    def attempted(self, verdict: Verdict, answer: str = "") -> None:
        """Notes an attempt; an unanswered stub is none. `answer` is its evidence as JSON, kept unless it is long."""
        if not verdict.answered:
            return
        was = self.of(verdict.exercise)
        now = replace(was, attempts=was.attempts + 1, best=max(was.best, verdict.mark), shown=verdict.shown)
        if verdict.mark >= was.best and len(answer) <= LONGEST:
            now = replace(now, answer=answer)
        self._keep(verdict.exercise, now)

    def hinted(self, exercise: str, hint: int) -> None:
        """Notes a hint that was given."""
        was = self.of(exercise)
        self._keep(exercise, replace(was, hints=(*was.hints, hint)))

    def _keep(self, exercise: str, tried: Tried) -> None:
        self._tried[exercise] = tried
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            put(self._path, json.dumps({id: asdict(each) for id, each in sorted(self._tried.items())}, indent=1) + "\n")
        except OSError:
            self._path = None  # an attempt is judged whether or not it can be noted


def place() -> Path | None:
    """Where this learner's progress lies; None while a grader or the Validate button runs the notebook."""
    if os.environ.get("NBGRADER_EXECUTION"):
        return None
    home = os.environ.get("COURSEKIT_HOME")
    return (Path(home) if home else user_data_path("coursekit")) / "progress.json"


def _read(path: Path | None) -> dict[str, Tried]:
    if path is None:
        return {}
    try:
        said = json.loads(path.read_text("utf-8"))
        return {str(id): _tried(row) for id, row in said.items()}
    except (OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return {}  # a spoiled file is begun anew: it holds no answers


def _tried(row: dict[str, Any]) -> Tried:
    hints, shown = tuple(map(int, row["hints"])), tuple(map(str, row["shown"]))
    return Tried(int(row["attempts"]), float(row["best"]), hints, shown, str(row.get("answer", "")))

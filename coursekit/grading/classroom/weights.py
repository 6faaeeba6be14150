"""A teacher's own choice of exercises, in one file beside nbgrader_config.py: exercises.toml.

    drop = ["alpine-beside"]        its question, answer and check are left out of what students get, and its id of
                                    the table that the lesson opens with

    [points]
    ledger-133 = 10                 instead of the catalogue's

It is applied when a lesson is generated; marks follow the points that the generated notebook shows. So that these are
what a student reads, too, the cell that starts the lesson says the choice: `ck.weigh(…)`.

Neighbour: `nbgrader`, which calls it.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit.errors import ExerciseError
from coursekit.exercises import catalogue
from coursekit.grading.judging.notebook import ANSWER, grade_id, nbgrader
from coursekit.language import _, later

NAME = "exercises.toml"
_START = re.compile(r'^ck\.start\("([\w-]+)"', re.MULTILINE)
TEMPLATE = later("""\
# {file}: leave exercises out, or give them other points. Then generate the assignment again.
# The ids are those of `coursekit exercises`.

drop = []

[points]
# ledger-133 = 10
""")


@dataclass(frozen=True, slots=True)
class Weights:
    """What a teacher chose: exercises to leave out, and points by exercise."""

    drop: frozenset[str] = frozenset()
    points: Mapping[str, float] | None = None


def weights_in(directory: Path) -> Weights:
    """The choice that is written in `directory`; none without the file. Raises: ExerciseError, naming what is wrong."""
    path = directory / NAME
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Weights()
    except (OSError, ValueError) as problem:
        raise ExerciseError(_("{path} cannot be read: {problem}").format(path=path, problem=problem)) from problem
    drop, points = said.pop("drop", []), said.pop("points", {})
    if said:
        raise ExerciseError(
            _("{path} has {names}; it may have `drop` and `[points]`").format(
                path=path, names=", ".join(map(repr, said))
            )
        )
    if not isinstance(drop, list) or not isinstance(points, dict):
        raise ExerciseError(_("{path}: `drop` is a list of exercises, `[points]` a table of numbers").format(path=path))
    known = catalogue.exercises()
    for id in (*drop, *points):
        if id not in known:
            raise ExerciseError(
                _("{path} names {id}, which is no exercise; `coursekit exercises` lists them").format(
                    path=path, id=repr(id)
                )
            )
    for id, number in points.items():
        if type(number) not in (int, float) or not 0 <= number < 1000:
            raise ExerciseError(
                _("{path}: the points of {id} should be a number from 0 on, not {number}").format(
                    path=path, id=id, number=repr(number)
                )
            )
    return Weights(frozenset(drop), points)


def weighed(cells: list[Any], weights: Weights) -> list[Any]:
    """The cells that stay, their points as chosen."""
    gone = {f"{id}{end}" for id in weights.drop for end in ("", "-question", "-check", ANSWER)}
    kept = [cell for cell in cells if grade_id(cell) not in gone and cell.get("id") not in gone]
    kept = [cell for cell in kept if not _waits_for(cell, weights.drop)]
    for cell in kept:
        if cell["cell_type"] == "markdown" and weights.drop:
            cell["source"] = _without("".join(cell["source"]), weights.drop)
        marked: Any = nbgrader(cell)
        if marked.get("grade") and grade_id(cell) in (weights.points or {}):
            marked["points"] = (weights.points or {})[grade_id(cell)]
    for cell in kept:
        if begun := _START.search("".join(cell["source"])) if cell["cell_type"] == "code" else None:
            cell["source"] = _told("".join(cell["source"]), begun, weights)
    return kept


def _told(text: str, begun: re.Match[str], weights: Weights) -> str:
    """The cell that starts a lesson, with what was chosen for this lesson said before it does."""
    mine = {id for id, each in catalogue.exercises().items() if each.lesson == begun[1]}
    drop = sorted(mine & weights.drop)
    points = {id: number for id, number in (weights.points or {}).items() if id in mine - weights.drop}
    words = [f"drop={drop!r}"] * bool(drop) + [f"points={points!r}"] * bool(points)
    return f"{text[: begun.start()]}ck.weigh({', '.join(words)})\n{text[begun.start() :]}" if words else text


def _waits_for(cell: Any, dropped: frozenset[str]) -> bool:
    """Whether a cell shows something only after an exercise that is not asked."""
    found = re.match(r'ck\.after\("([\w-]+)"', "".join(cell["source"]))
    return found is not None and found[1] in dropped


def _without(text: str, dropped: frozenset[str]) -> str:
    """A text whose table of objectives names no dropped exercise; a row that is left with none goes.

    >>> print(_without("| know a | [`a-1`](#x), `a-2` |\\n| know b | `b` |\\nread on", frozenset(("a-2", "b"))))
    | know a | [`a-1`](#x) |
    read on
    """
    name = r"\[?`([\w-]+)`(?:\]\([^)]*\))?"
    lines = []
    for line in text.split("\n"):
        row = re.fullmatch(rf"(\|.*\|) ({name}(?:, {name})*) \|", line)
        if row is None:
            lines.append(line)
        elif left := [each[0] for each in re.finditer(name, row[2]) if each[1] not in dropped]:
            lines.append(f"{row[1]} {', '.join(left)} |")
    return "\n".join(lines)

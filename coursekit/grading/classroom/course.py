"""The course's side of one lesson, as plain data: all that a worker needs to know which is no student's.

    {"lesson", "released": [cells as students got them], "book": {what the gradebook has of them}, "steps", "config"}

And the course secret: a file beside gradebook.db, from which a grader's unseen inputs follow; in no repository. It is made
on first use, 32 random bytes in hex, readable by its owner alone. Keep it with the gradebook: with it a regrade asks the
same inputs again.

Neighbours: `worker` (which has it from its start), `gradebook` (the students' side).
"""

import json
import os
import secrets
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from nbgrader.api import MissingEntry

from coursekit.errors import ExerciseError
from coursekit.exercises.editions import of_notebook
from coursekit.grading.judging.notebook import load
from coursekit.language import ENGLISH

NAME = ".coursekit-secret"
RESTORE = "Restore it from a backup, or remove the file: a new one is made, and functions are run on other inputs."


def course_secret(directory: Path) -> bytes:
    """The secret kept in `directory`, made now if there is none. Raises: ExerciseError for a file that holds none."""
    path = directory / NAME
    if not path.exists():
        _make(path)
    try:
        text = path.read_text("ascii").strip()
        secret = bytes.fromhex(text)
    except (OSError, ValueError) as problem:
        raise ExerciseError(f"{path} holds no course secret (64 hex digits): {problem}. {RESTORE}") from problem
    if len(secret) != 32:
        raise ExerciseError(f"{path} holds {len(secret)} bytes; the course secret has 32. {RESTORE}")
    return secret


def _make(path: Path) -> None:
    """Puts a secret at `path` unless another process was faster: it appears whole or not at all."""
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f"{NAME}.")  # mode 0600
    try:
        with os.fdopen(number, "w", encoding="ascii") as opened:
            opened.write(secrets.token_hex(32) + "\n")
            opened.flush()
            os.fsync(opened.fileno())
        with suppress(FileExistsError):
            os.link(name, path)
    finally:
        os.unlink(name)


Course = Mapping[str, Any]


def course_of(gradebook: Any, lesson: str, released: Path, config: Any) -> dict[str, Any]:
    """A lesson as the gradebook and `released`, its notebook, have it; `config` has the steps that a notebook passes.

    Raises: MissingEntry for a lesson that was never generated; ExerciseError for a step that only this process knows.
    """
    found = gradebook.find_notebook(lesson, lesson)
    solutions = {cell.name for cell in found.solution_cells}
    tasks = {cell.name: float(cell.max_score) for cell in found.task_cells}
    points = {cell.name: float(cell.max_score) for cell in found.grade_cells}
    cells = [
        {
            "name": cell.name,
            "cell_type": cell.cell_type,
            "source": cell.source,
            "locked": bool(cell.locked),
            "checksum": cell.checksum,
            "points": points.get(cell.name),
            "task": tasks.get(cell.name),
            "solution": cell.name in solutions,
        }
        for cell in found.source_cells
    ]
    autograde = config.Autograde
    steps = {
        "sanitise": _names(autograde.sanitize_preprocessors),
        "grade": _names(autograde.autograde_preprocessors),
    }
    return {
        "lesson": lesson,
        "released": released_cells(released),
        "language": of_notebook(released) or ENGLISH,
        "book": {"cells": cells, "kernelspec": json.loads(found.kernelspec or "null")},
        "steps": steps,
        "config": _plain(config),
    }


def released_cells(released: Path) -> list[dict[str, Any]]:
    """The cells of the released notebook; none where it is gone: then nothing is taken for the course's own."""
    try:
        cells = load(released)["cells"]
    except ExerciseError:
        return []
    return [{**cell, "outputs": []} if cell.get("cell_type") == "code" else cell for cell in cells]


def _names(steps: Sequence[type]) -> list[str]:
    found = []
    for step in steps:
        name = f"{step.__module__}:{step.__qualname__}"
        try:
            same = step_named(name) is step
        except (ImportError, AttributeError):
            same = False
        if not same:
            raise ExerciseError(
                f"nbgrader_config.py has a step {step.__qualname__} of its own, which workers cannot import: put it into a "
                "module that is installed, or grade with nbgrader autograde"
            )
        found.append(name)
    return found


def step_named(name: str) -> Any:
    """The class of a step. Raises: ImportError, AttributeError."""
    module, _, path = name.partition(":")
    found: Any = import_module(module)
    for part in path.split("."):
        found = getattr(found, part)
    return found


def _plain(config: Mapping[str, Any]) -> dict[str, Any]:
    """What of a configuration is JSON: the options of steps are."""
    found: dict[str, Any] = {}
    for name, section in config.items():
        if not isinstance(section, Mapping):
            continue
        kept = {}
        for key, each in section.items():
            try:
                kept[key] = json.loads(json.dumps(each))
            except (TypeError, ValueError):
                continue
        found[name] = kept
    return found


class Remembered:
    """The course's cells as `Gradebook` gives them, without a gradebook."""

    def __init__(self, book: Mapping[str, Any]) -> None:
        self._cells = {
            row["name"]: SimpleNamespace(**row, max_score=row["task"] if row["points"] is None else row["points"])
            for row in book["cells"]
        }
        every = list(self._cells.values())
        self._notebook = SimpleNamespace(
            source_cells=every,
            grade_cells=[cell for cell in every if cell.points is not None],
            solution_cells=[cell for cell in every if cell.solution],
            task_cells=[cell for cell in every if cell.task is not None],
        )

    def find_notebook(self, *_: str) -> Any:
        """The lesson's notebook."""
        return self._notebook

    def find_source_cell(self, name: str, *_: str) -> Any:
        """A cell of the course. Raises: MissingEntry."""
        if name not in self._cells:
            raise MissingEntry(f"no cell {name!r}")
        return self._cells[name]

    def find_graded_cell(self, name: str, *_: str) -> Any:
        """A cell that has points. Raises: MissingEntry."""
        cell = self.find_source_cell(name)
        if cell.max_score is None:
            raise MissingEntry(f"no points for {name!r}")
        return cell

"""One exercise judged again for a whole class, after its check was mended. No notebook is run again.

What the judge was asked stays in the metadata of each grade cell: it is asked the same again, and the cell, the mark
and the flag follow. All other marks, and what a person gave, stay as they are.

Neighbours: `steps` (who kept what was asked), `grading` (the first time).
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.utils import determine_grade

from coursekit.errors import ExerciseError
from coursekit.exercises import catalogue
from coursekit.exercises.editions import language_of
from coursekit.grading.classroom.batch import Class
from coursekit.grading.classroom.grade import ask
from coursekit.grading.classroom.gradebook import MARKED
from coursekit.grading.classroom.steps import rewrite
from coursekit.grading.judging.collect_evidence import STOPPED
from coursekit.grading.judging.notebook import grade_id, is_prose_cell, is_verdict_cell, nbgrader
from coursekit.grading.judging.secret import course_secret
from coursekit.grading.sandbox.boxes import JUDGE, Boxes
from coursekit.language import ENGLISH, speaking


@dataclass(frozen=True, slots=True)
class Changed:
    """An exercise of a student after it was judged again; None for marks that a person gives."""

    student: str
    before: float | None
    after: float | None


def regrade(graded: Class, exercise: str, students: list[str], boxes: Boxes, told: Callable[[Changed], None]) -> None:
    """Judges one exercise again for each student. Raises: ExerciseError when the exercise is not of the lesson."""
    if exercise not in {each.id for each in catalogue.of_lesson(graded.lesson)}:
        raise ExerciseError(f"{exercise!r} is no exercise of {graded.lesson}")
    directory = graded.options.secret_directory or graded.coursedir.root
    secret = course_secret(Path(directory)).hex()
    for student in students:
        path = Path(graded._format_dest(graded.lesson, student), f"{graded.lesson}.ipynb")
        if path.exists():
            told(_again(graded, path, exercise, student, secret, boxes))


def _again(graded: Class, path: Path, exercise: str, student: str, secret: str, boxes: Boxes) -> Changed:
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if grade_id(cell) == exercise and MARKED in cell.metadata]
    cell = next((cell for cell in cells if is_verdict_cell(cell) or is_prose_cell(cell)), None)
    if cell is None:
        raise ExerciseError(f"{path} was not graded by coursekit: grade it anew with --force")
    kept: dict[str, Any] = json.loads(json.dumps(cell.metadata[MARKED]))
    asked = {"exercise": exercise, "points": float(nbgrader(cell)["points"])}
    asked |= {"found": kept["found"], "flags": kept["noted"]}
    edition = language_of(notebook.metadata) or ENGLISH
    request = {"student": student, "secret": secret, "asked": [asked], "language": edition}
    (verdict,) = ask(boxes, request, JUDGE["wall"])
    with speaking(edition):
        rewrite(cell, verdict, asked, kept.get("stopped", "") or str(notebook.metadata.get(STOPPED, "")))
    _replace(path, nbformat.writes(notebook))
    with Gradebook(graded.coursedir.db_url, graded.coursedir.course_id) as gradebook:
        grade = gradebook.find_grade(exercise, graded.lesson, graded.lesson, student)
        before = grade.auto_score
        grade.auto_score, _ = determine_grade(cell, graded.log)
        waits = grade.manual_score is not None or grade.auto_score is None
        grade.needs_manual_grade = waits or bool(cell.metadata[MARKED]["flags"])
        after = grade.auto_score
        gradebook.db.commit()
    return Changed(student, before, after)


def _replace(path: Path, text: str) -> None:
    """The file anew, whole or not at all, as readable as it was: nbgrader leaves it read-only."""
    made = path.with_name(f".{path.name}.new")
    made.write_text(text, encoding="utf-8")
    os.chmod(made, path.stat().st_mode)
    made.replace(path)

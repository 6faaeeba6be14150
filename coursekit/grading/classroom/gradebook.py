"""What the gradebook and the graded notebooks say of a class: plain rows, for `summary` to count.

Neighbours: `summary` (pure), `grading` (who wrote them).
"""

import json
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook

from coursekit.exercises.prose import one_line
from coursekit.grading.classroom.batch import Class
from coursekit.grading.classroom.steps import MARKED
from coursekit.grading.classroom.summary import Answer, Submission
from coursekit.grading.judging.notebook import grade_id

NOT_GRADED = "no graded notebook is here: its marks are none, or those of an earlier run; grade it again"


def submissions(graded: Class) -> tuple[Submission, ...]:
    """All submissions of the assignment that are in the gradebook, by student."""
    lesson = graded.lesson
    with warnings.catch_warnings(), Gradebook(graded.coursedir.db_url, graded.coursedir.course_id) as gradebook:
        warnings.simplefilter("ignore")
        rows = [_read(graded, row) for row in gradebook.assignment_submissions(lesson)]
    return tuple(sorted(rows, key=lambda each: each.student))


def _read(graded: Class, row: Any) -> Submission:
    student = row.student
    path = Path(graded._format_dest(graded.lesson, student.id), f"{graded.lesson}.ipynb")
    marked, about = _marks_of(path)
    answers = []
    for grade in row.notebooks[0].grades if row.notebooks else []:
        note = marked.get(grade.name, {})
        answers.append(
            Answer(
                exercise=grade.name,
                mark=grade.score if grade.auto_score is not None or grade.manual_score is not None else None,
                points=grade.max_score,
                answered=bool(note.get("answered", False)),
                misconception=str(note.get("misconception") or ""),
                flags=tuple(one_line(str(flag)) for flag in note.get("flags", ())),
                waits=bool(grade.needs_manual_grade),
            )
        )
    whole = bool(about)
    if not whole:
        about = {"flags": [NOT_GRADED]}
    names = [student.last_name or "", student.first_name or ""]
    flags = tuple(one_line(str(flag)) for flag in (*about.get("flags", ()), about.get("stopped", "")) if flag)
    return Submission(
        student.id,
        ", ".join(filter(None, names)),
        student.email or "",
        tuple(answers),
        score=row.score,
        penalty=row.late_submission_penalty or 0.0,
        seconds=float(about.get("wall", 0.0)),
        flags=flags,
        graded=whole,
    )


def _marks_of(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The judge's notes by exercise, and those on the whole notebook."""
    with suppress(OSError, ValueError):
        read = json.loads(path.read_bytes())
        marked = {grade_id(cell): cell["metadata"][MARKED] for cell in read["cells"] if MARKED in cell["metadata"]}
        return marked, read["metadata"].get(MARKED, {})
    return {}, {}

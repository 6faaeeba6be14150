"""The gradebook: what a class has earned is written here, in one session, and read, as plain rows for `summary` to count.

Neighbours: `batch` (who writes), `summary` (pure).
"""

import json
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from nbgrader.api import BaseCell, Comment, Grade, Gradebook, SubmittedAssignment, SubmittedNotebook
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc

from coursekit.exercises.prose import one_line
from coursekit.grading.classroom.summary import Answer, Submission
from coursekit.grading.judging.notebook import grade_id

MARKED = "coursekit"  # in a cell's metadata: flags for a person, the misconception, what was judged
NOT_GRADED = "no graded notebook is here: its marks are none, or those of an earlier run; grade it again"


class Writer:
    """Records what submissions of a lesson earned, as nbgrader's SaveAutoGrades and AssignLatePenalties do.

    All in one session: nbgrader's own steps open the gradebook some ten times for each submission.
    """

    def __init__(self, url: str, course: str, lesson: str, parent: Any) -> None:
        self._lesson = lesson
        self._gradebook = Gradebook(url, course)
        self._late = AssignLatePenalties(parent=parent)
        notebook = self._gradebook.find_notebook(lesson, lesson)
        self._notebook = notebook.id
        cells = self._gradebook.db.query(BaseCell.id, BaseCell.name).filter(BaseCell.notebook_id == notebook.id)
        self._names = {id: name for id, name in cells}
        self._gradebook.db.remove()

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, *exc: object) -> None:
        self._gradebook.close()

    def record(self, student: str, timestamp: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """The marks and comments of a submission that came at `timestamp` ('' for nobody knows), or none of them.

        Raises: SQLAlchemyError.
        """
        db = self._gradebook.db
        try:
            self._gradebook.update_or_create_student(student)
            when = parse_utc(timestamp.strip()) if timestamp.strip() else None
            known = {"timestamp": when} if when else {}
            submission = self._gradebook.update_or_create_submission(self._lesson, student, **known)
            of = (SubmittedNotebook.assignment_id == submission.id, SubmittedNotebook.notebook_id == self._notebook)
            notebook = db.query(SubmittedNotebook).filter(*of).one()
            self._grades(notebook, {row["name"]: row for row in rows if "score" in row})
            said = {row["name"]: row["comment"] for row in rows if "comment" in row}
            for comment in db.query(Comment).filter(Comment.notebook_id == notebook.id):
                if self._names[comment.cell_id] in said:
                    comment.auto_comment = said[self._names[comment.cell_id]]
            self._penalty(submission, notebook, student)
            db.commit()
        except BaseException:
            db.rollback()
            raise
        finally:
            db.remove()

    def _grades(self, notebook: SubmittedNotebook, rows: Mapping[str, Mapping[str, Any]]) -> None:
        for grade in self._gradebook.db.query(Grade).filter(Grade.notebook_id == notebook.id):
            row = rows.get(self._names[grade.cell_id])
            if row is not None:
                grade.auto_score = row["score"]
                by_hand = grade.manual_score is not None or row["score"] is None
                grade.needs_manual_grade = by_hand or row["flagged"]

    def _penalty(self, submission: SubmittedAssignment, notebook: SubmittedNotebook, student: str) -> None:
        notebook.late_submission_penalty = None
        late = submission.total_seconds_late
        if late <= 0:
            return
        self._gradebook.db.flush()
        self._gradebook.db.refresh(notebook)
        self._late.init_plugin()
        penalty = self._late.plugin_inst.late_submission_penalty(student, notebook.score, late)
        if penalty is not None:
            notebook.late_submission_penalty = self._late._check_late_penalty(notebook, penalty)


def submissions(graded: Any) -> tuple[Submission, ...]:
    """All submissions of a batch's lesson by student, as the gradebook has them; those it does not know are not graded."""
    lesson = graded.lesson
    with warnings.catch_warnings(), Gradebook(graded.coursedir.db_url, graded.coursedir.course_id) as gradebook:
        warnings.simplefilter("ignore")
        rows = [_read(graded, row) for row in gradebook.assignment_submissions(lesson)]
    known = {each.student for each in rows}
    left = [one_line(student, 200) for student in graded.who_submitted(lesson) if student not in known]
    rows += [Submission(student, "", "", (), 0.0, flags=(NOT_GRADED,), graded=False) for student in left]
    return tuple(sorted(rows, key=lambda each: each.student))


def _read(graded: Any, row: Any) -> Submission:
    student = row.student
    path = Path(graded._format_dest(graded.lesson, student.id), f"{graded.lesson}.ipynb")
    marked, about = _marks_of(path)
    answers = []
    for grade in row.notebooks[0].grades if row.notebooks else []:
        answers.append(answer_of(grade, marked.get(grade.name, {})))
    whole = "of" in about  # what was only begun has no digest yet
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
        late=row.total_seconds_late or 0.0,
    )


def answer_of(grade: Any, note: Mapping[str, Any]) -> Answer:
    """A row of the gradebook with what the judge noted on it."""
    return Answer(
        exercise=grade.name,
        mark=grade.score if grade.auto_score is not None or grade.manual_score is not None else None,
        points=grade.max_score,
        answered=bool(note.get("answered", False)),
        misconception=str(note.get("misconception") or ""),
        flags=tuple(one_line(str(flag)) for flag in note.get("flags", ())),
        waits=bool(grade.needs_manual_grade),
    )


def _marks_of(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The judge's notes by exercise, and those on the whole notebook."""
    with suppress(OSError, ValueError):
        read = json.loads(path.read_bytes())
        marked = {grade_id(cell): cell["metadata"][MARKED] for cell in read["cells"] if MARKED in cell["metadata"]}
        return marked, read["metadata"].get(MARKED, {})
    return {}, {}

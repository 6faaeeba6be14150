"""The gradebook: what a class has earned is written here, in one session, and read, as plain rows for `summary` to count.

Neighbours: `batch` (who writes), `summary` (pure).
"""

import json
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.api import Comment, Grade, Gradebook, Student, SubmittedAssignment, SubmittedNotebook, new_uuid
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc
from sqlalchemy import bindparam, insert, select, update

from coursekit.exercises.prose import one_line
from coursekit.grading.classroom.summary import Answer, Submission
from coursekit.grading.judging.notebook import grade_id

MARKED = "coursekit"  # in a cell's metadata: flags for a person, the misconception, what was judged
NOT_GRADED = "no graded notebook is here: its marks are none, or those of an earlier run; grade it again"


_STUDENTS, _SUBMISSIONS, _NOTEBOOKS, _GRADES, _COMMENTS = (
    each.__table__ for each in (Student, SubmittedAssignment, SubmittedNotebook, Grade, Comment)
)
_HANDED_IN = _NOTEBOOKS.join(_SUBMISSIONS, _NOTEBOOKS.c.assignment_id == _SUBMISSIONS.c.id)


class Writer:
    """Records what submissions of a lesson earned, as nbgrader's SaveAutoGrades and AssignLatePenalties do.

    All in one session, a statement a table: nbgrader's own steps open the gradebook some ten times for each submission,
    and make an object of each cell.
    """

    def __init__(self, url: str, course: str, lesson: str, parent: Any) -> None:
        self._lesson = lesson
        self._gradebook = Gradebook(url, course)
        self._late = AssignLatePenalties(parent=parent)
        self._notebook = self._gradebook.find_notebook(lesson, lesson).id
        assignment = self._gradebook.find_assignment(lesson)
        self._assignment, self._due = assignment.id, assignment.duedate
        self._cells = {  # by notebook, the ids by name: of cells that are graded, of cells that are commented on
            notebook.id: (
                {cell.name: cell.id for cell in (*notebook.grade_cells, *notebook.task_cells)},
                {cell.name: cell.id for cell in (*notebook.solution_cells, *notebook.task_cells)},
            )
            for notebook in assignment.notebooks
        }
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
        when = parse_utc(timestamp.strip()) if timestamp.strip() else None
        try:
            notebook = self._submitted(student, when) or self._handed_in(student, when)
            self._mark(notebook, rows)
            self._penalty(notebook, student)
            db.commit()
        except BaseException:
            db.rollback()
            raise
        finally:
            db.remove()

    def holds(self, student: str) -> bool:
        """Whether there are marks of this student; a gradebook put back from a backup may have none."""
        try:
            return bool(self._submitted(student, None))
        finally:
            self._gradebook.db.remove()

    def _submitted(self, student: str, when: datetime | None) -> str:
        """The id of a submission's notebook, '' where there is none yet; when it came is what the last one says."""
        db = self._gradebook.db
        of = (_SUBMISSIONS.c.assignment_id == self._assignment, _SUBMISSIONS.c.student_id == student)
        mine = select(_NOTEBOOKS.c.id).select_from(_HANDED_IN).where(*of, _NOTEBOOKS.c.notebook_id == self._notebook)
        if when is not None:
            db.execute(update(_SUBMISSIONS).where(*of).values(timestamp=when))
        return db.execute(mine).scalar() or ""

    def _handed_in(self, student: str, when: datetime | None) -> str:
        """Makes the rows of a submission, each cell of the lesson with no grade and no comment; its notebook's id."""
        db, submission = self._gradebook.db, new_uuid()
        if db.execute(select(_STUDENTS.c.id).where(_STUDENTS.c.id == student)).scalar() is None:
            self._gradebook.add_student(student)
        row = {"id": submission, "assignment_id": self._assignment, "student_id": student, "timestamp": when}
        db.execute(insert(_SUBMISSIONS).values(row))
        found = ""
        for notebook, (graded, said) in self._cells.items():
            id = new_uuid()
            found = id if notebook == self._notebook else found
            db.execute(insert(_NOTEBOOKS).values(id=id, assignment_id=submission, notebook_id=notebook))
            for table, cells in ((_GRADES, graded), (_COMMENTS, said)):
                if cells:
                    db.execute(insert(table), [{"notebook_id": id, "cell_id": cell} for cell in cells.values()])
        return found

    def _mark(self, notebook: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Puts scores and comments into the rows of a submitted notebook; what a person gave stays, and waits for one."""
        db, (graded, said) = self._gradebook.db, self._cells[self._notebook]
        given = (_GRADES.c.notebook_id == notebook, _GRADES.c.manual_score.is_not(None))
        by_hand = set(db.execute(select(_GRADES.c.cell_id).where(*given)).scalars())
        grades, comments = [], []
        for row in rows:
            if "score" in row and (cell := graded.get(row["name"])):
                waits = cell in by_hand or row["score"] is None or row["flagged"]
                grades.append({"cell": cell, "auto_score": row["score"], "needs_manual_grade": waits})
            if "comment" in row and (cell := said.get(row["name"])):
                comments.append({"cell": cell, "auto_comment": row["comment"]})
        for table, values in ((_GRADES, grades), (_COMMENTS, comments)):
            if values:
                here = (table.c.notebook_id == notebook, table.c.cell_id == bindparam("cell"))
                db.execute(update(table).where(*here), values)

    def _penalty(self, id: str, student: str) -> None:
        """Takes off what being late costs."""
        db = self._gradebook.db
        db.execute(update(_NOTEBOOKS).where(_NOTEBOOKS.c.id == id).values(late_submission_penalty=None))
        came = db.execute(
            select(_SUBMISSIONS.c.timestamp).select_from(_HANDED_IN).where(_NOTEBOOKS.c.id == id)
        ).scalar()
        if came is None or self._due is None or came <= self._due:
            return
        notebook = db.query(SubmittedNotebook).filter(SubmittedNotebook.id == id).one()  # who has more time, it knows
        late = notebook.assignment.total_seconds_late
        if late <= 0:
            return
        self._late.init_plugin()
        penalty = self._late.plugin_inst.late_submission_penalty(student, notebook.score, late)
        if penalty is not None:
            notebook.late_submission_penalty = self._late._check_late_penalty(notebook, penalty)


def submissions(graded: Any) -> tuple[Submission, ...]:
    """All submissions of a batch's lesson by student, as the gradebook has them; those it does not know are not graded."""
    lesson = graded.lesson
    with warnings.catch_warnings(), Gradebook(graded.coursedir.db_url, graded.coursedir.course_id) as gradebook:
        warnings.simplefilter("ignore")
        notebook = gradebook.find_notebook(lesson, lesson)
        _held = [
            *notebook.grade_cells,
            *notebook.task_cells,
        ]  # where each grade finds its cell, without a query of its own
        rows, unread = [], gradebook.assignment_submissions(lesson)
        while unread:  # each goes when it was read, with all of its grades: a class may be large
            rows.append(_read(graded, unread.pop()))
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
        points=grade.cell.max_score,
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

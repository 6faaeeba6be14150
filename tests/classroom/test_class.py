"""A whole class with one command's machinery: marks as documented, as nbgrader's own, resumed, regraded, penalised."""

import json
import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook
from traitlets.config import Config

from coursekit.grading.classroom.batch import Changed, Class, Done, regrade
from coursekit.grading.classroom.gradebook import submissions
from coursekit.grading.classroom.pool import Local
from coursekit.grading.classroom.sample import Student, hand_in
from coursekit.grading.classroom.summary import summarise
from coursekit.grading.classroom.worker import Worker
from coursekit.grading.nbgrader import configure
from coursekit.grading.sandbox.boxes import Boxes
from tests.classroom.conftest import Classroom
from tests.classroom.course import Course
from tests.exercises import tiny
from tests.tools import needs

pytestmark = [needs("bwrap"), pytest.mark.classroom, pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

COUNT = 20
LESSON = tiny.LESSON
EXPECTED: dict[str, Student] = {}


def config(root: Path) -> Any:
    found = Config()
    configure(found)
    found.CourseDirectory.root = str(root)
    found.Exchange.root = str(root / "exchange")
    found.NbGrader.logfile = ""
    return found


class Graded:
    """A course with its sample class, graded by us; and the boxes that did it."""

    def __init__(self, root: Path, boxes: Boxes) -> None:
        self.root = root
        self.boxes = boxes
        self.told: list[Done] = []

    def grade(self, *students: str, force: bool = False, hear: Any = None, more: Any = None) -> list[Done]:
        told: list[Done] = []
        given = config(self.root)
        if more is not None:
            given.merge(more)
        graded = Class(LESSON, hear or told.append, force=force, config=given)
        graded.run(graded.students(students), Local(self.boxes, 2))
        return told

    def marks(self, student: str) -> dict[str, tuple[float | None, bool]]:
        with Gradebook(f"sqlite:///{self.root}/gradebook.db") as gradebook:
            found = gradebook.find_submission_notebook(LESSON, LESSON, student)
            return {grade.name: (grade.auto_score, bool(grade.needs_manual_grade)) for grade in found.grades}

    def page(self, student: str) -> Path:
        return self.root / "autograded" / student / LESSON / f"{LESSON}.ipynb"


@pytest.fixture(scope="module")
def graded(classroom: Classroom, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graded]:
    root = tmp_path_factory.mktemp("class")
    made = Course(root, LESSON)
    shutil.copytree(classroom.course.root / "source", root / "source")
    assert made.api.generate_assignment(LESSON, create=True)["success"]
    EXPECTED.update({each.id: each for each in hand_in(root, LESSON, COUNT)})
    with Boxes() as boxes:
        found = Graded(root, boxes)
        found.told = found.grade()
        yield found


def test_each_student_gets_what_the_sample_class_documents(graded: Graded) -> None:
    have, want = {}, {}
    for id, student in EXPECTED.items():
        marks = {name: pair for name, pair in graded.marks(id).items() if name in student.marks}
        have[id] = {name: mark for name, (mark, _) in marks.items()}, any(flag for _, flag in marks.values())
        want[id] = dict(student.marks), student.flagged
    assert have == want
    assert {each.what for each in graded.told} == {"graded", "unreadable"}


def test_a_worker_warms_up_on_answers_that_are_all_right(graded: Graded, monkeypatch: pytest.MonkeyPatch) -> None:
    course = Class(LESSON, print, config=config(graded.root))._course()
    worker = Worker(graded.boxes.functions().fileno(), graded.boxes._get("notebooks").fileno(), course)
    whole, found = worker.whole, []
    monkeypatch.setattr(worker, "whole", lambda job: found.append(whole(job)))
    worker.warm_up()
    scores = {row["name"]: row["score"] for row in found[0]["rows"] if row.get("score") is not None}
    assert scores == {each.id: each.points for each in tiny.EXERCISES if each.id != "99-words"}


def test_a_misconception_is_named_and_counted(graded: Graded) -> None:
    summary = summarise(LESSON, submissions(Class(LESSON, print, config=config(graded.root))))
    wanted = {student.belief for student in EXPECTED.values() if student.belief[0]}
    named = {(answer.exercise, answer.misconception) for each in summary.submissions for answer in each.answers}
    assert wanted and wanted <= named
    assert {name for _, name in wanted} <= {name for name, _ in summary.misconceptions}
    assert len(summary.submissions) == COUNT and "20 submissions" in summary.line


@pytest.mark.parametrize("id", ["student002", "student004", "student006", "student009", "student013", "student016"])
def test_marks_and_notebooks_are_those_of_nbgrader_autograde(graded: Graded, tmp_path: Path, id: str) -> None:
    other = Course(tmp_path, LESSON)
    for name in ("source", "release"):
        shutil.copytree(graded.root / name, tmp_path / name)
    shutil.copytree(graded.root / "submitted" / id, tmp_path / "submitted" / id)
    shutil.copy(graded.root / ".coursekit-secret", tmp_path)
    assert other.api.generate_assignment(LESSON, create=True, force=True)["success"]
    assert other.autograde(id)["success"]
    theirs = Graded(tmp_path, graded.boxes)
    assert theirs.marks(id) == graded.marks(id)
    assert shown(theirs.page(id)) == shown(graded.page(id))


def shown(path: Path) -> list[Any]:
    """The cells of a graded notebook, without what names the run: its time."""
    return [{**cell, "execution_count": None} for cell in nbformat.read(path, as_version=4).cells]


def test_a_file_that_is_no_notebook_keeps_what_the_exchange_needs_and_says_so_first(graded: Graded) -> None:
    (broken,) = (each.id for each in EXPECTED.values() if each.detail == "no notebook")
    place = graded.root / "submitted" / broken / LESSON
    notes = {"timestamp.txt": "2026-01-02 00:00:00 UTC", "submission_secret.txt": "5ecret"}
    for name, said in notes.items():
        (place / name).write_text(said)
    (done,) = graded.grade(broken)
    assert (done.what, done.why) == ("unreadable", f"{LESSON}.ipynb is no notebook, or a part of one (11 bytes)")
    assert {name: (graded.page(broken).parent / name).read_text() for name in notes} == notes
    cells = nbformat.read(graded.page(broken), as_version=4).cells
    assert "could not be read" in cells[0].source and "NameError" not in json.dumps(cells)
    whole = (place / f"{LESSON}.ipynb").read_bytes()
    (place / f"{LESSON}.ipynb").unlink()
    (done,) = graded.grade(broken)
    assert done.why.startswith(f"no {LESSON}.ipynb was handed in, only ") and "timestamp.txt" in done.why
    for name in notes:
        (place / name).unlink()
    (place / f"{LESSON}.ipynb").write_bytes(whole)
    graded.grade(broken)


def test_what_has_not_changed_is_left_alone_and_what_has_is_graded_again(graded: Graded) -> None:
    before = {path: path.stat().st_mtime_ns for path in graded.root.glob("autograded/*/*/*.ipynb")}
    answers = graded.root / "submitted" / "student001" / LESSON / "answers.json"
    answers.write_text(answers.read_text() + "\n")
    told = graded.grade()
    (broken,) = (each.id for each in EXPECTED.values() if each.detail == "no notebook")  # looked at again, each time
    assert {each.student for each in told if each.what != "as before"} == {"student001", broken}
    after = {path: path.stat().st_mtime_ns for path in graded.root.glob("autograded/*/*/*.ipynb")}
    changed = [path for path in before if before[path] != after[path]]
    assert sorted(changed) == [graded.page("student001"), graded.page(broken)]


def test_changed_points_or_another_due_date_have_everybody_graded_again(graded: Graded) -> None:
    made, names = Course(graded.root, LESSON), ("student001", "student003")
    before = [graded.marks(name)["99-boot"][0] for name in names]
    assert [each.what for each in graded.grade(*names)] == ["as before"] * 2
    chosen = graded.root / "exercises.toml"
    chosen.write_text("[points]\n99-boot = 40\n")
    for _ in range(2):  # other points, and back again
        assert made.api.generate_assignment(LESSON, create=True, force=True)["success"]
        assert [each.what for each in graded.grade(*names)] == ["graded"] * 2
        marks = [graded.marks(name)["99-boot"][0] for name in names]
        assert marks == ([40 / tiny.BOOT.points * (mark or 0) for mark in before] if chosen.exists() else before)
        chosen.unlink(missing_ok=True)
    for due in (datetime(2030, 1, 1), None):
        with Gradebook(f"sqlite:///{graded.root}/gradebook.db") as gradebook:
            gradebook.find_assignment(LESSON).duedate = due
            gradebook.db.commit()
        assert [each.what for each in graded.grade(*names)] == ["graded"] * 2


def test_interrupted_it_leaves_what_is_done_and_goes_on_there(graded: Graded) -> None:
    names = ["student001", "student002", "student003", "student005", "student007"]
    for name in names:
        shutil.rmtree(graded.root / "autograded" / name)
    done: list[Done] = []

    def hear(each: Done) -> None:
        done.append(each)
        if len(done) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        graded.grade(*names, hear=hear)
    left = [name for name in names if graded.page(name).exists()]
    assert sorted(left) == sorted(each.student for each in done)
    told = graded.grade(*names)
    assert {each.student for each in told if each.what == "graded"} == set(names) - set(left)
    assert all(graded.page(name).exists() for name in names)


def test_one_exercise_is_judged_again_and_nothing_else_changes(graded: Graded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSEKIT_EXERCISES", "tests.grading.mended")
    before = graded.marks("student001")
    changed: list[Changed] = []
    with Boxes("none") as boxes:
        again = Class(LESSON, print, config=config(graded.root))
        regrade(again, "99-boot", ["student001", "student011"], boxes, changed.append)
    assert [(each.before == each.after, each.student) for each in changed] == [
        (False, "student001"),
        (True, "student011"),
    ]
    after = graded.marks("student001")
    assert {name for name in before if before[name] != after[name]} == {"99-boot"}
    cell = next(each for each in nbformat.read(graded.page("student001"), 4).cells if each.id == "99-boot")
    assert float(cell.outputs[0]["data"]["text/plain"]) == after["99-boot"][0]
    assert os.access(graded.page("student001"), os.R_OK)


def test_late_work_is_penalised_and_extra_credit_kept_as_nbgrader_does(graded: Graded) -> None:
    with Gradebook(f"sqlite:///{graded.root}/gradebook.db") as gradebook:
        gradebook.find_assignment(LESSON).duedate = datetime(2026, 1, 1)
        grade = gradebook.find_grade("99-boot", LESSON, LESSON, "student003")
        grade.extra_credit = 1.5
        gradebook.db.commit()
    (graded.root / "submitted" / "student003" / LESSON / "timestamp.txt").write_text("2026-01-02 00:00:00 UTC")
    more = Config()
    more.LateSubmissionPlugin.penalty_method = "zero"
    graded.grade("student003", more=more)
    rows = {each.student: each for each in submissions(Class(LESSON, print, config=config(graded.root)))}
    late, full = rows["student003"], sum(EXPECTED["student003"].marks.values())
    assert late.score == full + 1.5 and late.penalty == late.score and late.total == 0

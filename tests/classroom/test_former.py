"""Notebooks of former releases, where every answer was called `answer`: graded today, they keep their marks."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest

from coursekit.exercises import catalogue
from coursekit.exercises.model import Kind
from coursekit.grading.classroom.release import RELEASED, SOURCES
from coursekit.grading.classroom.restore import FOUND, relabelled
from coursekit.grading.judging.notebook import ANSWER, NOTED, grade_id, nbgrader
from tests.classroom.course import ENVIRONMENT, Course, kept

LESSON = "06-nginx-133mb"
# What is asked has grown since, whiteouts of directories: the former function is wrong by now.
GROWN = {"stored-and-seen": 2.67}
# As released, each answer right for the student `former` by the rules of that release.
FORMER = nbformat.read(Path(__file__).with_name("former") / f"{LESSON}.ipynb", as_version=4)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Course]:
    for name, value in ENVIRONMENT.items():
        if name != "COURSEKIT_EXERCISES":
            monkeypatch.setenv(name, value)
    catalogue.forget()
    made = Course(tmp_path / "course", LESSON)
    made.generate(nbformat.read(SOURCES / LESSON / f"{LESSON}.ipynb", as_version=4))
    yield made
    catalogue.forget()


@pytest.mark.classroom
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_nbgrader_autograde_gives_it_all_that_it_earned_but_where_more_is_asked(course: Course) -> None:
    course.submit("former", FORMER, kept("former"))
    done = course.autograde("former")
    assert done["success"], done
    points = {each.id: each.points for each in catalogue.of_lesson(LESSON) if each.kind is not Kind.PROSE}
    marks = course.marks("former")
    assert {id: marks[id] for id in points} == points | GROWN
    assert course.flagged("former") == {"explain-133"}  # a former stub is not today's: a person sees that it is empty


@pytest.mark.parametrize("former", [False, True], ids=["own-names", "former"])
def test_answers_whose_cells_lost_their_marks_are_found_again(former: bool) -> None:
    """By the exercise's own name, wherever it stands; what is called `answer` by its place."""
    released = nbformat.read(RELEASED / LESSON / f"{LESSON}.ipynb", as_version=4)
    notebook: Any = nbformat.from_dict(FORMER if former else released)
    wanted = {grade_id(cell): cell.source for cell in notebook.cells if grade_id(cell).endswith(ANSWER)}
    for number, cell in enumerate(notebook.cells):
        if grade_id(cell) in wanted:
            cell.metadata, cell.id = nbformat.from_dict({}), f"pasted-{number}"
    marked = [
        SimpleNamespace(**{**nbgrader(cell), **cell}, name=grade_id(cell)) for cell in released.cells if nbgrader(cell)
    ]
    known = SimpleNamespace(
        task_cells=[],
        source_cells=marked,
        solution_cells=[cell for cell in marked if cell.metadata.nbgrader.solution],
        grade_cells=[
            SimpleNamespace(name=cell.name, max_score=cell.metadata.nbgrader.points)
            for cell in marked
            if cell.metadata.nbgrader.grade
        ],
    )
    found = relabelled(notebook, known)
    assert {grade_id(cell): cell.source for cell in found.cells if grade_id(cell) in wanted} == wanted
    assert found.metadata[NOTED] == {id.removesuffix(ANSWER): [FOUND] for id in wanted}

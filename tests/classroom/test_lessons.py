"""Every lesson's notebook keeps the authors' contract, is released as committed, and is worth what it should be."""

import ast
import re
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pytest

from coursekit.exercises import catalogue
from coursekit.exercises.model import Exercise, Kind
from coursekit.grading.classroom.release import RELEASED, SOURCES, lessons, tidy
from coursekit.grading.classroom.release import released as made_anew
from coursekit.grading.judging.notebook import grade_id, is_prose_cell, is_verdict_cell, nbgrader
from tests.classroom.course import ENVIRONMENT, Course, answered, kept
from tests.classroom.half import half_right
from tests.notebooks.sources import UNGRADED

LESSONS = lessons()
GRADED = [lesson for lesson in LESSONS if lesson not in UNGRADED]
HIDDEN = re.compile(r"BEGIN (HIDDEN TESTS|MARK SCHEME)|NotImplementedError|\bassert\b")


def source(lesson: str) -> Any:
    return nbformat.read(SOURCES / lesson / f"{lesson}.ipynb", as_version=4)


def released(lesson: str) -> Any:
    return nbformat.read(RELEASED / lesson / f"{lesson}.ipynb", as_version=4)


def asked(lesson: str) -> dict[str, Exercise]:
    return {each.id: each for each in catalogue.of_lesson(lesson)}


def test_there_are_lessons() -> None:
    assert {"01-bootfs-rootfs", "04-copy-on-write", "06-nginx-133mb"} <= set(LESSONS)


@pytest.mark.parametrize("lesson", GRADED)
def test_the_grade_cells_are_the_catalogues_exercises_with_its_points(lesson: str) -> None:
    cells = {grade_id(cell): cell for cell in source(lesson).cells if nbgrader(cell).get("grade")}
    assert {id: float(nbgrader(cell)["points"]) for id, cell in cells.items()} == {
        id: float(exercise.points) for id, exercise in asked(lesson).items()
    }
    for id, exercise in asked(lesson).items():
        assert (is_prose_cell if exercise.kind is Kind.PROSE else is_verdict_cell)(cells[id]), id


@pytest.mark.parametrize("lesson", GRADED)
def test_each_locked_grade_cell_ends_with_check_and_follows_its_answer(lesson: str) -> None:
    cells = source(lesson).cells
    ids = [grade_id(cell) for cell in cells]
    for id, exercise in asked(lesson).items():
        if exercise.kind is Kind.PROSE:
            continue
        cell = cells[ids.index(id)]
        given = f", {exercise.function.name}" if exercise.function else ""
        assert ast.unparse(ast.parse(cell.source).body[-1]) == f"ck.check('{id}'{given})"
        assert nbgrader(cell)["locked"] and nbgrader(cells[ids.index(f"{id}-answer")])["solution"]
        assert ids.index(f"{id}-answer") < ids.index(id)


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_released_stubs_hold_no_solution_no_test_and_never_raise(lesson: str) -> None:
    for cell in released(lesson).cells:
        assert not HIDDEN.search(cell.source) and "SOLUTION" not in cell.source, cell.id
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None
        if nbgrader(cell).get("solution"):
            namespace: dict[str, Any] = {}
            exec(cell.source, namespace)
            id = grade_id(cell).removesuffix("-answer")
            exercise = asked(lesson)[id]
            given = namespace[exercise.variable]
            assert callable(given) if exercise.function else given is ...


@pytest.mark.parametrize("lesson", LESSONS)
def test_cells_have_readable_ids_of_their_own(lesson: str) -> None:
    ids = [cell.id for cell in source(lesson).cells]
    assert len(set(ids)) == len(ids)
    assert [id for id in ids if re.fullmatch(r"[0-9a-f]{8}|", id)] == []


@pytest.mark.classroom
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("lesson", sorted(UNGRADED))
def test_a_lesson_without_grades_is_released_as_committed(lesson: str) -> None:
    ((_, files),) = made_anew(SOURCES, (lesson,))
    assert files[f"{lesson}.ipynb"] == (RELEASED / lesson / f"{lesson}.ipynb").read_bytes(), "run `coursekit release`"


def plain(text: str) -> str:
    """A text without marks for code, spaced once."""
    return " ".join(text.replace("`", "").split())


class Graded:
    """A lesson's course: the solved notebook and the released one, graded."""

    def __init__(self, root: Path, lesson: str) -> None:
        self.course = Course(root, lesson)
        clicked = self.clicked = root / "source" / lesson / "answers.json"  # by a teacher who tried the source out
        clicked.parent.mkdir(parents=True)
        clicked.write_text('{"student": "teacher", "answers": {}}')
        self.released = self.course.generate(source(lesson))
        self.course.submit("solved", source(lesson), kept("solved"))
        self.course.submit("unsolved", self.released, kept("unsolved"))
        self.half = half_right(lesson, source(lesson), "half")
        self.course.submit("half", answered(self.released, self.half.cells), kept("half"))


@pytest.fixture(scope="module", params=GRADED)
def graded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            if name != "COURSEKIT_EXERCISES":
                patch.setenv(name, value)
        patch.setenv("COURSEKIT_HOME", str(tmp_path_factory.mktemp("home")))
        yield Graded(tmp_path_factory.mktemp("course"), request.param)


@pytest.mark.classroom
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
class TestThroughNbgrader:
    """The lesson itself, through nbgrader."""

    def test_the_committed_release_is_nbgraders_own_output(self, graded: Graded) -> None:
        lesson = graded.course.lesson
        made = graded.course.root / "release" / lesson / f"{lesson}.ipynb"
        assert [path.name for path in made.parent.iterdir()] == [made.name], "nothing of the teacher's goes out"
        assert graded.clicked.exists()
        assert tidy(made.read_bytes()) == (RELEASED / lesson / f"{lesson}.ipynb").read_bytes(), (
            "run `coursekit release`"
        )

    def test_the_solutions_earn_everything(self, graded: Graded) -> None:
        done = graded.course.autograde("solved")
        assert done["success"], done
        points = {id: each.points for id, each in asked(graded.course.lesson).items() if each.kind is not Kind.PROSE}
        marks = graded.course.marks("solved")
        assert {id: marks[id] for id in points} == points
        words = {id for id, each in asked(graded.course.lesson).items() if each.kind is Kind.PROSE}
        assert graded.course.flagged("solved") == words

    def test_unsolved_it_runs_to_the_end_and_scores_nothing(self, graded: Graded) -> None:
        done = graded.course.autograde("unsolved")
        assert done["success"], done
        assert set(graded.course.marks("unsolved").values()) == {0}
        lesson = graded.course.lesson
        path = graded.course.root / "autograded" / "unsolved" / lesson / f"{lesson}.ipynb"
        cells = nbformat.read(path, as_version=4).cells
        errors = {
            cell.id: output.evalue
            for cell in cells
            if cell.cell_type == "code"
            for output in cell.outputs
            if output.output_type == "error"
        }
        assert errors == {}

    def test_half_right_it_earns_its_half_words_wait_and_the_page_names_the_beliefs(self, graded: Graded) -> None:
        course, half = graded.course, graded.half
        done = course.autograde("half")
        assert done["success"], done
        marks = course.marks("half")
        assert {id: marks[id] for id in half.marks} == half.marks
        assert course.flagged("half") == set(half.words)
        for id, points in half.words.items():
            course.mark_by_hand("half", id, points)
        assert course.score("half") == pytest.approx(sum(half.marks.values()) + sum(half.words.values()))
        page = course.feedback("half")
        text = plain(unescape(re.sub(r"<[^>]+>", "", page)))
        assert [belief.id for belief in half.beliefs if plain(belief.instead) not in text] == []
        assert [line for line in half.secrets if plain(line) in text] == []
        assert "For the grader" not in page and not re.search(r"HIDDEN TESTS|MARK SCHEME", page)

"""The commands a teacher and a student type, with this repository's nbgrader_config.py and an exchange of their own."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from coursekit.exercises import catalogue, seeds
from coursekit.exercises.model import Kind
from coursekit.grading.judging.notebook import grade_id
from tests.tools import PATIENCE, needs

pytestmark = [pytest.mark.classroom, pytest.mark.slow]

REPOSITORY = Path(__file__).parents[2]
LESSON = "06-nginx-133mb"


class Shell:
    """Runs nbgrader in a directory, as somebody."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "exchange").mkdir()
        (root / "exchange").chmod(0o777)
        for name in ("course", "student", "home"):
            (root / name).mkdir()

    def nbgrader(self, where: str, *words: str) -> str:
        """The command's output. `where` is the directory it is typed in."""
        environment = {name: text for name, text in os.environ.items() if not name.startswith(("JUPYTER", "NBGRADER"))}
        environment |= {
            "HOME": str(self.root / "home"),
            "COURSEKIT_HOME": str(self.root / "home"),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }
        command = [
            sys.executable,
            "-m",
            "nbgrader",
            *words,
            f"--Exchange.root={self.root / 'exchange'}",
            "--course=ck101",
        ]
        done = subprocess.run(
            command,
            cwd=self.root / where,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, f"{' '.join(words)}:\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr


@needs("bwrap")
def test_a_lesson_goes_out_and_comes_back_marked(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    course = tmp_path / "course"
    shutil.copy(REPOSITORY / "nbgrader_config.py", course)
    clicked = shutil.ignore_patterns("answers.json")  # of who ran a source here: nbgrader would put it over a student's
    shutil.copytree(REPOSITORY / "notebooks" / "en", course / "notebooks" / "en", ignore=clicked)

    shell.nbgrader("course", "generate_assignment", LESSON)
    shell.nbgrader("course", "release_assignment", LESSON)
    shell.nbgrader("student", "fetch_assignment", LESSON)
    _answer(tmp_path / "student" / LESSON, "ada")
    shell.nbgrader("student", "submit", LESSON)
    shell.nbgrader("course", "collect", LESSON)
    shell.nbgrader("course", "autograde", LESSON)
    shell.nbgrader("course", "generate_feedback", LESSON)
    shell.nbgrader("course", "release_feedback", LESSON)

    (student,) = [path.name for path in (course / "submitted").iterdir()]
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        found = gradebook.find_submission_notebook(LESSON, LESSON, student)
        marks = {grade.name: grade.auto_score for grade in found.grades}
    points = {each.id: each.points for each in catalogue.of_lesson(LESSON)}
    assert marks["download-size"] == points["download-size"]
    assert sum(mark or 0 for mark in marks.values()) == marks["download-size"]
    page = (course / "feedback" / student / LESSON / f"{LESSON}.html").read_text()
    assert "✓ Right" in page and "Not answered yet" in page and "For the grader" not in page


def _answer(folder: Path, student: str) -> None:
    """Answers one exercise of the fetched notebook, as a learner who gave this id."""
    exercise = catalogue.exercise("download-size")
    assert exercise.kind is Kind.VALUE
    path = folder / f"{LESSON}.ipynb"
    notebook = json.loads(path.read_text())
    for cell in notebook["cells"]:
        if grade_id(cell) == "download-size-answer":
            cell["source"] = f"answer = {exercise.truth(seeds.case_for(exercise, student))}"
    path.write_text(json.dumps(notebook))
    (folder / "answers.json").write_text(json.dumps({"student": student, "answers": {}}))


def test_the_validate_button_finds_an_unsolved_lesson_failing(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shutil.copytree(REPOSITORY / "coursekit" / "data" / "lessons" / "en" / LESSON, tmp_path / "student" / LESSON)
    said = shell.nbgrader("student", "validate", f"{LESSON}/{LESSON}.ipynb")
    assert f"VALIDATION FAILED ON {len(catalogue.of_lesson(LESSON))} CELL(S)!" in said  # the words too: unchanged

"""A course directory in a temporary folder: source notebooks, submissions that a test writes, nbgrader on top."""

import copy
import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from coursekit.exercises.model import Exercise, Kind
from coursekit.grading.judging.notebook import grade_id
from coursekit.grading.nbgrader import configure

Edit = Callable[[dict[str, Any]], None]


def marked(source: str, id: str, *, grade: bool = False, solution: bool = False, points: float = 0) -> Any:
    """A code cell with nbgrader's metadata, as the source notebooks have it."""
    metadata: dict[str, Any] = {
        "schema_version": 3,
        "grade": grade,
        "solution": solution,
        "locked": not solution,
        "task": False,
        "grade_id": id,
    }
    if grade:
        metadata["points"] = points
    return new_code_cell(source, id=id, metadata={"nbgrader": metadata})


def source_notebook(lesson: str, exercises: tuple[Exercise, ...], solutions: dict[str, str]) -> Any:
    """A lesson's source notebook, cells as the authors' contract says."""
    cells = [
        new_markdown_cell("# Tiny", id="title"),
        new_code_cell("import coursekit as ck", id="import"),
        new_code_cell(f'ck.start("{lesson}")', id="start"),
    ]
    for exercise in exercises:
        region = f"### BEGIN SOLUTION\n{solutions[exercise.id]}\n### END SOLUTION"
        if exercise.kind is Kind.PROSE:
            cells.append(marked(region, exercise.id, grade=True, solution=True, points=exercise.points))
            cells.append(new_code_cell(f'ck.check("{exercise.id}", answer)', id=f"{exercise.id}-look"))
            continue
        answer = exercise.function.name if exercise.function else "answer"
        cells.append(
            marked(solutions[exercise.id] if exercise.function else region, f"{exercise.id}-answer", solution=True)
        )
        cells.append(marked(f'ck.check("{exercise.id}", {answer})', exercise.id, grade=True, points=exercise.points))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


class Course:
    """nbgrader on a course directory, in this process."""

    def __init__(self, root: Path, lesson: str, language: str = "") -> None:
        self.root = root
        self.lesson = lesson
        config = Config()
        configure(config, language)
        config.CourseDirectory.root = str(root)
        config.Exchange.root = str(root / "exchange")
        config.NbGrader.logfile = ""
        self.api = NbGraderAPI(config=config)

    def generate(self, notebook: Any) -> Any:
        """Runs generate_assignment on the notebook and returns the released one."""
        self._write(self.root / "source" / self.lesson, notebook)
        done = self.api.generate_assignment(self.lesson, create=True)
        assert done["success"], done
        return nbformat.read(self.root / "release" / self.lesson / f"{self.lesson}.ipynb", as_version=4)

    def submit(self, student: str, notebook: Any, files: dict[str, str] | None = None) -> None:
        """Puts a submission where `nbgrader collect` would."""
        folder = self.root / "submitted" / student / self.lesson
        if isinstance(notebook, str):
            folder.mkdir(parents=True)
            (folder / f"{self.lesson}.ipynb").write_text(notebook)
        else:
            self._write(folder, notebook)
        for name, text in (files or {}).items():
            (folder / name).write_text(text)

    def autograde(self, student: str) -> dict[str, Any]:
        """What nbgrader says of grading a submission: success, log, error. Skips the test where no box can be made."""
        if shutil.which("bwrap") is None:
            pytest.skip("not installed: bwrap, without which nothing is graded")
        return dict(self.api.autograde(self.lesson, student, force=True, create=True))

    def marks(self, student: str) -> dict[str, float | None]:
        """The marks in the gradebook, by grade id; None is for a person to give."""
        with self._gradebook() as gradebook:
            found = gradebook.find_submission_notebook(self.lesson, self.lesson, student)
            return {grade.name: grade.auto_score for grade in found.grades}

    def flagged(self, student: str) -> set[str]:
        """The grade ids that the gradebook wants a person to look at."""
        with self._gradebook() as gradebook:
            found = gradebook.find_submission_notebook(self.lesson, self.lesson, student)
            return {grade.name for grade in found.grades if grade.needs_manual_grade}

    def mark_by_hand(self, student: str, id: str, points: float) -> None:
        """Gives marks for words, as the page for manual grading in formgrader does."""
        with self._gradebook() as gradebook:
            grade = gradebook.find_grade(id, self.lesson, self.lesson, student)
            grade.manual_score, grade.needs_manual_grade = points, False
            gradebook.db.commit()

    def score(self, student: str) -> float:
        """All marks of a student in the lesson."""
        with self._gradebook() as gradebook:
            return float(gradebook.find_submission(self.lesson, student).score)

    def feedback(self, student: str) -> str:
        """The feedback page of a student."""
        done = self.api.generate_feedback(self.lesson, student, force=True)
        assert done["success"], done
        return (self.root / "feedback" / student / self.lesson / f"{self.lesson}.html").read_text()

    def autograded(self, student: str, id: str) -> Any:
        """A cell of the autograded notebook."""
        path = self.root / "autograded" / student / self.lesson / f"{self.lesson}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        return next(cell for cell in notebook.cells if grade_id(cell) == id)

    def _gradebook(self) -> Gradebook:
        return Gradebook(f"sqlite:///{self.root}/gradebook.db")

    def _write(self, folder: Path, notebook: Any) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, folder / f"{self.lesson}.ipynb")


def answered(released: Any, sources: dict[str, str]) -> Any:
    """A copy of the released notebook whose cells of these ids say something else."""
    notebook = copy.deepcopy(released)
    ids = {grade_id(cell) for cell in notebook.cells}
    assert set(sources) <= ids, set(sources) - ids
    for cell in notebook.cells:
        if grade_id(cell) in sources:
            cell.source = sources[grade_id(cell)]
    return notebook


def kept(student: str, **answers: Any) -> dict[str, str]:
    """The files of a submission whose student was known to the hub."""
    return {"answers.json": json.dumps({"student": student, "answers": answers})}


ROOT = str(Path(__file__).parents[2])
ENVIRONMENT = {
    "PYTHONPATH": ROOT,
    "COURSEKIT_EXERCISES": "tests.exercises.tiny",
    "JUPYTERHUB_USER": "teacher",
    "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
}

"""A saved notebook judged from its file: `coursekit check NOTEBOOK`. Nothing of the notebook is run but its functions.

An answer that its cell says outright counts as it stands in the file; one that was computed counts as its output says.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit.errors import ExerciseError
from coursekit.exercises import answers, catalogue, marking, seeds
from coursekit.exercises.evidence import Evidence, Unanswered
from coursekit.exercises.model import Exercise
from coursekit.exercises.report import Report
from coursekit.exercises.verdict import Verdict
from coursekit.grading.judging import notebook
from coursekit.grading.judging.judge import choose
from coursekit.grading.sandbox import function_runner


@dataclass(frozen=True, slots=True)
class Checked:
    """What a notebook file is worth."""

    path: Path
    student: str  # '' for who gave no id
    reports: tuple[Report, ...]  # in the order of the notebook

    @property
    def mark(self) -> float:
        """The points that it earns, words aside."""
        return sum(report.verdict.mark for report in self.reports)

    @property
    def points(self) -> float:
        """The points that it can earn, words aside."""
        return sum(report.verdict.points for report in self.reports)


def check_notebook(path: Path) -> Checked:
    """The reports on every exercise that the notebook asks; words are for a person to read.

    Raises: ExerciseError for what is no notebook, or asks nothing of this course.
    """
    read = notebook.load(path)
    kept = answers.load(path.parent)
    known = catalogue.exercises()
    cells = [
        (known[notebook.grade_id(cell)], cell)
        for cell in read["cells"]
        if isinstance(cell, dict) and notebook.is_verdict_cell(cell) and notebook.grade_id(cell) in known
    ]
    if not cells:
        raise ExerciseError(f"{path} has no exercise of this course")
    student = kept.student if kept.student is not None else _seed(cells)
    return Checked(path, student, tuple(_report(read, cell, exercise, student, kept) for exercise, cell in cells))


def _seed(cells: list[tuple[Exercise, dict[str, Any]]]) -> str:
    for _, cell in cells:
        for said in notebook.shown_evidence(cell):
            if isinstance(said, dict) and isinstance(said.get("seed"), str):
                return str(said["seed"])
    return ""


def _report(read: dict[str, Any], cell: Any, exercise: Exercise, student: str, kept: answers.Answers) -> Report:
    found = []
    if exercise.function is None:
        found += notebook.written_evidence(notebook.answer_source(read, exercise.id), exercise, student)
    found += notebook.found_in(read, cell, exercise, student)
    if exercise.id in kept.rows:
        found.append(kept.rows[exercise.id].write())
    shown, _ = choose(exercise.id, student, found)
    shown = shown or Evidence(exercise.id, Unanswered(), student)
    case = seeds.case_for(exercise, shown.seed)
    random = seeds.practice(exercise.id, shown.seed)
    verdict: Verdict = marking.mark(exercise, case, shown, run=function_runner.run, random=random)
    return Report(verdict, exercise.title, shown)

"""A saved notebook judged from its file: `coursekit check NOTEBOOK`. Nothing of the notebook is run but its functions.

An answer that its cell says outright counts as it stands in the file; one that was computed counts as its output says.
"""

import os
import stat
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
from coursekit.grading.judging.read_notebook import read_notebook
from coursekit.grading.sandbox import bare_python, function_runner


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


def check_notebook(path: Path, *, unboxed: bool = False) -> Checked:
    """The reports on every exercise that the notebook asks; words are for a person to read.

    A function in it runs in a box, or where that cannot be had, only if it may run `unboxed`: as whoever checks.
    Raises: ExerciseError for what is no notebook, or asks nothing of this course, or cannot be boxed.
    """
    read = read_notebook(_bytes(path), str(path)).notebook
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
    if not unboxed and not bare_python.boxed() and any(_runs(read, exercise) for exercise, _ in cells):
        raise ExerciseError(
            f"{path} answers with functions, and they run in a box that bubblewrap makes, which cannot be had here. "
            "Install bubblewrap (Debian: apt install bubblewrap), or say --box none: then they run as you, and can "
            "read and change your files"
        )
    return Checked(path, student, tuple(_report(read, cell, exercise, student, kept) for exercise, cell in cells))


def _runs(read: dict[str, Any], exercise: Exercise) -> bool:
    """Whether judging this exercise runs something of the notebook."""
    return exercise.function is not None and notebook.answer_source(read, exercise.id) is not None


def _bytes(path: Path) -> bytes:
    """What a notebook file holds, bounded; a pipe or a device holds nothing up. Raises: ExerciseError."""
    try:
        with open(
            os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)), "rb"
        ) as opened:
            if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                raise ExerciseError(f"{path} is no file")
            data = opened.read(notebook.BYTES + 1)
    except OSError as problem:
        raise ExerciseError(f"{path}: {problem.strerror}") from problem
    if len(data) > notebook.BYTES:
        raise ExerciseError(f"{path} is larger than {notebook.BYTES >> 20} MiB: clear its outputs")
    return data


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

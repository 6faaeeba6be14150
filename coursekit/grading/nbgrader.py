"""The bridge to nbgrader, by its own extension points: the preprocessors of each step. The only importer of it.

    generate_assignment   Stubs            solutions become `answer = ...` or an empty body
    autograde, sanitise   KeepSaved        what the submitted outputs claim, before they are cleared
    autograde             Run, then Judge  the judge's verdict replaces what the grade cell shows; SaveAutoGrades; Flag
    generate_feedback     HideFlags        what is for the grader alone goes

Marks come from `coursekit.grading.judge`, a process of its own. Nothing that the student's process printed counts.
Floor 8 (grading).
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbclient.exceptions import DeadKernelError
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_output
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    DeduplicateIds,
    Execute,
    GetGrades,
    IgnorePattern,
    IncludeHeaderFooter,
    LimitOutput,
    LockCells,
    NbGraderPreprocessor,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
    SaveCells,
)
from nbgrader.preprocessors.execute import UnresponsiveKernelError
from traitlets import Integer, Unicode
from traitlets.config import Config

from coursekit.errors import ExerciseError
from coursekit.exercises import catalogue
from coursekit.exercises.prose import escaped
from coursekit.grading.asking import ask
from coursekit.grading.box import boxed
from coursekit.grading.gathering import SAVED, STOPPED, gathered, kept_in, seed_of
from coursekit.grading.notebook import (
    ANSWER,
    grade_id,
    is_prose_cell,
    is_verdict_cell,
    nbgrader,
    shown_evidence,
    stopped_with,
)
from coursekit.grading.secret import course_secret

Resources = Any
MARKED = "coursekit"  # in a cell's metadata: flags for a person, the misconception, whether it was answered
FOR_GRADER = '<div class="coursekit-for-grader">'


class Stubs(ClearSolutions):
    """Clears solutions as ClearSolutions does; the stub fits the place and never raises."""

    code_stub: Any

    def preprocess_cell(self, cell: NotebookNode, resources: Resources, cell_index: int) -> Any:
        """The cell with each solution region replaced: `...` inside a function, else `answer = ...`."""
        inside = any(line.startswith(" ") and self.begin_solution_delimeter in line for line in cell.source.split("\n"))
        whole = self.code_stub
        try:
            self.code_stub = {**whole, "python": "..."} if inside else whole
            return super().preprocess_cell(cell, resources, cell_index)
        finally:
            self.code_stub = whole


class KeepSaved(NbGraderPreprocessor):
    """Keeps the evidence in the submitted outputs, for a notebook that does not come so far when it runs again."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Any:
        """The notebook with the saved evidence by exercise in its metadata."""
        nb.metadata.pop(STOPPED, None)
        for cell in nb.cells:
            cell.metadata.pop(MARKED, None)
        nb.metadata[SAVED] = {grade_id(cell): shown_evidence(cell) for cell in nb.cells if is_verdict_cell(cell)}
        return nb, resources


class Run(Execute):
    """Runs the notebook as its student; a kernel that dies or hangs ends the run, and what came before it counts."""

    def preprocess(self, nb: NotebookNode, resources: Resources, km: Any = None) -> Any:
        """The notebook, executed as far as it goes."""
        with _environment(COURSEKIT_STUDENT=seed_of(nb, _directory(resources), resources["nbgrader"]["student"])):
            try:
                nb, resources = super().preprocess(nb, resources, km)
            except (DeadKernelError, UnresponsiveKernelError, TimeoutError, RuntimeError) as problem:
                self.log.warning("coursekit: the notebook stopped: %s", problem)
                nb.metadata[STOPPED] = f"{type(problem).__name__}: {problem}"[:200]
        _without_widgets(nb)
        return nb, resources


class Judge(NbGraderPreprocessor):
    """Replaces what each grade cell of an exercise shows by the judge's verdict on the evidence."""

    secret_directory = Unicode("", help="where the course secret lies; empty: beside gradebook.db").tag(config=True)
    seconds = Integer(300, help="wall time for the judge of one submission").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Any:
        """The notebook with marks as bare numbers, feedback, and flags for a person in the cells' metadata."""
        known = catalogue.exercises()
        judged = [cell for cell in nb.cells if is_verdict_cell(cell) or is_prose_cell(cell)]
        cells = {grade_id(cell): cell for cell in judged if grade_id(cell) in known}
        if not cells:
            return nb, resources
        if not boxed():
            self.log.warning("coursekit: no bubblewrap here: functions run under limits, but could read files")
        student = resources["nbgrader"]["student"]
        kept = kept_in(_directory(resources))
        asked = [gathered(nb, cell, known[id], student, kept) for id, cell in cells.items()]
        secret = course_secret(self._secret_directory(resources))
        verdicts = ask({"student": student, "secret": secret.hex(), "asked": asked}, self.seconds)
        for cell, verdict in zip(cells.values(), verdicts, strict=True):
            _rewrite(cell, verdict, stopped_with(cell) or str(nb.metadata.get(STOPPED, "")))
        return nb, resources

    def _secret_directory(self, resources: Resources) -> Path:
        if self.secret_directory:
            return Path(self.secret_directory)
        url = resources["nbgrader"]["db_url"]
        return Path(url.removeprefix("sqlite:///")).parent if url.startswith("sqlite:///") else Path.cwd()


class Flag(NbGraderPreprocessor):
    """Marks in the gradebook, after SaveAutoGrades, what a person should look at. A flag takes no points.

    It also takes back nbgrader's "No response." from a stub whose exercise was answered by clicking.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Any:
        """The notebook as it is."""
        marked = {grade_id(cell): cell.metadata[MARKED] for cell in nb.cells if MARKED in cell.metadata}
        solutions = {grade_id(cell) for cell in nb.cells if nbgrader(cell).get("solution")}
        where = [resources["nbgrader"][name] for name in ("notebook", "assignment", "student")]
        with Gradebook(resources["nbgrader"]["db_url"]) as gradebook:
            for id, mark in marked.items():
                if mark["flags"]:
                    gradebook.find_grade(id, *where).needs_manual_grade = True
                if mark["answered"] and f"{id}{ANSWER}" in solutions:
                    gradebook.find_comment(f"{id}{ANSWER}", *where).auto_comment = None
            gradebook.db.commit()
        return nb, resources


class HideFlags(NbGraderPreprocessor):
    """Takes out of the feedback what is for the grader alone."""

    def preprocess_cell(self, cell: NotebookNode, resources: Resources, cell_index: int) -> Any:
        """The cell without its flags."""
        if cell.metadata.pop(MARKED, None):
            for output in cell.get("outputs", []):
                page = output.get("data", {}).get("text/html")
                if page:
                    output["data"]["text/html"] = "".join(page).split(FOR_GRADER)[0]
        return cell, resources


def _without_widgets(nb: NotebookNode) -> None:
    """Leaves the picture and words of each widget: its live form would be blank in a feedback page."""
    nb.metadata.pop("widgets", None)
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            if "text/html" in output.get("data", {}):
                output["data"].pop("application/vnd.jupyter.widget-view+json", None)


def _rewrite(cell: NotebookNode, verdict: Mapping[str, Any], stopped: str) -> None:
    page = verdict["html"]
    if stopped and not verdict.get("answered"):
        page += f"<p>This cell stopped with <code>{escaped(stopped)}</code>.</p>"
    flags = list(verdict["flags"])
    if flags:
        rows = "".join(f"<li>{escaped(flag)}</li>" for flag in flags)
        page += f"{FOR_GRADER}<p>For the grader:</p><ul>{rows}</ul></div>"
    answered = bool(verdict.get("answered"))
    cell.metadata[MARKED] = {"flags": flags, "misconception": verdict.get("misconception"), "answered": answered}
    if is_prose_cell(cell):  # the rubric beside the words; a person gives the mark
        cell.outputs = [new_output("display_data", data={"text/plain": "the rubric", "text/html": page})]
        return
    data = {"text/plain": verdict["plain"], "text/html": page}
    cell.outputs = [new_output("execute_result", data=data, execution_count=cell.execution_count or 0)]


def _directory(resources: Resources) -> Path:
    return Path(resources["metadata"]["path"])


@contextmanager
def _environment(**names: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(names)
    try:
        yield
    finally:
        for name, was in before.items():
            if was is None:
                del os.environ[name]
            else:
                os.environ[name] = was


def configure(c: Any) -> None:
    """Sets a course up on a traitlets config; nbgrader_config.py calls it with `get_config()`."""
    c.ClearSolutions.code_stub = {"python": "answer = ..."}
    c.ClearSolutions.text_stub = "Write here."
    c.GenerateAssignment.preprocessors = [
        IncludeHeaderFooter,
        LockCells,
        Stubs,
        ClearOutput,
        CheckCellMetadata,
        ComputeChecksums,
        SaveCells,
        ClearHiddenTests,
        ClearMarkScheme,
        ComputeChecksums,
        CheckCellMetadata,
    ]
    c.Autograde.sanitize_preprocessors = [
        KeepSaved,
        ClearOutput,
        DeduplicateIds,
        OverwriteKernelspec,
        OverwriteCells,
        CheckCellMetadata,
    ]
    c.Autograde.autograde_preprocessors = [
        Run,
        IgnorePattern,
        LimitOutput,
        Judge,
        SaveAutoGrades,
        AssignLatePenalties,
        Flag,
        CheckCellMetadata,
    ]
    c.GenerateFeedback.preprocessors = [HideFlags, GetGrades, CSSHTMLHeaderPreprocessor]
    c.OverwriteCells.add_missing_cells = True
    c.Execute.timeout = 60
    c.Execute.startup_timeout = 60


def generate(root: Path, lesson: str) -> None:
    """Runs generate_assignment in a directory, without a gradebook. Raises: ExerciseError with nbgrader's words."""
    config = Config()
    configure(config)
    config.CourseDirectory.root = str(root)
    config.GenerateAssignment.preprocessors = [
        each for each in config.GenerateAssignment.preprocessors if each is not SaveCells
    ]
    config.GenerateAssignment.no_database = True
    done = NbGraderAPI(config=config).generate_assignment(lesson, force=True, create=True)
    if not done["success"]:
        raise ExerciseError(f"nbgrader cannot release {lesson}: {done.get('error') or done.get('log')}")

"""A course's configuration of nbgrader, and releasing without a gradebook.

Neighbour: `steps`.
"""

from pathlib import Path
from typing import Any

from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.apps import NbGraderAPI
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ComputeChecksums,
    DeduplicateIds,
    GetGrades,
    IgnorePattern,
    IncludeHeaderFooter,
    LimitOutput,
    LockCells,
    OverwriteKernelspec,
    SaveAutoGrades,
    SaveCells,
)
from traitlets.config import Config

from coursekit.errors import ExerciseError
from coursekit.exercises import answers, catalogue
from coursekit.grading.fence import Fence
from coursekit.grading.nbgrader.steps import Flag, HideFlags, Judge, KeepSaved, Restore, Run, Stubs
from coursekit.grading.nbgrader.weighing import Weigh


def configure(c: Any) -> None:
    """Sets a course up on a traitlets config; nbgrader_config.py calls it with `get_config()`."""
    c.ClearSolutions.code_stub = {"python": "answer = ..."}
    c.ClearSolutions.text_stub = "Write here."
    c.GenerateAssignment.preprocessors = [
        Weigh,
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
        Restore,
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
    c.GenerateFeedback.preprocessors = [HideFlags, Fence, GetGrades, CSSHTMLHeaderPreprocessor]
    c.HTMLExporter.preprocessors = [Fence]  # the page of formgrader
    c.Restore.add_missing_cells = True
    # What a teacher clicked in a source notebook never takes the place of a student's own.
    c.Autograde.exclude_overwriting = {each.lesson: [answers.NAME] for each in catalogue.exercises().values()}


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

"""The bridge to nbgrader, by its own extension points: `configure` sets a course up.

    generate_assignment   Weigh            the teacher's exercises.toml: what is left out, other points
                          Stubs            solutions become `answer = ...` or an empty body
    autograde             Admitting        the door: what of a submission is let in, before anything reads it
    autograde, sanitise   KeepSaved        what the submitted outputs claim, before they are cleared; Restore
    autograde             Run, then Judge  in a box; a verdict replaces what the grade cell shows; SaveAutoGrades; Flag
    generate_feedback     HideFlags, Fence what is for the grader alone goes; nothing that a student wrote is run; Summarise

A step and no kernel provisioner: a provisioner owes Jupyter a kernel that answers on sockets, so a box would need a
way out for them, and each submission the start and the stop of a kernel, which is most of what grading costs. A step
in nbgrader's own lists needs neither, and is the same for `nbgrader autograde`, formgrader's button and `coursekit
grade`: all three run in the warm boxes, and get the same marks.

Teachers' nbgrader_config.py import this module by name. Neighbour: `classroom.steps`.
"""

from pathlib import Path
from typing import Any

from nbgrader.apps import NbGraderAPI
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ComputeChecksums,
    GetGrades,
    IgnorePattern,
    IncludeHeaderFooter,
    LimitOutput,
    LockCells,
    OverwriteKernelspec,
    SaveAutoGrades,
)
from traitlets.config import Config

import coursekit
from coursekit.errors import ExerciseError
from coursekit.exercises import answers, catalogue
from coursekit.grading.classroom.autograde import install
from coursekit.grading.classroom.sanitize_html import Fence
from coursekit.grading.classroom.steps import (
    CheckMetadata,
    Flag,
    HideFlags,
    Judge,
    KeepSaved,
    OneOfEach,
    Restore,
    Run,
    Save,
    Stubs,
    Summarise,
    Weigh,
)

_TEMPLATES = Path(coursekit.__file__).parent / "data" / "templates"


def configure(c: Any, language: str = "") -> None:
    """Sets a course up on a traitlets config; nbgrader_config.py calls it with `get_config()`.

    `language` is that of the class, "en" or "zh": what students are told and their feedback; by default, that of each
    source notebook.
    """
    install()
    c.Weigh.language = language
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
        Save,
        ClearHiddenTests,
        ClearMarkScheme,
        ComputeChecksums,
        CheckCellMetadata,
    ]
    c.Autograde.sanitize_preprocessors = [
        KeepSaved,
        ClearOutput,
        OneOfEach,
        OverwriteKernelspec,
        Restore,
        CheckMetadata,
    ]
    c.Autograde.autograde_preprocessors = [
        Run,
        IgnorePattern,
        LimitOutput,
        Judge,
        SaveAutoGrades,
        AssignLatePenalties,
        Flag,
        CheckMetadata,
    ]
    c.GenerateFeedback.HTMLExporter.preprocessors = [HideFlags, Fence]  # the exporter's come before the converter's
    c.GenerateFeedback.preprocessors = [GetGrades, Summarise]
    c.GenerateFeedback.HTMLExporter.template_name = "coursekit_feedback"
    c.GenerateFeedback.HTMLExporter.extra_template_basedirs = [str(_TEMPLATES)]
    c.HTMLExporter.preprocessors = [Fence]  # the page of formgrader
    c.Exporter.optimistic_validation = True  # once a notebook, and not once a step
    c.Restore.add_missing_cells = True
    # What a teacher clicked in a source notebook never takes the place of a student's own.
    c.Autograde.exclude_overwriting = {each.lesson: [answers.NAME] for each in catalogue.exercises().values()}


def generate(root: Path, lesson: str) -> None:
    """Runs generate_assignment in a directory, without a gradebook. Raises: ExerciseError with nbgrader's words."""
    config = Config()
    configure(config)
    config.CourseDirectory.root = str(root)
    config.GenerateAssignment.preprocessors = [
        each for each in config.GenerateAssignment.preprocessors if each is not Save
    ]
    config.GenerateAssignment.no_database = True
    done = NbGraderAPI(config=config).generate_assignment(lesson, force=True, create=True)
    if not done["success"]:
        raise ExerciseError(f"nbgrader cannot release {lesson}: {done.get('error') or done.get('log')}")

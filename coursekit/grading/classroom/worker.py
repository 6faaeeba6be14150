"""A whole submission, from notebook to verdicts: what a thread, or a machine of a cluster, does. JSON in, JSON out.

    {"notebook", "files", "student", "seed", "kept", "secret", …} ─ box ─> outputs ─ judge ─> {"cells", "verdicts", …}

It touches no gradebook and no course directory. Neighbours: `submission`, `gathering`, `asking`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nbformat.notebooknode import NotebookNode

from coursekit.exercises import catalogue
from coursekit.exercises.answers import Answers
from coursekit.exercises.evidence import read
from coursekit.grading.judging import outputs
from coursekit.grading.judging.collect_evidence import STOPPED, gathered
from coursekit.grading.judging.judge_client import LOST, ask
from coursekit.grading.judging.notebook import grade_id, is_prose_cell, is_verdict_cell, source
from coursekit.grading.judging.outputs import scrubbed
from coursekit.grading.sandbox.boxes import JUDGE, NOTEBOOK, Boxes, BoxLost, Limits

Graded = dict[str, Any]
LEFT = "its process left before the last cell"


@dataclass(frozen=True, slots=True)
class Ran:
    """A notebook's run: outputs and count by cell, as far as it came, and why it was stopped ('' for it was not)."""

    cells: dict[int, tuple[list[dict[str, Any]], int | None]]
    stopped: str
    cpu: float  # seconds
    wall: float


def grade(boxes: Boxes, job: Mapping[str, Any]) -> Graded:
    """What a submission is worth: outputs by cell, verdicts with what was asked, why it stopped, what it took.

    Raises: ExerciseError where no box or no judge can be had.
    """
    notebook = job["notebook"]
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    ran = execute(
        boxes,
        [source(cell) for cell in code],
        job["files"],
        job["seed"],
        limits={**NOTEBOOK, **job["limits"]},
        seconds=job["seconds"],
    )
    if ran.stopped.startswith("no box could be made"):
        raise BoxLost(ran.stopped)
    for number, cell in enumerate(code):
        cell["outputs"] = ran.cells.get(number, ([], None))[0]
    notebook["metadata"].pop(STOPPED, None)
    if ran.stopped:
        notebook["metadata"][STOPPED] = ran.stopped
    asked = _asked(job, notebook)
    request = {"student": job["student"], "secret": job["secret"], "asked": asked}
    verdicts = ask(boxes, request, JUDGE["wall"]) if asked else []
    graded = {
        "cells": {str(number): pair for number, pair in ran.cells.items()},
        "verdicts": [{"asked": row, "verdict": each} for row, each in zip(asked, verdicts, strict=True)],
        "stopped": ran.stopped,
        "flags": list(job["flags"]),
        "cpu": round(ran.cpu, 3),
        "wall": round(ran.wall, 3),
        "of": job["of"],
        "again": any(each["said"] == LOST for each in verdicts),
    }
    said: Graded = scrubbed(graded)  # no half of a character may keep a notebook from being written
    return said


def _asked(job: Mapping[str, Any], notebook: dict[str, Any]) -> list[dict[str, Any]]:
    known = catalogue.exercises()
    kept = Answers(job["kept"]["student"], {id: read(row) for id, row in job["kept"]["rows"].items()})
    read_as: Any = json.loads(json.dumps(notebook), object_hook=NotebookNode)
    cells = [cell for cell in read_as.cells if is_verdict_cell(cell) or is_prose_cell(cell)]
    return [
        gathered(read_as, cell, known[id], job["student"], kept) for cell in cells if (id := grade_id(cell)) in known
    ]


def execute(
    boxes: Boxes, cells: Sequence[str], files: Mapping[str, str], seed: str, *, limits: Limits, seconds: float
) -> Ran:
    """Runs the cells as the student whose variants `seed` names; `files` are base64 by relative name."""
    environment = {"COURSEKIT_STUDENT": seed, "HOME": "/tmp/student", "USER": "student"}
    if boxes.box == "none":
        environment = {"COURSEKIT_STUDENT": seed, "NBGRADER_EXECUTION": "autograde", "COURSEKIT_BOX": "1"}
    work = {"cells": list(cells), "files": dict(files), "environment": environment, "seconds": seconds}
    size = sum(len(each) for each in files.values()) * 3 // 4
    ended = boxes.notebook(work, {**limits, "disk": limits["disk"] + size})
    shown = outputs.read(ended.output, len(cells))
    stopped = ended.stopped or (LEFT if len(shown) < len(cells) else "")
    return Ran(shown, stopped, ended.cpu, ended.wall)

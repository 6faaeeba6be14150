"""What a submission has to say on an exercise, from wherever it says it; gathered for the judge, best first.

    function   the source of its answer cells, as submitted
    words      the text in their cell
    value      what its cell shows after the run; answers.json; else the submitted output, or what its cell spells out

A notebook is a dict, see `notebook`; SAVED and STOPPED are notes of earlier steps in its metadata.
"""

import json
from collections.abc import Mapping
from typing import Any

from coursekit.errors import ExerciseError
from coursekit.exercises.answers import NAME, Answers, parse, printable
from coursekit.exercises.model import Exercise
from coursekit.grading.judging.notebook import (
    ANSWER,
    answer_source,
    found_in,
    grade_id,
    is_prose_cell,
    nbgrader,
    source,
    stopped_with,
    written_evidence,
)

SAVED = "coursekit_saved"
NOTED = "coursekit_noted"  # by exercise: what was put right in its cells
STOPPED = "coursekit_stopped"
HUNG = "its cell did not come to an end, and was interrupted"

Notebook = Mapping[str, Any]


def gathered(
    notebook: Notebook,
    cell: Mapping[str, Any],
    exercise: Exercise,
    student: str,
    kept: Answers,
    read: list[Any] | None = None,
) -> dict[str, Any]:
    """One row of what the judge is asked; `read` is what stands in plain sight, where it does (`read_answers`)."""
    flags = [HUNG] if _hung(notebook, cell, exercise) else []
    flags += map(str, notebook["metadata"].get(NOTED, {}).get(exercise.id, []))
    if read is not None:
        found = read
    elif is_prose_cell(cell):
        found = written_evidence(source(cell), exercise, student)
    else:
        found = found_in(notebook, cell, exercise, student)
        if len(found) > 1:
            flags.append("more than one piece of evidence in its cell")
        if STOPPED in notebook["metadata"] and not found:
            flags.append(f"the notebook stopped before this: {notebook['metadata'][STOPPED]}")
        if exercise.function is None:
            found += _fallen_back_on(notebook, exercise, student, kept, bool(found))
    return {"exercise": exercise.id, "points": float(nbgrader(cell)["points"]), "found": found, "flags": flags}


def _hung(notebook: Notebook, cell: Mapping[str, Any], exercise: Exercise) -> bool:
    """Whether the cell, or that of its answer, was interrupted when its time was over."""
    cells = [cell, *(each for each in notebook["cells"] if grade_id(each) == f"{exercise.id}{ANSWER}")]
    return any(stopped_with(each).startswith("CellTimeoutError") for each in cells)


def _fallen_back_on(notebook: Notebook, exercise: Exercise, student: str, kept: Answers, ran: bool) -> list[Any]:
    """The answers file's row; for a cell that did not run, what else there is."""
    found = [kept.rows[exercise.id].write()] if exercise.id in kept.rows else []
    if not found and not ran:
        seed = kept.student if kept.student is not None else student
        found += _plain(notebook["metadata"].get(SAVED, {}).get(exercise.id, []))
        found += written_evidence(answer_source(notebook, exercise.id), exercise, seed)
    return found


def kept_of(data: bytes | None) -> Answers:
    """What an answers.json keeps; nothing where there is none, or it cannot be read."""
    try:
        return parse(data, NAME) if data is not None else Answers()
    except ExerciseError:
        return Answers()


def seed_of(notebook: Notebook, kept: Answers, student: str) -> str:
    """Whose variants a submission answers: as its answers file says, else its saved outputs, else its student's."""
    if kept.student is not None:
        return kept.student
    for rows in notebook["metadata"].get(SAVED, {}).values():
        for row in _plain(rows):
            if isinstance(row, dict) and isinstance(row.get("seed"), str):
                return printable(row["seed"])
    return student


def _plain(data: Any) -> Any:
    return json.loads(json.dumps(data))

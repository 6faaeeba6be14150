"""`coursekit check NOTEBOOK`: what a notebook's saved answers earn, exercise by exercise, without running it.

    grade cell's output   evidence of a value        answer cell's source   evidence of a function, or `answer = …`

Floor 9. Neighbours: grading.notebook reads the file, exercises.session judges as `ck.check` does.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from coursekit.errors import ExerciseError
from coursekit.exercises import answers, catalogue
from coursekit.exercises.evidence import Evidence, Unanswered, read
from coursekit.exercises.model import Exercise
from coursekit.exercises.plain import NotPlain
from coursekit.exercises.session import judged
from coursekit.exercises.verdict import Verdict
from coursekit.grading import notebook


def check_notebook(path: Path) -> tuple[Verdict, ...]:
    """The verdicts on the exercises of a notebook, in its order.

    Raises: ExerciseError for a file that is no notebook, or one without exercises.
    """
    document = notebook.load(path)
    known = catalogue.exercises()
    found = [known[id] for id in dict.fromkeys(_grade_ids(document)) if id in known]
    if not found:
        raise ExerciseError(f"{path} has no exercise of this course")
    clicked = _clicked(path.parent)
    return tuple(judged(exercise, _evidence(document, exercise, clicked)).verdict for exercise in found)


def _clicked(folder: Path) -> Mapping[str, Evidence]:
    """What answers.json beside the notebook keeps; nothing where it cannot be read."""
    try:
        return answers.load(folder).rows
    except ExerciseError:
        return {}


def _grade_ids(document: "notebook.Cell") -> Iterator[str]:
    for cell in document["cells"]:
        if isinstance(cell, dict) and notebook.nbgrader(cell).get("grade"):
            yield notebook.grade_id(cell)


def _evidence(document: "notebook.Cell", exercise: Exercise, clicked: Mapping[str, Evidence]) -> Evidence:
    """The first evidence that answers: what the grade cell shows, what the answer cell says, what was clicked."""
    cells = [cell for cell in document["cells"] if isinstance(cell, dict) and notebook.grade_id(cell) == exercise.id]
    said = [row for cell in cells for row in notebook.found_in(document, cell, exercise, "")]
    said += notebook.written_evidence(notebook.answer_source(document, exercise.id), exercise, "")
    rows = [row for row in map(_read, said) if row is not None and row.exercise == exercise.id]
    rows += [clicked[exercise.id]] if exercise.id in clicked else []
    answered = [row for row in rows if not isinstance(row.answer, Unanswered)]
    return (answered or rows or [Evidence(exercise.id, Unanswered())])[0]


def _read(said: object) -> Evidence | None:
    try:
        return read(said)
    except NotPlain:
        return None

"""What a notebook file says of an answer, read from its JSON; nothing of it is run.

    answer cell   grade_id "<exercise>-answer", the learner's       its source is the evidence for a function
    grade cell    grade_id "<exercise>", locked                     its output carries the evidence for a value
    prose         one cell that is both, marked by hand

What is found of an answer, from wherever it says it, is gathered for the judge, best first:

    function   the source of its answer cells, as submitted
    words      the text in their cell
    value      what its cell shows after the run; answers.json; else the submitted output, or what its cell spells out

A notebook is a dict, as nbformat writes it, version 4; SAVED and STOPPED are notes of earlier steps in its metadata.
"""

import ast
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from coursekit import __version__
from coursekit.errors import ExerciseError
from coursekit.exercises.answers import NAME, Answers, parse, printable
from coursekit.exercises.bound import OLDER
from coursekit.exercises.evidence import MIME, Evidence, Unanswered, Value, code, value
from coursekit.exercises.model import Exercise
from coursekit.exercises.plain import BYTES as LITERAL

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


BYTES = 64 * 2**20
ANSWER = "-answer"

Cell = Mapping[str, Any]


def load(path: Path) -> dict[str, Any]:
    """The notebook in a file. Raises: ExerciseError, saying what is there instead."""
    try:
        if path.stat().st_size > BYTES:
            raise ExerciseError(f"{path} is larger than {BYTES >> 20} MiB: clear its outputs")
        notebook = json.loads(path.read_bytes())
    except OSError as problem:
        raise ExerciseError(f"{path}: {problem.strerror}") from problem
    except (ValueError, RecursionError) as problem:
        raise ExerciseError(f"{path} is no notebook: {problem}") from problem
    if type(notebook) is not dict or type(notebook.get("cells")) is not list or notebook.get("nbformat") != 4:
        raise ExerciseError(f"{path} is no notebook of format 4")
    return notebook


def grade_id(cell: Cell) -> str:
    """The cell's nbgrader id, else its own id; '' for none."""
    marked = nbgrader(cell).get("grade_id") or cell.get("id")
    return marked if isinstance(marked, str) else ""


def nbgrader(cell: Cell) -> Mapping[str, Any]:
    """The cell's nbgrader metadata."""
    metadata = cell.get("metadata")
    found = metadata.get("nbgrader") if isinstance(metadata, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def is_verdict_cell(cell: Cell) -> bool:
    """Whether a mark is written here by the grader: a grade cell that is not the learner's own."""
    marked = nbgrader(cell)
    return cell.get("cell_type") == "code" and bool(marked.get("grade")) and not marked.get("solution")


def is_prose_cell(cell: Cell) -> bool:
    """Whether a person marks this cell: the learner's own, and graded."""
    marked = nbgrader(cell)
    return cell.get("cell_type") == "code" and bool(marked.get("grade")) and bool(marked.get("solution"))


def source(cell: Cell) -> str:
    """The cell's text."""
    text = cell.get("source", "")
    return "".join(map(str, text)) if isinstance(text, list) else str(text)


def answer_source(notebook: Mapping[str, Any], exercise: str) -> str | None:
    """The text of the answer cells of an exercise, in order; None when the notebook has none."""
    wanted = f"{exercise}{ANSWER}"
    texts = [
        source(cell)
        for cell in notebook["cells"]
        if isinstance(cell, Mapping) and cell.get("cell_type") == "code" and _belongs(grade_id(cell), wanted)
    ]
    return "\n\n".join(texts) if texts else None


def _belongs(id: str, wanted: str) -> bool:
    return id == wanted or id.startswith(f"{wanted}-")


def shown_evidence(cell: Cell) -> list[Any]:
    """The evidence that a cell's outputs carry, the result of its last expression first; unread JSON."""
    found: list[tuple[bool, Any]] = []
    for output in _maps(cell.get("outputs")):
        data = output.get("data")
        if isinstance(data, Mapping) and MIME in data:
            found.append((output.get("output_type") != "execute_result", _json(data[MIME])))
    return [each for _, each in sorted(found, key=lambda pair: pair[0])]


def stopped_with(cell: Cell) -> str:
    """The error that the cell ended with, in one line; '' for none."""
    for output in _maps(cell.get("outputs")):
        if output.get("output_type") == "error":
            return f"{output.get('ename')}: {output.get('evalue')}"[:200]
    return ""


def found_in(notebook: Mapping[str, Any], cell: Cell, exercise: Exercise, student: str) -> list[Any]:
    """All evidence for an exercise in this notebook, best first: the source of a function, else what its cell shows."""
    if exercise.function is not None:
        text = answer_source(notebook, exercise.id)
        if text is None:
            return []
        return [Evidence(exercise.id, _code(notebook, exercise, text), student, __version__).write()]
    return shown_evidence(cell)


def _code(notebook: Mapping[str, Any], exercise: Exercise, text: str) -> Any:
    """A function's source; of a chained step with those of the earlier answers that are in the notebook."""
    needs = exercise.function.needs if exercise.function else ()
    earlier = {id: answer_source(notebook, id) for id in needs}
    return code(text, {id: found for id, found in earlier.items() if found is not None})


def literal(text: str | None, name: str = OLDER) -> Any:
    """The value that a name, or `answer`, is given in plain sight, at the last place; `...` when there is none to be read.

    >>> literal("answer = [1, 2]"), literal("download_size = 3", "download_size")
    ([1, 2], 3)
    """
    if text is not None and len(text) > LITERAL:  # a parser takes a hundred times what it reads
        return ...
    try:
        tree = ast.parse(text or "")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ...
    given: Any = ...
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=bound)], value=found) if bound in (name, OLDER):
                given = _literal(found)
    return given


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return ...


def written_evidence(text: str | None, exercise: Exercise, student: str) -> list[Any]:
    """Evidence from the text of an answer cell that says its value outright, without having been run."""
    answer = value(literal(text, exercise.variable))
    if isinstance(answer, Unanswered) or not isinstance(answer, Value):
        return []
    return [Evidence(exercise.id, answer, student, __version__).write()]


def _maps(found: Any) -> Iterator[Mapping[str, Any]]:
    return (each for each in found if isinstance(each, Mapping)) if isinstance(found, list) else iter(())


def _json(data: Any) -> Any:
    """A copy in exact JSON types (nbformat has dicts of its own); what is no JSON becomes None."""
    try:
        return json.loads(json.dumps(data))
    except (TypeError, ValueError, RecursionError):
        return None

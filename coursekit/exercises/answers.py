"""answers.json: the file beside a notebook that keeps who answers and what was answered by clicking.

    {"student": "ada", "answers": {"ledger": {"exercise": "ledger", "seed": "ada", "version": "0.1.0", "answer": …}}}

nbgrader collects it with the notebook, and it survives sanitising, unlike outputs. Its rows are evidence, bounded and
read like any other. Its edge: this and `progress` are the files that exercises touch.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coursekit.errors import ExerciseError
from coursekit.exercises.evidence import Evidence, read
from coursekit.exercises.plain import NotPlain
from coursekit.image.atomic import write_file
from coursekit.language import _

NAME = "answers.json"
BYTES = 2 * 2**20
ID_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Answers:
    """What the file says. `student` is None where it names nobody; `bad` holds rows that are no evidence, and why."""

    student: str | None = None
    rows: dict[str, Evidence] = field(default_factory=dict)
    bad: dict[str, str] = field(default_factory=dict)


def load(directory: Path) -> Answers:
    """The answers kept in a directory, none without a file. Raises: ExerciseError for a file that is not ours."""
    path = directory / NAME
    try:
        with path.open("rb") as opened:
            text = opened.read(BYTES + 1)
    except FileNotFoundError:
        return Answers()
    except OSError as problem:
        raise ExerciseError(_("{path} cannot be read: {why}").format(path=path, why=problem.strerror)) from problem
    return parse(text, str(path))


def parse(text: bytes, path: str) -> Answers:
    """The answers that a file holds; `path` is its name, for messages. Raises: ExerciseError for one that is not ours."""
    if len(text) > BYTES:
        raise ExerciseError(_("{path} is larger than {n} MiB").format(path=path, n=BYTES >> 20))
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise ExerciseError(_("{path} is not JSON: {why}").format(path=path, why=problem)) from problem
    if type(said) is not dict or type(said.get("answers", {})) is not dict:
        raise ExerciseError(_('{path} should be an object with "student" and "answers"').format(path=path))
    student = said.get("student")
    rows, bad = _rows(said.get("answers", {}))
    return Answers(printable(student) if type(student) is str else None, rows, bad)


def kept_at(directory: Path, progress: Path | None) -> Path:
    """Where the answers of who works in `directory` are kept: there; for a course's source notebook, beside `progress`.

    nbgrader would copy what lies beside a source to the students, and again over what they hand in.
    """
    if progress is None or not any((above / "nbgrader_config.py").is_file() for above in directory.parents[1:3]):
        return directory
    try:
        text = (directory / f"{directory.name}.ipynb").read_text(encoding="utf-8")
    except (OSError, ValueError):
        return directory
    return progress.parent / "sources" / directory.name if "### BEGIN SOLUTION" in text else directory


def printable(id: str) -> str:
    """A student's id as it is kept, and can stand in an environment variable."""
    return "".join(letter for letter in id if letter.isprintable())[:ID_LENGTH]


def _rows(said: dict[str, Any]) -> tuple[dict[str, Evidence], dict[str, str]]:
    rows: dict[str, Evidence] = {}
    bad: dict[str, str] = {}
    for id, row in said.items():
        try:
            evidence = read(row)
        except NotPlain as problem:
            bad[id] = str(problem)
            continue
        if evidence.exercise == id:
            rows[id] = evidence
        else:
            bad[id] = f"it holds an answer to {evidence.exercise!r}"
    return rows, bad


def save(directory: Path, answers: Answers) -> None:
    """Writes the file whole or not at all: a temporary file, fsync, rename. Raises: OSError."""
    said = {"student": answers.student, "answers": {id: row.write() for id, row in sorted(answers.rows.items())}}
    replace(directory / NAME, json.dumps(said, indent=1, sort_keys=True) + "\n")


def replace(path: Path, text: str) -> None:
    """Puts `text` at `path` atomically. Raises: OSError."""
    write_file(path, [text.encode()])  # mode 0644: a teacher of another account collects it

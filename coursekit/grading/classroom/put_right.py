"""What was admitted, put right as far as it can be: notebook, answers.json and timestamp, each with what a person is told.

    a notebook ──read_notebook──> its cells, bounded          one that cannot be read ──> a stand-in, and a flag
    answers.json that was cut ──> its whole rows              a timestamp that names no time ──> none, and a flag

Neighbours: `admit` (what was let in), `autograde` and `worker` (who go on with it), `exercises.answers` (reads the file
where a learner works, and refuses what is not whole).
"""

import json
import re
from typing import Any

from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.utils import parse_utc

from coursekit.exercises import answers
from coursekit.exercises.answers import BYTES, NAME, printable
from coursekit.exercises.evidence import read
from coursekit.exercises.plain import NotPlain
from coursekit.exercises.prose import one_line
from coursekit.grading.classroom.admit import Admitted, with_files
from coursekit.grading.judging.outputs import scrubbed
from coursekit.grading.judging.read_notebook import Unreadable, decoded, read_notebook

DOOR = "coursekit_door"  # in a notebook's metadata: what the door says of it
TIMESTAMP, SECRET = "timestamp.txt", "submission_secret.txt"
UNREADABLE = "This submission could not be read, so nothing in it was judged; a person will look at it. "
ROWS = 500
_YEAR = re.compile(r"\d{4}")


def put_right(found: Admitted, lesson: str, of: str) -> tuple[Admitted, dict[str, Any]]:
    """What goes on to nbgrader: files, and the notebook, which says in its metadata what the door has to say.

    `of` is the digest of all that was handed in. Raises: OSError where no process can be started.
    """
    passed, notebook = _read(found, lesson)
    lost = any(each.startswith(NAME) for each in passed.left_out)
    door = {"flags": list(passed.left_out), "unreadable": passed.unreadable, "of": of, "lost": lost}
    notebook["metadata"][DOOR] = door
    return passed, notebook


def _read(found: Admitted, lesson: str) -> tuple[Admitted, dict[str, Any]]:
    """What goes on to nbgrader: the notebook brought down to what counts, answers and timestamp as far as they read."""
    name = f"{lesson}.ipynb"
    if not found.unreadable:
        try:
            read = read_notebook(found.files[name], name)
        except Unreadable as problem:
            found = Admitted(found.files, found.left_out, one_line(str(problem)))
        else:
            return _files_put_right(with_files(found, *read.said)), read.notebook
    kept = {each: found.files[each] for each in (TIMESTAMP, SECRET) if each in found.files}
    return _files_put_right(Admitted(kept, found.left_out, found.unreadable)), _stand_in(found.unreadable)


def _files_put_right(found: Admitted) -> Admitted:
    if answers.NAME in found.files:
        kept, said = mended(found.files[answers.NAME])
        found = with_files(found, *said, **{answers.NAME: kept})
    if TIMESTAMP in found.files:
        text = decoded(found.files[TIMESTAMP][:200])[0].strip()
        why = _no_time(text)
        found = with_files(found, *filter(None, [why]), **{TIMESTAMP: None if why else text.encode(errors="replace")})
    return found


def _no_time(text: str) -> str:
    """Why a timestamp file names no time; '' for it does. An empty one is none at all, as nbgrader has it."""
    if not text:
        return f"{TIMESTAMP} is empty: whether this is late is for a person to say"
    try:
        parse_utc(text)
        if not _YEAR.search(text):  # "1" would be the first day of this month
            raise ValueError(text)
        return ""
    except (ValueError, OverflowError):
        return f"{TIMESTAMP} says {text[:40]!r}, which is no time: whether this is late is for a person to say"


def _stand_in(why: str) -> dict[str, Any]:
    """The notebook in the place of one that cannot be read: the course's cells follow what is said here."""
    note = new_markdown_cell(UNREADABLE + f"`{why.replace('`', chr(39))}`", id="coursekit-unreadable")
    begun = new_code_cell("import coursekit as ck", id="coursekit-begun")
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = json.loads(json.dumps([note, begun]))
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def mended(data: bytes) -> tuple[bytes | None, list[str]]:
    """The file with the rows that can be read, None for none at all; and in words what cannot.

    >>> mended(b'{"student": "ada", "answers": {"a": {"exercise": "a", "answer": 1}, "b": {"exe')[1]
    ['answers.json is cut, or no JSON: 1 of its answers could be read, the others are lost']
    """
    if len(data) > BYTES:
        return None, [f"{NAME} has more than {BYTES >> 20} MiB, and was not read: its answers are lost"]
    text, why = decoded(data)
    said = [f"{NAME} {each}" for each in why if "byte order mark" not in each]
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = _whole_rows(text)
        count = len(found["answers"])
        said.append(f"{NAME} is cut, or no JSON: {count} of its answers could be read, the others are lost")
    if type(found) is not dict or type(found.get("answers", {})) is not dict:
        return None, [f"{NAME} is not a file of answers, and was not read: its answers are lost"]
    rows: dict[str, Any] = {}
    for id, row in list(found.get("answers", {}).items())[:ROWS]:
        try:
            clean = scrubbed(row)
            if read(clean).exercise != id:
                raise NotPlain("it is an answer to another exercise")
            rows[id] = clean
        except (NotPlain, RecursionError) as problem:
            said.append(f"{NAME}: the answer to {one_line(str(id), 40)} cannot be read: {one_line(str(problem), 120)}")
    student = found.get("student")
    whole = type(student) is str and scrubbed(student) == student  # half an id is nobody's: then it is who handed it in
    name = printable(student) if type(student) is str and whole else None
    kept = {"student": name, "answers": rows}
    return json.dumps(kept).encode(), said[:10]


def _whole_rows(text: str) -> dict[str, Any]:
    """What a file that was cut still says: its student, and the rows before the cut."""
    decoder, rows = json.JSONDecoder(), {}
    student = re.search(r'"student"\s*:\s*("(?:[^"\\]|\\.){0,200}")', text)
    begun = re.search(r'"answers"\s*:\s*\{', text)
    at = begun.end() if begun else len(text)
    while key := re.compile(r'[\s,]*("[A-Za-z0-9_-]{1,100}")\s*:\s*').match(text, at):
        try:
            row, at = decoder.raw_decode(text, key.end())
        except (ValueError, RecursionError):
            break
        rows[json.loads(key[1])] = row
    try:
        name = json.loads(student[1]) if student else None
    except ValueError:
        name = None
    if name is None:  # the name stands behind the answers; each of these says whose variant it answers
        name = next((row["seed"] for row in rows.values() if isinstance(row, dict) and row.get("seed")), None)
    return {"student": name, "answers": rows}

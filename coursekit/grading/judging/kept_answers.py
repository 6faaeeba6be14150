"""answers.json as it was handed in, put right as far as it can be: a file that was cut keeps its whole rows.

Neighbour: `exercises.answers` (reads the file where a learner works, and refuses what is not whole).
"""

import json
import re
from typing import Any

from coursekit.exercises.answers import BYTES, NAME, printable
from coursekit.exercises.evidence import read
from coursekit.exercises.plain import NotPlain
from coursekit.exercises.prose import one_line
from coursekit.grading.judging.outputs import scrubbed

ROWS = 500


def mended(data: bytes) -> tuple[bytes | None, list[str]]:
    """The file with the rows that can be read, None for none at all; and in words what cannot.

    >>> mended(b'{"student": "ada", "answers": {"a": {"exercise": "a", "answer": 1}, "b": {"exe')[1]
    ['answers.json is cut, or no JSON: 1 of its answers could be read, the others are lost']
    """
    if len(data) > BYTES:
        return None, [f"{NAME} has more than {BYTES >> 20} MiB, and was not read: its answers are lost"]
    text = data.decode("utf-8-sig", "replace")
    said: list[str] = []
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

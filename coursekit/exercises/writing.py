"""A new exercise, ready to be filled: its rules, its text, a test of it, and its cells for the notebook.

    exercises/05-sharing/my_question/   case.py  key.py  en.md  test_my_question.py  cells.ipynb

What is to be written says TODO; `unfilled` finds it. Neighbours: `folders`, `fitting`, `proof`.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from coursekit.errors import ExerciseError
from coursekit.language import _

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
TODO = "TODO"
KINDS = ("value", "choice", "table", "order", "function", "prose")

_HEAD = '''"""TODO: what varies from learner to learner, and where its facts are from."""

from collections.abc import Mapping
from random import Random
from typing import Any

from coursekit.exercises.forms import {form}
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say


def make(random: Random) -> dict[str, Any]:
    """TODO: this learner's variant."""
    return {{"base": random.randrange(60_000_000, 90_000_000), "app": random.randrange(1_000_000, 9_000_000)}}


def view(case: Case, say: Say) -> Mapping[str, str]:
    """TODO: what the text says of the variant."""
    return {{"base": f"{{case['base']:,}}", "app": f"{{case['app']:,}}"}}


'''
_FORMS = {
    "value": ("Number", "", 'Number("bytes")'),
    "choice": ("Choose", 'Choose({key: say(key) for key in ("sum", "larger")})', "form"),
    "order": ("Arrange", 'Arrange({key: say(key) for key in ("larger", "sum")})', "form"),
    "table": ("Fill, Number", 'Fill({row: say(row) for row in ("sum", "larger")}, {"bytes": Number("bytes")})', "form"),
}
_FORM = '''def form(case: Case, say: Say) -> {type}:
    """TODO: the shape of an answer."""
    return {made}


'''
_FUNCTION_CASE = '''"""TODO: a function that the learner writes."""

from coursekit.exercises.forms import Source
from coursekit.exercises.model import Kind
from coursekit.exercises.rules import Asked

CASE = Asked(Kind.FUNCTION, points=2, form=Source("{name}"))
'''
_FUNCTION_KEY = '''"""TODO: what the function does, and its source."""

from itertools import accumulate
from random import Random
from typing import Any

from coursekit.exercises.model import Case, Function
from coursekit.exercises.rules import Key, Wrong

SOLUTION = """
def {name}(sizes):
    totals = []
    for size in sizes:
        totals.append(size + (totals[-1] if totals else 0))
    return totals
"""


def {name}(sizes: list[int]) -> list[int]:
    """TODO: the reference."""
    return list(accumulate(sizes))


def _all_of_it(sizes: list[int]) -> list[int]:
    return [sum(sizes)] * len(sizes)


def _inputs(case: Case, random: Random) -> list[list[Any]]:
    """TODO: telling cases first, then random ones."""
    return [[[]], [[1, 2, 4]], *([[random.randrange(1, 99) for _ in range(size)]] for size in range(2, 8))]


KEY = Key(
    truth=lambda case: SOLUTION,
    wrong=(Wrong("sizes-add-up", _all_of_it),),
    function=Function("{name}", _inputs, {name}),
)
'''
_PROSE_CASE = '''"""TODO: something to be explained in words."""

from coursekit.exercises.model import Kind
from coursekit.exercises.rules import Asked

CASE = Asked(Kind.PROSE, points=4)
'''
_PROSE_KEY = '''"""TODO: words that a person marks; the patterns of sentences that touch the rubric's points."""

from coursekit.exercises.rules import Key

KEY = Key(touches={"first": r"\\blayers?\\b", "second": r"\\bkernel\\b"})
'''
_KEY = '''"""TODO: what is true, and its source."""

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong


def truth(case: Case) -> {type}:
    """TODO: why it is so."""
    return {truth}


def _believed(case: Case) -> {type}:
    return {wrong}


KEY = Key(truth=truth, wrong=(Wrong("sizes-add-up", _believed),))
'''
_KEYS = {
    "value": ("int", 'int(case["base"])', 'int(case["base"] + case["app"])'),
    "choice": ("str", '"larger"', '"sum"'),
    "order": ("list[str]", '["larger", "sum"]', '["sum", "larger"]'),
    "table": (
        "dict[str, dict[str, int]]",
        '{"sum": {"bytes": case["base"] + case["app"]}, "larger": {"bytes": case["base"]}}',
        '{"larger": {"bytes": case["base"] + case["app"]}}',
    ),
}
_TEST = '''"""{id}: rules and text fit, and the machine's proof holds."""

from pathlib import Path

import pytest
from coursekit.exercises import catalogue
from coursekit.exercises.checking import faults_of


def test_it_can_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[3])
    catalogue.forget()
    assert faults_of("{id}", seeds=20) == []
'''


def write(id: str, lesson: str, kind: str, home: Path) -> list[Path]:
    """Writes the files of a new exercise below `home`, and gives them. Raises: ExerciseError, naming what is in the way."""
    if not _ID.fullmatch(id):
        raise ExerciseError(
            _("{id}: an id has small letters, digits and hyphens, and begins with a letter").format(id=repr(id))
        )
    if kind not in KINDS:
        raise ExerciseError(
            _("{kind}: kinds that can be begun so are {names}").format(kind=repr(kind), names=", ".join(KINDS))
        )
    name = id.replace("-", "_")
    folder = home / lesson / name
    if folder.exists():
        raise ExerciseError(_("{folder} is there already").format(folder=folder))
    files = {
        "case.py": _case(kind, name),
        "key.py": _key(kind, name),
        "en.md": _text(kind, name),
        f"test_{name}.py": _TEST.format(id=id),
        "cells.ipynb": json.dumps(_notebook(id, kind, name), indent=1) + "\n",
    }
    try:
        folder.mkdir(parents=True)
        for file, text in files.items():
            (folder / file).write_text(text, encoding="utf-8")
    except OSError as problem:
        raise ExerciseError(f"{folder}: {problem.strerror}") from problem
    return [folder / file for file in files]


def unfilled(folder: Path) -> Iterator[str]:
    """Where a folder still says TODO, or what it was begun with."""
    for path in sorted(folder.glob("*")):
        if path.suffix in (".py", ".md"):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if TODO in line:
                    yield f"{path.name}, line {number}: {line.strip()}"


def _case(kind: str, name: str) -> str:
    if kind == "function":
        return _FUNCTION_CASE.format(name=name)
    if kind == "prose":
        return _PROSE_CASE
    imports, made, form = _FORMS[kind]
    body = _FORM.format(type=imports.partition(",")[0], made=made) if made else ""
    last = f"CASE = Asked(Kind.{kind.upper()}, points=2, make=make, view=view, form={form})\n"
    return _HEAD.format(form=imports) + body + last


def _key(kind: str, name: str) -> str:
    if kind == "function":
        return _FUNCTION_KEY.format(name=name)
    if kind == "prose":
        return _PROSE_KEY
    type, truth, wrong = _KEYS[kind]
    return _KEY.format(type=type, truth=truth, wrong=wrong)


def _text(kind: str, name: str) -> str:
    varies = kind not in ("function", "prose")
    asked = (
        f"Write `{name}(sizes)`: the total after each layer, base first."
        if kind == "function"
        else "The base is {base} bytes, the app {app}."
        if varies
        else "Why?"
    )
    parts = [
        "# TODO a title\n",
        "## Objective\n\nTODO what whoever solves it can do\n",
        f"## Question\n\nTODO {asked}\n",
    ]
    if kind in ("choice", "order", "table"):
        parts.append("## Labels\n\n- sum: TODO both together\n- larger: TODO the larger one\n")
    parts.append("## Hints\n\n1. TODO a question?\n2. TODO a pointer.\n")
    parts.append("## Explanation\n\nTODO why it is so.\n")
    if kind != "prose":
        parts.append("## Beliefs\n\n- sizes-add-up: TODO where this belief goes wrong here.\n")
    else:
        parts.append("## Rubric\n\n- first: TODO says what layers are.\n- second: TODO says whose kernel runs.\n")
        words = (
            "An image is a list of layers that nobody can change, and the kernel that runs its programs is the host's. "
        )
        more = "So a container starts as a process does: it gets a root directory, an empty layer on top, and nothing is copied. "
        parts.append(f"## Model answer\n\nTODO {words}{more}That is why it is quick and takes hardly any space.\n")
    return "\n".join(parts)


def _notebook(id: str, kind: str, name: str) -> dict[str, Any]:
    """The four cells of an exercise; of words, three."""
    begin, end = "### BEGIN SOLUTION", "### END SOLUTION"
    question = _cell(f"{id}-question", f'ck.question("{id}")')
    if kind == "prose":
        text = f'{begin}\n{name} = """TODO"""\n{end}'
        words = _cell(id, text, grade=True, solution=True, points=4)
        cells = [question, words, _cell(f"{id}-check", f'ck.check("{id}")', locked=True)]
    else:
        body = (
            f"{name} = ...  # TODO"
            if kind != "function"
            else f"def {name}(sizes):\n    {begin}\n    ...  # TODO\n    {end}"
        )
        text = f"{begin}\n{body}\n{end}" if kind != "function" else body
        answer = _cell(f"{id}-answer", text, solution=True)
        given = f", {name}" if kind == "function" else ""
        cells = [question, answer, _cell(id, f'ck.check("{id}"{given})', grade=True, locked=True, points=2)]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def _cell(id: str, source: str, points: int | None = None, **marks: bool) -> dict[str, Any]:
    metadata: dict[str, Any] = {}
    if marks:
        marked = {"grade": False, "solution": False, "locked": False, "task": False, **marks}
        metadata = {"nbgrader": {**marked, "grade_id": id, "schema_version": 3}}
        if points is not None:
            metadata["nbgrader"]["points"] = points
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": id,
        "metadata": metadata,
        "outputs": [],
        "source": source,
    }

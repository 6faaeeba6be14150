"""What counts as an answer in plain sight, and what is computed: the rule, case by case."""

from typing import Any

import pytest

from coursekit.exercises.answers import Answers
from coursekit.exercises.evidence import Evidence, Value, digest_of, value
from coursekit.grading.judging.read_answers import COMPUTED, UNBOUND, bound_once, lesson_of, sight
from tests.exercises import tiny

ID = "99-boot"
NAME = tiny.BOOT.variable


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("{n} = 3", 3),
        ("{n} = [1, 2]  # both", [1, 2]),
        ("{n}: list = [1]", [1]),
        ("import math\nother = 1\n{n} = -3", -3),
        ("def helper(x=1):\n    return x\n{n} = 'a'", "a"),
        ("{n} = ...", ...),
        ("", UNBOUND),
        ("# nothing yet", UNBOUND),
        ("other = 1", UNBOUND),
        ("{n} = {{}}\nfor i in [1]:\n    {n}[i] = 1", COMPUTED),
        ("{n} = 1\n{n} += 1", COMPUTED),
        ("{n} = 1\ndel {n}", COMPUTED),
        ("def f():\n    global {n}\n    {n} = 2\n{n} = 1\nf()", COMPUTED),
        ("{n} = 1\nwith open('x') as {n}:\n    pass", COMPUTED),
        ("raise ValueError\n{n} = 1", COMPUTED),
        ("{n} = 1\n{n} = 2", COMPUTED),
        ("{n} = other = 1", COMPUTED),
        ("{n}, other = 1, 2", COMPUTED),
        ("print('hello')\n{n} = 1", COMPUTED),
        ("{n} = 1\n{n}", COMPUTED),
        ("%time {n} = 1", COMPUTED),
        ("!ls\n{n} = 1", COMPUTED),
        ("{n} = (", COMPUTED),
        ("{n} = sum([1, 2])", COMPUTED),
        ("if True:\n    {n} = 1", COMPUTED),
        ("import nowhere\n{n} = 1", COMPUTED),
        ("from math import *\n{n} = 1", COMPUTED),
        ("import math as {n}", COMPUTED),
        ("def f(x: unknown): ...\n{n} = 1", COMPUTED),
        ("@unknown\ndef f(): ...\n{n} = 1", COMPUTED),
        ("def f(x=unknown): ...\n{n} = 1", COMPUTED),
        ("class {n}: ...", COMPUTED),
        ("def f(): return {n}\n{n} = 1", COMPUTED),
        ("match 1:\n    case {n}: pass", COMPUTED),
        ("({n} := 1)", COMPUTED),
        ("{n} = f'{{1}}'", COMPUTED),
        ("exec('{n} = 2')\n{n} = 1", COMPUTED),
    ],
)
def test_a_literal_that_is_bound_once_is_read(text: str, given: Any) -> None:
    found = bound_once(text.format(n="size"), "size")
    assert found is given if given in (COMPUTED, UNBOUND, ...) else found == given


def code(id: str, text: str, **marked: Any) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": id,
        "source": text,
        "metadata": {"nbgrader": {"grade_id": id, **marked}} if marked else {},
    }


def cells(
    answer: str = f"{NAME} = ...", between: Any = (), before: Any = (), start: str = 'ck.start("99-tiny")'
) -> list[Any]:
    return [
        code("import", "import coursekit as ck"),
        code("start", start),
        *before,
        code(f"{ID}-answer", answer, solution=True),
        {"cell_type": "markdown", "id": "words", "source": "words", "metadata": {}},
        *between,
        code(ID, f'ck.check("{ID}")', grade=True, solution=False),
    ]


LESSON = lesson_of(cells(between=[code("picture", "ck.show()")]))
GOOD = ["firmware", "bootloader", "kernel", "init"]
SAYS = f"{NAME} = {GOOD!r}"


def found(made: list[Any], kept: Answers = Answers(), student: str = "ada") -> Any:  # noqa: B008
    rows = sight(made, LESSON, student, kept).evidence(tiny.BOOT)
    return rows if rows is None else [row.get("answer", ...) for row in rows]


@pytest.mark.parametrize(
    ("made", "rows"),
    [
        (cells(SAYS), [GOOD]),
        (cells(), [...]),
        (cells(""), [...]),
        (cells(f"answer = {GOOD!r}"), [GOOD]),  # as earlier releases had it
        (cells(SAYS, between=[code("picture", "ck.show()")]), [GOOD]),
        (cells(SAYS, between=[code("picture", "ck.show(1)")]), None),
        (cells(SAYS, between=[code("mine", "x = 1")]), None),
        (cells(SAYS, before=[code("mine", "x = 1")]), [GOOD]),
        (cells("", before=[code("mine", f"{NAME} = 1")]), None),
        (cells("answer = 1", before=[code("mine", f"{NAME} = 1")]), None),
        (cells(SAYS)[::-1], None),
        ([*cells(SAYS), code(f"{ID}-answer", "x", solution=True)], None),
        (cells(SAYS, start='ck.start("99-tiny", student="ada")'), [GOOD]),
        (cells(SAYS, start='ck.start("99-tiny", "ada")\n# me'), [GOOD]),
        (cells(SAYS, start='ck.start("99-tiny", student=input())'), None),
        (cells(SAYS, start='ck.start("99-tiny", student="")'), None),
        (cells(SAYS, before=[code("mine", 'ck.keep("99-boot", [])')]), None),
        (cells(SAYS, before=[code("mine", "import os\nos.environ['COURSEKIT_STUDENT'] = 'ben'")]), None),
    ],
)  # fmt: skip
def test_what_stands_around_an_answer_says_whether_it_is_read(made: list[Any], rows: Any) -> None:
    assert found(made) == rows


def test_no_line_keeps_the_reader_at_work() -> None:
    for text in (
        f"ck.start('99-tiny')\n{' ' * 400_000}x",
        "ck.start(" * 40_000,
        "[" * 200_000,
        f"{NAME} = {'-' * 200_000}1",
    ):
        assert found(cells(text)) is None
        assert found(cells(SAYS, before=[code("mine", text)])) in (None, [GOOD])


def test_two_ids_are_run() -> None:
    other = cells(SAYS, start='ck.start("99-tiny", student="ben")')
    assert found(other, Answers("ada")) is None
    assert found(other, Answers("ben"), "ben") == [GOOD]
    assert sight(other, LESSON, "ada", Answers()).student == "ben"


def test_what_was_clicked_later_counts_as_it_does_at_home() -> None:
    clicked = ["init"]
    kept = Answers("ada", {ID: Evidence(ID, Value(clicked), "ada", "")})
    later = Answers("ada", {ID: Evidence(ID, Value(clicked), "ada", "", over=digest_of(value(GOOD)))})
    assert found(cells(), kept) == [clicked]
    assert found(cells(SAYS), kept) == [GOOD, clicked]
    assert found(cells(SAYS), later) == [clicked]

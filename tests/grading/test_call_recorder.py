"""A call is told step by step where it runs: whatever it does, what was told until then is there, and bounded."""

import sys
from typing import Any

import pytest

from coursekit.exercises.running import Crashed, Refused, Returned, Served
from coursekit.exercises.stepping import STEPS, Recorded, steps
from coursekit.grading.sandbox import function_runner
from coursekit.grading.sandbox.function_runner import record

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="functions run in POSIX processes")

LOOP = """
def f(layers, path):
    print("for", path)
    for number, layer in enumerate(layers):
        if path in layer:
            layer[path] = b"new"
            return [number]
"""


def recorded(source: str, *args: Any, seconds: float = 3) -> Recorded:
    return record(source, "f", list(args), seconds=seconds)


@pytest.fixture(params=["process", "browser"])
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a process of its own, and as in the browser, where there is none."""
    if request.param == "browser":
        here = function_runner._here
        monkeypatch.setattr(
            function_runner, "_elsewhere", lambda request, _seconds, served: here(request, [*served.values()])
        )


@pytest.mark.usefixtures("place")
def test_each_line_its_names_its_prints_and_what_the_arguments_became() -> None:
    said = recorded(LOOP, [{}, {"/a": b"old"}], "/a")
    assert [(step.line, step.how) for step in said.steps] == [
        *((line, "line") for line in (3, 4, 5, 4, 5, 6, 7)),
        (7, "return"),
    ]
    assert said.steps[1].printed == "for /a\n" and said.steps[2].printed == ""
    assert said.steps[4].names["number"] == "1" and said.steps[4].changed == {"number", "layer"}
    assert said.steps[4].parts == {"layer": "layers[1]"}
    assert [step.args for step in said.steps if step.args] == [
        ([{}, {"/a": b"old"}], "/a"),
        ([{}, {"/a": b"new"}], "/a"),
    ]
    assert said.result == Returned([1], ([{}, {"/a": b"new"}], "/a")) and said.steps[-1].said == "[1]"


@pytest.mark.usefixtures("place")
def test_calls_within_the_answer_are_stepped_into_and_an_exception_is_one_step_where_it_arises() -> None:
    source = "def g(x):\n    return {}[x]\ndef f(x):\n    try:\n        g(x)\n    except KeyError:\n        raise FileNotFoundError(2, 'no')\n"
    said = recorded(source, 1)
    assert [(step.function, step.depth, step.line, step.how) for step in said.steps] == [
        ("f", 0, 4, "line"),
        ("f", 0, 5, "line"),
        ("g", 1, 2, "line"),
        ("g", 1, 2, "raise"),
        ("f", 0, 5, "raise"),
        ("f", 0, 6, "line"),
        ("f", 0, 7, "line"),
        ("f", 0, 7, "raise"),
    ]
    assert said.result == Refused(2, (1,))


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("def f(x):\n    while True:\n        x = x + 1\n", STEPS),
        (
            "def f(x):\n    while True:\n        try:\n            x = x + 1\n        except BaseException:\n            pass\n",
            STEPS,
        ),
        ("def f(x):\n    sum(range(10 ** 12))\n", 1),
        ("def f(x):\n    import os\n    os._exit(3)\n", 2),
    ],
)
def test_what_never_ends_or_goes_away_keeps_the_steps_that_were_told(source: str, told: int) -> None:
    said = recorded(source, 1, seconds=1)
    assert len(said.steps) == told and said.result is None
    assert said.cut == (told == STEPS) and said.cut == (not said.stopped)


def test_values_are_short_text_whatever_they_are() -> None:
    source = (
        "class Bad:\n    def __repr__(self): raise ValueError\n"
        "def f(x):\n    a, b, c = 'x' * 10 ** 6, [list(range(1000))] * 1000, Bad()\n    print('y' * 10 ** 6)\n    return a\n"
    )
    said = recorded(source, b"z" * 100_000)
    assert all(len(text) <= 160 for step in said.steps for text in step.names.values())
    assert len(said.steps[-1].names) == 4 and sum(len(step.printed) for step in said.steps) == 4_000
    assert [step.args for step in said.steps if step.args] == [(b"z" * 100_000,)]


def test_a_source_that_does_not_begin_has_no_steps_and_says_why() -> None:
    said = recorded("def f(x) return x", 1)
    assert said.steps == () and isinstance(said.result, Crashed) and "SyntaxError" in said.result.said


def test_a_lent_function_is_stepped_over() -> None:
    served = [Served("double", lambda number: 2 * number, ("number",))]
    said = record("def f(x):\n    y = double(x)\n    return y\n", "f", [4], seconds=3, served=served)
    assert said.result == Returned(8, (4,)) and [step.line for step in said.steps] == [2, 3, 3]


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        {},
        {"line": -1, "in": "f", "depth": 0, "how": "line", "new": True},
        {"line": 1, "in": "f", "depth": 7, "how": "line"},
    ],
)
def test_what_is_no_step_is_left_out(told: Any) -> None:
    assert steps([told]) == ()

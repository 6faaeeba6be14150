"""Of a wrong call the difference is told, and what stopped it in words that help."""

from random import Random
from typing import Any

import pytest

from coursekit.exercises.evidence import Code
from coursekit.exercises.functions import mark_function
from coursekit.exercises.model import Function
from coursekit.exercises.running import Crashed, Ran, Refused, Result, Returned, call
from coursekit.exercises.said import after, did, should, shown
from tests.exercises import tiny

ONE, OTHER = "sha256:" + "0123456789abcdef" * 4, "sha256:" + "0123456789abcdef" * 3 + "0" * 16


def plan(tree: dict[str, Any], names: list[str]) -> None:
    """The reference of a function, for its parameters' names."""


FUNCTION = Function("plan", lambda case, random: [], plan, changes=(0,), draw=lambda args: f"<i>{sorted(args[0])}</i>")


@pytest.mark.parametrize(
    ("have", "want", "told", "wanted"),
    [
        ([1, 2], [1, 3], "It returned `[1, 2]`.", "It should return `[1, 3]`."),
        (ONE, OTHER, "…", "It should return `…"),
        (
            [{"digest": ONE, "size": 1}] * 9,
            [{"digest": ONE, "size": 1}] * 8 + [{"digest": ONE, "size": 2}],
            "It returned a list of 9 in which `[8]['size']` is `1`.",
            "It should return a list of 9 in which `[8]['size']` is `2`.",
        ),
        (list(range(99)), list(range(100)), "a list of 99 without `[99]`.", "a list of 100 in which `[99]` is `99`."),
        ("x" * 200 + "a", "x" * 200 + "b", "xa'`.", "xb'`."),
        (None, 3, "It returned `None`. Is a `return` missing?", "It should return `3`."),
    ],
)
def test_the_difference_is_told(have: Any, want: Any, told: str, wanted: str) -> None:
    one, other = Returned(have, ({}, [])), Returned(want, ({}, []))
    said, asked = did(FUNCTION, one, other), should(FUNCTION, other, one)
    assert told in said and wanted in asked
    assert said.removeprefix("It returned") != asked.removeprefix("It should return")
    assert len(said) < 250 and len(asked) < 250


def test_only_what_was_left_otherwise_is_told_and_drawn() -> None:
    one, other = Returned(3, ({"a": 1, "b": 2}, [])), Returned(3, ({"a": 1}, []))
    assert did(FUNCTION, one, other).endswith("Afterwards `tree` is `{'a': 1, 'b': 2}`.")
    assert should(FUNCTION, other, one) == "Afterwards `tree` should be `{'a': 1}`."
    page = after(FUNCTION, one, other)
    assert page.index("['a', 'b']") < page.index("and should be") < page.rindex("['a']")
    assert after(FUNCTION, other, other) == "" and after(FUNCTION, Crashed("x"), other) == ""


def test_another_errno_is_told_without_what_is_right() -> None:
    one, other = Refused(2, ({}, [])), Refused(17, ({}, []))
    assert did(FUNCTION, one, other).startswith("It raised OSError ENOENT (") and "Afterwards" not in did(
        FUNCTION, one, other
    )
    assert should(FUNCTION, other, one).startswith("It should raise OSError EEXIST (")


@pytest.mark.parametrize(
    ("said", "help"),
    [
        ("NameError: name 'ck' is not defined, in line 3", "runs without the notebook"),
        ("NameError: name 'helper' is not defined, in line 3", "into this cell"),
        ("ModuleNotFoundError: No module named 'numpy', in line 1", "only use the standard library"),
        ("a generator is not plain data (plain: None, bool …)", "`return`, not `yield`"),
        ("a coroutine is not plain data", "not `async def`"),
        ("a set is not plain data", "Make a list of it"),
        ("TypeError: plan() takes 1 positional argument but 2 were given", "in this order"),
    ],
)
def test_what_stopped_a_call_comes_with_what_to_do(said: str, help: str) -> None:
    assert help in did(FUNCTION, Crashed(said), Returned(1))


def test_long_digests_in_a_call_are_cut() -> None:
    assert ONE not in shown(FUNCTION, [{ONE: 1}, []]) and "0123456789ab…" in shown(FUNCTION, [{ONE: 1}, []])


def test_state_that_is_kept_between_calls_is_told() -> None:
    source = "def lookup(layers, name, seen=[]):\n    seen.append(name)\n    return seen"

    def run(source: str, name: str, inputs: Any, *, seconds: float, before: Any = (), served: Any = ()) -> Ran:
        space: dict[str, Any] = {}
        exec(source, space)
        results: list[Result] = [call(space[name], args) for args in inputs]
        return Ran(tuple(results))

    function = Function("lookup", lambda case, random: [[[], "a"], [[], "b"]], lambda layers, name: [name])
    exercise = type(tiny.LOOKUP)(
        **{**{k: getattr(tiny.LOOKUP, k) for k in tiny.LOOKUP.__slots__}, "function": function, "wrong_models": ()}
    )
    verdict = mark_function(exercise, {}, Code(source), run, Random(0))
    assert "Called alone, `lookup([], 'b')` is right: the function keeps something of earlier calls" in verdict.said

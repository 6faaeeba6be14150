"""Plain data crosses whole; anything else is refused, and none of its code runs."""

import json
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.exercises.evidence import Code, Evidence, Unanswered, Unreadable, Value, read, value
from coursekit.exercises.plain import BYTES, DEPTH, NotPlain, decode, dumps, encode, loads, same

KEYS = st.text() | st.integers() | st.binary()
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


class Hostile:
    """Every method of it raises."""

    def _refuse(self, *args: Any) -> Any:
        raise AssertionError("a method of the answer was called")

    __eq__ = __ne__ = __repr__ = __str__ = __iter__ = __len__ = __bool__ = __getattr__ = __reduce__ = _refuse
    __hash__ = object.__hash__


class HostileMeta(type):
    @property
    def __name__(cls) -> str:  # type: ignore[override]
        raise AssertionError("the name of its class was asked")


class SubclassedInt(int):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = int.__hash__


@given(PLAIN)
def test_plain_data_comes_back_as_it_was(data: Any) -> None:
    assert same(decode(json.loads(json.dumps(encode(data)))), data)
    assert same(loads(dumps(data)), data)


UNREADABLE: dict[str, Callable[[], Any]] = {
    "hostile": Hostile,
    "hostile class": lambda: HostileMeta("X", (), {})(),
    "subclass of int": lambda: SubclassedInt(1),
    "subclass of dict": lambda: type("Dict", (dict,), {})(a=1),
    "hostile in a list": lambda: [Hostile()],
    "hostile in a dict": lambda: {"a": Hostile()},
    "set of what is not plain": lambda: {len},
    "generator": lambda: (x for x in [1]),
    "function": lambda: len,
    "class": lambda: object,
    "nan": lambda: float("nan"),
    "infinity": lambda: math.inf,
    "complex": lambda: 1j,
    "large int": lambda: 1 << 5000,
    "large text": lambda: "x" * (BYTES + 1),
    "large list": lambda: list(range(BYTES)),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_is_no_plain_data_is_unreadable(kind: str) -> None:
    assert type(value(UNREADABLE[kind]())) is Unreadable


def test_data_too_deep_or_cyclic_is_refused() -> None:
    deep: Any = 1
    for _ in range(DEPTH + 1):
        deep = [deep]
    cycle: list[Any] = []
    cycle.append(cycle)
    wide: list[Any] = []
    wide += [wide, wide]
    assert type(value(wide)) is Unreadable
    for answer in (deep, cycle):
        with pytest.raises(NotPlain, match="deep"):
            encode(answer)


@pytest.mark.parametrize("answer", [..., None, "", {}])
def test_a_stub_is_unanswered(answer: Any) -> None:
    assert value(answer) == Unanswered()


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (1, True, False),
        (1, 1.0, False),
        ((1,), [1], True),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        (b"a", "a", False),
    ],
)
def test_equal_means_equal_and_of_one_type(one: Any, other: Any, equal: bool) -> None:
    assert same(one, other) is equal


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        {},
        {"exercise": 1},
        {"exercise": ""},
        {"exercise": "a", "seed": 1},
        {"exercise": "a", "seed": "x" * 201},
        {"exercise": "a", "answer": 1, "source": "def f(): 1"},
        {"exercise": "a", "source": 1},
        {"exercise": "a", "answer": {"$bytes": "?"}},
        {"exercise": "a", "answer": {"$call": "os.system"}},
        {"exercise": "a", "answer": {"$dict": [[{}, 1]]}},
        {"exercise": "a", "answer": "x" * BYTES},
    ],
)
def test_evidence_that_breaks_its_form_is_refused(said: Any) -> None:
    with pytest.raises(NotPlain):
        read(said)


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "[" * 5000 + "]" * 5000, "{", '"' + "x" * BYTES + '"'])
def test_json_beyond_the_bounds_is_refused(text: str) -> None:
    with pytest.raises(NotPlain):
        loads(text)


@pytest.mark.parametrize("answer", [Unanswered(), Value({"a": [1, b"x"]}), Code("def f(): ..."), Unreadable("a set")])
def test_evidence_travels(answer: Any) -> None:
    evidence = Evidence("a", answer, "ada", "0.1.0")
    assert read(json.loads(json.dumps(evidence.write()))) == evidence

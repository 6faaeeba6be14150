"""What means the same as a right answer is one, and what is none is told with the answer's own shape."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import numpy
import pytest

from coursekit.exercises.dress import dressed
from coursekit.exercises.evidence import Evidence, Value, value
from coursekit.exercises.forms import Arrange, Choose, Fill, Form, Number, Pick, Rows, Text
from coursekit.exercises.marking import mark
from coursekit.exercises.verdict import Verdict
from tests.exercises import tiny

LAYERS = Choose({"app": "the app's layer", "db": "the database"})
TABLE = Fill({"1": "first row", "base": "the base"}, {"bytes": Number(), "where": LAYERS})
ONE = Fill({"1": "first row", "2": "second"}, {"bytes": Number()})


@pytest.mark.parametrize(
    ("form", "given", "meant"),
    [
        (Number(), numpy.int64(133), 133),
        (Number(), numpy.float32(0.5), 0.5),
        (Number(), Decimal("133"), 133),
        (Number(), Decimal("0.5"), 0.5),
        (Number(), Fraction(6, 2), 3),
        (Number(), "1,234", 1234),
        (Number(), " 12 ", 12),
        (Number(), "1_000.5", 1000.5),
        (Number(), "12 apples", "12 apples"),
        (Number(), "1,23", "1,23"),
        (Text(), " ls   -l ", "ls -l"),
        (Text(), ["nginx", "-g", "daemon off;"], "nginx -g daemon off;"),
        (Text(), "/srv/sites/", "/srv/sites"),
        (Text(), "/", "/"),
        (LAYERS, " APP ", "app"),
        (LAYERS, "The database", "db"),
        (LAYERS, ["db"], "db"),
        (LAYERS, "cache", "cache"),
        (Choose({"1": "one", "2": "two"}), 1, "1"),
        (Choose({"yes": "yes", "no": "no"}), True, "yes"),
        (Choose({"a": "x", "b": "x"}), "x", "x"),
        (replace(LAYERS, many=True), {"app", "db"}, ["app", "db"]),
        (replace(LAYERS, many=True), ("DB",), ["db"]),
        (replace(LAYERS, many=True), "app", ["app"]),
        (replace(LAYERS, many=True), {"app": 1, "db": 2}.keys(), ["app", "db"]),
        (replace(LAYERS, many=True), ["app", ...], ["app"]),
        (Pick({"a": "A", "b": "B"}, tiny.picture), numpy.array(["b"]), ["b"]),
        (Arrange({"a": "A", "b": "B"}), ("B", "a"), ["b", "a"]),
        (Arrange({"a": "A", "b": "B"}), "B -> a", ["b", "a"]),
        (Arrange({"up": "A", "low": "B"}), "low;up", ["low", "up"]),
        (Arrange({"a": "A", "b": "B"}), "ba", ["b", "a"]),
        (Arrange({"up": "A", "low": "B"}), "lowup", ["lowup"]),
        (replace(LAYERS, many=True), "db app", ["db", "app"]),
        (replace(LAYERS, many=True), ["[db, 'app']"], ["db", "app"]),
        (replace(LAYERS, many=True), "the database, the app's layer", ["db", "app"]),
        (replace(LAYERS, many=True), ["db", "app", "DB"], ["db", "app"]),
        (replace(LAYERS, many=True), "db and cache", ["db and cache"]),
        (Choose({"/srv/a": "A", "/b": "B"}, many=True), ["srv/a", "/b/"], ["/srv/a", "/b"]),
        (Choose({"shop:1": "A", "shop:2": "B"}), "2", "shop:2"),
        (Choose({"shop:1": "A", "cart:1": "B"}), "1", "1"),
        (LAYERS, "(db)", "db"),
        (Number("layers"), "3 layers", 3),
        (Number("bytes"), "1,024 B", 1024),
        (Number("bytes"), "2.5 KiB", 2560),
        (Number("KiB"), "2 MiB", 2048),
        (Number("MB"), "7.5 MB", 7.5),
        (Number("layers"), "3 MB", "3 MB"),
        (Text(), "['ls', '-l']", "ls -l"),
        (Text(), '["ls", 2]', '["ls", 2]'),
        (TABLE, {1: {"bytes": 2.0}, "BASE": {"Where": "App"}}, {"1": {"bytes": 2.0}, "base": {"where": "app"}}),
        (TABLE, {(1, "bytes"): 3, ("base", "where"): "db"}, {"1": {"bytes": 3}, "base": {"where": "db"}}),
        (TABLE, {"1": {"bytes": ..., "where": "app"}, "base": ...}, {"1": {"bytes": None, "where": "app"}, "base": {}}),
        (
            TABLE,
            {1: [2, "app"], "base": (3, "db")},
            {"1": {"bytes": 2, "where": "app"}, "base": {"bytes": 3, "where": "db"}},
        ),
        (TABLE, [("1", 2, "app"), ("base", {"bytes": 3})], {"1": {"bytes": 2, "where": "app"}, "base": {"bytes": 3}}),
        (ONE, [(2, 6), ("first row", 5)], {"2": {"bytes": 6}, "1": {"bytes": 5}}),
        (Fill({"a b": "x", "a c": "y"}, {"n": Number()}), {("a", "c"): 4}, {"a c": {"n": 4}}),
        (Rows({"cause": LAYERS, "bytes": Number()}), [("app", "7 bytes")], [{"cause": "app", "bytes": "7 bytes"}]),
        (Rows({"cause": LAYERS, "bytes": Number("bytes")}), [("app", "7 bytes")], [{"cause": "app", "bytes": 7}]),
        (ONE, {"1": 5, "2": {"bytes": 6}}, {"1": {"bytes": 5}, "2": {"bytes": 6}}),
        (Rows({"cause": LAYERS, "bytes": Number()}), {"cause": "app", "bytes": "7"}, [{"cause": "app", "bytes": 7}]),
    ],
)
def test_what_means_the_same_is_taken(form: Form, given: Any, meant: Any) -> None:
    shown = value(given)
    assert isinstance(shown, Value)
    assert dressed(form, shown.data) == meant and type(dressed(form, shown.data)) is type(meant)


def judged(exercise: Any, answer: Any) -> Verdict:
    evidence = Evidence(exercise.id, value(answer))
    return mark(exercise, {"base": {"a": 1, "b": 2}, "top": {"a": 1, "b": None}}, evidence, run=None, random=Random(0))  # type: ignore[arg-type]


def test_one_open_cell_costs_that_cell() -> None:
    assert judged(tiny.OWNERS, {"a": {"layer": "top"}, "b": {"layer": ...}}).mark == 1.5
    assert judged(tiny.OWNERS, {"a": {"layer": "top"}, "b": ...}).mark == 1.5


def test_none_of_them_is_an_answer() -> None:
    nobody = replace(tiny.ADDS, truth=lambda case: ["RUN"], form=Choose({"RUN": "RUN", "ENV": "ENV"}, many=True))
    verdict = judged(nobody, [])
    assert verdict.answered and verdict.mark == 0 and verdict.said == "You chose none of them."


@pytest.mark.parametrize(
    ("form", "given", "told"),
    [
        (TABLE, [1, 2], "such as `{'1': {'bytes': 1234, 'where': 'app'}, …}`"),
        (replace(LAYERS, many=True), 5, "such as `['app']`"),
        (Arrange({"x": "X", "y": "Y"}), 3, "such as `['x', 'y']`"),
        (Rows({"cause": LAYERS}), 3, "such as `[{'cause': 'app'}]`"),
    ],
)
def test_what_is_no_answer_is_shown_how_one_looks(form: Form, given: Any, told: str) -> None:
    assert told in form.complaint(given)

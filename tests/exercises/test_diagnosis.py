"""Beliefs are named by the parts that show them, never where a part contradicts them, and rarely by chance."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from coursekit.exercises.evidence import Evidence, value
from coursekit.exercises.forms import Arrange, Choose, Fill, Number
from coursekit.exercises.marking import mark
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Exercise, WrongModel
from coursekit.exercises.report import Report, html
from coursekit.exercises.verdict import Verdict
from tests.exercises import tiny

ROWS = "abcdefghijkl"
TRUTH = {row: {"seen": "yes" if row in "aceg" else "no"} for row in ROWS}


def saying(**cells: str) -> dict[str, Any]:
    return {row: {"seen": cells.get(row, TRUTH[row]["seen"])} for row in ROWS}


def model(id: str, predicted: Any) -> WrongModel:
    return WrongModel(MISCONCEPTIONS[id], lambda case: predicted, "here")


TABLE = replace(
    tiny.OWNERS,
    form=Fill({row: f"row {row}" for row in ROWS}, {"seen": Choose({"yes": "yes", "no": "no", "maybe": "maybe"})}),
    make=lambda random: {},
    truth=lambda case: TRUTH,
    wrong_models=(
        model("bottom-wins", {row: {"seen": "no"} for row in "ace"}),
        model("rm-frees-space", {row: {"seen": "yes"} for row in "bdf"}),
        model("moving-is-free", {"l": {"seen": "yes"}}),
    ),
)


def judged(exercise: Exercise, answer: Any) -> Verdict:
    evidence = Evidence(exercise.id, value(answer))
    return mark(exercise, {}, evidence, run=None, random=Random(0))  # type: ignore[arg-type]


def named(answer: Any, exercise: Exercise = TABLE) -> list[str]:
    return [shown.belief.id for shown in judged(exercise, answer).beliefs]


@pytest.mark.parametrize(
    ("cells", "beliefs"),
    [
        ({"a": "no", "c": "no", "e": "no"}, ["bottom-wins"]),
        ({"a": "no", "c": "no", "e": "no", "k": "yes"}, ["bottom-wins"]),  # another mistake besides
        ({"a": "no", "c": "no", "e": "no", "b": "yes", "d": "yes", "f": "yes"}, ["bottom-wins", "rm-frees-space"]),
        ({"a": "no", "c": "no"}, []),  # e contradicts it
        ({"a": "no", "c": "no", "e": "maybe"}, []),
        ({"l": "yes"}, ["moving-is-free"]),  # all that is wrong
        ({"l": "yes", "k": "yes"}, []),  # one part is too little beside another mistake
        ({row: "maybe" for row in "hijk"}, []),
    ],
)
def test_a_belief_needs_its_parts_and_no_part_against_it(cells: dict[str, str], beliefs: list[str]) -> None:
    assert named(saying(**cells)) == beliefs


def test_what_shows_a_belief_is_quoted_and_not_the_first_wrong_cell() -> None:
    verdict = judged(TABLE, saying(a="no", c="no", e="no", b="maybe"))
    (shown,) = verdict.beliefs
    assert shown.said[0] == "row a, seen: you have 'no'." and shown.parts == 3 and not shown.exact
    page = html(Report(verdict, "t"))
    assert "3 parts of your answer follow from this belief" in page and "just what follows" not in page


def test_a_cell_left_open_contradicts_nothing() -> None:
    assert named({**saying(a="no", c="no"), "e": {"seen": ...}}) == ["bottom-wins"]


def test_one_option_everywhere_is_said_to_be_that() -> None:
    verdict = judged(TABLE, {row: {"seen": "no"} for row in ROWS})
    assert verdict.said == "You gave the same answer everywhere: 'no'." and verdict.beliefs == ()


def test_random_answers_show_a_belief_in_less_than_three_of_a_hundred() -> None:
    random = Random(12)
    answers = [{row: {"seen": random.choice(("yes", "no", "maybe"))} for row in ROWS} for _ in range(1000)]
    assert sum(bool(named(answer)) for answer in answers) < 30


def test_an_order_says_its_first_place_that_is_wrong_once() -> None:
    order = replace(
        tiny.BOOT,
        form=Arrange({key: key.upper() for key in "abcdef"}),
        truth=lambda case: list("abcdef"),
        wrong_models=(model("base-last", list("fedcba")),),
    )
    page = html(Report(judged(order, list("abecdf")), "t"))
    assert page.count("The first 2 are in place. Then you have “E”, and “C” later.") == 1
    assert named(list("fedcba"), order) == ["base-last"] and named(list("bacdef"), order) == []


def test_numbers_that_were_exchanged_are_told() -> None:
    table = replace(
        TABLE,
        form=Fill({"x": "the sum", "y": "the rest"}, {"bytes": Number("bytes")}),
        truth=lambda case: {"x": {"bytes": 5000}, "y": {"bytes": 700}},
        wrong_models=(),
    )
    wants = [outcome.want for outcome in judged(table, {"x": {"bytes": 700}, "y": {"bytes": 5000}}).outcomes]
    assert wants == ["You have exchanged it with “the rest”.", "You have exchanged it with “the sum”."]


def test_where_nothing_can_be_said_the_first_question_is_asked() -> None:
    verdict = judged(TABLE, saying(h="maybe", i="maybe"))
    assert verdict.beliefs == () and verdict.said == f"Ask yourself: {TABLE.hints[0].text}"

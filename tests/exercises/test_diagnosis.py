"""Beliefs are named by the parts that show them, never where a part contradicts them, and rarely by chance."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from coursekit.exercises.evidence import Evidence, value
from coursekit.exercises.forms import Arrange, Choose, Fill, Number, Text
from coursekit.exercises.marking import mark
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Exercise, WrongModel
from coursekit.exercises.report import Report, html, text
from coursekit.exercises.verdict import Verdict, as_json
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
    question="What is seen?",
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
    assert shown.said[0] == "row a, seen: you have “no”." and shown.parts == 3 and not shown.exact
    page = html(Report(verdict, "t"))
    assert "In 3 parts you answer as somebody does who believes" in page


def test_what_is_held_of_each_part_tells_the_part_where_another_speaks_against_the_belief() -> None:
    by_part = replace(model("bottom-wins", {row: {"seen": "no"} for row in "ace"}), each=True)
    verdict = judged(replace(TABLE, wrong_models=(by_part,)), saying(a="no"))
    for said in (html(Report(verdict, "t")), text(Report(verdict, "t"))):
        assert "Where it goes wrong: here" in said and by_part.of.belief not in said
    assert verdict.belief is None and as_json(verdict)["misconceptions"] == []


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
    assert wants == ["You have swapped it with “the rest”.", "You have swapped it with “the sum”."]


def test_where_nothing_can_be_said_the_first_question_is_asked() -> None:
    verdict = judged(TABLE, saying(h="maybe", i="maybe"))
    assert verdict.beliefs == () and verdict.said == f"Ask yourself: {TABLE.hints[0].text}"


def small(truth: list[str], *models: WrongModel, options: str = "abcdef") -> Exercise:
    """A choice of which there are few answers."""
    form = Choose({key: key.upper() for key in options}, many=True)
    return replace(TABLE, form=form, truth=lambda case: truth, wrong_models=models)


def test_of_few_answers_a_belief_explains_all_that_is_wrong() -> None:
    choice = small(["a", "b"], model("bottom-wins", ["c", "d"]))
    assert named(["c", "d"], choice) == ["bottom-wins"]
    assert named(["c", "d", "e"], choice) == []


def test_two_beliefs_are_not_made_up_of_one_part_each() -> None:
    choice = small(["a", "b", "c"], model("bottom-wins", ["b", "c"]), model("rm-frees-space", ["a", "c"]))
    assert named(["c"], choice) == []


def test_a_choice_the_other_way_round_is_said_to_be_that() -> None:
    beliefs = (model("bottom-wins", ["c", "d"]), model("rm-frees-space", ["a", "b", "c", "d", "e", "f"]))
    choice = small(["a", "b"], *beliefs)
    verdict = judged(choice, ["c", "d", "e", "f"])
    assert verdict.beliefs == () and verdict.said.startswith("It is the other way round")


CROSSED = replace(
    TABLE,
    form=Fill(
        {row: row for row in "xyz"},
        {"old": Choose({"in": "inside", "out": "outside"}), "new": Choose({"in": "inside", "out": "outside"})},
    ),
    truth=lambda case: {row: {"old": "in", "new": "out" if row != "z" else "in"} for row in "xyz"},
    wrong_models=(
        model("bottom-wins", {row: {"old": "out"} for row in "xy"}),
        model("rm-frees-space", {row: {"new": "in"} for row in "xy"}),
    ),
)


def test_columns_that_were_exchanged_are_no_two_beliefs() -> None:
    verdict = judged(CROSSED, {row: {"old": "out" if row != "z" else "in", "new": "in"} for row in "xyz"})
    assert verdict.beliefs == () and verdict.said == "You have swapped the columns “new” and “old”."
    assert named({row: {"old": "out" if row != "z" else "in", "new": "out"} for row in "xy"}, CROSSED) == [
        "bottom-wins"
    ]


SIZES = {"one": {"bytes": 5000}, "two": {"bytes": 70_000}, "sum": {"bytes": 75_000}}
SUMS = replace(
    TABLE,
    question="What do one, two and both weigh?",
    make=lambda random: {"spare": 1234, "one": 2345},
    form=Fill({row: f"the {row}" for row in SIZES}, {"bytes": Number("bytes")}),
    truth=lambda case: SIZES,
    wrong_models=(model("bottom-wins", {"sum": {"bytes": 5000}}),),
)


def summed(case: dict[str, int], **given: int) -> Verdict:
    answer = {row: {"bytes": given.get(row, SIZES[row]["bytes"])} for row in SIZES}
    return mark(SUMS, case, Evidence(SUMS.id, value(answer)), run=None, random=Random(0))  # type: ignore[arg-type]


def test_an_exchange_of_numbers_is_no_belief_about_one_of_them() -> None:
    assert [shown.belief.id for shown in summed({}, sum=5000).beliefs] == ["bottom-wins"]
    verdict = summed({}, sum=5000, one=75_000)
    assert verdict.beliefs == () and "swapped 5000 and 75000" in verdict.said


def test_a_part_is_named_as_the_learner_read_it_or_not_at_all() -> None:
    case = {"spare": 1234, "one": 2345}
    wants = [outcome.want for outcome in summed(case, sum=75_000 + 1234, two=70_000 - 2345).outcomes]
    assert wants[1].startswith("It is too small by exactly what `one` is")
    assert wants[2].startswith("It is too large by exactly what one of the sizes in question is")


def test_one_number_in_several_cells_is_no_slip_in_each() -> None:
    wants = [outcome.want for outcome in summed({}, two=70, sum=75).outcomes]
    assert "right size in kB" in wants[1] and "right size in kB" in wants[2]
    wants = [outcome.want for outcome in summed({}, one=70, two=70, sum=70).outcomes]
    assert wants == ["It is too small."] * 3
    wants = [outcome.want for outcome in summed({"one": 5000}, one=0, two=0).outcomes]
    assert wants[0].startswith("It is too small by exactly what `one` is")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("sha256:0123456789ad", "1 digit differs of 12"),
        ("0123456789ba", "2 digits differ of 12"),
        ("fedcba987654", "12 of 12 digits differ: it is the digest of something else."),
        ("kernel", "Another answer is right."),
    ],
)
def test_of_a_digest_it_is_told_how_far_it_is_away(given: str, told: str) -> None:
    digest = replace(TABLE, form=Text(), truth=lambda case: "0123456789ab", wrong_models=())
    assert judged(digest, given).outcomes[0].want.startswith(told)


def test_two_relations_that_were_taken_for_each_other_are_told() -> None:
    kinds = Choose({"up": "parent", "down": "child", "no": "neither"})
    table = replace(
        TABLE,
        form=Fill({row: row for row in "vwxyz"}, {"is": kinds}),
        truth=lambda case: {
            row: {"is": kind} for row, kind in zip("vwxyz", ("up", "up", "no", "no", "no"), strict=True)
        },
        wrong_models=(model("bottom-wins", {"v": {"is": "down"}, "x": {"is": "up"}}),),
    )

    def told(*kinds: str) -> str:
        return judged(table, {row: {"is": kind} for row, kind in zip("vwxyz", kinds, strict=True)}).said

    assert told("down", "down", "no", "no", "no") == "In the column “is” you have swapped “child” and “parent”."
    assert "swapped" not in told("down", "up", "no", "no", "no") + told("no", "no", "no", "no", "up")

"""The plan to shrink: what reaches the goal and keeps the needs scores full, in every variant."""

from typing import Any

import pytest

from coursekit.anatomy.facts import published
from coursekit.exercises import catalogue
from coursekit.exercises.evidence import Evidence, value
from coursekit.exercises.marking import mark
from coursekit.exercises.proof import SEEDS
from coursekit.exercises.seeds import case_for, practice
from coursekit.exercises.verdict import Verdict
from coursekit.lessons.l06_nginx_133mb.stored_and_seen.key import stored_and_seen

SHRINK_PLAN = catalogue.exercise("shrink-plan")


def judged(case: Any, answer: Any) -> Verdict:
    evidence = Evidence(SHRINK_PLAN.id, value(answer))
    return mark(SHRINK_PLAN, case, evidence, run=None, random=practice(SHRINK_PLAN.id, ""))  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", SEEDS[:10])
def test_leaving_everything_as_it_is_scores_nothing(seed: str) -> None:
    case = case_for(SHRINK_PLAN, seed)
    assert judged(case, {row: {"take": "no"} for row in case["rows"]}).mark == 0


@pytest.mark.parametrize("seed", SEEDS[:10])
def test_small_measures_beside_the_needed_ones_cost_nothing(seed: str) -> None:
    case = case_for(SHRINK_PLAN, seed)
    free = {"drop-geoip", "drop-njs"} - set(case["needs"])
    answer = {**SHRINK_PLAN.truth(case), **{key: {"take": "yes"} for key in free}}
    assert judged(case, answer).full


@pytest.mark.parametrize("seed", SEEDS)
def test_taking_all_loses_what_is_needed(seed: str) -> None:
    case = case_for(SHRINK_PLAN, seed)
    verdict = judged(case, {row: {"take": "yes"} for row in case["rows"]})
    assert not verdict.full and "keeps alpine" in verdict.shown


@pytest.mark.parametrize("seed", SEEDS)
def test_the_goal_cannot_be_reached_with_one_useful_measure_less(seed: str) -> None:
    case = case_for(SHRINK_PLAN, seed)
    truth = SHRINK_PLAN.truth(case)
    for key in [row for row, cells in truth.items() if cells["take"] == "yes"]:
        verdict = judged(case, {**truth, key: {"take": "no"}})
        assert "the goal is reached" in verdict.shown, key


def test_the_goal_lies_below_the_image() -> None:
    goals = [case_for(SHRINK_PLAN, seed)["goal"] for seed in SEEDS]
    assert max(goals) < published("nginx:1.21.4").files.value


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([], [0, 0]),
        ([{"/a": 5}], [5, 5]),
        ([{"/a": 5}, {"/a": None}], [5, 0]),
        ([{"/a": 5}, {"/a": 7}], [12, 7]),
        ([{"/a": 5}, {"/a": None}, {"/a": 1}], [6, 1]),
    ],
)
def test_stored_never_falls(layers: Any, expected: list[int]) -> None:
    assert stored_and_seen(layers) == expected

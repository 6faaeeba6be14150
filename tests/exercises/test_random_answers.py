"""Random answers show no belief: seldom is one named, and never one that a part of the answer contradicts.

Twenty answers for each exercise here; `python -m tests.exercises.random_answers --each 500 --json
tests/exercises/random_answers.json` draws more and keeps its result.
"""

import json
from pathlib import Path

from coursekit.exercises import catalogue
from coursekit.exercises.model import Exercise
from coursekit.exercises.seeds import case_for
from tests.exercises.random_answers import MANY, asked, contradicts, measured, shares

KEPT = Path(__file__).with_name("random_answers.json")


def test_a_belief_is_seldom_named_and_never_against_a_part() -> None:
    rows = [measured(exercise, "random", 20) for exercise in asked()]
    assert {row.exercise: row.contradicted for row in rows if row.contradicted} == {}
    wrong, named = shares(rows)[True]
    assert wrong > 500
    assert named < 0.03 * wrong, {row.exercise: row.named for row in rows if row.possible >= MANY and row.named}


def of_the_course() -> list[Exercise]:
    """Without the tiny exercises that a test of a class may have left in this process."""
    return [each for each in asked() if not each.id.startswith("99-")]


def test_the_result_for_many_answers_is_kept_and_is_of_these_exercises() -> None:
    kept = json.loads(KEPT.read_text("utf-8"))
    assert kept["each"] >= 500 and kept["date"]
    assert [row["exercise"] for row in kept["exercises"]] == [exercise.id for exercise in of_the_course()]
    rows = [row for row in kept["exercises"] if row["possible"] >= MANY]
    assert sum(row["named"] for row in rows) < 0.03 * sum(row["wrong"] for row in rows)


def test_a_belief_that_a_part_contradicts_is_seen() -> None:
    exercise = catalogue.exercise("page-cache")
    case = case_for(exercise, "")
    truth = exercise.truth(case)
    believed = exercise.wrong_models[0].predict(case)
    assert not contradicts(exercise, case, believed, "memory-per-container")
    other = {**believed, "overlay2": {"bytes": 7}}
    assert contradicts(exercise, case, other, "memory-per-container")
    assert contradicts(exercise, case, truth, "memory-always-shared")

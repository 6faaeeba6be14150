"""Answers, ids, evidence and marks do not depend on the language."""

import pytest

from coursekit.exercises import catalogue, proof, seeds
from coursekit.exercises.model import Exercise, Kind
from coursekit.language import use

SEEDS = tuple(f"class-{number}" for number in range(20))
ANSWERED = [id for id, each in catalogue.exercises().items() if each.kind is not Kind.PROSE]


def verdicts(exercise: Exercise) -> list[object]:
    """What the wrong models earn on each seed, and what they are told: beliefs by id."""
    return [
        (each.mark, each.flags, [shown.belief.id for shown in each.beliefs])
        for seed in SEEDS
        for each in proof.answered(exercise, seeds.case_for(exercise, seed), seed)
    ]


@pytest.mark.parametrize("id", ANSWERED)
def test_an_answer_earns_the_same_in_both_languages(id: str) -> None:
    try:
        use("en")
        english = verdicts(catalogue.exercise(id))
        use("zh")
        assert verdicts(catalogue.exercise(id)) == english
    finally:
        use(None)

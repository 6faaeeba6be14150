"""The machine that proves exercises: it passes the sound ones, and sees each way in which one can be unsound."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Exercise, WrongModel
from coursekit.exercises.proof import faults
from coursekit.exercises.running import Ran, call
from tests.exercises import tiny


def trusting(source: str, name: str, inputs: Any, *, seconds: float) -> Ran:
    """Runs a solution of our own in this process."""
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    return Ran(tuple(call(namespace[name], args) for args in inputs))


@pytest.mark.parametrize("exercise", tiny.EXERCISES, ids=lambda exercise: exercise.id)
def test_a_sound_exercise_has_no_faults(exercise: Exercise) -> None:
    assert faults(exercise, trusting) == []


def test_a_truth_that_its_own_judge_refuses_is_a_fault() -> None:
    assert "solution scores" in faults(replace(tiny.BOOT, truth=lambda case: ["init"]), trusting, ["a"])[0]


def test_a_wrong_model_that_is_the_truth_is_a_fault() -> None:
    model = WrongModel(MISCONCEPTIONS["sizes-add-up"], predict=tiny.DOWNLOAD.truth)
    assert (
        "differs from the truth on 0 of 2"
        in faults(replace(tiny.DOWNLOAD, wrong_models=(model,)), trusting, ["a", "b"])[0]
    )


def test_two_wrong_models_that_coincide_are_a_fault() -> None:
    second = replace(tiny.DOWNLOAD.wrong_models[0], of=MISCONCEPTIONS["sizes-add-up"])
    both = replace(tiny.DOWNLOAD, wrong_models=(*tiny.DOWNLOAD.wrong_models, second))
    assert "is told as 'docker-images-size-travels'" in faults(both, trusting, ["a"])[0]


def test_a_judge_that_stumbles_is_a_fault() -> None:
    def stumbles(case: Any, answer: Any) -> Any:
        raise KeyError("nothing")

    assert "could not be judged" in faults(replace(tiny.DOWNLOAD, judge=stumbles), trusting, ["a"])[0]


def test_the_same_seed_gives_the_same_case() -> None:
    assert tiny.DOWNLOAD.make(Random(7)) == tiny.DOWNLOAD.make(Random(7))

"""No wrong function passes: what is tried of each exercise, and that the machine sees what gets through.

Ten seeds here; `python -m coursekit.exercises.surviving --seeds 200 --json tests/exercises/surviving.json` tries 200 and
keeps its result.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from coursekit.exercises.equivalents import EQUIVALENTS
from coursekit.exercises.functions import Expected, truth, verdict_of
from coursekit.exercises.model import Case, Exercise, Function
from coursekit.exercises.running import Ran, Refused, Result, Returned
from coursekit.exercises.seeds import case_for, practice, unseen
from coursekit.exercises.surviving import functions, survey
from tests.exercises import tiny

SEEDS = [f"seed {number}" for number in range(10)]
KEPT = Path(__file__).with_name("surviving.json")
each = pytest.mark.parametrize("exercise", functions(), ids=lambda exercise: exercise.id)
CONSTANTS: tuple[Any, ...] = (None, [], {}, "", b"", 0, 1, True, False, "dir", "overlay", [0], [0, 0])
ERRNOS = (1, 2, 5, 17, 18, 20, 21, 22, 39)


@each
def test_no_small_change_and_no_wrong_model_passes(exercise: Exercise) -> None:
    found = survey(exercise, SEEDS, EQUIVALENTS.get(exercise.id))
    assert found.tried > 10
    assert not found.survivors and not found.stale


def test_the_result_for_two_hundred_seeds_is_kept_and_is_of_these_exercises() -> None:
    kept = json.loads(KEPT.read_text("utf-8"))
    assert kept["seeds"] >= 200 and kept["date"]
    assert not any(row["survivors"] for row in kept["exercises"])
    told = {row["exercise"]: (row["changes"], row["equivalent"]) for row in kept["exercises"]}
    assert told == {
        exercise.id: (found.tried, len(found.equivalent))
        for exercise in functions()
        for found in [survey(exercise, [], EQUIVALENTS.get(exercise.id))]
    }


@each
def test_every_call_is_one_that_may_be_asked(exercise: Exercise) -> None:
    function = _of(exercise)
    if function.valid is not None:
        for seed in SEEDS:
            for args in function.inputs(case_for(exercise, seed), practice(exercise.id, seed)):
                assert function.valid(list(args)), args


@each
def test_the_empty_deed_earns_nothing(exercise: Exercise) -> None:
    """Whatever comes: the same value, the same error, an argument handed back; and nothing changed."""
    for seed in SEEDS:
        case = case_for(exercise, seed)
        inputs = [list(args) for args in _of(exercise).inputs(case, unseen(b"secret", exercise.id, seed))]
        expected = Expected(exercise, inputs)
        deeds: list[Sequence[Result]] = [[Returned(value, tuple(args)) for args in inputs] for value in CONSTANTS]
        deeds += [[Refused(errno, tuple(args)) for args in inputs] for errno in ERRNOS]
        deeds += [[Returned(args[at], tuple(args)) for args in inputs] for at in range(len(inputs[0]))]
        for results in deeds:
            verdict = verdict_of(exercise, case, expected, Ran(tuple(results)))
            assert verdict.mark <= exercise.points / 10, (verdict.mark, results[0])


@each
def test_refusals_alone_earn_nothing(exercise: Exercise) -> None:
    """Who raises what is to be raised, and does nothing else, has done none of the work."""
    case = case_for(exercise, "")
    inputs = [list(args) for args in _of(exercise).inputs(case, practice(exercise.id, ""))]
    expected = Expected(exercise, inputs)
    results = [
        want if isinstance(want, Refused) else Returned(None, tuple(args))
        for args, want in zip(inputs, expected.wanted, strict=True)
    ]
    assert verdict_of(exercise, case, expected, Ran(tuple(results))).mark <= exercise.points / 10


def _of(exercise: Exercise) -> Function:
    assert exercise.function is not None
    return exercise.function


def _with_inputs(exercise: Exercise, inputs: Sequence[Sequence[Any]]) -> Exercise:
    def asked(case: Case, random: Random) -> Sequence[Sequence[Any]]:
        return inputs

    return replace(exercise, function=replace(_of(exercise), inputs=asked))


def test_inputs_that_tell_too_little_are_seen() -> None:
    exercise = next(each for each in functions() if each.id == "readdir")
    found = survey(_with_inputs(exercise, [[[{"a": "file"}]]]), SEEDS[:1])
    assert "wrong model bottom-wins" in found.survivors and len(found.survivors) > 5


def test_a_listed_change_that_is_told_apart_or_is_none_is_stale() -> None:
    exercise = next(each for each in functions() if each.id == "readdir")
    told = "readdir: `list((name for name, kind in topmost.items() if kind != 'whiteout'))` for "
    told += "`sorted((name for name, kind in topmost.items() if kind != 'whiteout'))`"
    found = survey(exercise, SEEDS[:1], {told: "no", "readdir: nothing of the kind": "no"})
    assert found.stale == ["readdir: nothing of the kind", told]


def test_a_program_that_does_not_end_is_stopped_by_its_steps() -> None:
    source = (
        "def total(numbers):\n    found = 0\n    while numbers:\n        found += numbers.pop()\n    return found\n"
    )
    exercise = next(each for each in tiny.EXERCISES if each.function is not None)
    function = replace(_of(exercise), name="total", reference=sum, changes=())
    bent = replace(_with_inputs(replace(exercise, function=function), [[[1, 2]]]), truth=lambda case: source)
    bent = replace(bent, wrong_models=())
    assert "total: `found += numbers.pop()` left out" not in survey(bent, SEEDS[:1]).survivors


def test_equivalents_are_of_functions_and_give_reasons() -> None:
    assert set(EQUIVALENTS) <= {exercise.id for exercise in functions()}
    assert all(len(reason) > 20 for listed in EQUIVALENTS.values() for reason in listed.values())


@each
def test_the_solution_itself_passes(exercise: Exercise) -> None:
    """What is recorded or worked out is what the reference does."""
    function, case = _of(exercise), case_for(exercise, "")
    inputs = [list(args) for args in function.inputs(case, practice(exercise.id, ""))]
    expected = Expected(exercise, inputs)
    results = tuple(truth(function, args) for args in inputs)
    assert verdict_of(exercise, case, expected, Ran(results)).full

"""A machine's proof that an exercise can be trusted, seed by seed; used by the tests of every lesson.

Unsolved scores 0; the truth scores full; each wrong model scores less **and is named**, and differs from the truth on
nearly every variant. No two wrong models coincide there, else the later one would be named as the earlier.
"""

from collections.abc import Iterable, Iterator
from random import Random
from typing import Any

from coursekit.exercises import catalogue
from coursekit.exercises.diagnosis import completed
from coursekit.exercises.evidence import Code, Evidence, Unanswered, value
from coursekit.exercises.functions import Expected, verdict_of
from coursekit.exercises.marking import mark
from coursekit.exercises.model import Case, Exercise, Kind, WrongModel
from coursekit.exercises.running import Ran, Run
from coursekit.exercises.seeds import case_for, practice
from coursekit.exercises.verdict import Verdict

SEEDS = tuple(f"seed-{number}" for number in range(50))


def faults(exercise: Exercise, run: Run, seeds: Iterable[str] = SEEDS) -> list[str]:
    """What does not hold of the exercise, in words; empty when all of it does. `run` runs a function's solution."""
    seeds = tuple(seeds)
    found: list[str] = []
    differs: dict[str, int] = {}
    asked: dict[str, int] = {}
    for seed in seeds:
        case = case_for(exercise, seed)
        believed = list(zip(exercise.wrong_models, answered(exercise, case, seed), strict=True))
        found += [f"{exercise.id}, seed {seed}: {fault}" for fault in _faults_of(exercise, case, seed, run, believed)]
        for model, wrong in believed:
            speaks = exercise.function is not None or model.predict(case) not in ({}, None)  # of a row that there is
            asked[model.of.id] = asked.get(model.of.id, 0) + speaks
            differs[model.of.id] = differs.get(model.of.id, 0) + (not wrong.full)
    for id, count in asked.items():
        if differs[id] < 0.95 * count or not count:
            found.append(
                f"{exercise.id}: wrong model {id!r} differs from the truth on {differs[id]} of {count} seeds only"
            )
    return found


def _faults_of(
    exercise: Exercise, case: Case, seed: str, run: Run, believed: list[tuple[WrongModel, Verdict]]
) -> Iterator[str]:
    unsolved = mark(exercise, case, Evidence(exercise.id, Unanswered()), run=run, random=Random(0))
    if unsolved.mark != 0 or unsolved.answered:
        yield "unsolved it scores something"
    solved = solution(exercise, case, seed, run)
    if exercise.kind is Kind.PROSE:
        if not all(outcome.ok for outcome in solved.outcomes):
            yield "its model answer is flagged"
        return
    if solved.mark != exercise.points or not solved.explanation:
        yield f"its solution scores {solved.mark} of {exercise.points}: {solved.said} {_failed(solved)}"
    for model, wrong in believed:
        if wrong.flags:
            yield f"wrong model {model.of.id!r}: {wrong.flags}"
        elif not wrong.full and model.of.id != (told := wrong.beliefs[0].belief.id if wrong.beliefs else None):
            yield f"wrong model {model.of.id!r} is told as {told!r}"


def _failed(verdict: Verdict) -> list[str]:
    return [f"{outcome.claim}: {outcome.have}" for outcome in verdict.outcomes if not outcome.ok]


def solution(exercise: Exercise, case: Case, seed: str, run: Run) -> Verdict:
    """The verdict on the exercise's own truth."""
    truth = exercise.truth(case)
    answer: Any = Code(truth, _earlier(exercise, case)) if exercise.function else value(truth)
    evidence = Evidence(exercise.id, answer, seed)
    return mark(exercise, case, evidence, run=run, random=practice(exercise.id, seed))


def _earlier(exercise: Exercise, case: Case) -> tuple[tuple[str, str], ...]:
    """The solutions of the steps before a chained one."""
    needs = exercise.function.needs if exercise.function else ()
    return tuple((id, str(catalogue.exercise(id).truth(case))) for id in needs)


def answered(exercise: Exercise, case: Case, seed: str) -> Iterator[Verdict]:
    """The verdicts on what somebody with each of the beliefs answers; of a part of a table, the rest is the truth."""
    if exercise.function is not None:
        expected = Expected(exercise, exercise.function.inputs(case, practice(exercise.id, seed)))
        for number in range(len(exercise.wrong_models)):
            yield verdict_of(exercise, case, expected, Ran(tuple(expected.believed(number))))
        return
    for model in exercise.wrong_models:
        evidence = Evidence(exercise.id, value(believing(exercise, case, model)), seed)
        yield mark(exercise, case, evidence, run=_never, random=Random(0))


def believing(exercise: Exercise, case: Case, model: WrongModel) -> Any:
    """The value that somebody with this belief answers; of a part of a table, the rest is the truth."""
    return completed(exercise.shape(case), exercise.truth(case), model.predict(case))


def _never(source: str, name: str, inputs: Any, *, seconds: float, before: Any = (), served: Any = ()) -> Ran:
    raise TypeError("a value is not run")

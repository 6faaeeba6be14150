"""A wrong number is told what happened to it, in every exercise that asks for numbers.

Each number of the truth is bent, the rest of the answer is right: a digit mistyped, two digits exchanged, a digit left out,
off by one, rounded, kB or MB for bytes, one of the question's numbers missing or added. Where a belief gives just this
number, the belief is named.
"""

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from coursekit.exercises.evidence import Evidence, value
from coursekit.exercises.forms import Fill, Form, Number
from coursekit.exercises.marking import mark
from coursekit.exercises.model import Case, Exercise, written
from coursekit.exercises.seeds import case_for
from coursekit.exercises.slips import numbers_of
from tests.exercises.random_answers import asked, never

SEEDS = ("a", "b")


def columns(form: Form | None) -> list[str]:
    """The columns of a table in which numbers are given; [''] for a number alone."""
    if isinstance(form, Number):
        return [""]
    return (
        [column for column, cell in form.columns.items() if isinstance(cell, Number)] if isinstance(form, Fill) else []
    )


EXERCISES = [each for each in asked() if each.judge is None and columns(each.shape(case_for(each, "")))]


def bent(want: int, parts: dict[str, int]) -> Iterator[tuple[str, Any]]:
    """What was done to a number, and the number; only what can be told from others."""
    text = str(want)
    if len(text) >= 6:
        yield "a digit mistyped", int(text[:2] + str((int(text[2]) + 5) % 10) + text[3:])
        yield "two digits exchanged", int(text[:3] + text[4] + text[3] + text[5:])
        yield "a digit left out", int(text[:4] + text[5:])
        yield "rounded", round(want, -(len(text) - 3))
        yield "kB", want / 1000
        yield "MB", round(want / 10**6, 1)
        yield "MiB", want / 2**20
        yield "missing", want - max((size for size in parts.values() if 1000 < size < want), default=0)
        yield "added", want + max((size for size in parts.values() if size > 1000), default=0)
        yield "twice", 2 * want
    if want:
        yield "off by one", want + 1


def told(exercise: Exercise, case: Case, answer: Any, seed: str, right: float) -> bool:
    """Whether more is said of a wrong number than that it is too large or too small; or it counts as right."""
    verdict = mark(exercise, case, Evidence(exercise.id, value(answer), seed), run=never, random=Random(0))
    wanted = [outcome.want for outcome in verdict.outcomes if not outcome.ok]
    general = ("It is too large.", "It is too small.", "Another answer is right.")  # and no question after it
    return verdict.full or bool(verdict.beliefs or verdict.said) or not any(want in general for want in wanted)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_a_bent_number_is_told_what_happened_to_it(exercise: Exercise) -> None:
    silent = []
    for seed in SEEDS:
        case = case_for(exercise, seed)
        form, truth, parts = exercise.shape(case), exercise.truth(case), numbers_of(case)
        for row, column in [
            (row, c) for c in columns(form) for row in (truth if c else [""]) if not c or c in truth[row]
        ]:
            want = truth[row][column] if column else truth
            for what, have in bent(want, parts) if type(want) is int else ():
                answer = copy.deepcopy(truth) if column else have
                if column:
                    answer[row][column] = have
                if have != want and not told(exercise, case, answer, seed, want):
                    silent.append(f"{seed} {row}/{column} {what}: {have} for {want}")
    assert not silent, written(exercise.question, case_for(exercise, SEEDS[0]))

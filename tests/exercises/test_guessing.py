"""What takes no thought earns nothing: nothing at all, 0, one option everywhere, a column of it, all options, the order shown."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from coursekit.exercises.evidence import Evidence, value
from coursekit.exercises.forms import Choose, Entries, Fill, Form, Moves, Number, Pick, Recipe
from coursekit.exercises.guessing import thoughtless
from coursekit.exercises.marking import mark
from coursekit.exercises.model import Case, Exercise
from coursekit.exercises.seeds import case_for
from tests.exercises.random_answers import asked, never

SEEDS = ("a", "b", "c", "d")
CHANCE = {  # one option of few is asked for, so one in so many guesses is right
    "try-pick": "which of four layers",
    "predict-download": "which of four sizes",
}


def deeds(exercise: Exercise, case: Case, form: Form | None) -> Iterator[Any]:
    """Answers that take no thought, and are not the truth."""
    truth = exercise.truth(case)
    match form:
        case Fill(columns=columns):
            firsts = {
                column: 0 if isinstance(cell, Number) else next(iter(cell.options)) if isinstance(cell, Choose) else "x"
                for column, cell in columns.items()
            }
            yield {row: {column: firsts[column] for column in cells} for row, cells in truth.items()}
            for column, cell in columns.items():
                for said in cell.options if isinstance(cell, Choose) else [firsts[column]]:
                    yield {row: {column: said} for row, cells in truth.items() if column in cells}
        case Number():
            yield from (0, 1)
        case Choose(many=False) | Pick(many=False):
            yield next(iter(form.options if isinstance(form, Choose) else form.items))
        case Moves():
            yield from ("ls /", "touch /tmp/a")
        case Recipe(commands=commands):
            yield "docker run -dit --name box debian-slim:bullseye" if commands else "FROM scratch\n"
        case Entries():
            yield {}
    yield from (each for each in thoughtless(form, exercise, case) if each != truth)


@pytest.mark.parametrize("exercise", [e for e in asked() if e.id not in CHANCE], ids=lambda exercise: exercise.id)
def test_the_empty_deed_earns_nothing(exercise: Exercise) -> None:
    for seed in SEEDS:
        case = case_for(exercise, seed)
        for answer in deeds(exercise, case, exercise.shape(case)):
            verdict = mark(exercise, case, Evidence(exercise.id, value(answer), seed), run=never, random=Random(0))
            assert verdict.mark <= exercise.points / 10, (answer, verdict.mark)


def test_where_one_option_of_few_is_asked_for_each_is_right_for_somebody() -> None:
    for exercise in (each for each in asked() if each.id in CHANCE):
        assert len({exercise.truth(case_for(exercise, f"student-{n}")) for n in range(60)}) > 2

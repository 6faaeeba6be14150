"""What answers earn that take no thought: one option everywhere, all options or none, the order in which steps are listed.

A mark begins above the best of these. Right answers keep everything, an answer that is no better than such a one has
nothing, and what is left open costs itself (formula scoring). Pure; `marking` asks.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from coursekit.exercises.checks import compared
from coursekit.exercises.forms import Arrange, Choose, Fill, Form, Number, Pick, Rows
from coursekit.exercises.model import Case, Exercise, Outcome
from coursekit.exercises.plain import dumps
from coursekit.exercises.verdict import share


def outcomes_of(exercise: Exercise, case: Case, form: Form | None, answer: Any) -> tuple[Outcome, ...]:
    """The claims about an answer of the right form, by the exercise's own judge or by its form."""
    if exercise.judge is not None:
        return tuple(exercise.judge(case, answer))
    return compared(form, answer, exercise.truth(case), exercise.same)


def above_guessing(
    exercise: Exercise, case: Case, form: Form | None, answer: Any, outcomes: Sequence[Outcome]
) -> tuple[float, float]:
    """The mark of an answer above what takes no thought, and the points that this would have had.

    What is wrong costs more than itself, by as much as makes a thoughtless answer earn nothing; a cell that was left
    open costs only itself, but where all that was given is one value a column, and wrong in places.
    """
    points = exercise.points
    whole = share(tuple(outcomes), points)
    answers = tuple(thoughtless(form, exercise, case)) if 0 < whole < points else ()
    guessed = max((share(outcomes_of(exercise, case, form, each), points) for each in answers), default=0.0)
    if guessed in (0, points):
        return whole, 0.0
    if not all(outcome.ok or _open(form, answer, outcome) for outcome in outcomes) and _part_of_one(
        form, answer, answers
    ):
        return 0.0, guessed
    left = [
        outcome for outcome in outcomes if not outcome.ok and exercise.judge is None and _open(form, answer, outcome)
    ]
    costs = points - whole - points * sum(outcome.weight for outcome in left) / sum(each.weight for each in outcomes)
    return max(round(whole - costs * guessed / (points - guessed), 2), 0.0), guessed


def _open(form: Form | None, answer: Any, outcome: Outcome) -> bool:
    """Whether a claim is about a cell that was left open."""
    row, _, column = outcome.claim.rpartition("/")
    return isinstance(form, Fill) and answer.get(row, {}).get(column) is None


def _part_of_one(form: Form | None, answer: Any, answers: Sequence[Any]) -> bool:
    """Whether all cells that were given are those of a thoughtless answer."""
    return isinstance(form, Fill) and any(
        all(
            value is None or dumps(value) == dumps(each.get(row, {}).get(column))
            for row, cells in answer.items()
            for column, value in cells.items()
        )
        for each in answers
    )


def thoughtless(form: Form | None, exercise: Exercise, case: Case) -> Iterator[Any]:
    """The answers of a form that somebody gives who has not read the question; none where each would be a guess at all."""
    match form:
        case Choose(options=options, many=True) | Pick(items=options, many=True):
            yield from ([], list(options), list(options)[:1])
        case Arrange(items=items):
            yield from (list(items), list(items)[::-1])
        case Fill():
            yield from _everywhere(form, exercise.truth(case))
        case Rows():
            yield []


def _everywhere(form: Fill, truth: Any) -> Iterator[dict[str, dict[str, Any]]]:
    """One value in all cells of a column: the best such value, the first option; and of all cells the same one."""
    columns = {column: [row[column] for row in truth.values() if column in row] for column in form.columns}
    best = {column: _commonest(values) for column, values in columns.items() if values}
    yield _filled(form, truth, best)
    numbers = [column for column, cell in form.columns.items() if isinstance(cell, Number)]
    if numbers:
        most = _commonest([value for column in numbers for value in columns.get(column, ())])
        yield _filled(form, truth, dict.fromkeys(numbers, most))
    options = [option for cell in form.columns.values() if isinstance(cell, Choose) for option in cell.options]
    for option in dict.fromkeys(options):
        takes = {
            column: option
            for column, cell in form.columns.items()
            if isinstance(cell, Choose) and option in cell.options
        }
        yield _filled(form, truth, takes)


def _commonest(values: Sequence[Any]) -> Any:
    """The value that most cells of a column have; None where each has another: then one has to be known."""
    most = Counter(map(dumps, values)).most_common(1)
    return next((value for value in values for said, count in most if dumps(value) == said and count > 1), None)


def _filled(form: Fill, truth: Any, said: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        row: {column: said[column] for column in cells if said.get(column) is not None} for row, cells in truth.items()
    }

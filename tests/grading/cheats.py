"""Marks without work: what a whole lesson gives for answers that somebody else gave, or nobody thought about.

Each is computed when it is asked for, by the grader's own judge; `tests.grading.stock` puts the rows into ATTACKS.md.
BEFORE is what the first version gave, as it was found then.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from coursekit.exercises import catalogue, seeds
from coursekit.exercises.evidence import Code, Evidence, Unanswered, Unreadable, Value, value
from coursekit.exercises.forms import Arrange, Choose, Fill, Form, Number, Pick, Rows
from coursekit.exercises.model import Case, Exercise, Kind
from coursekit.exercises.running import Crashed, Ran, Refused, Result, Returned, Run, call
from coursekit.grading.judging.judge import choose, verdict_on
from coursekit.lessons.l07_build_your_own import traces_key
from coursekit.lessons.l07_build_your_own.tree_key import OPERATIONS

Answer = Value | Code | Unanswered | Unreadable
SECRET = bytes(32)
STUDENT = "eve"
SIX, OWN = "06-nginx-133mb", "07-build-your-own"


@dataclass(frozen=True, slots=True)
class Cheat:
    """What is tried, and in which lesson; `answered` gives the answer to an exercise, None for none."""

    claim: str
    lesson: str
    before: str
    most: float  # points that it may have now
    answered: Callable[[Exercise, Case], Answer | None]
    run: Run
    variant: str = STUDENT  # whose cases are answered


@cache
def earned(cheat: Cheat) -> tuple[float, int, float]:
    """The points of a cheat, how many answers are flagged, and the points that there are."""
    marks, flags, points = 0.0, 0, 0.0
    for exercise in catalogue.of_lesson(cheat.lesson):
        if exercise.kind is Kind.PROSE:
            continue
        points += exercise.points
        answer = cheat.answered(exercise, seeds.case_for(exercise, cheat.variant))
        if answer is not None:
            shown = Evidence(exercise.id, answer, cheat.variant)
            chosen, noted = choose(exercise.id, STUDENT, [shown.write()])
            assert chosen is not None
            marks += verdict_on(exercise, chosen, SECRET, STUDENT, cheat.run).mark
            flags += bool(noted)
    return round(marks, 2), flags, points


def answering(every: Callable[[str, Sequence[Any]], Result]) -> Run:
    """A box in which each call of a function ends so, whatever its source says."""

    def run(source: str, name: str, inputs: Sequence[Sequence[Any]], **more: Any) -> Ran:
        return Ran(tuple(every(name, args) for args in inputs))

    return run


def _right(exercise: Exercise, case: Case) -> Answer | None:
    return None if exercise.function else value(exercise.truth(case))


def _function(exercise: Exercise, case: Case) -> Answer | None:
    return Code("def f(): ...") if exercise.function else None


def _first(exercise: Exercise, case: Case) -> Answer | None:
    """The first option everywhere, 0 for numbers, steps in the order in which they are listed."""
    if exercise.function:
        return None
    form = exercise.shape(case)
    return value(_first_of(form, exercise.truth(case)))


def _first_of(form: Form | None, truth: Any) -> Any:
    match form:
        case Choose(options=options, many=many) | Pick(items=options, many=many):
            return [next(iter(options))] if many else next(iter(options))
        case Arrange(items=items):
            return list(items)
        case Number():
            return 0
        case Fill(columns=columns):
            return {row: {column: _first_of(columns[column], None) for column in cells} for row, cells in truth.items()}
        case Rows():
            return []
    return ""


def _recorded(name: str, args: Sequence[Any]) -> Result:
    found = traces_key.recorded(name)(list(args))
    return Crashed("KeyError: it is in no table") if found is None else found


def _courses_own(name: str, args: Sequence[Any]) -> Result:
    return call(OPERATIONS[name], args)


NOTHING = answering(lambda name, args: Returned(None, tuple(args)))
CHEATS = (
    Cheat("another's variant, by a name that ends in blanks", SIX, "33, no flag", 33, _right, NOTHING, "eve   "),
    Cheat("another's variant, by that name itself", SIX, "33, all flagged", 33, _right, NOTHING, "ada"),
    Cheat("a table of the public recordings", OWN, "34", 3, _function, answering(_recorded)),
    Cheat("`raise FileNotFoundError` everywhere", OWN, "6.3", 0, _function, answering(lambda *call: Refused(2))),
    Cheat("`return 0` in each function", SIX, "1.67", 0, _function, answering(lambda *call: Returned(0))),
    Cheat("the first option everywhere", "04-copy-on-write", "14.6", 0, _first, NOTHING),
)
HONEST = Cheat("the course's own functions", OWN, "", 34, _function, answering(_courses_own))

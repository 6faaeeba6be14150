"""A question that shows itself: clickable in a notebook, and as words anywhere.

Who makes it says how its card is made, since a card keeps answers and judges them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from coursekit.exercises import catalogue
from coursekit.exercises.model import Exercise, written
from coursekit.exercises.report import Words, listed
from coursekit.exercises.seeds import case_for
from coursekit.exercises.verdict import bare
from coursekit.language import _, plural


class Question(Words):
    """The words of a question, and the card on which it is answered; None where nobody looks at one."""

    __slots__ = ("_card",)

    def __init__(self, text: str, note: str, card: Callable[[], Any] | None) -> None:
        super().__init__(text, note)
        object.__setattr__(self, "_card", card)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        card: Callable[[], Any] | None = object.__getattribute__(self, "_card")
        if card is None:
            return {"text/plain": repr(self), "text/html": self._repr_html_()}
        return card()._repr_mimebundle_()


def asked_of(id: str, student: str, points: Mapping[str, float] | None = None) -> Words:
    """What an exercise asks of a student, in words; `points` are a teacher's. Raises: ExerciseError for none such."""
    (exercise,) = catalogue.chosen([catalogue.exercise(id)], (), points or {})
    return words_of(exercise, student)


def words_of(exercise: Exercise, student: str) -> Words:
    """What an exercise asks of a student: the question of their variant, and what can be answered."""
    mine = case_for(exercise, student)
    worth = plural("{n} point", "{n} points", 1 if exercise.points == 1 else 2).format(n=bare(exercise.points))
    ask = _("{title} {points}.") if exercise.title.endswith(("?", "？")) else _("{title}: {points}.")
    note = ask.format(title=exercise.title, points=worth)
    return Words("\n\n".join(filter(None, (written(exercise.question, mine), listed(exercise.shape(mine))))), note)

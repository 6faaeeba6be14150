"""The two halves of an exercise's rules, each in a file of its own.

    case.py   CASE = Asked(…)    what is asked: the learner's variant, its data for the text, the answer's shape
    key.py    KEY = Key(…)       what is true: the truth, the judge, the wrong models, a function's reference and inputs

The case goes wherever students work. The key stays with who judges: an instant check at home, the judge of a class, and
never the box in which a submission runs. Neither has a sentence for people: those stand in `texts`, and are asked for
by key with `say`. `folders` puts the three together.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Protocol, TypeAlias

from coursekit.exercises.forms import Form
from coursekit.exercises.model import Case, Function, Kind, Outcome


class Say(Protocol):
    """say("disk") is the text under that key, in Labels or Remarks, for this case.

    Its placeholders are filled with `values` and what `view` gives; `view` itself, which may say a line of a listing,
    has its own values only. Raises: ExerciseError for a key without text, or a placeholder without a value.
    """

    def __call__(self, key: str, /, **values: object) -> str: ...


View: TypeAlias = Callable[[Case, Say], Mapping[str, str]]
"""A value for each placeholder of the text, ready to print."""


def nothing(random: Random) -> Case:
    """The case of an exercise in which nothing varies."""
    return {}


def no_values(case: Case, say: Say) -> Mapping[str, str]:
    """The view of a case of which the text says nothing."""
    return {}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked. `view` gives a value to each placeholder of the text, ready to print: "1,234", "shop and mail".

    A form whose labels are words is a function of the case and of `say`. A function to be written is
    `Source("name")`; prose has no form.
    """

    kind: Kind
    points: float
    make: Callable[[Random], Case] = nothing
    view: View = no_values
    form: Form | Callable[[Case, Say], Form] | None = None


@dataclass(frozen=True, slots=True)
class Wrong:
    """A belief as a model that can be run: `predict(case)` is the answer of somebody who holds it.

    It may be only the parts that the belief touches: some cells of a table, {option: chosen} of a choice, a few steps of
    an order. None where the case has no such part. For a function it has the reference's signature.
    """

    belief: str  # its id, worded in lessons/beliefs
    predict: Callable[..., Any]
    place: str = (
        ""  # the key under '## Beliefs' of what errs there alone, of which no belief is told; '' is the belief's
    )
    each: bool = False  # it is held of each part by itself: of others one may know better


@dataclass(frozen=True, slots=True)
class Key:
    """What is true, and how an answer is judged."""

    truth: Callable[[Case], Any] | None = None  # a function: source that solves it; None for prose: its model answer
    wrong: tuple[Wrong, ...] = ()
    judge: Callable[[Case, Any, Say], Sequence[Outcome]] | None = None  # None: the form's own comparison
    same: Callable[[Any, Any], bool] | None = None  # same(have, want) of single values; None: equal
    function: Function | None = None
    remark: Callable[[Sequence[Any], Any, Any, Say], str] | None = None  # of a call that returned something wrong
    touches: Mapping[str, str] | None = None  # prose: by the rubric's keys, a pattern of sentences that touch the point

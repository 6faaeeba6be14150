"""An exercise as data: what is asked, what is true, how an answer is judged, and which beliefs lead astray.

    Exercise ── make(random) ─────> Case          this learner's variant, plain JSON
             ├─ truth(case) ──────> answer        one answer that earns everything
             ├─ judge(case, answer) > Outcome …   claims, each with its weight: partial credit
             ├─ wrong_models ─────> WrongModel …  a Misconception that can be run on this very case
             └─ hints             > Hint …        from a question to a pointer

The judged parts (`truth`, `judge`, `wrong_models`, `Function.reference`) run where a learner's code does not. They
touch no disk, network or clock, and get their randomness from `make`.

Neighbours: `forms` (an answer's shape), `marking` (answer to verdict), `lessons/*` (the data).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import TYPE_CHECKING, Any, TypeAlias

from coursekit.exercises.forms import Form, Source
from coursekit.exercises.running import Result

if TYPE_CHECKING:
    from coursekit.diagrams.scene import Scene

Case: TypeAlias = Mapping[str, Any]
"""One learner's variant: a JSON object that `make` drew. The same seed gives the same case, everywhere."""

Words: TypeAlias = str | Callable[[Case], str]
"""Text for people, or a function that writes it for a case. `code` between backticks is shown as code."""


class Kind(StrEnum):
    """What an answer is, which decides what counts as its evidence."""

    VALUE = "value"  # a number, a word, a list: computed
    PREDICTION = "prediction"  # a value given before the engine shows it
    CHOICE = "choice"  # keys of options
    ORDER = "order"  # the keys of all items, arranged
    TABLE = "table"  # {row: {column: value}}
    LEDGER = "ledger"  # rows that the learner adds: [{column: value}]
    FUNCTION = "function"  # the source of the answer cell, run on unseen inputs
    RECIPE = "recipe"  # a Dockerfile or commands, replayed by the judge
    PROSE = "prose"  # words, marked by a person with the rubric; flagged at once where a figure contradicts the image


@dataclass(frozen=True, slots=True)
class Outcome:
    """One claim about an answer, held or not. `have`, `want`, `look`: what there is, what is needed, where to look."""

    ok: bool
    claim: str  # short, stable, in words: "bytes of the base layer"
    weight: float = 1.0  # its share of the points, relative to the other outcomes
    have: str = ""
    want: str = ""
    look: str = ""


def expect(
    ok: bool, *, have: str = "", want: str = "", look: str = "", claim: str = "", weight: float = 1.0
) -> Outcome:
    """The outcome of one claim; `claim` defaults to what was wanted.

    >>> expect(1 + 1 == 3, have="You say 2.", want="It should be 3.", look="Lesson 0.").ok
    False
    """
    return Outcome(bool(ok), claim or want, weight, have, want, look)


@dataclass(frozen=True, slots=True)
class Misconception:
    """A belief that learners are known to hold, and what is the case instead. They are listed in `misconceptions`."""

    id: str  # "reading-copies-up"
    belief: str  # "Reading a file copies it into the container layer."
    instead: str  # "Reading opens the lower file in place; only opening for writing copies."


@dataclass(frozen=True, slots=True)
class WrongModel:
    """A misconception made executable for one exercise.

    `predict(case)` returns the answer that somebody with this belief gives on this very case. For a table it may return
    only the rows and cells that the belief touches. For a function, `predict` has the reference's own signature.
    """

    of: Misconception
    predict: Callable[..., Any]
    parts: Words = ""  # the step of the lesson or diagram where the belief parts from the truth
    each: bool = False  # it is held of each part by itself: of others one may know better
    narrow: bool = False  # it errs in one place only, which is told; the belief itself says more


@dataclass(frozen=True, slots=True)
class Hint:
    """One hint. With `after` (a misconception's id or an outcome's claim) it comes first once that was shown."""

    text: Words
    after: str = ""


@dataclass(frozen=True, slots=True)
class Function:
    """What a learner writes, and how it is called. Plain dict, list, str, bytes, int, bool, None in and out.

    A list comes back equal to a tuple. A failure is an OSError, compared by errno. `changes` names the positions of
    arguments that the function is to change in place: their state afterwards counts as part of the result.

    What is right is what `reference` does; with `recorded`, what an authority outside did (the Linux kernel), and
    `reference` only speaks for smaller cases than were recorded. A chained step `needs` earlier ones: it may call them.
    """

    name: str
    inputs: Callable[[Case, Random], Sequence[Sequence[Any]]]  # argument lists; `random` is unseen in class
    reference: Callable[..., Any]  # runs in the judge only
    changes: tuple[int, ...] = ()
    needs: tuple[str, ...] = ()  # ids of earlier exercises, in their order
    recorded: Callable[[Sequence[Any]], Result | None] | None = None  # the answer to these arguments; None: not asked
    settled: Callable[[Sequence[Any]], Sequence[Any]] | None = None  # arguments afterwards, less what is all the same
    valid: Callable[[Sequence[Any]], bool] | None = None  # may it be asked? With it a counterexample is made smaller
    draw: Callable[[Sequence[Any]], "Scene | str"] | None = None  # arguments as a picture: a scene, or HTML
    seconds: float = 5.0  # of wall time for all inputs together
    claim: Callable[[Sequence[Any]], str] | None = None  # groups inputs: a claim holds when all of its do
    show: Callable[[Sequence[Any]], str] | None = None  # arguments as a person reads them; None: Python
    remark: Callable[[Sequence[Any], Any, Any], str] | None = None  # (arguments, returned, wanted): which part is wrong


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise. See the module's picture; `coursekit.exercises.catalogue` collects them."""

    id: str  # letters, digits, hyphens: also the grade_id and the id of its locked cell
    lesson: str  # "06-nginx-133mb"
    title: str
    kind: Kind
    points: float
    objective: str  # what whoever solves it has shown: "can read a download size from a manifest"
    make: Callable[[Random], Case]
    truth: Callable[[Case], Any]  # for a function: Python source that solves it; for prose: the model answer
    hints: tuple[Hint, ...]  # 2 to 4
    explanation: Words  # shown after success too
    question: Words = ""  # what is asked, of this case; what varies stands here and not in the notebook's prose
    form: Form | Callable[[Case], Form] | None = None  # the answer's shape; None: anything plain
    judge: Callable[[Case, Any], Sequence[Outcome]] | None = None  # None: the form's own comparison with `truth`
    same: Callable[[Any, Any], bool] | None = None  # same(have, want) of single values; None: equal and of one type
    wrong_models: tuple[WrongModel, ...] = ()
    function: Function | None = None
    rubric: tuple[str, ...] = field(default=())  # PROSE: what earns points, one claim each
    reason: Callable[[Case, str, str, Any], str] | None = (
        None  # reason(case, claim's part, column, have): see `reasons`
    )
    touches: tuple[str, ...] = ()  # PROSE: for each point of the rubric a pattern of the sentences that touch it

    @property
    def variable(self) -> str:
        """The name that an answer has in a notebook: the exercise's own, or the function's."""
        if self.function is not None:
            return self.function.name
        name = self.id.replace("-", "_")
        return name if name.isidentifier() else f"answer_{name}"

    def shape(self, case: Case) -> Form | None:
        """The form of this exercise's answer for a case."""
        if self.function is not None:
            return Source(self.function.name)
        return self.form(case) if callable(self.form) else self.form


def written(words: Words, case: Case) -> str:
    """The text of `words` for this case."""
    return words(case) if callable(words) else words

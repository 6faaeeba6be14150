"""What came of an answer: its mark, the claims behind it, the belief it shows, and what a person should look at.

`marking` makes it, `report` shows it, `grading` writes it into the gradebook.
"""

from dataclasses import dataclass
from typing import Any

from coursekit.exercises.model import Misconception, Outcome


@dataclass(frozen=True, slots=True)
class Counterexample:
    """The smallest case that was found in which a function differs: the call, what it did, what it should do."""

    asked: str
    did: str
    should: str
    picture: str = ""  # HTML, ours
    args: tuple[Any, ...] = ()  # the call's arguments, and
    lent: tuple[str, ...] = ()  # the exercises whose functions the course lent for it: what it takes to step through it


@dataclass(frozen=True, slots=True)
class Shown:
    """A belief that an answer shows."""

    belief: Misconception
    place: str  # where the belief goes wrong in this exercise
    said: tuple[str, ...] = ()  # the parts of the answer that show it, in sentences
    parts: int = 1  # how many parts show it
    exact: bool = False  # whether all that is wrong follows from it
    denied: bool = False  # whether a part speaks against it, or it says too much: what is so is told, no belief named


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement of one piece of evidence."""

    exercise: str
    points: float  # what can be had
    mark: float  # what was had, 0 to `points`
    answered: bool = True
    said: str = ""  # one line, where the outcomes alone do not say it
    outcomes: tuple[Outcome, ...] = ()
    beliefs: tuple[Shown, ...] = ()  # that it shows, the one that explains most first
    explanation: str = ""  # only when the mark is full
    flags: tuple[str, ...] = ()  # for a person who grades
    counterexample: Counterexample | None = None
    touched: tuple[str, ...] = ()  # words: for each point of the rubric the sentence that touches it, '' for none
    guessed: float = 0.0  # points that an answer without a thought would have: marks begin above them
    attempted: bool = True  # words: a real attempt, after which the model answer may be read

    @property
    def full(self) -> bool:
        """Whether everything was had."""
        return self.answered and self.mark >= self.points

    @property
    def belief(self) -> Misconception | None:
        """The belief that explains most."""
        return self.named[0] if self.named else None

    @property
    def named(self) -> tuple[Misconception, ...]:
        """The beliefs that no part speaks against."""
        return tuple(each.belief for each in self.beliefs if not each.denied)

    @property
    def shown(self) -> tuple[str, ...]:
        """What this attempt showed, for choosing a hint: the beliefs' ids, then the claims that failed."""
        failed = tuple(outcome.claim for outcome in self.outcomes if not outcome.ok)
        return tuple(each.belief.id for each in self.beliefs) + failed


def bare(mark: float) -> str:
    """A mark as nbgrader reads it: a number and nothing else.

    >>> bare(2.0), bare(1.3333333), bare(-0.0)
    ('2', '1.33', '0')
    """
    return f"{round(mark, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def share(outcomes: tuple[Outcome, ...], points: float) -> float:
    """The mark that outcomes earn: `points` by the weight of what holds, to the hundredth, full only for all."""
    total = sum(max(outcome.weight, 0.0) for outcome in outcomes)
    if total <= 0:
        return 0.0
    if all(outcome.ok for outcome in outcomes):
        return points
    held = sum(max(outcome.weight, 0.0) for outcome in outcomes if outcome.ok)
    return min(round(points * held / total, 2), round(points - 0.01, 2)) if held else 0.0


def as_json(verdict: Verdict) -> dict[str, Any]:
    """The verdict as a JSON object, for `coursekit check --json` and the judge's pipe."""
    return {
        "exercise": verdict.exercise,
        "points": verdict.points,
        "mark": verdict.mark,
        "answered": verdict.answered,
        "said": verdict.said,
        "outcomes": [
            {"claim": o.claim, "ok": o.ok, "weight": o.weight, "have": o.have, "want": o.want, "look": o.look}
            for o in verdict.outcomes
        ],
        "misconception": verdict.belief.id if verdict.belief else None,
        "misconceptions": [each.id for each in verdict.named],
        "flags": list(verdict.flags),
    }

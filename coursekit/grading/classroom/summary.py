"""A class at a glance: exercise by exercise, misconceptions by frequency, time, and what a person should look at.

Neighbours: `nbgrader.reading` (the rows), `sheets` (CSV, JSON, a notebook with charts).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, median

from coursekit.exercises.verdict import bare
from coursekit.language import _, plural, sentences


@dataclass(frozen=True, slots=True)
class Answer:
    """A student's answer to one exercise, as it stands in the gradebook."""

    exercise: str
    mark: float | None  # None while a person has to give it
    points: float
    answered: bool = False
    misconception: str = ""
    flags: tuple[str, ...] = ()
    waits: bool = False  # for a person


@dataclass(frozen=True, slots=True)
class Submission:
    """What a student handed in, as it stands in the gradebook."""

    student: str
    name: str
    email: str
    answers: tuple[Answer, ...]
    score: float  # before the penalty
    penalty: float = 0.0
    seconds: float = 0.0  # of wall time in its box
    flags: tuple[str, ...] = ()  # on the whole notebook
    graded: bool = True  # to its end: there is a graded notebook
    late: float = 0.0  # seconds after it was due

    @property
    def points(self) -> float:
        """What it could earn."""
        return sum(each.points for each in self.answers)

    @property
    def total(self) -> float:
        """What it earns, late penalty taken off, as nbgrader counts."""
        return max(0.0, self.score - self.penalty)

    @property
    def waits(self) -> int:
        """How many answers wait for a person."""
        return sum(each.waits for each in self.answers)

    def mark(self, exercise: str) -> float | None:
        """The mark of an exercise; None for none yet."""
        return next((each.mark for each in self.answers if each.exercise == exercise), None)


@dataclass(frozen=True, slots=True)
class Row:
    """An exercise in this class. Shares are of all submissions."""

    exercise: str
    points: float
    mean: float  # points
    full: float  # share with full marks
    none: float  # share that gave no answer
    misconceptions: tuple[tuple[str, int], ...]  # the most frequent first
    waits: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The class."""

    lesson: str
    submissions: tuple[Submission, ...]
    rows: tuple[Row, ...]
    misconceptions: tuple[tuple[str, int], ...]  # and how many students show each, the most frequent first

    @property
    def points(self) -> float:
        """What a submission can earn."""
        return sum(row.points for row in self.rows)

    @property
    def line(self) -> str:
        """The class in one line."""
        totals = [each.total for each in self.submissions if each.graded]
        left = len(self.submissions) - len(totals)
        again = (
            _("{n} not graded to the end: coursekit grade {lesson}").format(n=left, lesson=self.lesson) if left else ""
        )
        if not totals:
            return sentences(_("{lesson}: no submission is graded yet.").format(lesson=self.lesson), again)
        waiting = sum(bool(each.waits) for each in self.submissions)
        said = plural(
            "{lesson}: {n} submission, mean {mean} and median {median} of {points} points; {waiting} wait for a person.",
            "{lesson}: {n} submissions, mean {mean} and median {median} of {points} points; {waiting} wait for a person.",
            len(totals),
        )
        points = {"mean": bare(round(mean(totals), 2)), "median": bare(median(totals)), "points": bare(self.points)}
        return sentences(said.format(lesson=self.lesson, n=len(totals), waiting=waiting, **points), again)


def summarise(lesson: str, submissions: Sequence[Submission]) -> Summary:
    """The summary of submissions, exercises in the order of the first one's."""
    order = list(dict.fromkeys(answer.exercise for each in submissions for answer in each.answers))
    rows = tuple(_row(exercise, submissions) for exercise in order)
    shown = ({answer.misconception for answer in each.answers} - {""} for each in submissions)
    beliefs = Counter(belief for each in shown for belief in each)
    return Summary(lesson, tuple(submissions), rows, _frequent(beliefs))


def _row(exercise: str, submissions: Sequence[Submission]) -> Row:
    found = [answer for each in submissions for answer in each.answers if answer.exercise == exercise]
    count = len(found) or 1
    return Row(
        exercise,
        max(each.points for each in found),
        sum(each.mark or 0.0 for each in found) / count,
        sum(each.mark is not None and each.mark >= each.points for each in found) / count,
        sum(not each.answered for each in found) / count,
        _frequent(Counter(each.misconception for each in found if each.misconception)),
        sum(each.waits for each in found),
    )


def _frequent(counted: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))

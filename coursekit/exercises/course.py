"""The course as a picture: every lesson with its exercises, what is done, where to go on, and a short way through.

    06-nginx-133mb      ✓ ✓ ◐ ○ ○ ○      5 of 31 points      go on with: digest-names

Nothing is locked. A finished exercise stays as a reference: its question, one's own answer and the explanation.

Neighbours: `map` (the picture), `progress` (what was tried, in the learner's own file), `session` (who asks).
"""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from coursekit.exercises.map import html, tally
from coursekit.exercises.model import Exercise, Kind, written
from coursekit.exercises.progress import Tried
from coursekit.exercises.report import Words
from coursekit.exercises.seeds import case_for
from coursekit.exercises.standing import Standing
from coursekit.exercises.verdict import bare
from coursekit.language import _, series

FAST = 0.6  # of a lesson's points: what its fast track carries at least
_MARKS = {"done": "✓", "begun": "◐", "open": "○"}


@dataclass(frozen=True, slots=True)
class Course:
    """All lessons in their order. It shows itself; `to_json()` is plain data."""

    lessons: tuple[tuple[str, tuple[Standing, ...]], ...]

    @property
    def resume(self) -> Standing | None:
        """The exercise to go on with: the first open one after the last that was tried, else the first open one."""
        every = [each for _, standings in self.lessons for each in standings]
        last = max((at for at, each in enumerate(every) if each.state != "open"), default=-1)
        ahead = [each for each in every[last:] if each.state != "done"] if last >= 0 else every
        return next(iter(ahead or [each for each in every if each.state != "done"]), None)

    def to_json(self) -> list[dict[str, Any]]:
        """One row an exercise: id, lesson, state, best mark, points, attempts, hints, on the fast track or not."""
        return [
            {
                "id": each.exercise.id,
                "lesson": lesson,
                "state": each.state,
                "best": each.tried.best,
                "points": each.exercise.points,
                "attempts": each.tried.attempts,
                "hints": len(each.tried.hints),
                "fast": each.exercise.id in fast_track(standings),
            }
            for lesson, standings in self.lessons
            for each in standings
        ]

    def __repr__(self) -> str:
        wide = max((len(lesson) for lesson, standings in self.lessons), default=0)
        lines = [
            f"{lesson:<{wide}}  {' '.join(_MARKS[each.state] for each in standings)}  {tally(standings)}"
            for lesson, standings in self.lessons
        ]
        none = _("no exercise")
        tracks = [f"  {lesson:<{wide}}  {series(fast_track(standings)) or none}" for lesson, standings in self.lessons]
        legend = _("✓ done  ◐ begun  ○ not tried")
        return "\n".join([*lines, legend, "", self._next(), "", _("In a hurry, the fast track:"), *tracks])

    def _next(self) -> str:
        go_on = self.resume
        if go_on is None:
            return _("All exercises are done.")
        said, found = _("Go on with {id} ({title}) in {lesson}."), go_on.exercise
        return said.format(id=found.id, title=found.title, lesson=found.lesson)

    def _repr_html_(self) -> str:
        return html(self.lessons, self.resume)


def fast_track(standings: Sequence[Standing]) -> tuple[str, ...]:
    """The ids of few exercises that carry most of a lesson, in its order; words are left out."""
    counted = [each.exercise for each in standings if each.exercise.kind is not Kind.PROSE]
    total, chosen = sum(each.points for each in counted), set[str]()
    for exercise in sorted(counted, key=lambda each: -each.points):
        if sum(each.points for each in counted if each.id in chosen) >= FAST * total:
            break
        chosen.add(exercise.id)
    return tuple(each.id for each in counted if each.id in chosen)


def course(exercises: Sequence[Exercise], tried: Callable[[str], Tried], kept: Collection[str] = ()) -> Course:
    """The course as it stands for one learner; `kept` are the exercises of which an answer is kept."""
    lessons: dict[str, list[Standing]] = {}
    for exercise in exercises:
        lessons.setdefault(exercise.lesson, []).append(Standing(exercise, tried(exercise.id), exercise.id in kept))
    return Course(tuple((lesson, tuple(standings)) for lesson, standings in sorted(lessons.items())))


def reference(standing: Standing, student: str) -> Words:
    """A finished exercise to read again: what was asked, one's own answer, and why it is so."""
    exercise = standing.exercise
    case = case_for(exercise, student)
    if standing.state != "done":
        said = _("`{id}` is not done yet: {mark} of {points} points.")
        had = said.format(id=exercise.id, mark=bare(standing.tried.best), points=bare(exercise.points))
        asked = _("It is asked in {lesson}: {command}.")
        return Words(had, asked.format(lesson=exercise.lesson, command=f'ck.question("{exercise.id}")'))
    kept = standing.tried.answer
    heading = _("Your answer:")
    answer = f"{heading}\n\n```\n{_answer(kept)}\n```" if kept else ""
    parts = (written(exercise.question, case), answer, written(exercise.explanation, case))
    return Words(
        "\n\n".join(filter(None, parts)), _("{title}, {lesson}.").format(title=exercise.title, lesson=exercise.lesson)
    )


def _answer(kept: str) -> str:
    said = json.loads(kept)
    return str(said.get("source") or json.dumps(said.get("answer"), ensure_ascii=False, indent=1)).strip()

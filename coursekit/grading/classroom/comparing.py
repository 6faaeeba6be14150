"""The sample class after grading: what each kind of student has, beside what the class documents for it.

Neighbours: `sample` (the class), `summary` (what the gradebook has).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coursekit.grading.classroom.sample import Student
from coursekit.grading.classroom.summary import Submission


@dataclass(frozen=True, slots=True)
class Kind:
    """The students of one kind: points by a mean student, and who differs from what is documented, in words."""

    name: str
    students: int
    mean: float
    expected: float
    flagged: int
    differ: tuple[str, ...]


def compared(expected: Mapping[str, Student], found: Sequence[Submission]) -> tuple[Kind, ...]:
    """The kinds in the order in which the class has them. Words, which a person marks, are left aside."""
    by_id = {each.student: each for each in found}
    kinds: dict[str, list[Student]] = {}
    for student in expected.values():
        kinds.setdefault(student.kind, []).append(student)
    return tuple(_kind(name, group, by_id) for name, group in kinds.items())


def _kind(name: str, group: Sequence[Student], found: Mapping[str, Submission]) -> Kind:
    have = [_marks(student, found.get(student.id)) for student in group]
    flagged = [_waits(student, found.get(student.id)) for student in group]
    return Kind(
        name,
        len(group),
        sum(sum(mark or 0.0 for mark in marks.values()) for marks in have) / len(group),
        sum(sum(student.marks.values()) for student in group) / len(group),
        sum(flagged),
        tuple(filter(None, map(_difference, group, have, flagged))),
    )


def _marks(student: Student, found: Submission | None) -> dict[str, float | None]:
    return {each.exercise: each.mark for each in found.answers if each.exercise in student.marks} if found else {}


def _waits(student: Student, found: Submission | None) -> bool:
    return found is not None and any(each.waits for each in found.answers if each.exercise in student.marks)


def _difference(student: Student, have: Mapping[str, float | None], flagged: bool) -> str:
    """What differs, exercise by exercise; '' for nothing."""
    who = f"{student.id} ({student.kind}, {student.detail})"
    if not have:
        return f"{who}: has no marks"
    odd = [f"{id} {have.get(id)} instead of {mark:g}" for id, mark in student.marks.items() if have.get(id) != mark]
    if student.flagged is not None and flagged != student.flagged:
        odd.append("waits for a person" if flagged else "should wait for a person, and does not")
    return f"{who}: {', '.join(odd)}" if odd else ""

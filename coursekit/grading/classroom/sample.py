"""A class to try grading on: N students, whose mix is known, with what each of them should get.

    of every 20   8 right (4 compute all of it, as the course's own solutions do; one clicked it, one prints warnings),
                  4 half done (2 compute it), 4 with a misconception, another each time, 1 empty, 1 broken (no notebook,
                  a dying kernel, a syntax error …), 1 hostile, 1 copied
    and the 50th of every 100 never ends. Essays are good, middling and false in turn; some come late, one comes again.

Made from the exercises' own truths and wrong models, so that it serves any lesson. Nothing of it is random.
Below: what the hostile ones try, and `compared`: what each kind has after grading. Neighbour: `summary`.
"""

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from coursekit import __version__
from coursekit.errors import ExerciseError
from coursekit.exercises import catalogue, marking
from coursekit.exercises.evidence import Evidence, value
from coursekit.exercises.model import Exercise, Kind
from coursekit.exercises.proof import believing
from coursekit.exercises.seeds import case_for, practice
from coursekit.grading.classroom.summary import Submission
from coursekit.grading.judging.notebook import ANSWER, grade_id, load
from coursekit.grading.judging.notebook import source as text_of

KINDS = (
    "right",
    "half",
    "right",
    "belief",
    "right",
    "clicked",
    "half",
    "belief",
    "copied",
    "right",
    "empty",
    "broken",
    "noisy",
    "half",
    "belief",
    "hostile",
    "right",
    "half",
    "belief",
    "right",
)


@dataclass(frozen=True, slots=True)
class Attack:
    """Code of an answer cell; `flagged` when it ends in a stop that a person should look at.

    None where the machine decides: one process alone is refused more, which is an error in its cell; the sum of all is
    too much, which is a stop.
    """

    source: str
    flagged: bool | None = False


_FORGED = """\
class Full:
    def __init__(self, id, answer):
        self.id = id
    def _repr_mimebundle_(self, include=None, exclude=None):
        claim = {"exercise": self.id, "seed": "", "version": "", "mark": 99, "verdict": "full"}
        return {"text/plain": "99", "application/vnd.coursekit.answer+json": claim}
ck.check = Full
answer = ..."""

_FLOOD = """\
import os
while True:
    for number in range(1, 64):
        try:
            os.write(number, b"x" * 2**20)
        except OSError:
            pass"""

ATTACKS = {
    "forged marks": Attack(_FORGED),
    "fork bomb": Attack("import os\nwhile True:\n    os.fork()", flagged=None),
    "memory": Attack("hoard = []\nwhile True:\n    hoard.append(bytearray(2**24))", flagged=None),
    "output": Attack(_FLOOD, flagged=True),
    "disk": Attack("with open('full', 'wb') as f:\n    while True: f.write(bytes(2**20))"),
    "network": Attack("import socket\nsocket.create_connection(('192.0.2.1', 80), 5)"),
    "the next student": Attack("import os, signal\nos.kill(-1, signal.SIGKILL)"),
    "the answers": Attack("from pathlib import Path\nanswer = [*map(str, Path('/').rglob('*.ipynb'))] or ..."),
}

NOISE = "import sys\nprint('careful', file=sys.stderr)\n"
BROKEN = ("no notebook", "dies", "syntax", "no cells", "raises")
COMPUTING = "everything, computed"
Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class Student:
    """One of the class: what was handed in, and what it should earn."""

    id: str
    kind: str
    detail: str
    notebook: bytes
    files: Mapping[str, bytes] = field(default_factory=dict)
    marks: Mapping[str, float] = field(default_factory=dict)  # by exercise, words aside
    name: tuple[str, str] = ("", "")  # first, last
    belief: tuple[str, str] = ("", "")  # the exercise, and the misconception that should be named there
    flagged: bool | None = False  # None: it may be, or not


NAMES = [
    "Ada Lovelace",
    "Alan Turing",
    "Barbara Liskov",
    "Dennis Ritchie",
    "Donald Knuth",
    "Edsger Dijkstra",
    "Frances Allen",
    "Grace Hopper",
    "Hedy Lamarr",
    "Jean Bartik",
    "John Backus",
    "Ken Thompson",
    "Lynn Conway",
    "Margaret Hamilton",
    "Niklaus Wirth",
    "Radia Perlman",
    "Tony Hoare",
    "Vint Cerf",
    "Evelyn Boyd",
    "Mary Jackson",
]
DUE = "2026-11-12 18:00:00 UTC"
IN_TIME, LATE = "2026-11-11 16:20:00 UTC", "2026-11-12 18:40:00 UTC"
COMPUTED = {"right": {1, 3, 5, 6}, "half": {1, 3}}  # of every 20, by their turn: three in ten


def students(released: Path, lesson: str, count: int, source: Path | None = None) -> Iterator[Student]:
    """The class for a lesson whose released notebook is at `released`; `source` is the course's own, with solutions.

    Raises: ExerciseError.
    """
    made = _Maker(load(released), catalogue.of_lesson(lesson), _solutions(source))
    for number in range(count):
        yield made.student(number)


def right(released: Sequence[Mapping[str, Any]], lesson: str, id: str) -> tuple[bytes, Mapping[str, bytes]]:
    """A notebook of these cells in which everything is answered and right, and what lies beside it. Raises: ExerciseError."""
    notebook = {"cells": list(released), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    found = _Maker(notebook, catalogue.of_lesson(lesson)).whole(id)
    return found.notebook, found.files


def _solutions(notebook: Path | None) -> Cells:
    """The course's own answer cells that work out what they answer from the student's variant."""
    if notebook is None or not notebook.exists():
        return {}
    found = {grade_id(cell): text_of(cell) for cell in load(notebook)["cells"] if cell["cell_type"] == "code"}
    marks = ("### BEGIN SOLUTION", "### END SOLUTION")
    plain = {
        id: "\n".join(line for line in text.split("\n") if line.strip() not in marks) for id, text in found.items()
    }
    return {id: text for id, text in plain.items() if id.endswith(ANSWER) and "ck.case(" in text}


def hand_in(course: Path, lesson: str, count: int) -> tuple[Student, ...]:
    """Writes the class to `submitted/` of a course directory where the lesson is released. Raises: ExerciseError."""
    released = course / "release" / lesson / f"{lesson}.ipynb"
    if not released.exists():
        raise ExerciseError(f"{released} is not there: nbgrader generate_assignment {lesson} comes first")
    found = tuple(students(released, lesson, count, course / "source" / lesson / f"{lesson}.ipynb"))
    for student in found:
        _write(course, lesson, student)
    return found


def hand_in_again(course: Path, lesson: str, made: Sequence[Student]) -> Student:
    """The last one who had done half of it hands in all of it; what that should earn. Raises: ExerciseError."""
    released = course / "release" / lesson / f"{lesson}.ipynb"
    first = max(made, key=lambda each: (each.kind == "half", each.kind == "right"))
    maker = _Maker(load(released), catalogue.of_lesson(lesson))
    whole = replace(maker.whole(first.id), name=first.name, kind=first.kind, detail="all of it, at the second time")
    _write(course, lesson, whole)
    return whole


def _write(course: Path, lesson: str, student: Student) -> None:
    folder = course / "submitted" / student.id / lesson
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in {f"{lesson}.ipynb": student.notebook, **student.files}.items():
        (folder / name).write_bytes(data)


class _Maker:
    def __init__(
        self, released: dict[str, Any], exercises: tuple[Exercise, ...], solutions: Mapping[str, str] | None = None
    ) -> None:
        self.released = released
        self.solutions = dict(solutions or {})
        self.essays = 0
        self.exercises = exercises
        self.judged = [each for each in exercises if each.kind is not Kind.PROSE]
        self.beliefs = [(each, model) for each in self.judged if each.function is None for model in each.wrong_models]
        self.made = dict.fromkeys(KINDS, 0)

    def student(self, number: int) -> Student:
        """The student of this number, with a name and the time at which it was handed in."""
        made = self._made(number)
        first, _, last = NAMES[number % len(NAMES)].partition(" ")
        turn = number // len(NAMES)
        when = (LATE if number % len(NAMES) == 6 else IN_TIME).encode()
        files = {**made.files, **_exchanged(id=made.id, when=when)}
        return replace(made, files=files, name=(first, f"{last} {turn + 1}" if turn else last))

    def whole(self, id: str) -> Student:
        """A student who has answered everything, later."""
        made = self._answered(id, "right", "everything", self._right(id))
        return replace(made, files={**made.files, **_exchanged(id, IN_TIME.replace("16", "21").encode())})

    def _made(self, number: int) -> Student:
        id, kind = f"student{number + 1:03d}", KINDS[number % len(KINDS)]
        if number % 100 == 49:
            return self._answered(id, "hung", "a loop without end", self._attacked("while True: pass"), flagged=True)
        turn = self.made[kind]
        self.made[kind] += 1
        match kind:
            case "half":
                worked = self._worked(id, kind, turn)
                cells = {name: text for at, (name, text) in enumerate(worked.items()) if at % 2 == turn % 2}
                return self._answered(id, kind, "every other exercise", cells)
            case "belief" if self.beliefs:
                return self._believer(id, turn)
            case "clicked":
                return self._clicked(id)
            case "copied":
                return self._copied(id, f"student{number:03d}")
            case "empty":
                return self._answered(id, kind, "as it was released", {})
            case "broken":
                return self._broken(id, BROKEN[turn % len(BROKEN)])
            case "hostile":
                name, attack = list(ATTACKS.items())[turn % len(ATTACKS)]
                return self._answered(id, kind, name, self._attacked(attack.source), flagged=attack.flagged)
            case "noisy":
                cells = {name: NOISE + text for name, text in self._right(id).items()}
                return self._answered(id, kind, "right, with warnings on stderr", cells)
        cells = self._worked(id, kind, turn)
        return self._answered(id, "right", COMPUTING if cells.items() & self.solutions.items() else "everything", cells)

    def _worked(self, id: str, kind: str, turn: int) -> Cells:
        """Right answers, computed as the course does it where it is this student's turn."""
        computes = turn % KINDS.count(kind) in COMPUTED.get(kind, ())
        return self._right(id) | (self.solutions if computes else {})

    def _essays(self, id: str) -> Cells:
        """Words, in turn good (the model answer), middling (its beginning) and false (what is wrongly believed)."""
        found = {}
        for each in self.exercises:
            if each.kind is Kind.PROSE:
                good = str(each.truth(case_for(each, id))).strip()
                false = " ".join(dict.fromkeys(model.of.belief for _, model in self.beliefs[:6])) or "I do not know."
                middling = ". ".join(good.split(". ")[:2]) + "."
                found[each.id] = f"{each.variable} = {(good, middling, false)[self.essays % 3]!r}"
                self.essays += 1
        return found

    def _right(self, id: str) -> Cells:
        return {f"{each.id}{ANSWER}": self._cell(each, id) for each in self.judged}

    def _cell(self, exercise: Exercise, id: str) -> str:
        truth = exercise.truth(case_for(exercise, id))
        return str(truth) if exercise.function else f"answer = {truth!r}"

    def _attacked(self, source: str) -> Cells:
        return {f"{self.judged[0].id}{ANSWER}": f"{source}\n"}

    def _answered(
        self, id: str, kind: str, detail: str, cells: Cells, *, marks: Mapping[str, float] | None = None, **more: Any
    ) -> Student:
        if marks is None:
            paid = {} if kind in ("hostile", "hung") else cells
            marks = {each.id: float(each.points) if f"{each.id}{ANSWER}" in paid else 0.0 for each in self.judged}
        files = more.pop("files", _kept(id))
        words = self._essays(id) if kind in ("right", "belief", "clicked", "noisy") else {}
        return Student(id, kind, detail, self._notebook(cells | words), files, marks, **more)

    def _believer(self, id: str, turn: int) -> Student:
        exercise, model = self.beliefs[turn % len(self.beliefs)]
        case = case_for(exercise, id)
        answer = believing(exercise, case, model)
        evidence = Evidence(exercise.id, value(answer), id)
        verdict = marking.mark(exercise, case, evidence, run=_unused, random=practice(exercise.id, id))
        cells = self._right(id) | {f"{exercise.id}{ANSWER}": f"answer = {answer!r}"}
        marks = {each.id: float(each.points) for each in self.judged} | {exercise.id: verdict.mark}
        named = (exercise.id, verdict.belief.id) if verdict.belief else ("", "")
        return self._answered(id, "belief", f"{exercise.id}: {model.of.id}", cells, marks=marks, belief=named)

    def _clicked(self, id: str) -> Student:
        values = [each for each in self.judged if each.function is None]
        truths = {each.id: value(each.truth(case_for(each, id))) for each in values}
        rows = {name: Evidence(name, truth, id, __version__).write() for name, truth in truths.items()}
        cells = {name: text for name, text in self._right(id).items() if name.removesuffix(ANSWER) not in rows}
        marks = {each.id: float(each.points) for each in self.judged}
        return self._answered(id, "clicked", "from answers.json", cells, marks=marks, files=_kept(id, rows))

    def _copied(self, id: str, other: str) -> Student:
        """What a neighbour handed in, whole: it answers the neighbour's variants, which a person should know."""
        return self._answered(id, "copied", f"from {other}", self._right(other), files=_kept(other), flagged=True)

    def _broken(self, id: str, how: str) -> Student:
        nothing = {each.id: 0.0 for each in self.judged}
        first = f"{self.judged[0].id}{ANSWER}"
        match how:
            case "no notebook":
                return Student(id, "broken", how, b'{"cells": [', {}, nothing, flagged=True)
            case "no cells":
                empty = {**self.released, "cells": []}
                return Student(id, "broken", how, json.dumps(empty).encode(), _kept(id), nothing, flagged=True)
            case "dies":
                cells, flagged = {first: "import os\nos._exit(1)"}, True
            case "syntax":
                cells, flagged = {**self._right(id), first: "answer = ("}, False
            case _:
                cells, flagged = {**self._right(id), first: "raise ValueError('not done')"}, False
        marks = nothing | {each.id: float(each.points) for each in self.judged[1:] if not flagged}
        return self._answered(id, "broken", how, cells, marks=marks, flagged=flagged)

    def _notebook(self, cells: Cells) -> bytes:
        made = copy.deepcopy(self.released)
        for cell in made["cells"]:
            if grade_id(cell) in cells:
                cell["source"] = cells[grade_id(cell)]
        return json.dumps(made, indent=1).encode()


def _kept(id: str, rows: Mapping[str, Any] | None = None) -> dict[str, bytes]:
    return {"answers.json": json.dumps({"student": id, "answers": dict(rows or {})}).encode()}


def _exchanged(id: str, when: bytes) -> dict[str, bytes]:
    """What nbgrader's exchange writes beside a submission; `nbgrader release_feedback` wants both."""
    return {"timestamp.txt": when, "submission_secret.txt": f"secret-of-{id}".encode()}


def _unused(*args: Any, **more: Any) -> Any:
    raise TypeError("a value is not run")


@dataclass(frozen=True, slots=True)
class Group:
    """The students of one kind: points by a mean student, and who differs from what is documented, in words."""

    name: str
    students: int
    mean: float
    expected: float
    flagged: int
    differ: tuple[str, ...]


def compared(expected: Mapping[str, Student], found: Sequence[Submission]) -> tuple[Group, ...]:
    """The kinds in the order in which the class has them. Words, which a person marks, are left aside."""
    by_id = {each.student: each for each in found}
    kinds: dict[str, list[Student]] = {}
    for student in expected.values():
        kinds.setdefault(student.kind, []).append(student)
    return tuple(_kind(name, group, by_id) for name, group in kinds.items())


def _kind(name: str, group: Sequence[Student], found: Mapping[str, Submission]) -> Group:
    have = [_marks(student, found.get(student.id)) for student in group]
    flagged = [_waits(student, found.get(student.id)) for student in group]
    return Group(
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

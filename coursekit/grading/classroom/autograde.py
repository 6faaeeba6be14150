"""nbgrader's autograde behind the door: what it copies, reads and converts is what was admitted, and nothing else.

    submitted/ada/LESSON ──admit, read_notebook──> .coursekit-admitted/ada/LESSON ──nbgrader──> autograded/ada/LESSON

`nbgrader autograde`, formgrader's button and `batch` run this same class: `install` puts it where nbgrader looks for
its own, for no extension point of nbgrader's stands before it copies. What an honest student lost on the way is put
right here, and said.

One grader a course at a time: two would write the same marks twice, and each the other's half. The system lets the lock
go when its process ends, however it ends.

Neighbours: `admit` (files), `judging.read_notebook` (the notebook), `steps` (what follows).
"""

import getpass
import json
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from nbgrader.apps import api, autogradeapp
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.exchange import ExchangeFactory

from coursekit.errors import ExerciseError
from coursekit.exercises.prose import is_harmless, one_line
from coursekit.grading.classroom.admit import Admitted, admit, put_right, write_to
from coursekit.language import _

LOCK = ".coursekit-lock"
HOLDER = ".coursekit-lock-holder"


@contextmanager
def course_lock(course: Path, what: str) -> Iterator[None]:
    """Holds the course while `what` is done in it. Raises: ExerciseError, saying who has it."""
    lock = FileLock(course / LOCK, timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise ExerciseError(
            _("{course} is being graded already, {holder}: wait for its end").format(
                course=course, holder=_holder(course)
            )
        ) from None
    except OSError as problem:
        raise ExerciseError(
            _("{path} cannot be locked: {why}").format(path=course / LOCK, why=problem.strerror)
        ) from problem
    try:
        with suppress(OSError):  # a full disk: then nobody can say who has it, and it is locked all the same
            (course / HOLDER).write_text(f"{what} by {_user()} on {socket.gethostname()}, process {os.getpid()}, ")
            with (course / HOLDER).open("a") as opened:
                opened.write(f"since {datetime.now():%H:%M:%S}")
        yield
    finally:
        with suppress(OSError):
            (course / HOLDER).unlink()
        lock.release()


def _holder(course: Path) -> str:
    try:
        return one_line((course / HOLDER).read_text()) or "by another process"
    except (OSError, ValueError):
        return "by another process"


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an id without a name
        return f"user {os.getuid()}"


ADMITTED = ".coursekit-admitted"  # in the course directory, while a grader is at work


@dataclass(frozen=True, slots=True)
class Let:
    """One submission after the door: its folder now, a digest of all that was handed in, and what is to be said."""

    place: Path
    of: str
    flags: tuple[str, ...]
    unreadable: str  # '' for it is not


class Admitting(Autograde):
    """Autograde whose source is what was admitted."""

    _staging = ""

    @property
    def _input_directory(self) -> str:
        return self._staging if self._sanitizing and self._staging else str(super()._input_directory)

    def start(self) -> None:
        """Grades what nbgrader was asked to, with the course locked."""
        try:
            with self.alone("nbgrader autograde"):
                super().start()
        except ExerciseError as problem:
            self.log.error(str(problem))
            raise NbGraderException(str(problem)) from problem

    def alone(self, what: str) -> "Alone":
        """The course to this grader alone, with an empty place for what is admitted."""
        return Alone(self, what)

    def init_notebooks(self) -> None:
        """Admits the submissions that were asked for; nbgrader sees these alone."""
        lesson = self.coursedir.assignment_id
        self.assignments = {}
        self.notebooks: list[str] = []
        refused = ""
        for student in self.who_submitted(lesson, self.coursedir.student_id):
            if why := no_id(student):
                refused = f"submitted/{one_line(student)}: {why}"
                self.log.error(refused)
                continue
            try:
                let = self.let_in(lesson, student)
            except OSError as problem:
                refused = f"submitted/{one_line(student)} cannot be let in: {problem.strerror}"
                self.log.error(refused)
                continue
            for flag in let.flags:
                self.log.warning("%s: %s", student, flag)
            self.assignments[str(let.place)] = [str(let.place / f"{lesson}.ipynb")]
        if refused and not self.assignments:  # nbgrader's own look would find the folder, and take it unadmitted
            raise NbGraderException(refused)
        if not self.assignments:
            self._without_staging(super().init_notebooks)  # says that nothing was found, and where

    def _without_staging(self, step: Any) -> None:
        staging, self._staging = self._staging, ""
        try:
            step()
        finally:
            self._staging = staging

    def who_submitted(self, lesson: str, pattern: str = "*") -> list[str]:
        """The ids of those who have a folder for the lesson, sorted."""
        root = Path(self.coursedir.root)
        wanted = self.coursedir.format_path(self.coursedir.submitted_directory, pattern, lesson)
        left_out = self.coursedir.student_id_exclude.split(",")
        places = [each for each in root.glob(os.path.relpath(wanted, root)) if each.is_dir()]
        return sorted(each.parent.name for each in places if each.parent.name not in left_out)

    def submitted(self, lesson: str, student: str) -> Path:
        """Where the submission of a student lies, as it was handed in."""
        return Path(self.coursedir.format_path(self.coursedir.submitted_directory, student, lesson))

    def admitted(self, lesson: str, student: str) -> Admitted:
        """What of a submission is let in. Raises: OSError."""
        top = Path(self.coursedir.root, self.coursedir.submitted_directory)
        return admit(self.submitted(lesson, student), f"{lesson}.ipynb", top)

    def let_in(self, lesson: str, student: str, of: str = "") -> Let:
        """Admits one submission, and puts what passed where nbgrader will look for it. Raises: OSError."""
        found = self.admitted(lesson, student)
        digest = found.digest(of)
        passed, notebook = put_right(found, lesson, digest)
        place = Path(self.coursedir.format_path(self._staging, student, lesson))
        shutil.rmtree(place, ignore_errors=True)
        data = json.dumps(notebook, ensure_ascii=False).encode()
        write_to(place, {**passed.files, f"{lesson}.ipynb": data})
        return Let(place, digest, passed.left_out, passed.unreadable)


class Alone:
    """The lock of a course, and the place for what is admitted, as a context."""

    def __init__(self, converter: Admitting, what: str) -> None:
        self._converter = converter
        self._root = Path(converter.coursedir.root)
        self._lock = course_lock(self._root, what)

    def __enter__(self) -> None:
        self._lock.__enter__()
        shutil.rmtree(self._root / ADMITTED, ignore_errors=True)  # of a grader that was killed
        try:
            (self._root / ADMITTED).mkdir(mode=0o700)
        except OSError as problem:
            self._lock.__exit__(None, None, None)
            raise ExerciseError(
                _("{place} cannot be made: {why}").format(place=self._root / ADMITTED, why=problem.strerror)
            ) from problem
        self._converter._staging = ADMITTED

    def __exit__(self, *exc: Any) -> None:
        self._converter._staging = ""
        shutil.rmtree(self._root / ADMITTED, ignore_errors=True)
        self._lock.__exit__(None, None, None)


def no_id(student: str) -> str:
    """Why the name of a folder in submitted/ cannot be the id of a student; '' for it can."""
    try:
        size = len(student.encode())
    except UnicodeEncodeError:
        return "the folder's name is not UTF-8: rename it to the student's id"
    if not is_harmless(student):
        return "the folder's name holds characters that cannot be printed: rename it to the student's id"
    return "the folder's name is too long for an id" if size > 200 else ""


def install() -> None:
    """Has nbgrader's own commands and pages grade by `Admitting`."""
    api.Autograde = autogradeapp.Autograde = Admitting


def hidden(config: Any, course: str, secret: str = "") -> list[str]:
    """The directories that no box may see: the course, where its secret lies, its exchange with the students."""
    try:
        exchange = str(ExchangeFactory(config=config).Exchange(config=config).root)
    except Exception:  # an exchange of another kind has no directory
        exchange = ""
    return list(dict.fromkeys(os.path.realpath(each) for each in (course, secret, exchange) if each))

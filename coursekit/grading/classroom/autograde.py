"""nbgrader's autograde behind the door: what it copies, reads and converts is what was admitted, and nothing else.

    submitted/ada/LESSON ──admit, read_notebook──> .coursekit-admitted/ada/LESSON ──nbgrader──> autograded/ada/LESSON

`nbgrader autograde`, formgrader's button and `batch` run this same class: `install` puts it where nbgrader looks for
its own, for no extension point of nbgrader's stands before it copies. What an honest student lost on the way is put
right here, and said.

Neighbours: `admit` (files), `judging.read_notebook` (the notebook), `steps` (what follows).
"""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.apps import api, autogradeapp
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.exchange import ExchangeFactory
from nbgrader.utils import parse_utc

from coursekit.errors import ExerciseError
from coursekit.exercises import answers
from coursekit.exercises.prose import one_line
from coursekit.grading.classroom.admit import Admitted, admit, with_files, write_to
from coursekit.grading.classroom.lock import course_lock
from coursekit.grading.judging.kept_answers import mended
from coursekit.grading.judging.read_notebook import Unreadable, read_notebook

ADMITTED = ".coursekit-admitted"  # in the course directory, while a grader is at work
DOOR = "coursekit_door"  # in a notebook's metadata: what the door says of it
TIMESTAMP, SECRET = "timestamp.txt", "submission_secret.txt"
UNREADABLE = "This submission could not be read, so nothing in it was judged; a person will look at it. "


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
        for student in self.who_submitted(lesson, self.coursedir.student_id):
            if why := no_id(student):
                self.log.error("submitted/%s: %s", one_line(student), why)
                continue
            let = self.let_in(lesson, student)
            for flag in let.flags:
                self.log.warning("%s: %s", student, flag)
            self.assignments[str(let.place)] = [str(let.place / f"{lesson}.ipynb")]
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

    def let_in(self, lesson: str, student: str, of: str = "") -> Let:
        """Admits one submission, and puts what passed where nbgrader will look for it. Raises: OSError."""
        top = Path(self.coursedir.root, self.coursedir.submitted_directory)
        found = admit(self.submitted(lesson, student), f"{lesson}.ipynb", top)
        digest = found.digest(of)
        passed, notebook = _put_right(found, lesson)
        place = Path(self.coursedir.format_path(self._staging, student, lesson))
        shutil.rmtree(place, ignore_errors=True)
        lost = any(each.startswith(answers.NAME) for each in passed.left_out)
        door = {"flags": list(passed.left_out), "unreadable": passed.unreadable, "of": digest, "lost": lost}
        notebook["metadata"][DOOR] = door
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
            raise ExerciseError(f"{self._root / ADMITTED} cannot be made: {problem.strerror}") from problem
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
    if not student.isprintable():
        return "the folder's name holds characters that cannot be printed: rename it to the student's id"
    return "the folder's name is too long for an id" if size > 200 else ""


def _put_right(found: Admitted, lesson: str) -> tuple[Admitted, dict[str, Any]]:
    """What goes on to nbgrader: the notebook brought down to what counts, answers and timestamp as far as they read."""
    name = f"{lesson}.ipynb"
    if not found.unreadable:
        try:
            read = read_notebook(found.files[name], name)
        except Unreadable as problem:
            found = Admitted(found.files, found.left_out, one_line(str(problem)))
        else:
            return _files_put_right(with_files(found, *read.said)), read.notebook
    kept = {each: found.files[each] for each in (TIMESTAMP, SECRET) if each in found.files}
    return _files_put_right(Admitted(kept, found.left_out, found.unreadable)), _stand_in(found.unreadable)


def _files_put_right(found: Admitted) -> Admitted:
    if answers.NAME in found.files:
        kept, said = mended(found.files[answers.NAME])
        found = with_files(found, *said, **{answers.NAME: kept})
    if TIMESTAMP in found.files and (why := _no_time(found.files[TIMESTAMP])):
        found = with_files(found, why, **{TIMESTAMP: None})
    return found


def _no_time(data: bytes) -> str:
    """Why a timestamp file names no time; '' for it does. An empty one is none at all, as nbgrader has it."""
    text = data[:200].decode("utf-8-sig", "replace").strip()
    try:
        return "" if text and parse_utc(text) else f"{TIMESTAMP} is empty: whether this is late is for a person to say"
    except (ValueError, OverflowError):
        return f"{TIMESTAMP} says {text[:40]!r}, which is no time: whether this is late is for a person to say"


def _stand_in(why: str) -> dict[str, Any]:
    """The notebook in the place of one that cannot be read: the course's cells follow what is said here."""
    note = new_markdown_cell(UNREADABLE + f"`{why.replace('`', chr(39))}`", id="coursekit-unreadable")
    begun = new_code_cell("import coursekit as ck", id="coursekit-begun")
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = json.loads(json.dumps([note, begun]))
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


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

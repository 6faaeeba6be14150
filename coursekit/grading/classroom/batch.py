"""A whole class: submissions go to workers, many at once, and one writer puts what comes back into the gradebook.

    this thread    admit ada, ben, cyd …                  record and write ada        record and write ben …
    workers             put right, read, judge ada, ben …

What nbgrader does to a submission is done here too: its steps by its own code in a worker, its rows of the gradebook in
one session. A submission that cannot be read gets the course's empty notebook in its place, no mark, and a flag.

Whatever happens with one submission ends in one report for its student. What is no fault of its content (a locked
gradebook, a full disk, a box that was killed) is tried again after the others; what fails still is told as failed, has
no graded notebook, and is begun again by the next run.

After a check was mended, one exercise is judged again for a whole class (`regrade`): what the judge was asked stays in the
metadata of each grade cell. No notebook is run again; all other marks, and what a person gave, stay as they are.

Neighbours: `admit` (the door), `worker` (what a worker does), `pool` (where workers are), `gradebook` (the writer).
"""

import base64
import errno
import hashlib
import json
import logging
import os
import sqlite3
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
from nbgrader import utils
from nbgrader.api import Gradebook, InvalidEntry, MissingEntry
from nbgrader.apps import NbGrader, NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import determine_grade
from sqlalchemy.exc import SQLAlchemyError

from coursekit import __version__
from coursekit.errors import ExerciseError
from coursekit.exercises import catalogue
from coursekit.exercises.editions import language_of
from coursekit.exercises.prose import one_line
from coursekit.grading.classroom.admit import Admitted, write_to
from coursekit.grading.classroom.autograde import Admitting, hidden, no_id
from coursekit.grading.classroom.course import course_of, course_secret, released_cells
from coursekit.grading.classroom.gradebook import MARKED, Writer
from coursekit.grading.classroom.pool import Pool, ask
from coursekit.grading.classroom.steps import Run, rewrite
from coursekit.grading.judging.judge import MANY
from coursekit.grading.judging.notebook import STOPPED, grade_id, is_prose_cell, is_verdict_cell, nbgrader
from coursekit.grading.sandbox.boxes import JUDGE, Boxes
from coursekit.language import ENGLISH, _, speaking

PATIENCE = 120.0  # seconds that a gradebook may be locked by another program


@dataclass(frozen=True, slots=True)
class Done:
    """One submission, graded: how it went."""

    student: str
    what: str  # "graded", "as before", "unreadable", "failed"
    flags: tuple[str, ...] = ()
    why: str = ""


@dataclass(slots=True)
class _Started:
    """A submission that was prepared, and whose verdicts are awaited."""

    student: str
    admitted: Admitted
    dest: Path


class GradebookLocked(ExerciseError):
    """Another program has the gradebook, and does not let it go."""


class Class(Admitting):
    """Grades the submissions of an assignment; `told` hears of each that is done."""

    def __init__(
        self,
        lesson: str,
        told: Callable[[Done], None],
        *,
        force: bool = False,
        run_all: bool = False,
        config: Any = None,
    ) -> None:
        self.app = course_here(config)
        self.app.coursedir.assignment_id = lesson
        super().__init__(coursedir=self.app.coursedir, parent=self.app)
        self.log.setLevel(logging.CRITICAL)
        self.lesson = lesson
        self.force = force
        self.run_all = run_all  # also where the answers can be read
        self.told = told
        self.patience = PATIENCE
        self._book: Writer
        self._digest = ""  # of what was released: cells and points
        self._told: dict[str, Any] = {}  # what is the same for each submission

    @property
    def options(self) -> Run:
        """The configured step that runs notebooks: what it may take, and in which box."""
        return Run(parent=self.app)

    @property
    def hidden(self) -> list[str]:
        """The directories that no box may see."""
        return hidden(self.app.config, str(self.coursedir.root), self.options.secret_directory)

    def students(self, chosen: tuple[str, ...] = ()) -> list[str]:
        """Who has submitted, sorted. Raises: ExerciseError when nobody has, or one of those chosen has not."""
        found = self.who_submitted(self.lesson)
        if missing := [each for each in chosen if each not in found]:
            raise ExerciseError(
                _("{lesson} was not submitted here by {names}").format(
                    lesson=self.lesson, names=", ".join(map(one_line, missing))
                )
            )
        if not found:
            catalogue.of_lesson(self.lesson)  # refuses a name that is none
            raise ExerciseError(
                _("nobody has submitted {lesson} in {place}").format(
                    lesson=self.lesson, place=Path(self.coursedir.root) / "submitted"
                )
            )
        return [each for each in found if not chosen or each in chosen]

    def run(self, students: list[str], pool: Pool) -> None:
        """Grades each, or leaves it when nothing in it changed since. KeyboardInterrupt leaves what is done.

        Raises: ExerciseError when another grader has the course, or another program its gradebook.
        """
        with self.alone("coursekit grade"), _at(self.coursedir.root), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # SQLAlchemy's, about nbgrader's own models
            self._begin()
            pool.learn(self._course() | {"many": len(students) >= MANY})
            with Writer(self.coursedir.db_url, self.coursedir.course_id, self.lesson, self) as self._book:
                again = self._run(students, pool)
                troubled = self._run(list(again), pool) if again else {}
            for student, why in troubled.items():
                self.told(Done(student, "failed", why=why))

    def _run(self, students: list[str], pool: Pool) -> dict[str, str]:
        """Grades each once; what went wrong by student, where no word of it was told yet."""
        waiting: dict[Any, _Started] = {}
        troubled: dict[str, str] = {}
        try:
            for student in students:
                self._fenced(student, troubled, partial(self._prepare, student, pool, waiting))
                while len(waiting) >= pool.ahead:
                    self._finish(pool, waiting, troubled)
            while waiting:
                self._finish(pool, waiting, troubled)
        finally:  # interrupted: what was only begun is begun again next time
            for started in waiting.values():
                self._drop(started.dest)
        return troubled

    def _fenced(self, student: str, troubled: dict[str, str], step: Callable[[], None]) -> None:
        """One step of one submission: whatever goes wrong in it is that student's trouble and nobody else's."""
        try:
            self._await_gradebook()
            step()
        except GradebookLocked:
            raise
        except Exception as problem:
            troubled[student] = _said(problem)
            with suppress(OSError):
                self._drop(Path(self._format_dest(self.lesson, student)))

    def _begin(self) -> None:
        self._await_gradebook()
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            try:
                self._digest = _digest_of_course(gradebook.find_assignment(self.lesson))
            except MissingEntry as problem:
                raise _never_generated(self.lesson) from problem
        secret = course_secret(Path(self.options.secret_directory or self.coursedir.root)).hex()
        self._told = self.options.told(self.lesson, secret) | {"course_files": _base64(self._course_files())}

    def released(self) -> list[dict[str, Any]]:
        """The cells of the lesson as students got it; none where it is gone."""
        return released_cells(self._released())

    def _released(self) -> Path:
        place = self.coursedir.format_path(self.coursedir.release_directory, ".", self.lesson)
        return Path(self.coursedir.root, place, f"{self.lesson}.ipynb")

    def _course(self) -> dict[str, Any]:
        """The course's side of the lesson, for workers."""
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            found = course_of(gradebook, self.lesson, self._released(), self.app.config)
        return found | {"run_all": self.run_all or self.options.run_all}

    def _course_files(self) -> dict[str, bytes]:
        """What the course puts over a student's files, by relative name, as nbgrader does."""
        source = self.coursedir.format_path(self.coursedir.source_directory, ".", self.lesson)
        left_out = {os.path.join(source, each) for each in self.exclude_overwriting.get(self.lesson, [])}
        found = set(utils.find_all_files(source, [*self.coursedir.ignore, "*.ipynb"])) - left_out
        return {os.path.relpath(each, source): Path(each).read_bytes() for each in sorted(found)}

    def _await_gradebook(self) -> None:
        """Waits while another program writes to the gradebook. Raises: GradebookLocked when it goes on for long."""
        path = self.coursedir.db_url.removeprefix("sqlite:///")
        if path == self.coursedir.db_url or not Path(path).exists():
            return
        if not os.access(path, os.W_OK):
            raise ExerciseError(_("the gradebook {path} cannot be written: you may only read it").format(path=path))
        try:
            with closing(sqlite3.connect(path, timeout=self.patience, isolation_level=None)) as gradebook:
                gradebook.execute("BEGIN IMMEDIATE")
                (sound,) = gradebook.execute("PRAGMA quick_check(1)").fetchone()
                gradebook.execute("ROLLBACK")
                if sound != "ok":
                    raise sqlite3.DatabaseError(sound)
        except sqlite3.Error as problem:
            if "locked" not in str(problem):
                raise self.unusable(problem) from problem
            raise GradebookLocked(
                _(
                    "another program has had the gradebook {path} locked for {patience:g} seconds: close it (formgrader, a backup, sqlite3), and give the same command again; what was graded stays"
                ).format(path=path, patience=self.patience)
            ) from problem

    def unusable(self, problem: BaseException | None) -> ExerciseError:
        """What is said of a gradebook that cannot be read, and what to do."""
        return ExerciseError(
            _(
                "the gradebook {path} cannot be used: {problem}. Put a backup of it in its place. Without one move it away, and give `nbgrader generate_assignment {lesson}` and `coursekit grade {lesson}`: all is graded anew, and points given by hand are lost"
            ).format(path=self.coursedir.db_url.removeprefix("sqlite:///"), problem=problem, lesson=self.lesson)
        )

    def _prepare(self, student: str, pool: Pool, waiting: dict[Any, _Started]) -> None:
        if why := no_id(student):
            self.told(Done(student, "failed", why=why))
            return
        dest = Path(self._format_dest(self.lesson, student))
        found = self.admitted(self.lesson, student)
        of = found.digest(f"{__version__}\0{self._digest}")
        if not self.force and graded_as(dest, self.lesson) == of and self._book.holds(student):
            self.told(Done(student, "as before"))
            return
        self._drop(dest)
        job = {**self._told, "student": student, "of": of, "files": _base64(found.files)}
        job |= {"left_out": found.left_out, "unreadable": found.unreadable}
        waiting[pool.submit(job)] = _Started(student, found, dest)

    def _finish(self, pool: Pool, waiting: dict[Any, _Started], troubled: dict[str, str]) -> None:
        future = pool.next(waiting)
        started = waiting[future]

        def write() -> None:
            ready = future.result()
            self._write(started, ready)
            what = "unreadable" if ready["unreadable"] else "graded"
            del waiting[future]
            self.told(Done(started.student, what, tuple(ready["flags"]), ready["unreadable"]))

        self._fenced(started.student, troubled, write)
        waiting.pop(future, None)

    def _write(self, started: _Started, ready: dict[str, Any]) -> None:
        """The gradebook first, and what lies beside the notebook; the notebook last: what has one was graded to its end."""
        self._book.record(started.student, ready["timestamp"], ready["rows"])
        files = {name: data for name, data in started.admitted.files.items() if not name.endswith(".ipynb")}
        for name in ready["files"]["gone"]:
            files.pop(name, None)
        files |= {name: base64.b64decode(data) for name, data in ready["files"]["changed"].items()}
        files |= {name: base64.b64decode(data) for name, data in self._told["course_files"].items()}
        write_to(started.dest, files, mode=0o755)
        path = started.dest / f"{self.lesson}.ipynb"
        made = path.with_name(f".{path.name}.new")
        made.write_text(ready["text"], encoding="utf-8")
        made.replace(path)
        self.set_permissions(self.lesson, started.student)

    def _drop(self, dest: Path) -> None:
        if dest.exists():
            utils.rmtree(str(dest))


def _once_more(why: str) -> str:
    return one_line(_("{why}: give the same command again").format(why=why))


def _said(problem: Exception) -> str:
    """What went wrong, and what to do, in a line for who grades."""
    match problem:
        case ExerciseError():
            return _once_more(str(problem))
        case OSError(errno=errno.ENOSPC | errno.EDQUOT):
            return _("the disk is full: free some of it, and give the same command again")
        case OSError():
            return _once_more(f"{problem.strerror or problem} ({problem.filename or '-'})")
        case MemoryError():
            return _("this machine has no memory left: use fewer --workers, and give the same command again")
        case SQLAlchemyError() | InvalidEntry():
            cause = str(getattr(problem, "orig", None) or problem).partition("\n")[0]
            return _once_more(_("the gradebook could not be written ({why})").format(why=cause))
    where = problem.__traceback__
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    line = f"{Path(where.tb_frame.f_code.co_filename).name}, line {where.tb_lineno}" if where else "no place"
    return one_line(f"a mistake in coursekit or nbgrader ({line}: {problem}); please report it")


def course_here(config: Any = None) -> NbGrader:
    """nbgrader in this course directory, with its nbgrader_config.py. Raises: ExerciseError where there is none."""
    app = NbGrader()
    if not Path("nbgrader_config.py").exists():
        app.log_level = logging.ERROR  # one line says so, ours
    app.initialize([])
    if config is not None:
        app.update_config(config)
    if "Autograde" not in app.config or "autograde_preprocessors" not in app.config.Autograde:
        raise ExerciseError(
            _(
                "{place} is no course directory: nbgrader_config.py is not here, or does not configure coursekit. `coursekit class DIR` makes one."
            ).format(place=Path.cwd())
        )
    app.coursedir = CourseDirectory(parent=app)
    return app


def release_here(lesson: str) -> None:
    """Runs generate_assignment in this course directory, once. Raises: ExerciseError with nbgrader's words."""
    app = course_here()
    if Path(app.coursedir.root, app.coursedir.release_directory, lesson, f"{lesson}.ipynb").exists():
        return
    done = NbGraderAPI(coursedir=app.coursedir, config=app.config).generate_assignment(lesson, create=True)
    if not done["success"]:
        raise ExerciseError(
            _("nbgrader cannot release {lesson}: {why}").format(lesson=lesson, why=done.get("error") or done.get("log"))
        )


def enrol(lesson: str, due: str, students: Mapping[str, tuple[str, str]]) -> None:
    """Puts students, first and last name by id, into the gradebook here, and when a lesson is due."""
    app = course_here()
    with warnings.catch_warnings(), Gradebook(app.coursedir.db_url, app.coursedir.course_id) as gradebook:
        warnings.simplefilter("ignore")
        gradebook.find_assignment(lesson).duedate = utils.parse_utc(due)
        for id, (first, last) in students.items():
            gradebook.update_or_create_student(id, first_name=first, last_name=last)
        gradebook.db.commit()


def _never_generated(lesson: str) -> ExerciseError:
    return ExerciseError(
        _("{lesson} is not in the gradebook: nbgrader generate_assignment {lesson} comes first").format(lesson=lesson)
    )


def _base64(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: base64.b64encode(data).decode() for name, data in files.items()}


def _digest_of_course(assignment: Any) -> str:
    """Of an assignment as it was released last: its cells, their points, and when it was due."""
    rows = [str(assignment.duedate)]
    for notebook in assignment.notebooks:
        rows += sorted(f"{notebook.name} {cell.name} {cell.max_score}" for cell in notebook.grade_cells)
        rows += sorted(f"{notebook.name} {cell.name} {cell.source}" for cell in notebook.source_cells)
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def graded_as(dest: Path, lesson: str) -> str:
    """The digest of the submission that was graded here to its end; '' for none, and for one to be judged again."""
    with suppress(OSError, ValueError, AttributeError):
        read = json.loads((dest / f"{lesson}.ipynb").read_bytes())
        return str(read["metadata"].get(MARKED, {}).get("of", ""))
    return ""


@contextmanager
def _at(directory: str) -> Iterator[None]:
    before = os.getcwd()
    os.chdir(directory)
    try:
        yield
    finally:
        os.chdir(before)


@dataclass(frozen=True, slots=True)
class Changed:
    """An exercise of a student after it was judged again; None for marks that a person gives."""

    student: str
    before: float | None
    after: float | None


def regrade(graded: Class, exercise: str, students: list[str], boxes: Boxes, told: Callable[[Changed], None]) -> None:
    """Judges one exercise again for each student. Raises: ExerciseError when the exercise is not of the lesson."""
    if exercise not in {each.id for each in catalogue.of_lesson(graded.lesson)}:
        raise ExerciseError(
            _("{exercise} is no exercise of {lesson}").format(exercise=repr(exercise), lesson=graded.lesson)
        )
    directory = graded.options.secret_directory or graded.coursedir.root
    secret = course_secret(Path(directory)).hex()
    for student in students:
        path = Path(graded._format_dest(graded.lesson, student), f"{graded.lesson}.ipynb")
        if path.exists():
            told(_again(graded, path, exercise, student, secret, boxes))


def _again(graded: Class, path: Path, exercise: str, student: str, secret: str, boxes: Boxes) -> Changed:
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if grade_id(cell) == exercise and MARKED in cell.metadata]
    cell = next((cell for cell in cells if is_verdict_cell(cell) or is_prose_cell(cell)), None)
    if cell is None:
        raise ExerciseError(_("{path} was not graded by coursekit: grade it anew with --force").format(path=path))
    kept: dict[str, Any] = json.loads(json.dumps(cell.metadata[MARKED]))
    asked = {"exercise": exercise, "points": float(nbgrader(cell)["points"])}
    asked |= {"found": kept["found"], "flags": kept["noted"]}
    edition = language_of(notebook.metadata) or ENGLISH
    request = {"student": student, "secret": secret, "asked": [asked], "language": edition}
    (verdict,) = ask(boxes, request, JUDGE["wall"])
    with speaking(edition):
        rewrite(cell, verdict, asked, kept.get("stopped", "") or str(notebook.metadata.get(STOPPED, "")))
    _replace(path, nbformat.writes(notebook))
    with Gradebook(graded.coursedir.db_url, graded.coursedir.course_id) as gradebook:
        grade = gradebook.find_grade(exercise, graded.lesson, graded.lesson, student)
        before = grade.auto_score
        grade.auto_score, _most = determine_grade(cell, graded.log)
        waits = grade.manual_score is not None or grade.auto_score is None
        grade.needs_manual_grade = waits or bool(cell.metadata[MARKED]["flags"])
        after = grade.auto_score
        gradebook.db.commit()
    return Changed(student, before, after)


def _replace(path: Path, text: str) -> None:
    """The file anew, whole or not at all, as readable as it was: nbgrader leaves it read-only."""
    made = path.with_name(f".{path.name}.new")
    made.write_text(text, encoding="utf-8")
    os.chmod(made, path.stat().st_mode)
    made.replace(path)

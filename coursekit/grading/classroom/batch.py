"""A whole class: nbgrader's autograde with the slow part ahead of it, in parallel, and one writer to the gradebook.

    this thread    prepare ada, ben, cyd …            write ada            write ben …
    workers               run and judge ada, ben …

What nbgrader does to a submission it does here too, by its own code and in its order: only that the run and the
verdicts are ready when `Run` comes to them. A submission that cannot be read gets the course's empty notebook in its
place, no mark, and a flag for a person.

Neighbours: `steps` (Run, Judge), `worker` (what a worker does), `pool` (where workers are).
"""

import hashlib
import json
import logging
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.writers.files import FilesWriter
from nbformat.reader import NotJSONError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGrader, NbGraderAPI
from nbgrader.converters import Autograde
from nbgrader.converters.base import BaseConverter
from nbgrader.coursedir import CourseDirectory

from coursekit import __version__
from coursekit.errors import ExerciseError
from coursekit.exercises import catalogue
from coursekit.exercises.prose import one_line
from coursekit.grading.classroom.pool import Pool
from coursekit.grading.classroom.steps import MARKED, READY, Run

UNREADABLE = "This submission could not be read, so nothing in it was judged; a person will look at it. "


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
    source: str
    dest: Path
    of: str
    unreadable: str = ""


class Class(Autograde):
    """Grades the submissions of an assignment; `told` hears of each that is done."""

    def __init__(self, lesson: str, told: Callable[[Done], None], *, force: bool = False, config: Any = None) -> None:
        self.app = course_here(config)
        self.app.coursedir.assignment_id = lesson
        super().__init__(coursedir=self.app.coursedir, parent=self.app)
        self.log.setLevel(logging.CRITICAL)
        self.lesson = lesson
        self.force = force
        self.told = told
        self._course = ""  # a digest of what was released: cells and points

    @property
    def options(self) -> Run:
        """The configured step that runs notebooks: what it may take, and in which box."""
        return Run(parent=self.app)

    def students(self, chosen: tuple[str, ...] = ()) -> list[str]:
        """Who has submitted, sorted. Raises: ExerciseError when nobody has, or one of those chosen has not."""
        root = Path(self.coursedir.root)
        pattern = os.path.relpath(self._format_source(self.lesson, "*"), root)
        left_out = self.coursedir.student_id_exclude.split(",")
        places = [each for each in root.glob(pattern) if each.is_dir()]
        found = sorted(each.parent.name for each in places if each.parent.name not in left_out)
        if missing := [each for each in chosen if each not in found]:
            raise ExerciseError(f"{self.lesson} was not submitted here by {', '.join(missing)}")
        if not found:
            catalogue.of_lesson(self.lesson)  # refuses a name that is none
            raise ExerciseError(f"nobody has submitted {self.lesson} in {root / 'submitted'}")
        return [each for each in found if not chosen or each in chosen]

    def run(self, students: list[str], pool: Pool) -> None:
        """Grades each, or leaves it when nothing in it changed since. KeyboardInterrupt leaves what is done."""
        self._begin()
        waiting: dict[Any, _Started] = {}
        with _at(self.coursedir.root), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # SQLAlchemy's, about nbgrader's own models
            try:
                for student in students:
                    self._prepare(student, pool, waiting)
                    while len(waiting) >= pool.ahead:
                        self._finish(pool, waiting)
                while waiting:
                    self._finish(pool, waiting)
            finally:  # interrupted: what was only begun is begun again next time
                for started in waiting.values():
                    self._drop(started.dest)

    def _begin(self) -> None:
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            try:
                self._course = _digest_of_course(gradebook.find_assignment(self.lesson))
            except MissingEntry as problem:
                raise ExerciseError(
                    f"{self.lesson} is not in the gradebook: nbgrader generate_assignment {self.lesson} comes first"
                ) from problem
        self.writer = FilesWriter(parent=self, config=self.config)
        self.exporter = self.exporter_class(parent=self, config=self.config)

    def _prepare(self, student: str, pool: Pool, waiting: dict[Any, _Started]) -> None:
        source = self._format_source(self.lesson, student)
        dest = Path(self._format_dest(self.lesson, student))
        of = digest_of(Path(source), self._course)
        started = _Started(student, source, dest, of)
        if not self.force and of and graded_as(dest, self.lesson) == of:
            self.told(Done(student, "as before"))
            return
        self._drop(dest)
        try:
            try:
                self._sanitise(started, Path(source, f"{self.lesson}.ipynb"))
            except Exception as problem:
                started.unreadable = _unreadable(problem, Path(source, f"{self.lesson}.ipynb"))
                self._stand_in(started)
            waiting[pool.submit(self._job(started))] = started
        except ExerciseError:
            self._drop(dest)
            raise
        except Exception as problem:  # not even a stand-in can be made: a person looks, the batch goes on
            self._drop(dest)
            self.told(Done(student, "failed", why=one_line(f"{type(problem).__name__}: {problem}")))

    def _sanitise(self, started: _Started, notebook: Path) -> None:
        self.notebooks = [str(notebook)]
        self.init_assignment(self.lesson, started.student)
        self._sanitizing = True
        self._init_preprocessors()
        nbformat.read(notebook, as_version=4)
        BaseConverter.convert_single_notebook(self, str(notebook))

    def _stand_in(self, started: _Started) -> None:
        """The empty notebook of the course for a submission that cannot be read, in the place of a copy of it.

        What the exchange wrote beside it stays: without it nbgrader can release nobody's feedback.
        """
        self._drop(started.dest)
        note = new_markdown_cell(UNREADABLE + f"`{started.unreadable}`", id="coursekit-unreadable")
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        begun = new_code_cell("import coursekit as ck", id="coursekit-begun")  # the course's checks follow it
        made = new_notebook(cells=[note, begun], metadata={"kernelspec": kernel})
        started.dest.mkdir(parents=True, exist_ok=True)
        for name in ("timestamp.txt", "submission_secret.txt"):
            with suppress(OSError):
                (started.dest / name).write_bytes(Path(started.source, name).read_bytes())
        with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
            gradebook.update_or_create_student(started.student)
            gradebook.update_or_create_submission(self.lesson, started.student, **_sent(Path(started.source)))
        self._sanitizing = True
        self._init_preprocessors()
        resources = self.init_single_notebook_resources(str(Path(started.source, f"{self.lesson}.ipynb")))
        resources["metadata"] = {"path": str(started.dest), "name": self.lesson}
        output, resources = self.exporter.from_notebook_node(made, resources=resources)
        self.write_single_notebook(output, resources)

    def _job(self, started: _Started) -> dict[str, Any]:
        path = started.dest / f"{self.lesson}.ipynb"
        resources = self.init_single_notebook_resources(str(Path(started.source, path.name)))
        resources |= {"metadata": {"path": str(started.dest)}, "of": started.of}
        job = self.options.job(nbformat.read(path, as_version=4), resources)
        if started.unreadable:
            job["flags"].append(f"unreadable: {started.unreadable}")
        return job

    def _finish(self, pool: Pool, waiting: dict[Any, _Started]) -> None:
        future = pool.next(waiting)
        started = waiting[future]
        try:
            ready = future.result()
            self._write(started, ready)
            what = "unreadable" if started.unreadable else "graded"
            flags = [*ready["flags"], *([ready["stopped"]] if ready["stopped"] else [])]
            flags += [flag for row in ready["verdicts"] for flag in row["verdict"]["flags"]]
            del waiting[future]
            self.told(Done(started.student, what, tuple(dict.fromkeys(map(one_line, flags))), started.unreadable))
        except ExerciseError:
            raise
        except Exception as problem:
            del waiting[future]
            self._drop(started.dest)
            self.told(Done(started.student, "failed", why=one_line(f"{type(problem).__name__}: {problem}")))

    def _write(self, started: _Started, ready: dict[str, Any]) -> None:
        """The second half of nbgrader's autograde, with the run and the verdicts ready."""
        path = started.dest / f"{self.lesson}.ipynb"
        self._sanitizing = False
        self._init_preprocessors()
        try:
            resources = self.init_single_notebook_resources(str(path))
            output, resources = self.exporter.from_filename(str(path), resources={**resources, READY: ready})
            self.write_single_notebook(output, resources)
        finally:
            self._sanitizing = True
        self.set_permissions(self.lesson, started.student)
        if started.unreadable:
            with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
                found = gradebook.find_submission_notebook(self.lesson, self.lesson, started.student)
                for grade in found.grades:
                    grade.auto_score, grade.needs_manual_grade = 0.0, True
                gradebook.db.commit()

    def _drop(self, dest: Path) -> None:
        if dest.exists():
            utils.rmtree(str(dest))


def _sent(place: Path) -> dict[str, Any]:
    """When a submission was handed in, as nbgrader's gradebook takes it; nothing where no exchange wrote it."""
    with suppress(OSError, ValueError):
        return {"timestamp": utils.parse_utc((place / "timestamp.txt").read_text().strip())}
    return {}


def _unreadable(problem: Exception, notebook: Path) -> str:
    """Why a submission cannot be read, in a line for who teaches: what is there, what is wanted."""
    place = notebook.parent
    match problem:
        case FileNotFoundError() if not notebook.exists():
            there = sorted(each.name for each in place.iterdir()) if place.is_dir() else []
            said = f"no {notebook.name} was handed in, only {', '.join(there)}" if there else "nothing was handed in"
        case NotJSONError():
            said = f"{notebook.name} is no notebook, or a part of one ({notebook.stat().st_size:,} bytes)"
        case _:
            said = f"{type(problem).__name__}: {problem}"
    return one_line(said)


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
            f"{Path.cwd()} is no course directory: nbgrader_config.py is not here, or does not configure coursekit. "
            "`coursekit class DIR` makes one."
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
        raise ExerciseError(f"nbgrader cannot release {lesson}: {done.get('error') or done.get('log')}")


def digest_of(directory: Path, course: str) -> str:
    """One digest of all that was submitted, and of the course that judges it; '' for nothing that can be read."""
    found = hashlib.sha256(f"{__version__}\0{course}".encode())
    try:
        for path in sorted(directory.rglob("*")):
            if path.is_file():
                found.update(path.relative_to(directory).as_posix().encode() + b"\0" + path.read_bytes())
    except OSError:
        return ""
    return found.hexdigest()


def _digest_of_course(assignment: Any) -> str:
    """Of an assignment as it was released last: its cells, their points, and when it was due."""
    rows = [str(assignment.duedate)]
    for notebook in assignment.notebooks:
        rows += sorted(f"{notebook.name} {cell.name} {cell.max_score}" for cell in notebook.grade_cells)
        rows += sorted(f"{notebook.name} {cell.name} {cell.source}" for cell in notebook.source_cells)
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def graded_as(dest: Path, lesson: str) -> str:
    """The digest of the submission that was graded here; '' for none that was graded to its end."""
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

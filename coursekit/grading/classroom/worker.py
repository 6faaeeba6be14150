"""A whole submission, from what was handed in to what is kept of it: a process that forks for each. JSON in, JSON out.

    python -m coursekit.grading.classroom.worker SOCKET FUNCTIONS NOTEBOOKS < COURSE

    {"files", "secret", …} ─ put right, sanitise ─ read the answers ─ judge ─> {"text": the graded notebook, "rows", …}
                                                └─ what is computed: run as far as its check, in a box ─┘

It is warm: it knows the exercises, the course's side of the lesson (`course`), and what the lesson's own cells show,
from one run of them as they were released. So a submission whose answers stand in it is not run at all. What nbgrader
does to a notebook is done here by nbgrader's own steps, all but what touches the gradebook.

Neighbours: `judging` (evidence, verdicts), `steps`, `pool` (who asks, from the grader's side).
"""

import base64
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from nbformat import from_dict, validate
from nbformat.notebooknode import NotebookNode
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution, is_task
from traitlets.config import Config

from coursekit import language
from coursekit.exercises import catalogue, questions
from coursekit.exercises.answers import Answers
from coursekit.exercises.editions import language_of, named
from coursekit.exercises.evidence import read
from coursekit.exercises.prose import one_line
from coursekit.grading.classroom.admit import DOOR, TIMESTAMP, Admitted, put_right
from coursekit.grading.classroom.course import Course, step_named
from coursekit.grading.classroom.gradebook import MARKED
from coursekit.grading.classroom.sample import right
from coursekit.grading.classroom.steps import COURSE, READY, Job, job_of
from coursekit.grading.judging import judge, read_notebook
from coursekit.grading.judging.notebook import STOPPED, gathered, grade_id, is_prose_cell, is_verdict_cell, source
from coursekit.grading.judging.read_answers import Lesson, Sight, is_read_always, lesson_of, sight
from coursekit.grading.judging.read_notebook import SHOWN, scrubbed
from coursekit.grading.sandbox import boxes, function_runner, zygote
from coursekit.language import ENGLISH

LEFT = "its process left before the last cell"
_QUESTION = re.compile(r'ck\.question\("([\w-]+)"\)')
_START = re.compile(r'ck\.start\("([\w-]+)"\)$', re.MULTILINE)
_OF_THE_GRADEBOOK = ("OverwriteKernelspec", "SaveAutoGrades", "AssignLatePenalties", "Flag")
NOBODY = "nobody"  # who the one run of the lesson's own cells is for

Graded = dict[str, Any]
Cells = Mapping[int, tuple[list[dict[str, Any]], int | None]]


@dataclass(frozen=True, slots=True)
class Ran:
    """A notebook's run: outputs and count by cell, as far as it came, and why it was stopped ('' for it was not)."""

    cells: Cells
    stopped: str
    cpu: float  # seconds
    wall: float


NOT_RUN = Ran({}, "", 0.0, 0.0)


class Worker:
    """What is known before the first submission comes, and what is asked for help: functions, notebooks."""

    def __init__(self, functions: int, notebooks: int, course: Course) -> None:
        self.run_function = function_runner.boxed(functions)
        self._notebooks = notebooks
        self.course = course
        self.language: str = course.get("language", ENGLISH)
        self.lesson: Lesson = lesson_of(course.get("released", ()))
        self._names = _names_of_answers(course.get("lesson", ""))
        self.shown: dict[str, tuple[list[dict[str, Any]], int | None]] = {}  # by cell of the lesson
        self._config = Config(course.get("config", {}))

    def get_ready(self) -> None:
        """Runs the lesson as it was released, once, for what its own cells show; imports what steps need."""
        for name in (*self.course["steps"]["sanitise"], *self.course["steps"]["grade"]):
            step_named(name)
        language.use(self.language)
        code = [cell for cell in self.course["released"] if cell.get("cell_type") == "code"]
        if not code or self.course.get("run_all"):
            return
        ran = self._execute([source(cell) for cell in code], {}, NOBODY, boxes.NOTEBOOK, 120, ())
        for number, (shown, count) in ran.cells.items():
            if not self._of_the_student(source(code[number])):
                self.shown[grade_id(code[number])] = shown, count

    def warm_up(self) -> None:
        """Grades nobody's right answers, and judges what many answer: what that takes once, no submission to come pays."""
        notebook, files = right(self.course["released"], self.course["lesson"], NOBODY)
        told = {"lesson": self.course["lesson"], "student": NOBODY, "secret": "", "seconds": 60, "limits": {}, "of": ""}
        told |= {"files": _base64({f"{told['lesson']}.ipynb": notebook, **files}), "left_out": [], "unreadable": ""}
        self.whole({**told, "course_files": {}})
        judge.get_ready(self.course["lesson"])

    def _of_the_student(self, text: str) -> bool:
        """Whether what a cell of the course shows depends on who answers, or on what was answered."""
        asks = ("ck.check(", "ck.question(", "ck.case(", "ck.start(", "ck.yours(", "ck.step(", "ck.level(")
        return any(each in text for each in asks) or self._names.search(text) is not None

    def whole(self, job: Job) -> Graded:
        """A submission from its files to its graded notebook and the rows of the gradebook."""
        files = {name: base64.b64decode(data) for name, data in job["files"].items()}
        admitted = Admitted(files, tuple(job["left_out"]), job["unreadable"])
        passed, found = put_right(admitted, job["lesson"], job["of"])
        found["metadata"].update(named(language_of(found["metadata"]) or self.language))
        kept_files = {name: data for name, data in passed.files.items() if not name.endswith(".ipynb")}
        course_files = {name: base64.b64decode(data) for name, data in job["course_files"].items()}
        resources = self._resources(job)
        notebook = self._passed("sanitise", from_dict(found), resources)
        if self.course["book"]["kernelspec"]:
            notebook.metadata["kernelspec"] = from_dict(self.course["book"]["kernelspec"])
        asked = {**job, **job_of(notebook, {**kept_files, **course_files}, job["student"])}
        resources[READY] = ready = self.grade(asked, job.get("verdicts"))
        if "asked" in ready:
            return ready
        notebook = self._passed("grade", notebook, resources)
        validate(notebook)
        changed = _base64({name: data for name, data in kept_files.items() if data != files.get(name)})
        return {
            "text": json.dumps(notebook, ensure_ascii=False),
            "rows": list(_rows(notebook)),
            "files": {"changed": changed, "gone": sorted(files.keys() - kept_files.keys())},
            "timestamp": kept_files.get(TIMESTAMP, b"").decode(),
            "unreadable": notebook.metadata[DOOR]["unreadable"],
            "flags": _said(ready),
        }

    def _resources(self, job: Job) -> dict[str, Any]:
        named = {"student": job["student"], "assignment": job["lesson"], "notebook": job["lesson"], "db_url": ""}
        return {"nbgrader": named, "unique_key": job["lesson"], COURSE: self.course, "metadata": {"path": os.getcwd()}}

    def _passed(self, which: str, notebook: Any, resources: dict[str, Any]) -> Any:
        """The notebook after the steps that this course has for it, but those of the gradebook."""
        for name in self.course["steps"][which]:
            if name.rpartition(":")[2] not in _OF_THE_GRADEBOOK:
                notebook, resources = step_named(name)(config=self._config)(notebook, resources)
        return notebook

    def grade(self, job: Job, verdicts: Any = None) -> Graded:
        """What a sanitised notebook is worth: outputs by cell, verdicts with what was asked, what it took.

        With `verdicts` nothing is judged here; where these are "elsewhere", only what is to be asked comes back.
        """
        notebook = job["notebook"]
        language.use(job.get("language") or self.language)
        code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        seen = sight(notebook["cells"], self.lesson, job["seed"], _kept(job))
        known = catalogue.exercises()
        found = {} if self.course.get("run_all") else dict(_found(code, seen, known))
        ran = self._computed(code, seen, found, job)
        for number, cell in enumerate(code):
            cell["outputs"] = ran.cells.get(number, ([], None))[0]
        notebook["metadata"].pop(STOPPED, None)
        if ran.stopped:
            notebook["metadata"][STOPPED] = ran.stopped
        asked = list(_asked(job, notebook, known, found))
        if verdicts == "elsewhere":
            return {"asked": asked, "language": language.spoken()}
        if verdicts is None:
            request = {"student": job["student"], "secret": job["secret"], "asked": asked}
            verdicts = judge.judge(request, self.run_function)["verdicts"]
        shown = self._page(code, seen, ran, job)
        return {
            "cells": {str(number): pair for number, pair in shown.items()},
            "verdicts": [{"asked": row, "verdict": each} for row, each in zip(asked, verdicts, strict=True)],
            "stopped": ran.stopped,
            "flags": list(job["flags"]),
            "cpu": round(ran.cpu, 3),
            "wall": round(ran.wall, 3),
            "of": job["of"],
            "again": any(each["said"] == judge.LOST for each in verdicts),
        }

    def _computed(self, code: list[Any], seen: Sight, found: Mapping[str, Any], job: Job) -> Ran:
        """The run of what is computed: all cells up to the last check that needs it, in their order."""
        open_ = [at for at, cell in enumerate(code) if is_verdict_cell(cell) and found.get(grade_id(cell), ...) is None]
        end = len(code) if self.course.get("run_all") else max(open_, default=-1) + 1
        if not end:
            return NOT_RUN
        quiet = [at for at, cell in enumerate(code[:end]) if grade_id(cell) in self.shown and seen.lesson.has(cell)]
        texts = [source(cell) for cell in code[:end]]
        return self._execute(
            texts, job["files"], job["seed"], {**boxes.NOTEBOOK, **job["limits"]}, job["seconds"], quiet
        )

    def _execute(
        self,
        cells: list[str],
        files: Mapping[str, str],
        seed: str,
        limits: boxes.Limits,
        seconds: float,
        quiet: Sequence[int],
    ) -> Ran:
        asked = partial(boxes.ask, self._notebooks)
        return execute(asked, cells, files, seed, limits=limits, seconds=seconds, quiet=quiet, box=self.course["box"])

    def _page(self, code: list[Any], seen: Sight, ran: Ran, job: Job) -> dict[int, Any]:
        """What each cell shows: what its run gave, what the course's own cell shows to this student, or what was saved."""
        shown: dict[int, Any] = {}
        for number, cell in enumerate(code):
            mine = seen.lesson.has(cell)
            if mine and (given := self._of_the_course(cell, seen.student)) is not None:
                shown[number] = given
            elif number in ran.cells:
                shown[number] = ran.cells[number]
            elif saved := cell.get("metadata", {}).get(SHOWN):
                shown[number] = [read_notebook.as_saved(), *saved], None
        return shown

    def _of_the_course(self, cell: Mapping[str, Any], student: str) -> Any:
        text = source(cell)
        if asked := _QUESTION.fullmatch(text.strip()):
            points = {row["name"]: row["points"] for row in self.course["book"]["cells"] if row["points"] is not None}
            try:
                words = questions.asked_of(asked[1], student, points)
            except Exception:  # a question that cannot be put to this student: the page does without it
                return None
            data = {"text/plain": repr(words), "text/html": words._repr_html_()}
            return [{"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": None}], None
        return self.shown.get(grade_id(cell)) if language.spoken() == self.language else None


def execute(
    ask: Any,
    cells: Sequence[str],
    files: Mapping[str, str],
    seed: str,
    *,
    limits: boxes.Limits,
    seconds: float,
    quiet: Sequence[int] = (),
    box: str = "bubblewrap",
) -> Ran:
    """Runs the cells as the student whose variants `seed` names; `files` are base64 by relative name.

    What the cells of `quiet` show is not drawn. Raises: BoxLost where no box can be made.
    """
    environment = {"COURSEKIT_STUDENT": seed, "HOME": "/tmp/student", "USER": "student"}
    if box == "none":
        environment = {"COURSEKIT_STUDENT": seed, "NBGRADER_EXECUTION": "autograde", "COURSEKIT_BOX": "1"}
    environment["COURSEKIT_LANG"] = language.spoken()
    work = {"cells": list(cells), "files": dict(files), "environment": environment, "seconds": seconds}
    size = sum(len(each) for each in files.values()) * 3 // 4
    try:
        ended = ask({**work, "quiet": list(quiet)}, {**limits, "disk": limits["disk"] + size})
    except (OSError, EOFError) as problem:
        raise boxes.BoxLost(f"the process that makes boxes ended ({problem})") from problem
    if ended.stopped.startswith("no box could be made"):
        raise boxes.BoxLost(ended.stopped)
    shown = read_notebook.read(ended.output, len(cells))
    stopped = ended.stopped or (LEFT if len(shown) < len(cells) else "")
    return Ran(shown, stopped, ended.cpu, ended.wall)


def _base64(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: base64.b64encode(data).decode() for name, data in files.items()}


def _names_of_answers(lesson: str) -> re.Pattern[str]:
    """What a cell names that shows something of a student's answers."""
    mine = [each for each in catalogue.exercises().values() if each.lesson == lesson]
    names = {each.function.name if each.function else each.variable for each in mine}
    return re.compile(rf"\b(?:{'|'.join(sorted(names)) or '(?!)'})\b")


def _kept(job: Job) -> Answers:
    return Answers(job["kept"]["student"], {id: read(row) for id, row in job["kept"]["rows"].items()})


def _found(code: list[Any], seen: Sight, known: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """By exercise of a verdict: what can be read of its answer, None where it is computed."""
    for cell in code:
        id = grade_id(cell)
        if is_verdict_cell(cell) and id in known:
            yield id, ... if is_read_always(known[id]) else seen.evidence(known[id])


def _asked(
    job: Job, notebook: dict[str, Any], known: Mapping[str, Any], found: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    kept = _kept(job)
    for cell in notebook["cells"]:
        id = grade_id(cell)
        if (is_verdict_cell(cell) or is_prose_cell(cell)) and id in known:
            there = found.get(id)
            yield gathered(notebook, cell, known[id], job["student"], kept, there if isinstance(there, list) else None)


def _rows(notebook: NotebookNode) -> Iterator[dict[str, Any]]:
    """What the gradebook is told of each cell, as SaveAutoGrades and Flag have it."""
    whole = notebook.metadata[MARKED]
    answered = set()
    for cell in notebook.cells:
        marked = cell.metadata.get(MARKED)
        if is_grade(cell) or is_solution(cell) or is_task(cell):
            row: dict[str, Any] = {"name": cell.metadata.nbgrader["grade_id"]}
            if is_grade(cell):
                row["score"], _ = determine_grade(cell)
                row["flagged"] = bool(marked and (marked["flags"] or whole["unreadable"]))
            if is_solution(cell) or is_task(cell):
                same = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
                row["comment"] = "No response." if same and not is_task(cell) else None
            yield row
        if marked and marked["answered"]:
            answered.add(f"{grade_id(cell)}-answer")
    yield from ({"name": name, "comment": None, "answered": True} for name in sorted(answered))


def _said(ready: Graded) -> list[str]:
    flags = [*ready["flags"], *([ready["stopped"]] if ready["stopped"] else [])]
    flags += [flag for row in ready["verdicts"] for flag in row["verdict"]["flags"]]
    return list(dict.fromkeys(map(one_line, flags)))


def work(worker: Worker, request: dict[str, Any], out: int) -> None:
    """One request, in a fork, under limits; what comes of it goes to `out`."""
    try:
        said = _answer(worker, request)
    except (function_runner.BoxGone, boxes.BoxLost) as problem:
        said = {"trouble": str(problem)}
    except OSError as problem:  # of this machine
        said = {"failed": one_line(f"{type(problem).__name__}: {problem}")}
    except Exception as problem:  # of what was handed in: nothing else is new here
        said = {"stumbled": one_line(f"{type(problem).__name__}: {problem}")}
    with os.fdopen(out, "w", encoding="utf-8") as opened:
        json.dump(
            scrubbed(said), opened, ensure_ascii=False
        )  # no half of a character may keep a notebook from being written


def _answer(worker: Worker, request: dict[str, Any]) -> dict[str, Any]:
    if "asked" in request:
        language.use(request.get("language") or worker.language)
        return judge.judge(request, worker.run_function)
    if "files" in request and "notebook" not in request:
        return worker.whole(request)
    return worker.grade(request, request.get("verdicts"))


def main() -> None:
    """Reads the exercises and the course, gets ready, then serves."""
    control, functions, notebooks = map(int, sys.argv[1:4])
    course = json.load(sys.stdin.buffer)
    catalogue.exercises()
    made = Worker(functions, notebooks, course)
    if course.get("released") is not None:
        made.get_ready()
    if course.get("many"):
        with suppress(Exception):  # of a lesson that is none of the course's: its submissions will say what is wrong
            made.warm_up()
    zygote.serve(control, partial(work, made), nested=False, keep=(functions, notebooks))


if __name__ == "__main__":
    main()

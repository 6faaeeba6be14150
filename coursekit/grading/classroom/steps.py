"""The steps that a notebook passes in nbgrader: what we put in their place, or between them. See the package.

Neighbours: `worker` (takes the same steps for a class, without a gradebook), `coursekit.grading.nbgrader` (their order).
"""

import base64
import json
import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
from nbformat import from_dict
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_output
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.nbgraderformat import MetadataValidator, SchemaTooNewError, SchemaTooOldError
from nbgrader.nbgraderformat.common import BaseMetadataValidator
from nbgrader.preprocessors import CheckCellMetadata, ClearSolutions, NbGraderPreprocessor, OverwriteCells, SaveCells
from traitlets import Bool, Enum, Integer, Unicode

from coursekit import language
from coursekit.exercises import answers, catalogue
from coursekit.exercises.bound import OLDER, binds
from coursekit.exercises.editions import language_of, named, of_notebook
from coursekit.exercises.prose import escaped, one_line
from coursekit.grading.classroom.admit import DOOR, STAND_IN, UNREADABLE
from coursekit.grading.classroom.autograde import hidden
from coursekit.grading.classroom.course import Remembered, course_of, course_secret, released_cells
from coursekit.grading.classroom.gradebook import MARKED, answer_of
from coursekit.grading.classroom.pages import (
    STYLE,
    Row,
    first_wrong,
    handed_in,
    lesson_title,
    said_of,
    student_page,
    title_in,
)
from coursekit.grading.classroom.pool import grade
from coursekit.grading.classroom.restore import NO_CODE, TWICE, metadata_of, relabelled
from coursekit.grading.classroom.weights import weighed, weights_in
from coursekit.grading.judging.notebook import (
    ANSWER,
    NOTED,
    SAVED,
    STOPPED,
    grade_id,
    is_prose_cell,
    is_verdict_cell,
    kept_of,
    nbgrader,
    seed_of,
    shown_evidence,
    stopped_with,
)
from coursekit.grading.judging.read_notebook import SHOWN, scrubbed
from coursekit.grading.sandbox.boxes import shared
from coursekit.language import ENGLISH, LANGUAGES, _, later

Resources = Any
Job = dict[str, Any]
TITLE = "coursekit_title"  # in the resources: the notebook's first heading
WHY = "coursekit_why"  # in the resources: why a submission cannot be read
SPOKEN = "coursekit_language"  # in the resources of a page: the language of its notebook
READY = "coursekit"  # in the resources: what a worker gave
COURSE = "coursekit_course"  # in the resources: the course's side, where it is known without a gradebook
_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
QUESTION = "-question"  # ends the id of a cell that asks an exercise
FOR_GRADER = '<div class="coursekit-for-grader">'


class Weigh(NbGraderPreprocessor):
    """Leaves out exercises that the teacher dropped, gives the others the points that the teacher chose.

    What somebody clicked in a source notebook, and left beside it, is no part of what students get. The language that the
    class has in its configuration stands in what students get, and so in what they are told there and in their feedback.
    """

    language = Enum((*LANGUAGES, ""), "", help="the language of the class; empty: that of each source notebook").tag(
        config=True
    )

    def preprocess(self, nb: NotebookNode, resources: Any) -> Any:
        """The notebook as the teacher wants it. The file lies in the course directory, beside gradebook.db."""
        url = resources["nbgrader"]["db_url"]
        course = Path(url.removeprefix("sqlite:///")).parent if url.startswith("sqlite:///") else Path.cwd()
        nb.cells = weighed(nb.cells, weights_in(course))
        nb.metadata.update(named(self.language))
        released = _released(self, resources["nbgrader"]["assignment"])
        (released / answers.NAME).unlink(missing_ok=True)  # copied from beside the source
        return nb, resources


def _released(step: NbGraderPreprocessor, lesson: str) -> Path:
    """The folder that a converter's lesson is released to."""
    place = step.parent.parent.coursedir  # of the converter, whose exporter has the step
    return Path(place.format_path(place.release_directory, ".", lesson))


class Stubs(ClearSolutions):
    """Clears solutions as ClearSolutions does; the stub fits the place and never raises."""

    code_stub: Any

    def preprocess_cell(self, cell: NotebookNode, resources: Resources, cell_index: int) -> Any:
        """The cell with each solution region replaced: `...` inside a function, else `name = ...`, the exercise's own."""
        inside = any(line.startswith(" ") and self.begin_solution_delimeter in line for line in cell.source.split("\n"))
        whole = self.code_stub
        try:
            self.code_stub = {**whole, "python": "..." if inside else _own(cell, whole.get("python", ""))}
            return super().preprocess_cell(cell, resources, cell_index)
        finally:
            self.code_stub = whole


def _own(cell: NotebookNode, stub: str) -> str:
    """The stub of a cell outside of functions: where its solution binds the exercise's own name, that for `answer`."""
    known = catalogue.exercises().get(grade_id(cell).removesuffix(ANSWER))
    if known is None or known.function is not None or not binds(cell.source, known.variable):
        return stub
    return stub.replace(f"{OLDER} = ", f"{known.variable} = ")


class KeepSaved(NbGraderPreprocessor):
    """Keeps the evidence in the submitted outputs, for a notebook that does not come so far when it runs again."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Any:
        """The notebook with the saved evidence by exercise in its metadata."""
        nb = from_dict(scrubbed(nb))
        spoken = language_of(nb.metadata)
        for name in (STOPPED, MARKED, "widgets"):
            nb.metadata.pop(name, None)
        nb.metadata.update(named(spoken))
        for cell in nb.cells:
            cell.metadata.pop(MARKED, None)
            if "nbgrader" in cell.metadata and not _ID.fullmatch(grade_id(cell)):
                del cell.metadata["nbgrader"]
        nb.metadata[SAVED] = {grade_id(cell): shown_evidence(cell) for cell in nb.cells if is_verdict_cell(cell)}
        for cell in nb.cells:
            if cell.get("outputs") and not nbgrader(cell).get("grade"):
                cell.metadata[SHOWN] = cell.outputs
        return nb, resources


class Save(SaveCells):
    """Saves the course's cells as SaveCells does; an essay counts as words, whose empty answer fails no test."""

    def _create_grade_cell(self, cell: NotebookNode) -> None:
        super()._create_grade_cell(cell)
        if is_prose_cell(cell):
            self.new_grade_cells[grade_id(cell)]["cell_type"] = "markdown"


class OneOfEach(NbGraderPreprocessor):
    """Of cells with one name the last counts, as DeduplicateIds has it, whatever their metadata say of them.

    Copies that say something else are noted for a person, and so is an answer whose cell became one of words.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Any:
        """The notebook with each name once."""
        last: dict[str, NotebookNode] = {}
        noted: dict[str, list[str]] = {}
        for cell in reversed(nb.cells):
            name = nbgrader(cell).get("grade_id")
            if name is None:
                continue
            exercise = name.removesuffix(ANSWER)
            if name not in last:
                last[name] = cell
                if name != exercise and cell.cell_type != "code":
                    noted.setdefault(exercise, []).append(NO_CODE)
                continue
            del cell.metadata["nbgrader"]
            if cell.source.strip() != last[name].source.strip():
                noted.setdefault(exercise, []).append(TWICE)
        nb.metadata[NOTED] = noted
        return nb, resources


class Restore(OverwriteCells):
    """Puts back what the course wrote, and with it cells of the course that were deleted, answers' stubs too.

    A deleted cell goes after the one before it in the course; the first one before all others of the course that are
    left, or to the end: never above the import that it needs.
    """

    def preprocess_cell(self, cell: NotebookNode, resources: Resources, cell_index: int) -> Any:
        """The cell as the course has it. Of what its metadata say its name counts, and nothing else."""
        name = nbgrader(cell).get("grade_id")
        if name is None:
            cell.metadata.pop("nbgrader", None)
            return cell, resources
        course = self.gradebook.find_notebook(self.notebook_id, self.assignment_id)
        marked = metadata_of(course, name)
        if marked is None:
            self.log.warning("coursekit: cell %s is none of this course", name)
            del cell.metadata["nbgrader"]
            return cell, resources
        cell.metadata["nbgrader"] = NotebookNode(marked)
        return super().preprocess_cell(cell, resources, cell_index)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Any:
        """The notebook with what the course wrote, as the gradebook has it, or as a worker knows it."""
        if COURSE not in resources:
            return super().preprocess(nb, resources)
        self.notebook_id, self.assignment_id = resources["nbgrader"]["notebook"], resources["nbgrader"]["assignment"]
        self.gradebook = Remembered(resources[COURSE]["book"])
        nb, resources = NbGraderPreprocessor.preprocess(self, nb, resources)
        if self.add_missing_cells:
            nb, resources = self.add_missing_grade_cells(nb, resources)
            nb, resources = self.add_missing_task_cells(nb, resources)
        return nb, resources

    def add_missing_grade_cells(self, nb: NotebookNode, resources: Resources) -> Any:
        """The notebook with all cells of the course, a deleted one after the one before it in the course."""
        course = self.gradebook.find_notebook(self.notebook_id, self.assignment_id)
        nb = relabelled(nb, course)
        points = {cell.name: cell.max_score for cell in course.grade_cells}
        answers = {cell.name for cell in course.solution_cells}
        known = {source_cell.name for source_cell in course.source_cells}
        left = [index for index, cell in enumerate(nb.cells) if grade_id(cell) in known]
        at = min(left, default=len(nb.cells)) - 1
        for source_cell in course.source_cells:
            places = [index for index, cell in enumerate(nb.cells) if grade_id(cell) == source_cell.name]
            if places:
                at = places[0]
            elif source_cell.name in points or source_cell.name in answers:
                at += 1
                nb.cells.insert(at, self._again(source_cell, points, answers))
        return nb, resources

    def _again(self, source_cell: Any, points: Mapping[str, float], answers: set[str]) -> Any:
        name = source_cell.name
        self.log.warning("coursekit: cell %s was deleted, and is put back", name)
        cell = from_dict(self.missing_cell_transform(source_cell, points.get(name, 0), is_solution=name in answers))
        cell.source = source_cell.source
        if name not in points:
            cell.metadata.nbgrader["grade"] = False
            cell.metadata.nbgrader.pop("points", None)
        return cell


class CheckMetadata(CheckCellMetadata):
    """As CheckCellMetadata does, by a schema that is read once and not once a cell."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Any:
        """The notebook as it is. Raises: ValidationError, SchemaMismatchError."""
        _validator().validate_nb(nb)
        return nb, resources


class _OnceRead(BaseMetadataValidator):
    """Stands between nbgrader's validator of a version, and the base that would read the schema for each cell."""

    def validate_cell(self, cell: NotebookNode) -> None:
        marked = cell.metadata.get("nbgrader")
        if marked is None:
            return
        version = marked.get("schema_version", 0)
        if version != self.schema_version:
            wrong = SchemaTooOldError if version < self.schema_version else SchemaTooNewError
            raise wrong(f"schema version {version}, not {self.schema_version}", version, self.schema_version)
        text = json.dumps(marked, sort_keys=True)
        if text in self.sound:  # as the course has it: the same for each submission
            return
        for problem in self.compiled.iter_errors(marked):
            raise problem
        self.sound.add(text)


class _Validator(MetadataValidator, _OnceRead):
    def __init__(self) -> None:
        super().__init__()
        self.compiled = jsonschema.validators.validator_for(self.schema)(self.schema)
        self.sound: set[str] = set()  # metadata that were looked at


_validator = cache(_Validator)


class Run(NbGraderPreprocessor):
    """Has the answers read, or run in a box as far as they are computed, and judged; what came before a stop counts.

    The verdicts wait in `resources` for `Judge`. A class's worker has them ready: then nothing is asked here.
    """

    box = Enum(
        ("bubblewrap", "none"), "bubblewrap", help="what keeps a submission apart; 'none' runs it as you, unboxed"
    ).tag(config=True)
    seconds = Integer(60, help="wall time of one cell").tag(config=True)
    wall = Integer(300, help="wall time of one notebook").tag(config=True)
    cpu = Integer(120, help="seconds of CPU of one notebook").tag(config=True)
    memory = Integer(1024, help="MiB of memory of one notebook, the sum of its processes").tag(config=True)
    run_all = Bool(False, help="whether all cells are run, also where the answers can be read").tag(config=True)
    secret_directory = Unicode("", help="where the course secret lies; empty: beside gradebook.db").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Any:
        """The notebook, executed as far as it goes."""
        if READY not in resources:
            root, secret = os.getcwd(), str(self._secret_directory(resources))  # nbgrader goes to the course first
            boxes = shared(self.box, hidden(self.config, root, secret), self._course(resources))
            resources[READY] = grade(boxes, self._job(nb, resources))
        ready = resources[READY]
        for cell in nb.cells:
            cell.metadata.pop(SHOWN, None)
        nb.metadata.pop(STOPPED, None)
        if ready["stopped"]:
            self.log.warning("coursekit: the notebook was stopped: %s", ready["stopped"])
            nb.metadata[STOPPED] = ready["stopped"]
        put_outputs(nb, ready["cells"])
        spoken = named(language_of(nb.metadata)).get(MARKED, {})
        nb.metadata[MARKED] = {**spoken, **{name: ready[name] for name in ("cpu", "wall", "flags", "stopped")}}
        door = nb.metadata.get(DOOR, {})
        nb.metadata[MARKED] |= {"unreadable": bool(door.get("unreadable")), "lost": bool(door.get("lost"))}
        # a stand-in, and what a judge could not judge, is looked at again by the next run: it is never "as before"
        nb.metadata[MARKED]["of"] = "" if door.get("unreadable") or ready["again"] else ready["of"]
        return nb, resources

    def _job(self, nb: NotebookNode, resources: Resources) -> Job:
        """All that a worker needs, as JSON. Raises: ExerciseError for a course secret that is spoiled."""
        secret = course_secret(self._secret_directory(resources)).hex()
        files = files_in(Path(resources["metadata"]["path"]))
        return self.told(resources["nbgrader"]["assignment"], secret) | job_of(
            nb, files, resources["nbgrader"]["student"]
        )

    def told(self, lesson: str, secret: str) -> Job:
        """What is the same for each submission of a lesson."""
        limits = {"cpu": self.cpu, "wall": self.wall, "memory": self.memory * 2**20}
        return {"lesson": lesson, "secret": secret, "seconds": self.seconds, "limits": limits}

    def _course(self, resources: Resources) -> dict[str, Any]:
        lesson = resources["nbgrader"]["assignment"]
        directory = (
            self.parent.parent.coursedir if self.parent and self.parent.parent else CourseDirectory(config=self.config)
        )
        released = Path(directory.format_path(directory.release_directory, ".", lesson), f"{lesson}.ipynb")
        with Gradebook(resources["nbgrader"]["db_url"]) as gradebook:
            return course_of(gradebook, lesson, released, self.config) | {"run_all": self.run_all}

    def _secret_directory(self, resources: Resources) -> Path:
        if self.secret_directory:
            return Path(self.secret_directory)
        url = resources["nbgrader"]["db_url"]
        return Path(url.removeprefix("sqlite:///")).parent if url.startswith("sqlite:///") else Path.cwd()


def job_of(nb: NotebookNode, files: Mapping[str, bytes], student: str) -> Job:
    """What a worker needs to know of one submission, its notebook sanitised, as JSON; `files` lie beside it."""
    kept = kept_of(files.get(answers.NAME))
    door = nb.metadata.get(DOOR, {})
    flags = [f"unreadable: {door['unreadable']}"] if door.get("unreadable") else []
    return {
        "notebook": json.loads(json.dumps(nb)),
        "files": {name: base64.b64encode(data).decode() for name, data in files.items()},
        "flags": [*flags, *door.get("flags", [])],
        "student": student,
        "language": language_of(nb.metadata),
        "seed": seed_of(nb, kept, student),
        "kept": {"student": kept.student, "rows": {id: row.write() for id, row in kept.rows.items()}},
        "of": door.get("of", ""),
    }


class Judge(NbGraderPreprocessor):
    """Replaces what each grade cell of an exercise shows by the judge's verdict on the evidence."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Any:
        """The notebook with marks as bare numbers, feedback, and flags for a person in the cells' metadata."""
        with language.speaking(language_of(nb.metadata) or ENGLISH):
            return self._judged(nb, resources)

    def _judged(self, nb: NotebookNode, resources: Resources) -> Any:
        verdicts = {row["asked"]["exercise"]: row for row in resources[READY]["verdicts"]}
        stopped = str(nb.metadata.get(STOPPED, ""))
        for cell in nb.cells:
            if is_verdict_cell(cell) or is_prose_cell(cell):
                row = verdicts.get(grade_id(cell))
                if row is not None:
                    if nb.metadata[MARKED]["lost"] and not row["verdict"].get("answered"):
                        row["verdict"]["flags"].append("its answer may be among those that were lost")
                    rewrite(cell, row["verdict"], row["asked"], stopped_with(cell) or stopped)
        return nb, resources


class Flag(NbGraderPreprocessor):
    """Marks in the gradebook, after SaveAutoGrades, what a person should look at. A flag takes no points.

    It also takes back nbgrader's "No response." from a stub whose exercise was answered by clicking.
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Any:
        """The notebook as it is."""
        marked = {grade_id(cell): cell.metadata[MARKED] for cell in nb.cells if MARKED in cell.metadata}
        solutions = {grade_id(cell) for cell in nb.cells if nbgrader(cell).get("solution")}
        where = [resources["nbgrader"][name] for name in ("notebook", "assignment", "student")]
        with Gradebook(resources["nbgrader"]["db_url"]) as gradebook:
            for id, mark in marked.items():
                if mark["flags"] or nb.metadata[MARKED]["unreadable"]:
                    gradebook.find_grade(id, *where).needs_manual_grade = True
                if mark["answered"] and f"{id}{ANSWER}" in solutions:
                    gradebook.find_comment(f"{id}{ANSWER}", *where).auto_comment = None
            gradebook.db.commit()
        return nb, resources


class HideFlags(NbGraderPreprocessor):
    """Takes out of the feedback what is for the grader alone."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Any:
        """The notebook without it; its title, its language and why it cannot be read stay in `resources`."""
        released = _released(self, resources["nbgrader"]["assignment"]) / f"{resources['nbgrader']['notebook']}.ipynb"
        resources[TITLE] = title_in(nb.cells) or title_in(released_cells(released))
        resources[SPOKEN] = language_of(nb.metadata) or of_notebook(released) or ENGLISH
        if nb.metadata.get(MARKED, {}).get("unreadable"):
            told = [cell for cell in nb.cells if cell.get("id") == STAND_IN]
            resources[WHY] = "".join(cell.source for cell in told).removeprefix(UNREADABLE).strip()
            nb.cells = [cell for cell in nb.cells if cell not in told]
        return super().preprocess(nb, resources)

    def preprocess_cell(self, cell: NotebookNode, resources: Resources, cell_index: int) -> Any:
        """The cell without its flags; what the summary needs stays in `resources`."""
        if marked := cell.metadata.get(MARKED):  # it stays: by it `Fence` knows a verdict
            resources.setdefault(MARKED, {})[grade_id(cell)] = marked
            for output in cell.get("outputs", []):
                page = output.get("data", {}).get("text/html")
                if page:
                    output["data"]["text/html"] = "".join(page).split(FOR_GRADER)[0]
        return cell, resources


NO_RESPONSE = later("No response.")  # what nbgrader comments on an answer cell that is as it was released


class Summarise(NbGraderPreprocessor):
    """Has a student's page open with a summary of it, and folds the source of its checks; the rest is in the template."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> Any:
        """The notebook, each cell with what the page says of it; the summary is in `resources`, in its language."""
        with language.speaking(resources.get(SPOKEN, ENGLISH)):
            return self._summarised(nb, resources)

    def _summarised(self, nb: NotebookNode, resources: Resources) -> Any:
        lesson, student = resources["nbgrader"]["assignment"], resources["nbgrader"]["student"]
        marked = resources.pop(MARKED, {})
        with Gradebook(resources["nbgrader"]["db_url"]) as gradebook:
            submission = gradebook.find_submission(lesson, student)
            names = [submission.student.first_name or "", submission.student.last_name or ""]
            when = handed_in(submission.timestamp, late=submission.total_seconds_late > 0)
            notebook = gradebook.find_submission_notebook(resources["nbgrader"]["notebook"], lesson, student)
            answers = {grade.name: answer_of(grade, marked.get(grade.name, {})) for grade in notebook.grades}
            by_hand = {grade.name for grade in notebook.grades if grade.manual_score is not None}
            penalty = notebook.late_submission_penalty or 0.0
        rows = []
        begins = {str(cell.get("id", "")) for cell in nb.cells}
        for cell in nb.cells:
            id, marks = grade_id(cell), nbgrader(cell)
            own = bool(marks.get("solution") or marks.get("task"))
            page: dict[str, Any] = {"fold": is_verdict_cell(cell), "answer": own}
            if marks.get("comment") == NO_RESPONSE:
                cell.metadata.nbgrader.comment = _(NO_RESPONSE)
            if marks.get("grade") and id in answers:
                told = marked.get(id, {})
                rows.append(Row(answers[id], str(told.get("first", "")), str(told.get("misconception") or "")))
                page["points"] = said_of(answers[id], id in by_hand) if own or id in by_hand else ""
            cell.metadata["coursekit_page"] = page | {"anchor": _anchored(cell, answers, begins)}
        title = resources.get(TITLE) or lesson_title(lesson)
        name = " ".join(filter(None, names)) or one_line(student, 64)
        resources["coursekit_summary"] = student_page(lesson, title, name, when, rows, penalty, resources.get(WHY))
        resources["coursekit_words"] = {
            "language": language.spoken(),
            "title": _("Feedback: {lesson}").format(lesson=title),
            "style": STYLE,
            "answer": _("Your answer"),
            "top": _("To the summary"),
            "comment": _("Comment:"),
            "check": _("The check"),
        }
        return nb, resources


def _anchored(cell: NotebookNode, answers: Mapping[str, Any], ids: set[str]) -> str:
    """The exercise to whose row of the summary a cell is linked: its question is, where it has none its graded cell."""
    asked = str(cell.get("id", "")).removesuffix(QUESTION)
    if asked in answers and asked != cell.get("id"):
        return asked
    id = grade_id(cell)
    return id if id in answers and f"{id}{QUESTION}" not in ids else ""


def files_in(directory: Path) -> dict[str, bytes]:
    """The files beside an admitted notebook by relative name: the student's, and the course's over them."""
    found = {}
    for path in sorted(directory.rglob("*")):
        if path.suffix != ".ipynb" and path.is_file() and not path.is_symlink():
            found[path.relative_to(directory).as_posix()] = path.read_bytes()
    return found


def put_outputs(nb: NotebookNode, cells: Mapping[str, Any]) -> None:
    """Writes what came out of the box under the code cells; the others stay empty."""
    code = [cell for cell in nb.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code):
        outputs, count = cells.get(str(number), ([], None))
        cell.outputs, cell.execution_count = from_dict(outputs), count


def rewrite(cell: NotebookNode, verdict: Mapping[str, Any], asked: Mapping[str, Any], stopped: str) -> None:
    """Makes a grade cell show a verdict and nothing else; what was judged stays in its metadata, for a regrade."""
    page = verdict["html"]
    if stopped and not verdict.get("answered"):
        said = _("This cell stopped with {problem}.").format(problem=f"<code>{escaped(stopped)}</code>")
        page += f"<p>{said}</p>"
    flags = list(verdict["flags"])
    if flags:
        rows = "".join(f"<li>{escaped(flag)}</li>" for flag in flags)
        page += f"{FOR_GRADER}<p>For the grader:</p><ul>{rows}</ul></div>"
    answered = bool(verdict.get("answered"))
    cell.metadata[MARKED] = {"flags": flags, "misconception": verdict.get("misconception"), "answered": answered}
    cell.metadata[MARKED] |= {"found": asked["found"], "noted": asked.get("flags", []), "stopped": stopped}
    cell.metadata[MARKED]["first"] = first_wrong(verdict)
    if is_prose_cell(cell):  # the rubric beside the words; a person gives the mark
        cell.outputs = [new_output("display_data", data={"text/plain": "the rubric", "text/html": page})]
        return
    data = {"text/plain": verdict["plain"], "text/html": page}
    cell.outputs = [new_output("execute_result", data=data, execution_count=cell.execution_count or 0)]

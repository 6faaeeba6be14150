"""Answer cells that lost nbgrader's mark, by copy and paste or another program, are found again by where they stand.

    course      … 06-a-answer   06-a   06-b-answer   06-b …
    submitted   …     ( no mark )   06-a   06-b-answer   06-b …       the last unmarked answer before 06-a is 06-a-answer

What was put right is noted by exercise, and a person is told. Neighbour: `steps.Restore`, which then puts back what is
missing still.
"""

import re
from typing import Any

from nbformat.notebooknode import NotebookNode

from coursekit.errors import CourseError
from coursekit.exercises import catalogue
from coursekit.grading.classroom.autograde import DOOR
from coursekit.grading.judging.collect_evidence import NOTED
from coursekit.grading.judging.notebook import ANSWER, grade_id, nbgrader

FOUND = "its answer cell had lost its mark, and was found by its place"
MISSING = "its answer cell was missing, and was put back empty"


def relabelled(nb: NotebookNode, course: Any) -> NotebookNode:
    """The notebook with marks where the course has them; `course` is the gradebook's notebook."""
    names = [cell.name for cell in course.source_cells]
    answers = {cell.name for cell in course.solution_cells}
    graded = {cell.name for cell in course.grade_cells}
    if nb.metadata.get(DOOR, {}).get("unreadable"):
        return nb
    if not any(grade_id(cell) in names for cell in nb.cells):
        _say_whose(nb)
    for source_cell in course.source_cells:
        if source_cell.name not in answers and _at(nb, source_cell.name) is None:
            _mark_the_same(nb, source_cell, source_cell.name in graded)
    noted: dict[str, list[str]] = {}
    for number, name in enumerate(names):
        if name in answers and _at(nb, name) is None:
            cell = _answer_by_place(nb, name, names[:number], names[number + 1 :])
            if cell is not None:
                _mark(cell, name, grade=name in graded, solution=True)
            noted[name.removesuffix(ANSWER)] = [MISSING if cell is None else FOUND]
    nb.metadata[NOTED] = noted
    return nb


def _say_whose(nb: NotebookNode) -> None:
    """Notes that nothing of this lesson is in the notebook, and which lesson's it looks like."""
    found = set()
    for cell in nb.cells:
        try:
            found.add(catalogue.exercise(grade_id(cell).removesuffix(ANSWER)).lesson)
        except CourseError:
            continue
    whose = f"it looks like {', '.join(sorted(found))}" if found else "it has no cell of this course"
    nb.metadata.setdefault(DOOR, NotebookNode(flags=[]))
    nb.metadata[DOOR]["flags"] = [*nb.metadata[DOOR].get("flags", []), f"not this lesson's notebook: {whose}"]


def _at(nb: NotebookNode, name: str) -> int | None:
    return next((at for at, cell in enumerate(nb.cells) if nbgrader(cell).get("grade_id") == name), None)


def _mark_the_same(nb: NotebookNode, source_cell: Any, graded: bool) -> None:
    """Marks a cell that says word for word what a locked cell of the course says."""
    wanted = source_cell.source.strip()
    for cell in nb.cells:
        if not nbgrader(cell) and cell.cell_type == source_cell.cell_type and cell.source.strip() == wanted != "":
            _mark(cell, source_cell.name, grade=graded, solution=False)
            return


def _answer_by_place(nb: NotebookNode, name: str, before: list[str], after: list[str]) -> Any:
    """The last unmarked cell that answers, between the course's cells before and after; None for none."""
    left = [at for at in map(lambda each: _at(nb, each), before) if at is not None]
    right = [at for at in map(lambda each: _at(nb, each), after) if at is not None]
    begin, end = max(left, default=-1) + 1, min(right, default=len(nb.cells))
    wanted = _answers(name.removesuffix(ANSWER))
    places = [nb.cells[begin:end]]
    if wanted is not _ASSIGNED:  # a function's name is its own: it may stand anywhere
        places.append(nb.cells)
    for place in places:
        found = [
            cell for cell in place if cell.cell_type == "code" and not nbgrader(cell) and wanted.search(cell.source)
        ]
        if found:
            return found[-1]
    return next((cell for cell in nb.cells if cell.get("id") == name and not nbgrader(cell)), None)


_ASSIGNED = re.compile(r"^answer\s*(?::[^=\n]*)?=", re.MULTILINE)


def _answers(exercise: str) -> re.Pattern[str]:
    """What an answer cell of the exercise says."""
    try:
        function = catalogue.exercise(exercise).function
    except CourseError:
        function = None
    return re.compile(rf"^def {function.name}\b", re.MULTILINE) if function else _ASSIGNED


def _mark(cell: NotebookNode, name: str, *, grade: bool, solution: bool) -> None:
    marked = {"schema_version": 3, "grade": grade, "solution": solution, "locked": not solution, "task": False}
    cell.metadata["nbgrader"] = NotebookNode(marked | {"grade_id": name} | ({"points": 0} if grade else {}))

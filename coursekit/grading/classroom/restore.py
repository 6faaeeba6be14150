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
from coursekit.grading.classroom.admit import DOOR
from coursekit.grading.judging.notebook import ANSWER, NOTED, grade_id, nbgrader

FOUND = "its answer cell had lost its mark, and was found by its place"
MISSING = "its answer cell was missing, and was put back empty"
TWICE = "its cell stands there more than once, and says different things: the last one counts"
NO_CODE = "its answer cell was no code cell, and was read as one"


def relabelled(nb: NotebookNode, course: Any) -> NotebookNode:
    """The notebook with marks where the course has them; `course` is the gradebook's notebook."""
    names = [cell.name for cell in course.source_cells]
    answers = {cell.name for cell in course.solution_cells}
    if nb.metadata.get(DOOR, {}).get("unreadable"):
        return nb
    for source_cell in course.source_cells:
        if source_cell.name not in answers and _at(nb, source_cell.name) is None:
            _mark_the_same(nb, source_cell, course)
    noted: dict[str, list[str]] = nb.metadata.setdefault(NOTED, {})
    for group in _missing_together(nb, names, answers):
        for name, cell in zip(group, _answers_by_place(nb, group, names), strict=True):
            if cell is not None:
                cell.metadata["nbgrader"] = NotebookNode(metadata_of(course, name) or {})
            noted.setdefault(name.removesuffix(ANSWER), []).append(MISSING if cell is None else FOUND)
    if not any(grade_id(cell) in names for cell in nb.cells):
        _say_whose(nb)
    return nb


def _missing_together(nb: NotebookNode, names: list[str], answers: set[str]) -> list[list[str]]:
    """The answer cells that are missing, in the course's order, those with no cell of the course between them together."""
    groups: list[list[str]] = [[]]
    for name in names:
        if _at(nb, name) is not None:
            groups.append([])
        elif name in answers:
            groups[-1].append(name)
    return [group for group in groups if group]


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


def _mark_the_same(nb: NotebookNode, source_cell: Any, course: Any) -> None:
    """Marks a cell that says word for word what a locked cell of the course says."""
    wanted = source_cell.source.strip()
    for cell in nb.cells:
        if not nbgrader(cell) and cell.cell_type == source_cell.cell_type and cell.source.strip() == wanted != "":
            cell.metadata["nbgrader"] = NotebookNode(metadata_of(course, source_cell.name) or {})
            return


def _answers_by_place(nb: NotebookNode, group: list[str], names: list[str]) -> list[Any]:
    """For each answer of a group its cell: the last unmarked ones that answer, between the course's cells about them.

    An exercise's own name says whose a cell is: it may stand anywhere. One that binds `answer`, as former releases had
    it, is known by its place alone. None where there is none.
    """
    first, last = names.index(group[0]), names.index(group[-1])
    left = [at for name in names[:first] if (at := _at(nb, name)) is not None]
    right = [at for name in names[last + 1 :] if (at := _at(nb, name)) is not None]
    between = nb.cells[max(left, default=-1) + 1 : min(right, default=len(nb.cells))]
    found: dict[str, Any] = {}
    for name in group:
        by_name = _says_itself(nb, name)
        if by_name is not None:
            found[name] = by_name
    free = [cell for cell in between if _is_free(cell) and _ASSIGNED.search(cell.source)]
    free = [cell for cell in free if not any(cell is each for each in found.values())]
    left_over = [name for name in group if name not in found and not _names_of(name)[0]]
    found |= dict(zip(reversed(left_over), reversed(free), strict=False))
    return [found.get(name) for name in group]


def _says_itself(nb: NotebookNode, name: str) -> Any:
    """The unmarked cell with that id, or the last that binds the exercise's own name at its top level; None for none."""
    function, variable = _names_of(name)
    bound = rf"^def {function}\b" if function else rf"^{variable}\s*(?::[^=\n]*)?=(?!=)"
    wanted = re.compile(bound, re.MULTILINE) if variable else None
    cells = [cell for cell in nb.cells if _is_free(cell)]
    found = [cell for cell in cells if cell.get("id") == name or (wanted and wanted.search(cell.source))]
    return found[-1] if found else None


def _is_free(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and not nbgrader(cell)


_ASSIGNED = re.compile(r"^answer\s*(?::[^=\n]*)?=(?!=)", re.MULTILINE)


def _names_of(name: str) -> tuple[str, str]:
    """The function that an answer cell defines, '' for another answer, and the variable that it binds; '' if unknown."""
    try:
        exercise = catalogue.exercise(name.removesuffix(ANSWER))
    except CourseError:
        return "", ""
    return exercise.function.name if exercise.function else "", exercise.variable


def metadata_of(course: Any, name: str) -> dict[str, Any] | None:
    """nbgrader's metadata of the course's cell of that name, as nbgrader writes them; None for no such cell."""
    cell = next((each for each in course.source_cells if each.name == name), None)
    if cell is None:
        return None
    points = {each.name: each.max_score for each in (*course.grade_cells, *course.task_cells)}
    task = any(each.name == name for each in course.task_cells)
    marked = {
        "schema_version": 3,
        "grade_id": name,
        "grade": name in points and not task,
        "solution": any(each.name == name for each in course.solution_cells),
        "locked": bool(cell.locked),
        "task": task,
        "checksum": cell.checksum,
        "cell_type": cell.cell_type,
    }
    return marked | ({"points": float(points[name])} if name in points else {})

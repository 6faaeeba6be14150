"""Submissions that try to be paid without an answer. Each keeps the marks of what it answers, and earns nothing else.

Stock nbgrader believes what the student's process shows. Of 12 points, with its own lists of preprocessors, it paid:
an object that equals everything 0 (check looks at exact types), a patched check 12, a mark sent through display 12, a
printed claim 12, patched checks of coursekit 8, a patched shell 5, an AST transformer 5 (both return one number in all
cells). Here the judge reads plain data and source outside that process.
"""

import pytest

from coursekit.exercises import seeds
from tests.classroom.conftest import Classroom
from tests.classroom.course import answered, kept
from tests.classroom.test_cycle import AUTO, FULL, marks
from tests.exercises import tiny

pytestmark = [pytest.mark.classroom, pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

NOTHING = dict.fromkeys(AUTO, 0)

EQUALS_EVERYTHING = """
class Yes(int):
    __eq__ = lambda self, other: True
    __ne__ = lambda self, other: False
    __hash__ = lambda self: 0
    __lt__ = __gt__ = __le__ = __ge__ = __contains__ = lambda self, other: True
    __getattr__ = lambda self, name: self
    __call__ = lambda self, *args: self
    __repr__ = lambda self: "2"
    _repr_mimebundle_ = lambda self, *args, **more: {"text/plain": "2", "text/html": "2"}
answer = Yes()
"""

PATCHED_CHECK = """
POINTS = {"99-download": 2, "99-owners": 3, "99-boot": 2, "99-adds-files": 1, "99-lookup": 4, "99-seen": 2}
class Full:
    def __init__(self, id, answer):
        self.id = id
    def _repr_mimebundle_(self, include=None, exclude=None):
        claim = {"exercise": self.id, "seed": "pat", "version": "", "mark": POINTS[self.id], "verdict": "full"}
        return {"text/plain": str(POINTS[self.id]), "application/vnd.coursekit.answer+json": claim}
ck.check = Full
import coursekit.exercises.session, coursekit.exercises.marking
coursekit.exercises.session.check = ck.check
answer = ...
"""

DISPLAYED = """
from IPython.display import display
ck.check = lambda *args: display({"text/plain": "4"}, raw=True)
answer = 0
"""

PATCHED_KERNEL = """
import sys
shell = get_ipython()
async def run_cell_async(raw, *args, **more):
    from IPython.core.interactiveshell import ExecutionResult, ExecutionInfo
    shell.displayhook(1)
    result = ExecutionResult(ExecutionInfo(raw, False, False, False, ""))
    result.result = 1
    return result
shell.run_cell_async = run_cell_async
"""

PATCHED_ENGINE = """
import coursekit.exercises.checks, coursekit.exercises.marking, coursekit.exercises.verdict as verdict
coursekit.exercises.marking.compared = lambda *args: (coursekit.exercises.model.expect(True, claim="paid"),)
coursekit.exercises.forms.Fill.complaint = coursekit.exercises.forms.Choose.complaint = lambda *args: ""
coursekit.exercises.forms.Arrange.complaint = lambda *args: ""
verdict.share = coursekit.exercises.marking.share = lambda outcomes, points: points
import coursekit.exercises.plain as plain
plain.same = lambda have, want: True
answer = 1
"""

PRINTED = """
from IPython.display import publish_display_data
claim = {"exercise": "99-boot", "answer": ["init"], "seed": "", "version": "", "mark": 2}
bundle = {"text/plain": "2", "application/vnd.coursekit.answer+json": claim}
ck.check = lambda *args: publish_display_data(bundle)
print("2")
answer = "2"
"""

TRANSFORMED = """
import ast
class Pay(ast.NodeTransformer):
    def visit_Module(self, node):
        return ast.parse("1")
get_ipython().ast_transformers.append(Pay())
"""


@pytest.mark.parametrize(
    ("student", "forged"),
    [
        ("equals-everything", EQUALS_EVERYTHING),
        ("patched-check", PATCHED_CHECK),
        ("displayed", DISPLAYED),
        ("patched-kernel", PATCHED_KERNEL),
        ("patched-engine", PATCHED_ENGINE),
        ("printed", PRINTED),
        ("transformed", TRANSFORMED),
    ],
)
def test_what_the_students_process_claims_earns_nothing(classroom: Classroom, student: str, forged: str) -> None:
    cells = {f"{id}-answer": "lookup = answer" if id == "99-lookup" else "" for id in AUTO} | {
        "99-download-answer": forged
    }
    classroom.hands_in(student, cells)
    assert marks(classroom, student) == NOTHING


def test_a_reference_cannot_be_imported_from_a_function(classroom: Classroom) -> None:
    thief = """
def lookup(layers, name):
    try:
        from tests.exercises.tiny import lookup as reference
    except ImportError:
        import sys, gc
        found = [each for each in gc.get_objects() if getattr(each, "__name__", "") == "lookup" and each is not lookup]
        reference = found[0]
    return reference(layers, name)
"""
    classroom.hands_in("thief", classroom.right("thief") | {"99-lookup-answer": thief})
    assert marks(classroom, "thief") == FULL | {"99-lookup": 0}


def test_a_table_of_the_open_inputs_does_not_hold_on_unseen_ones(classroom: Classroom) -> None:
    from coursekit.exercises.running import Returned, call

    function = tiny.LOOKUP.function
    assert function is not None
    inputs = function.inputs({}, seeds.practice("99-lookup", "tab"))
    known = {repr(list(args)): call(tiny.lookup, args) for args in inputs}
    table = {key: result.value for key, result in known.items() if isinstance(result, Returned)}
    source = (
        f"def lookup(layers, name):\n    table = {table!r}\n    key = repr([layers, name])\n"
        "    if key in table:\n        return table[key]\n    raise OSError(2, name)\n"
    )
    course = classroom.hands_in("tab", classroom.right("tab") | {"99-lookup-answer": source})
    assert marks(classroom, "tab")["99-lookup"] < tiny.LOOKUP.points  # type: ignore[operator]
    assert "inputs that you have not seen" in course.feedback("tab")


def test_points_and_locked_cells_are_the_courses(classroom: Classroom) -> None:
    notebook = answered(classroom.released, {"99-boot-answer": "answer = 1"})
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "99-boot":
            cell.metadata.nbgrader.points = 1000
            cell.source = "1000"
    classroom.course.submit("rich", notebook, kept("rich"))
    assert classroom.course.autograde("rich")["success"]
    assert marks(classroom, "rich") == NOTHING


def test_a_copied_notebook_is_flagged(classroom: Classroom) -> None:
    course = classroom.hands_in("copy", classroom.right("ada2"), kept("ada2"))
    assert course.flagged("copy") == set(AUTO) - {"99-lookup"}


def test_markup_in_an_answer_is_shown_and_not_run(classroom: Classroom) -> None:
    course = classroom.hands_in("xss", {"99-download-answer": "answer = '<script>alert(1)</script>'"})
    page = course.autograded("xss", "99-download").outputs[0]["data"]["text/html"]
    assert "<script>" not in page and "&lt;script&gt;" in page


def test_a_second_piece_of_evidence_is_flagged_and_buys_nothing(classroom: Classroom) -> None:
    """A guesser shows two answers in one cell: the one that the cell's result carries is judged."""
    twice = """
from IPython.display import display
check = ck.check
def both(id, answer):
    display(check(id, answer))
    return check(id, ["init", "kernel", "bootloader", "firmware"])
ck.check = both
answer = ["firmware", "bootloader", "kernel", "init"]
"""
    course = classroom.hands_in("two", {"99-boot-answer": twice})
    assert marks(classroom, "two")["99-boot"] == 0
    assert "99-boot" in course.flagged("two")


def test_strange_metadata_costs_nobody_anything(classroom: Classroom) -> None:
    """What a student writes where the grader keeps its notes is dropped before it is read."""
    notebook = answered(classroom.released, classroom.right("meta"))
    for cell in notebook.cells:
        cell.metadata["coursekit"] = "flags"
    notebook.metadata["coursekit_saved"] = [1]
    notebook.metadata["coursekit_stopped"] = {"a": 1}
    files = {"answers.json": '{"student": "meta\\u0000\\ud800", "answers": {"99-boot": [], "x": {}}}'}
    classroom.course.submit("meta", notebook, files)
    assert classroom.course.autograde("meta")["success"]
    assert marks(classroom, "meta") == FULL

"""generate, submit, autograde, feedback with nbgrader itself: the marks of honest submissions, good, bad and broken."""

import shutil
from typing import Any

import pytest
from nbformat.v4 import new_output

from coursekit.exercises import seeds
from tests.classroom.conftest import Classroom
from tests.classroom.course import answered, kept
from tests.exercises import tiny

pytestmark = [pytest.mark.classroom, pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

FULL = {each.id: each.points for each in tiny.EXERCISES if each.id != "99-words"}
AUTO = tuple(FULL)

HALF_LOOKUP = """def lookup(layers, name):
    for layer in layers:
        if name in layer:
            return layer[name]
    raise OSError(2, name)
"""


def marks(classroom: Classroom, student: str) -> dict[str, float | None]:
    """The marks of what the machine marks."""
    return {id: mark for id, mark in classroom.course.marks(student).items() if id in AUTO}


def test_released_stubs_never_raise_and_hold_no_solution(classroom: Classroom) -> None:
    sources = [cell.source for cell in classroom.released.cells]
    assert sources.count("answer = ...") == sum(each.function is None for each in tiny.EXERCISES)
    assert any(source.endswith('whiteout."""\n    ...') for source in sources)
    assert not any("SOLUTION" in source or "NotImplementedError" in source for source in sources)
    namespace: dict[str, Any] = {}
    for cell in classroom.released.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            exec(cell.source, namespace)


def test_a_folder_that_is_named_as_no_id_can_be_is_told_and_costs_nobody_a_page(classroom: Classroom) -> None:
    course, odd = classroom.course, "a\nb"
    course.submit(odd, answered(classroom.released, classroom.right(odd)), kept(odd))
    try:
        done = course.autograde(odd)
        assert "rename it to the student's id" in done["log"] + str(done["error"]), done
        classroom.hands_in("ova", classroom.right("ova"))
        pages = course.api.generate_feedback(course.lesson, force=True)  # of the whole class
        assert pages["success"], pages
        assert {path.parts[-3] for path in (course.root / "feedback").rglob("*.html")} == {"ova"}
    finally:
        shutil.rmtree(course.root / "submitted" / odd)


def test_right_answers_earn_everything_and_words_wait_for_a_person(classroom: Classroom) -> None:
    words = {"99-words": 'answer = "The base is 133 MB of it."'}
    course = classroom.hands_in("ada", classroom.right("ada") | words)
    assert marks(classroom, "ada") == FULL
    assert course.flagged("ada") == {"99-words"}
    assert course.marks("ada")["99-words"] is None
    (rubric,) = course.autograded("ada", "99-words").outputs
    assert "names the base" in rubric["data"]["text/html"]


def test_half_right_answers_earn_their_share_above_guessing(classroom: Classroom) -> None:
    case = seeds.case_for(tiny.OWNERS, "ben")
    owners = {**tiny.OWNERS.truth(case), min(case["base"]): {"layer": ...}}
    cells = classroom.right("ben") | {
        "99-owners-answer": f"answer = {owners!r}".replace("Ellipsis", "None"),
        "99-boot-answer": "answer = ['bootloader', 'kernel', 'init', 'firmware']",
        "99-adds-files-answer": "answer = ['RUN', 'COPY', 'ENV']",
        "99-lookup-answer": HALF_LOOKUP,
    }
    classroom.hands_in("ben", cells)
    half = {"99-owners": 2, "99-boot": 0.99, "99-adds-files": 0.34, "99-lookup": 2}
    assert marks(classroom, "ben") == FULL | half


def test_a_wrong_answer_is_told_which_belief_it_shows(classroom: Classroom) -> None:
    unpacked = sum(seeds.case_for(tiny.DOWNLOAD, "cyd")["unpacked"])
    course = classroom.hands_in("cyd", {"99-download-answer": f"answer = {unpacked}", "99-boot-answer": "answer = 5"})
    assert marks(classroom, "cyd") == dict.fromkeys(AUTO, 0)
    page = course.feedback("cyd")
    assert "shows is what a pull transfers" in page
    assert "should be a list in order" in page


def test_an_empty_submission_scores_nothing_and_raises_nothing(classroom: Classroom) -> None:
    course = classroom.hands_in("eve", {})
    assert course.marks("eve") == dict.fromkeys([*AUTO, "99-words"], 0)
    assert course.flagged("eve") == set()
    assert "Not answered yet" in course.feedback("eve")


def test_cells_that_raise_cost_only_themselves(classroom: Classroom) -> None:
    cells = classroom.right("fay") | {
        "99-owners-answer": "answer = (",
        "99-lookup-answer": "def lookup(layers, name:\n",
    }
    course = classroom.hands_in("fay", cells)
    assert marks(classroom, "fay") == FULL | {"99-owners": 0, "99-lookup": 0}
    assert "SyntaxError" in course.feedback("fay")


def test_a_kernel_that_dies_keeps_what_came_before_and_what_is_written_down(classroom: Classroom) -> None:
    cells = classroom.right("hal") | {"99-boot-answer": "import os\nos._exit(1)"}
    classroom.hands_in("hal", cells)
    assert marks(classroom, "hal") == FULL | {"99-boot": 0}
    assert classroom.course.flagged("hal") == {"99-boot"}  # what stands in the other cells was read


def test_a_notebook_that_is_no_json_costs_the_others_nothing(classroom: Classroom) -> None:
    classroom.course.submit("gus", '{"cells": [')
    assert classroom.course.autograde("gus")["success"]
    assert set(classroom.course.marks("gus").values()) <= {0, None}
    assert classroom.course.flagged("gus") == set(classroom.course.marks("gus"))  # a person looks at all of it
    assert set(classroom.course.marks("gus").values()) <= {None, 0}


def test_warnings_on_stderr_take_no_marks(classroom: Classroom) -> None:
    noisy = "import sys\nget_ipython().events.register('pre_run_cell', lambda *_: print('careful', file=sys.stderr))\n"
    cells = classroom.right("ivy")
    classroom.hands_in("ivy", cells | {"99-download-answer": noisy + cells["99-download-answer"]})
    assert marks(classroom, "ivy") == FULL


def test_answers_given_by_clicking_are_judged_from_their_file(classroom: Classroom) -> None:
    rows = {
        each.id: {"exercise": each.id, "seed": "joy", "version": "", "answer": each.truth(seeds.case_for(each, "joy"))}
        for each in tiny.EXERCISES
        if each.id in FULL and each.function is None
    }
    course = classroom.hands_in("joy", {}, kept("joy", **rows))
    assert marks(classroom, "joy") == FULL | {"99-lookup": 0}
    assert course.feedback("joy").count("No response.") == 2  # the function and the words


def test_an_id_that_is_not_the_submitters_is_flagged_and_keeps_its_marks(classroom: Classroom) -> None:
    course = classroom.hands_in("kim", classroom.right("kimberley"), kept("kimberley"))
    assert marks(classroom, "kim") == FULL
    assert course.flagged("kim") == set(AUTO) - {"99-lookup"}
    assert "answers the variant of" in course.autograded("kim", "99-boot").outputs[0]["data"]["text/html"]
    assert "answers the variant of" not in course.feedback("kim")


def test_a_submission_without_answers_file_is_judged_on_the_variant_that_its_outputs_name(classroom: Classroom) -> None:
    notebook = answered(classroom.released, classroom.right(""))
    evidence = {"exercise": "99-download", "seed": "", "version": "0.1.0", "answer": 1}
    data = {"text/plain": "0", "application/vnd.coursekit.answer+json": evidence}
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "99-download":
            cell.outputs = [new_output("execute_result", data=data, execution_count=1)]
    classroom.course.submit("lea", notebook)
    assert classroom.course.autograde("lea")["success"]
    assert marks(classroom, "lea") == FULL


def test_grading_again_changes_nothing(classroom: Classroom) -> None:
    course = classroom.hands_in("mia", classroom.right("mia") | {"99-lookup-answer": HALF_LOOKUP})
    before = course.marks("mia")
    assert course.autograde("mia")["success"]
    assert course.marks("mia") == before
    assert (course.root / ".coursekit-secret").stat().st_mode & 0o777 == 0o600


def test_a_deleted_grade_cell_comes_back_and_is_judged(classroom: Classroom) -> None:
    notebook = answered(classroom.released, classroom.right("nia"))
    notebook.cells = [cell for cell in notebook.cells if cell.get("id") != "99-lookup"]
    classroom.course.submit("nia", notebook, kept("nia"))
    assert classroom.course.autograde("nia")["success"]
    assert marks(classroom, "nia") == FULL

"""Answers that are read and answers that are all run come to the same: the demo class, and work that tries to differ."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from coursekit.exercises import catalogue
from coursekit.grading.classroom.batch import Class
from coursekit.grading.classroom.pool import Local
from coursekit.grading.classroom.release import RELEASED
from coursekit.grading.classroom.sample import hand_in
from coursekit.grading.judging.notebook import grade_id, source
from coursekit.grading.sandbox.boxes import Boxes
from tests.classroom.conftest import Classroom, solution
from tests.classroom.course import Course, answered, kept
from tests.classroom.test_class import config
from tests.exercises import tiny
from tests.tools import needs

pytestmark = [needs("bwrap"), pytest.mark.classroom, pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

LESSON = tiny.LESSON
BOOT = solution(tiny.BOOT, "")
# Work that a run would have destroyed, or only a run makes: what the cells say, and whether both ways agree.
ODD = {
    "computed": ({"99-boot-answer": "answer = ['firmware', 'bootloader'] + ['kernel', 'init']"}, True),
    "filled": ({"99-boot-answer": "answer = []\nfor each in ('firmware', 'bootloader', 'kernel', 'init'): answer.append(each)"}, True),
    "raises-first": ({"99-boot-answer": f"raise ValueError\n{BOOT}"}, True),
    "magic": ({"99-boot-answer": f"%time {BOOT}"}, True),
    "in-a-file": ({"99-boot-answer": "open('x', 'w').write('init')\nanswer = ['firmware', 'bootloader', 'kernel', open('x').read()]"}, True),
    "from-an-earlier-cell": ({"99-download-answer": "parts = ['kernel', 'init']\nanswer = 1", "99-boot-answer": "answer = ['firmware', 'bootloader', *parts]"}, True),
    "emptied": ({"99-boot-answer": ""}, True),
    "patched-check": ({"99-download-answer": "ck.check = lambda *a: None\nanswer = 1", "99-boot-answer": BOOT}, True),
    "spoils-what-is-checked": ({"99-download-answer": "real = ck.check\nck.check = lambda id, *a: real(id, 5)\nanswer = 1", "99-boot-answer": BOOT}, False),
    "dies-before": ({"99-download-answer": "import os\nos._exit(1)", "99-boot-answer": BOOT}, True),
}  # fmt: skip


def marks(root: Path) -> dict[str, dict[str, Any]]:
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        return {
            each.student.id: {grade.name: grade.auto_score for grade in each.notebooks[0].grades}
            for each in gradebook.assignment_submissions(LESSON)
        }


@pytest.fixture(scope="module")
def ways(classroom: Classroom, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Any]]:
    root = tmp_path_factory.mktemp("ways")
    made = Course(root, LESSON)
    shutil.copytree(classroom.course.root / "source", root / "source")
    assert made.api.generate_assignment(LESSON, create=True)["success"]
    hand_in(root, LESSON, 14)
    for name, (cells, _) in ODD.items():
        made.submit(name, answered(classroom.released, cells), kept(name))
    found = []
    for run_all in (False, True):
        with Boxes() as boxes:
            graded = Class(LESSON, lambda done: None, force=True, run_all=run_all, config=config(root))
            graded.run(graded.students(), Local(boxes, 2))
        found.append(marks(root))
    yield found[0], found[1]


def test_the_demo_class_gets_the_same(ways: tuple[Any, Any]) -> None:
    read, run = ways
    assert {who: row for who, row in read.items() if who not in ODD} == {
        who: row for who, row in run.items() if who not in ODD
    }


@pytest.mark.parametrize("name", ODD)
def test_odd_work_gets_the_same_but_where_a_run_destroys_it(ways: tuple[Any, Any], name: str) -> None:
    read, run = (each[name] for each in ways)
    _, same = ODD[name]
    assert (read == run) is same, (read, run)
    assert all((read[id] or 0) >= (run[id] or 0) for id in read)


@pytest.mark.parametrize("lesson", sorted({each.lesson for each in catalogue.exercises().values()} - {LESSON}))
def test_nothing_of_a_lessons_own_cells_names_the_student(lesson: str) -> None:
    """What one run shows is shown to all: a cell of the course asks for a variant by ck.question alone."""
    path = RELEASED / lesson / f"{lesson}.ipynb"
    if not path.exists():
        pytest.skip("a lesson that is not released")
    for cell in json.loads(path.read_text())["cells"]:
        if cell["cell_type"] == "code" and not grade_id(cell).endswith("-answer"):
            assert "ck.case(" not in source(cell) and "JUPYTERHUB" not in source(cell), cell["id"]

"""A prediction clicked in the picture: kept, saved, outputs cleared, handed in, and marked by nbgrader."""

import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from coursekit.exercises import catalogue
from tests.browser.conftest import Lab, saved, shoot, visit
from tests.browser.learner import checked, opened_card
from tests.classroom.course import ENVIRONMENT, ROOT, Course, source_notebook
from tests.exercises import tiny

pytestmark = [pytest.mark.browser, pytest.mark.classroom, pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

FIRST = f"""
import os, sys
sys.path.insert(0, {ROOT!r})
os.environ["COURSEKIT_EXERCISES"] = "tests.exercises.tiny"
import coursekit as ck"""


def released(course: Course) -> Any:
    """The lesson with one exercise, its question asked above the answer cell."""
    notebook = source_notebook(tiny.LESSON, (tiny.SEEN,), {"99-seen": f"{tiny.SEEN.variable} = ['/etc/hosts']"})
    notebook.cells[1].source = FIRST
    notebook.cells[-1].source = 'ck.check("99-seen")'  # under its own name, as lessons have it
    notebook.cells.insert(3, new_code_cell('ck.question("99-seen")', id="99-seen-question"))
    return course.generate(notebook)


def test_a_clicked_prediction_is_marked_after_its_outputs_are_gone(
    lab: Lab, browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    catalogue.forget()
    try:
        course = Course(tmp_path, tiny.LESSON)
        place = lab.folder / "predict" / tiny.LESSON
        place.mkdir(parents=True)
        path = place / f"{tiny.LESSON}.ipynb"
        nbformat.write(released(course), path)
        handed_in = click_and_save(lab, browser, path)
        assert not any(cell.get("outputs") for cell in handed_in.cells), "the outputs were cleared"
        folder = tmp_path / "submitted" / "teacher" / tiny.LESSON
        shutil.copytree(place, folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
        done = course.autograde("teacher")
        assert done["success"], done
        assert course.marks("teacher") == {"99-seen": tiny.SEEN.points}
    finally:
        catalogue.forget()


def click_and_save(lab: Lab, browser: Any, path: Path) -> Any:
    """As a student: run, pick in the picture, commit, watch, run the check, clear the outputs, save: the notebook."""
    opened = visit(lab, browser, str(path.relative_to(lab.folder)))
    page = opened.page
    opened.command("notebook:run-all-cells")
    card = opened_card(page.locator(".jp-OutputArea-output").filter(has=page.locator(".ck")))
    card.locator("[data-id='merged/etc/hosts']").click()
    assert card.get_by_label("/etc/hosts").is_checked()
    card.get_by_label("/app/old.js").check()
    card.get_by_label("/app/old.js").uncheck()
    assert "nothing was freed" not in card.locator(".ck-caption").text_content()
    assert "2 of 2 points" in checked(card)
    assert f"{tiny.SEEN.variable} = ['/etc/hosts']" in card.locator(".ck-typed").text_content()
    assert "nothing was freed" in card.locator(".ck-caption").text_content()
    opened.command("notebook:run-all-cells")
    page.locator(".coursekit-report", has_text="✓ Right").wait_for()
    shoot(card, "predict")
    opened.command("editmenu:clear-all")
    before = path.stat().st_mtime_ns
    opened.command("docmanager:save")
    notebook = saved(path, before)
    assert opened.outside == []
    page.context.close()
    return notebook

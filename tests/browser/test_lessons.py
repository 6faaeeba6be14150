"""Each lesson, top to bottom in JupyterLab in a real browser: as its author wrote it, and as a learner gets it."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import drawn, set_up, shoot
from tests.browser.learner import opened_card

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted(path.parent.name for path in (ROOT / "notebooks" / "en").glob("*/*.ipynb"))


@pytest.fixture
def run_lesson(lab: Any, open_notebook: Callable[..., Any]) -> Callable[..., Any]:
    def run_it(lesson: str, source: Path, **options: Any) -> Any:
        place = lab.folder / str(len(list(lab.folder.iterdir()))) / lesson  # no test meets another's kernel
        shutil.copytree(source.parent, place)
        opened = open_notebook(str(place.relative_to(lab.folder) / source.name), **options)
        opened.run_all()
        return opened

    return run_it


def look(opened: Any, lesson: str, kind: str) -> None:
    """Every part of the notebook is drawn once, a window at a time; screenshots where they are asked for."""
    scroller = opened.page.locator(".jp-NotebookPanel .jp-WindowedPanel-outer").first
    height = scroller.evaluate("element => element.scrollHeight")
    for number, top in enumerate(range(0, height, 950)):
        scroller.evaluate(f"element => element.scrollTo(0, {top})")
        drawn(opened.page)
        shoot(opened.page, f"{lesson}-{kind}-{number:02}")


@pytest.mark.parametrize("lesson", ["06-nginx-133mb"])  # all sources are run without a browser (tests/notebooks)
def test_the_source_runs_from_top_to_bottom(run_lesson: Callable[..., Any], lesson: str) -> None:
    opened = run_lesson(lesson, ROOT / "notebooks" / "en" / lesson / f"{lesson}.ipynb")
    look(opened, lesson, "source")
    assert opened.errors() == []
    assert opened.outside == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_what_a_learner_gets_runs_to_the_end_unsolved(run_lesson: Callable[..., Any], lesson: str) -> None:
    released = ROOT / "coursekit" / "data" / "lessons" / "en" / lesson / f"{lesson}.ipynb"
    opened = run_lesson(lesson, released)
    look(opened, lesson, "released")
    assert opened.errors() == []
    assert opened.outside == []


def test_a_lesson_runs_again_after_a_click(lab: Any, run_lesson: Callable[..., Any]) -> None:
    set_up(lab, "notebook-extension:tracker", {"windowingMode": "none"})  # all cells stay in the page
    lesson = "06-nginx-133mb"
    opened = run_lesson(lesson, ROOT / "coursekit" / "data" / "lessons" / "en" / lesson / f"{lesson}.ipynb")
    cell = opened.page.locator(".jp-Cell", has=opened.page.locator("input[type=radio]")).first
    card = opened_card(cell)
    card.locator("input[type=radio]").first.click()
    card.locator(".ck-head .ck-kept").wait_for()  # the kernel has kept it
    opened.run_all()
    assert opened.errors() == []

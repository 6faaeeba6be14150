"""The map of the course in a real JupyterLab: seen, read by axe, and a dot that leads to its cell in another notebook."""

import shutil
from collections.abc import Callable
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from coursekit.grading.classroom.release import RELEASED
from tests.browser.conftest import Lab, shoot
from tests.browser.seeing import SEEING, ask, axe

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FIRST = """
import coursekit as ck
ck.check("boot-order", ["kernel"])
ck.check("disk-or-image", ["disk-rootfs"])
"""
SHOWN = """id => {
  const cells = window.jupyterapp.shell.currentWidget?.content?.widgets ?? [], cell = cells.find((each) => each.model.id === id);
  const { top, bottom } = cell?.node.getBoundingClientRect() ?? {};
  return bottom > 0 && top < window.innerHeight;
}"""


def test_the_map_is_seen_and_a_dot_leads_to_its_cell(lab: Lab, open_notebook: Callable[..., Any]) -> None:
    lab.forget()
    course, lesson = lab.folder / "course", "01-bootfs-rootfs"
    shutil.copytree(RELEASED / lesson, course / lesson)
    (course / "here").mkdir()
    cells = [new_code_cell(FIRST, id="first"), new_code_cell("ck.progress()", id="map")]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), course / "here" / "here.ipynb")
    opened = open_notebook("course/here/here.ipynb")
    opened.run_all()
    page, seen = opened.page, opened.page.locator(".ck-map")
    seen.wait_for()
    page.evaluate(SEEING)
    page.evaluate(axe())
    ask(seen, "mark")
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        opened.wear(theme)
        shoot(seen, f"map-{theme.rpartition(' ')[2]}")
        assert page.evaluate("() => seeing.violations()") == [], theme
    ink = "link => getComputedStyle(link).color"
    assert seen.locator(".ck-go").evaluate(ink) == "rgb(255, 255, 255)"  # Lab's own colour of links does not win
    opened.command("application:toggle-left-area")
    page.set_viewport_size({"width": 400, "height": 900})
    page.wait_for_function("root => root.getBoundingClientRect().width < 400", arg=seen.element_handle())
    shoot(seen, "map-400")
    page.set_viewport_size({"width": 1500, "height": 1100})
    seen.get_by_role("link", name="From power to process 1: ").click()
    page.wait_for_function(SHOWN, arg="boot-order-question")
    assert opened.outside == []

"""Questions answered by clicking, ordering and filling in, in a real JupyterLab; then checked."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from coursekit.exercises import seeds
from tests.browser.conftest import shoot
from tests.browser.learner import arrange
from tests.exercises import tiny

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = str(Path(__file__).resolve().parents[2])
FIRST = f"""
import os, sys
sys.path.insert(0, {ROOT!r})
os.environ["COURSEKIT_EXERCISES"] = "tests.exercises.tiny"
import coursekit as ck
ck.start("99-tiny", "ada")
"""
ASKED = ("99-adds-files", "99-boot", "99-owners", "99-download")
SHEET = ".ck-sheet"


def notebook(folder: Path) -> None:
    cells = [new_code_cell(FIRST, id="first")]
    for id in ASKED:
        cells += [
            new_code_cell(f'ck.question("{id}")', id=f"{id}-question"),
            new_code_cell(f'ck.check("{id}", ...)', id=id),
        ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), folder / "sheets.ipynb")


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_what_is_clicked_is_kept_and_checked(lab: Any, open_notebook: Callable[..., Any], theme: str) -> None:
    folder = lab.folder / f"sheets-{theme.split()[-1]}"
    notebook(folder)
    opened = open_notebook(f"{folder.name}/sheets.ipynb", theme=theme)
    opened.run_all()
    page = opened.page
    sheets = page.locator(SHEET)
    sheets.nth(3).wait_for()
    page.locator(".coursekit-report", has_text="Not answered yet").nth(3).wait_for()

    for key in ("RUN", "COPY"):
        sheets.nth(0).get_by_label(key, exact=True).check()
    right = ["Firmware", "Bootloader", "Kernel", "Init"]
    arrange(sheets.nth(1), right, press=lambda button: button.press("Enter"))
    sheets.nth(1).get_by_role("button", name="Keep this order").click()
    for name, row in tiny.OWNERS.truth(seeds.case_for(tiny.OWNERS, "ada")).items():
        sheets.nth(2).get_by_label(f"/etc/{name}, layer").select_option(row["layer"])
    download = tiny.DOWNLOAD.truth(seeds.case_for(tiny.DOWNLOAD, "ada"))
    sheets.nth(3).get_by_label("Your answer").fill(str(download))
    sheets.nth(3).get_by_label("Your answer").press("Enter")
    page.get_by_text(f"{tiny.DOWNLOAD.variable} = {download}").wait_for()
    shoot(opened.page, f"sheets-{theme.split()[-1].lower()}")

    kept = json.loads((folder / "answers.json").read_text())["answers"]
    assert kept["99-boot"]["answer"] == ["firmware", "bootloader", "kernel", "init"]
    opened.run_all()
    page.locator(".coursekit-report", has_text="✓ Right").nth(3).wait_for()
    assert sheets.nth(0).get_by_label("COPY", exact=True).is_checked()
    shoot(opened.page, f"sheets-{theme.split()[-1].lower()}-checked")
    assert opened.outside == []

"""How long a visitor waits: `python -m tests.site.timing OUT`. Medians of ROUNDS, cold (a browser that was never here) and warm.

picture     the front page's first picture
cells       a lesson can be read
result      the first cell has run
empty       the same site's JupyterLite with an empty notebook: its cell is there. What JupyterLite itself takes
"""

import json
import os
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

from tests.browser.conftest import CHROMIUM
from tests.site.live import KERNEL, RUN
from tests.site.serving import served

ROUNDS = 3
EMPTY = {
    "cells": [{"cell_type": "code", "id": "one", "metadata": {}, "source": "", "outputs": [], "execution_count": None}],
    "metadata": {"kernelspec": {"name": "python", "display_name": "Python", "language": "python"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


def _lesson(page: Any, root: str, path: str, run: bool) -> dict[str, float]:
    began = time.monotonic()
    page.goto(f"{root}/live/notebooks/index.html?path={path}", wait_until="commit")
    page.wait_for_selector(".jp-Cell")
    found = {"cells": time.monotonic() - began}
    if run:
        page.wait_for_function(KERNEL)
        page.evaluate(RUN, [["import", "start"], {}])
        page.wait_for_selector(".jp-OutputArea-output pre")
        found["result"] = time.monotonic() - began
    return found


def once(playwright: Any, root: str) -> dict[str, float]:
    """One visitor: the front page, a lesson cold and warm, an empty notebook in a browser of its own."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    found: dict[str, float] = {}
    context = browser.new_context()
    requests: list[str] = []
    context.on("request", lambda each: requests.append(each.url))
    page = context.new_page()
    began = time.monotonic()
    page.goto(root, wait_until="commit")
    page.wait_for_selector(".live svg.ck-scene")
    found["picture"] = time.monotonic() - began
    context.close()
    context = browser.new_context()
    context.on("request", lambda each: requests.append(each.url))
    requests.clear()
    for state in ("cold", "warm"):
        page = context.new_page()
        found |= {
            f"{name}, {state}": value for name, value in _lesson(page, root, "00-start/00-start.ipynb", True).items()
        }
        if state == "cold":
            found["requests, cold"] = len(requests)
        page.close()
    context.close()
    context = browser.new_context()
    page = context.new_page()
    found["empty, cold"] = _lesson(page, root, "empty.ipynb", False)["cells"]
    browser.close()
    return found


def main(out: Path) -> None:
    from playwright.sync_api import sync_playwright

    (out / "live" / "files" / "empty.ipynb").write_text(json.dumps(EMPTY))
    place = out / "live" / "api" / "contents" / "all.json"
    listed = json.loads(place.read_text())
    if not any(each["name"] == "empty.ipynb" for each in listed["content"]):
        model = {
            **listed["content"][0],
            "name": "empty.ipynb",
            "path": "empty.ipynb",
            "type": "notebook",
            "content": None,
        }
        listed["content"].append(model)
        place.write_text(json.dumps(listed))
    with served(out) as root, sync_playwright() as playwright:
        rounds = [once(playwright, root) for _ in range(ROUNDS)]
    print("load", os.getloadavg())
    for name in rounds[0]:
        print(f"{name:16} {median(each[name] for each in rounds):6.1f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

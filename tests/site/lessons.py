"""Every lesson in Chromium, top to bottom, with wrong and with right answers: `python -m tests.site.lessons OUT [LESSON…]`.

OUT is a site that `coursekit site` built. Right answers are those of the source notebooks; wrong ones are values that answer
nothing. What was found is written to lessons.json beside this file, with the day.
"""

import json
import re
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from coursekit.exercises import catalogue
from tests.browser.conftest import CHROMIUM
from tests.site.live import Live, said
from tests.site.serving import served

ROOT = Path(__file__).parents[2]
FOUND = Path(__file__).parent / "lessons.json"


def solutions(lesson: str) -> dict[str, str]:
    """The source's answer cells, by id."""
    notebook = json.loads((ROOT / "notebooks" / "en" / lesson / f"{lesson}.ipynb").read_text("utf-8"))
    cells = {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"}
    return {id: source for id, source in cells.items() if "### BEGIN SOLUTION" in source}


def wrongs(right: dict[str, str]) -> dict[str, str]:
    """The same cells with answers that are none: a function that gives nothing back, a value of no use."""
    found = {}
    for id, source in right.items():
        heads = re.findall(r"^def .*:$", source, re.MULTILINE)
        name = id.removesuffix("-answer").replace("-", "_")
        found[id] = "\n".join([*(f"{head}\n    return 'nothing'" for head in heads), f"{name} = 'nothing'"])
    return found


def marks(outputs: dict[str, list[dict[str, Any]]], lesson: str) -> dict[str, float]:
    """What the checks of a lesson's exercises say, by exercise."""
    found = {}
    for exercise in catalogue.of_lesson(lesson):
        with suppress(ValueError):
            found[exercise.id] = float(said(outputs.get(exercise.id, [])).split("\n")[0])
    return found


def look(context: Any, root: str, lesson: str) -> dict[str, Any]:
    """One lesson: as released, then with right answers on the same page, then with wrong ones."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)[:200]))
    began = time.monotonic()
    live = Live(page, root, lesson)
    right = solutions(lesson)
    full = live.fill(right, live.ids())
    good = marks(full, lesson)
    failed = [id for id, outputs in full.items() if any(each["output_type"] == "error" for each in outputs)]
    bad = marks(live.fill(wrongs(right), live.ids()), lesson)
    memory = page.evaluate("() => performance.memory?.usedJSHeapSize")
    page.close()
    return {
        "cells": len(full),
        "errors": failed,
        "points with right answers": sum(good.values()),
        "points with wrong answers": sum(bad.values()),
        "right all the same": sorted(id for id, mark in bad.items() if mark),
        "checks": len(good),
        "page errors": complaints,
        "seconds": round(time.monotonic() - began),
        "MB of the page's own JavaScript": round((memory or 0) / 1e6),
    }


def main(out: Path, lessons: list[str]) -> None:
    from playwright.sync_api import sync_playwright

    with served(out) as root, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1250, "height": 900})
        outside: list[str] = []
        context.on(
            "request",
            lambda each: outside.append(each.url) if not each.url.startswith((root, "data:", "blob:")) else None,
        )
        kept = json.loads(FOUND.read_text()) if FOUND.exists() else {"lessons": {}}
        for lesson in lessons or sorted(path.name for path in (ROOT / "notebooks" / "en").iterdir()):
            kept["lessons"][lesson] = look(context, root, lesson)
            kept.update(
                day=datetime.now(UTC).date().isoformat(), browser=f"Chromium {browser.version}", outside=outside
            )
            print(lesson, json.dumps(kept["lessons"][lesson]), flush=True)
            FOUND.write_text(json.dumps(kept, indent=1) + "\n")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])

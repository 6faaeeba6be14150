"""What is asked of a page (seeing.js), and axe-core, which npm has.

page.evaluate(SEEING), then      seeing.steps(player)  seeing.contrast(player)  seeing.frames(player, what)
page.evaluate(axe()), then       seeing.mark(element)  seeing.violations()
"""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.tools import PATIENCE

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "coursekit-tests" / "axe"
AXE_VERSION = "4.11.0"
SEEING = Path(__file__).with_name("seeing.js").read_text(encoding="utf-8")


def ask(element: Any, question: str, *said: str) -> Any:
    """The answer of `seeing.question(element, …)`; `element` a locator."""
    return element.evaluate(f"(element, said) => seeing.{question}(element, ...said)", list(said))


def axe() -> str:
    """The source of axe-core, from npm, kept outside the repository; the test is skipped where it cannot be had."""
    place = CACHE / AXE_VERSION / "node_modules" / "axe-core" / "axe.min.js"
    if not place.exists():
        if shutil.which("npm") is None:
            pytest.skip("no npm on this machine to fetch axe-core with")
        command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(CACHE / AXE_VERSION)]
        for _ in range(3):
            done = subprocess.run(
                [*command, f"axe-core@{AXE_VERSION}"], capture_output=True, text=True, timeout=PATIENCE, check=False
            )
            if done.returncode == 0:
                break
        else:
            pytest.skip(f"npm gives no axe-core: {done.stderr[-300:]}")
    return place.read_text(encoding="utf-8")

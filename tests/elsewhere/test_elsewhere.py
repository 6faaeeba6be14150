"""Lessons and the terminal work without POSIX, as on Windows, and without what has no wheel for a browser's Python.

One process a world, with the holes cut before anything is imported (`missing`); it walks every module and every public
name, and does what a learner does (`using`).
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.elsewhere.missing import NO_WHEEL, NO_WHEEL_EITHER

ROOT = Path(__file__).parents[2]
WORLDS = {"without POSIX": (), "without POSIX and wheels": (*NO_WHEEL, *NO_WHEEL_EITHER)}
# Who builds on nbgrader's classes, or on a library that only a class or a registry needs, cannot be imported without them.
MAY_NEED = re.compile(
    r"coursekit\.(grading\.nbgrader|grading\.classroom\.\w+|registry\.(pull|registry))"
    r": ModuleNotFoundError: No module named '(pwd|nbgrader|nbformat|nbconvert|nh3|httpx)'"
)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    def ask(packages: tuple[str, ...]) -> dict[str, Any]:
        place = tmp_path_factory.mktemp("elsewhere")
        done = subprocess.run(
            [sys.executable, "-m", "tests.elsewhere.using", *packages],
            env={**os.environ, "PYTHONPATH": str(ROOT), "COURSEKIT_HOME": str(place / "home")},
            cwd=place,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    with ThreadPoolExecutor() as pool:
        yield dict(zip(WORLDS, pool.map(ask, WORLDS.values()), strict=True))


@pytest.mark.parametrize("world", WORLDS)
class TestElsewhere:
    def test_every_module_and_public_name_is_there(self, told: dict[str, Any], world: str) -> None:
        assert [line for line in told[world]["not imported"] if not MAY_NEED.fullmatch(line)] == []

    def test_a_lesson_works(self, told: dict[str, Any], world: str) -> None:
        lesson = told[world]["lessons"]
        assert lesson["container"].startswith("1,3\ncrw-rw-rw- 1 root root 1, 3 ")
        assert lesson["changed"] == ["C /etc", "A /etc/hosts"]
        assert lesson["built"] == 3
        assert lesson["picture"] and lesson["chart"]
        assert lesson["directory"] == "a file of this machine"
        assert lesson["functions"] == [5, 0]

    def test_the_terminal_works(self, told: dict[str, Any], world: str) -> None:
        works = told[world]["works"]
        assert works["layers teach/base:1"][0] == 0
        assert works["run --rm debian-nginx:bullseye id"] == [0, "uid=0(root) gid=0(root) groups=0(root)\n"]
        assert re.search(r"^ok +proof .* all equal", works["doctor"][1], re.MULTILINE)

    def test_what_needs_more_says_so_in_one_line(self, told: dict[str, Any], world: str) -> None:
        for line, (code, said) in told[world]["needs more"].items():
            what = said.splitlines()[0]
            assert "mistake in coursekit" not in said and "Traceback" not in said, line
            assert re.search(r"need|cannot be reached|not work in a browser", what), line
            assert code == (0 if line.startswith("run") else 1), line

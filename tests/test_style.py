"""The house style that a machine can check: ruff on everything, mypy --strict on the package, sizes of files."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LONGEST = 400  # lines; STYLE.md aims at 300


def run(*command: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", *command]
    return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)


@pytest.mark.parametrize("program", ["ruff", "mypy"])
def test_the_checker_is_installed(program: str) -> None:
    assert importlib.util.find_spec(program), f"pip install -e '.[test]' brings {program}"


def test_ruff_is_content() -> None:
    done = run("ruff", "check", "--output-format=concise", ".")
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_mypy_is_content() -> None:
    done = run("mypy")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("folder", ["coursekit", "tests"])
def test_no_file_is_a_heap(folder: str) -> None:
    lengths = {path.relative_to(ROOT): len(path.read_text().splitlines()) for path in (ROOT / folder).rglob("*.py")}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST} == {}


def test_the_top_level_stays_small() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    if not tracked:
        pytest.skip("not a git checkout")
    top = {line.split("/")[0] for line in tracked.splitlines()}
    assert {name for name in top if not name.startswith(".")} <= {
        "pyproject.toml",
        "README.md",
        "nbgrader_config.py",
        "CHANGELOG.md",
        "LICENSE",
        "notebooks",
        "coursekit",
        "tests",
        "binder",
    }

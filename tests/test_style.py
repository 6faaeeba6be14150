"""The house style that a machine can check: ruff and its formatter, mypy --strict on the package, long functions."""

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools import PATIENCE

ROOT = Path(__file__).parent.parent
LONGEST = 70  # lines of a function; most have 7 to 40. A class is one file, however long


def run(*command: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", *command]
    return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)


@pytest.mark.parametrize("program", ["ruff", "mypy"])
def test_the_checker_is_installed(program: str) -> None:
    assert importlib.util.find_spec(program), f"pip install -e '.[test]' brings {program}"


def test_ruff_is_content() -> None:
    done = run("ruff", "check", "--output-format=concise", ".")
    assert done.returncode == 0, done.stdout


def test_everything_is_formatted() -> None:
    done = run("ruff", "format", "--check", ".")
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_mypy_is_content() -> None:
    done = run("mypy")
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_function_is_too_long_to_be_read_at_once() -> None:
    long = {}
    for path in (ROOT / "coursekit").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > LONGEST:
                    long[f"{path.relative_to(ROOT)}: {node.name}"] = lines
    assert long == {}


def test_the_top_level_stays_small() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    if not tracked:
        pytest.skip("not a git checkout")
    top = {line.split("/")[0] for line in tracked.splitlines()}
    assert {name for name in top if not name.startswith(".")} <= {
        "pyproject.toml",
        "README.md",
        "README.zh.md",
        "CHANGELOG.md",
        "CITATION.cff",
        "nbgrader_config.py",
        "LICENSE",
        "notebooks",
        "coursekit",
        "tests",
        "binder",
    }

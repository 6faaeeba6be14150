"""Binder: repo2docker takes `binder/`, and its steps, done in a clean environment, give a lesson that runs."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import urllib.parse
from pathlib import Path

import pytest

from tests.tools import PATIENCE, run

ROOT = Path(__file__).parent.parent
BINDER = ROOT / "binder"
COURSE, LESSON = "lessons/course.ipynb", "lessons/00-start/00-start.ipynb"


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the repository as Binder would have them: what git tracks or would, nothing else."""
    target = tmp_path_factory.mktemp("clone") / "repo"
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", cwd=ROOT).splitlines()
    for name in listed:
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


def clean_environment(place: Path) -> dict[str, str]:
    """A fresh virtual environment and the variables of a shell in it, nothing of this one."""
    run(sys.executable, "-m", "venv", place)
    left_out = ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME", "JUPYTER_PATH", "JUPYTER_CONFIG_DIR", "COURSEKIT_CI")
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return {**kept, "PATH": f"{place / 'bin'}:/usr/bin:/bin", "HOME": str(place)}


def test_the_files_that_repo2docker_reads() -> None:
    assert re.fullmatch(r"python-3\.1[1-4]", (BINDER / "runtime.txt").read_text().strip())
    comment, install = (BINDER / "requirements.txt").read_text().splitlines()
    assert comment.startswith("# ") and install == "-e ."
    assert os.access(BINDER / "postBuild", os.X_OK)


def test_the_badge_opens_what_post_build_makes() -> None:
    address = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["urls"]["Binder"]
    asked = urllib.parse.parse_qs(urllib.parse.urlsplit(address).query)
    assert asked["urlpath"] == [f"lab/tree/{COURSE}"]


@pytest.mark.slow
def test_repo2docker_accepts_it(clone: Path, tmp_path: Path) -> None:
    environment = clean_environment(tmp_path / "venv")
    installed = subprocess.run(
        ["pip", "install", "-q", "jupyter-repo2docker"], env=environment, capture_output=True, text=True, check=False
    )
    if installed.returncode != 0:
        pytest.skip(f"jupyter-repo2docker cannot be installed here: {installed.stderr.strip().splitlines()[-1]}")
    done = subprocess.run(
        ["jupyter-repo2docker", "--no-build", "--debug", "."],
        cwd=clone,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said[-2000:]
    assert "python=3.11" in said
    order = (r"COPY --chown=\d+:\d+ src/ \$\{REPO_DIR\}/", "pip install --no-cache-dir -r", r"RUN \./binder/postBuild")
    steps = [found.start() for step in order if (found := re.search(step, said))]
    assert len(steps) == len(order), said[-2000:]
    assert steps == sorted(steps), "the repository is there before pip installs it, and pip before the lessons"


@pytest.mark.slow
def test_its_steps_give_a_lesson_that_runs(clone: Path, tmp_path: Path) -> None:
    environment = clean_environment(tmp_path / "venv")
    run("pip", "install", "-q", "-r", "binder/requirements.txt", cwd=clone, env=environment, timeout=900)
    run("./binder/postBuild", cwd=clone, env=environment)
    assert (clone / LESSON).is_file()
    assert "BEGIN SOLUTION" not in (clone / LESSON).read_text(), "learners get the released notebook"
    run(
        "jupyter",
        "nbconvert",
        "--to",
        "notebook",
        "--execute",
        "--inplace",
        COURSE,
        LESSON,
        cwd=clone,
        env=environment,
        timeout=PATIENCE,
    )

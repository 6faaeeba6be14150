"""The formgrader's own buttons, pressed over HTTP on a real Jupyter server in a course directory."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from coursekit.classroom import make_course
from coursekit.exercises import catalogue, seeds
from coursekit.grading.notebook import grade_id

pytestmark = [pytest.mark.classroom, pytest.mark.slow]

LESSON = "04-copy-on-write"


class Formgrader:
    """A server on loopback, in a teacher's course directory."""

    def __init__(self, course: Path, home: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
        environment |= {"JUPYTER_CONFIG_DIR": str(home), "JUPYTER_DATA_DIR": str(home), "COURSEKIT_HOME": str(home)}
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"]
        command += ["--ServerApp.ip=127.0.0.1", "--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True"]
        self.url = f"http://127.0.0.1:{port}/formgrader/api"
        self.log = home / "log"
        with self.log.open("wb") as log:
            self.server = subprocess.Popen(command, cwd=course, env=environment, stdout=log, stderr=log)

    def press(self, path: str) -> dict[str, Any]:
        """What the button of this path answers."""
        request = urllib.request.Request(f"{self.url}/{path}", data=b"", method="POST")
        with urllib.request.urlopen(request, timeout=300) as answer:
            return dict(json.load(answer))

    def read(self, path: str) -> Any:
        """What the page of this path reads."""
        with urllib.request.urlopen(f"{self.url}/{path}", timeout=60) as answer:
            return json.load(answer)

    def wait(self) -> None:
        for _ in range(240):
            assert self.server.poll() is None, self.log.read_text()[-2000:]
            try:
                self.read("assignments")
                return
            except (OSError, urllib.error.URLError):
                time.sleep(0.25)
        raise AssertionError(self.log.read_text()[-2000:])


@pytest.fixture
def formgrader(tmp_path: Path) -> Iterator[Formgrader]:
    make_course(tmp_path / "course")
    (tmp_path / "home").mkdir()
    started = Formgrader(tmp_path / "course", tmp_path / "home")
    try:
        started.wait()
        yield started
    finally:
        started.server.terminate()
        started.server.wait(timeout=30)


def test_the_buttons_release_grade_and_give_feedback(formgrader: Formgrader, tmp_path: Path) -> None:
    course = tmp_path / "course"
    done = formgrader.press(f"assignment/{LESSON}/assign")
    assert done["success"], done
    folder = course / "submitted" / "ada" / LESSON
    folder.mkdir(parents=True)
    notebook = nbformat.read(course / "release" / LESSON / f"{LESSON}.ipynb", as_version=4)
    exercise = catalogue.exercise("copy-up")
    for cell in notebook.cells:
        if grade_id(cell) == "copy-up-answer":
            cell.source = exercise.truth(seeds.case_for(exercise, "ada"))
    nbformat.write(notebook, folder / f"{LESSON}.ipynb")
    done = formgrader.press(f"submission/{LESSON}/ada/autograde")
    assert done["success"], done
    (submission,) = formgrader.read(f"submissions/{LESSON}")
    assert submission["autograded"] and submission["score"] == exercise.points
    done = formgrader.press(f"assignment/{LESSON}/generate_feedback")
    assert done["success"], done
    assert (course / "feedback" / "ada" / LESSON / f"{LESSON}.html").exists()

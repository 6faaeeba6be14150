"""The formgrader's own buttons, pressed over HTTP on a real Jupyter server: a real lesson gets the marks of `grade`."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook

from coursekit.classroom import make_course
from coursekit.grading.classroom.batch import Class
from coursekit.grading.classroom.pool import Local
from coursekit.grading.classroom.sample import hand_in
from coursekit.grading.judging.notebook import nbgrader
from coursekit.grading.sandbox.boxes import Boxes
from tests.tools import PATIENCE, free_port, needs

pytestmark = [needs("bwrap"), pytest.mark.classroom, pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

LESSON = "03-union"


class Formgrader:
    """A server on loopback, in a teacher's course directory."""

    def __init__(self, course: Path, home: Path, **told: str) -> None:
        port = free_port()
        environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
        environment |= {
            "JUPYTER_CONFIG_DIR": str(home),
            "JUPYTER_DATA_DIR": str(home),
            "COURSEKIT_HOME": str(home),
        } | told
        command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", f"--port={port}"]
        command += ["--ServerApp.port_retries=0"]
        command += ["--ServerApp.ip=127.0.0.1", "--IdentityProvider.token=", "--ServerApp.disable_check_xsrf=True"]
        self.pages = f"http://127.0.0.1:{port}/formgrader"
        self.url = f"{self.pages}/api"
        self.log = home / "log"
        with self.log.open("wb") as log:
            self.server = subprocess.Popen(command, cwd=course, env=environment, stdout=log, stderr=log)

    def press(self, path: str) -> dict[str, Any]:
        """What the button of this path answers."""
        request = urllib.request.Request(f"{self.url}/{path}", data=b"", method="POST")
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return dict(json.load(answer))

    def read(self, path: str) -> Any:
        """What the page of this path reads."""
        with urllib.request.urlopen(f"{self.url}/{path}", timeout=PATIENCE) as answer:
            return json.load(answer)

    def wait(self) -> None:
        """Until it answers."""
        for _ in range(1200):
            assert self.server.poll() is None, self.log.read_text()[-2000:]
            try:
                self.read("assignments")
                return
            except (OSError, urllib.error.URLError):
                time.sleep(0.25)
        raise AssertionError(self.log.read_text()[-2000:])


@contextmanager
def serving(course: Path, **told: str) -> Iterator[Formgrader]:
    """Formgrader over a course, with a home beside it; ended with the block."""
    home = course.with_name("home")
    home.mkdir()
    started = Formgrader(course, home, **told)
    try:
        started.wait()
        yield started
    finally:
        started.server.terminate()
        started.server.wait(timeout=PATIENCE)


@pytest.fixture
def formgrader(tmp_path: Path) -> Iterator[Formgrader]:
    make_course(tmp_path / "course")
    with serving(tmp_path / "course") as started:
        yield started


def test_the_buttons_release_grade_and_give_feedback_with_the_marks_of_coursekit_grade(
    formgrader: Formgrader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = tmp_path / "course"
    done = formgrader.press(f"assignment/{LESSON}/assign")
    assert done["success"], done
    handed_in = {each.kind: each for each in hand_in(course, LESSON, 4)}
    assert set(handed_in) == {"right", "half", "belief"}
    for student in handed_in.values():
        done = formgrader.press(f"submission/{LESSON}/{student.id}/autograde")
        assert done["success"], done
    theirs = graded(course)
    for student in handed_in.values():
        marks = theirs[student.id][0]
        assert {name: marks[name] for name in student.marks} == student.marks, student.detail
    monkeypatch.chdir(course)
    with Boxes(hidden=[str(course)]) as boxes:
        again = Class(LESSON, print, force=True)
        again.run(sorted(each.id for each in handed_in.values()), Local(boxes, 2))
    assert graded(course) == theirs
    done = formgrader.press(f"assignment/{LESSON}/generate_feedback")
    assert done["success"], done
    assert (course / "feedback" / handed_in["half"].id / LESSON / f"{LESSON}.html").exists()


def graded(course: Path) -> dict[str, tuple[dict[str, float | None], list[Any]]]:
    """By student: the marks in the gradebook, cell by cell, and what each graded cell tells the student."""
    found = {}
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        for submission in gradebook.assignment_submissions(LESSON):
            marks = {grade.name: grade.auto_score for grade in submission.notebooks[0].grades}
            path = course / "autograded" / submission.student.id / LESSON / f"{LESSON}.ipynb"
            cells = [cell for cell in nbformat.read(path, as_version=4).cells if nbgrader(cell).get("grade")]
            told = [[output["data"] for output in cell["outputs"]] for cell in cells]
            found[submission.student.id] = marks, told
    return found

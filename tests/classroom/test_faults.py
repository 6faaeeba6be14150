"""Faults of the machine, not of the work: what is done stays, what is not is said, and the next run makes it whole."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from coursekit.errors import ExerciseError
from coursekit.grading.classroom.autograde import course_lock
from coursekit.grading.classroom.batch import Class, Done, GradebookLocked
from coursekit.grading.classroom.gradebook import submissions
from coursekit.grading.classroom.pool import Local
from coursekit.grading.classroom.summary import summarise
from coursekit.grading.sandbox.boxes import Boxes
from tests.classroom.conftest import Classroom
from tests.classroom.course import Course, answered, kept
from tests.classroom.test_class import config
from tests.exercises import tiny
from tests.tools import needs

pytestmark = [needs("bwrap"), pytest.mark.classroom, pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

LESSON = tiny.LESSON
STUDENTS = ("ada", "ben", "cyd")
FULL = sum(each.points for each in tiny.EXERCISES if each.id != "99-words")
SCRIPT = """
import os, sys, warnings
from pathlib import Path
warnings.simplefilter("ignore")
from coursekit.grading.classroom.batch import Class
from coursekit.grading.classroom.pool import Local
from coursekit.grading.sandbox.boxes import Boxes
from tests.classroom.test_class import config

moment, count = sys.argv[2], int(sys.argv[3])
real = getattr(Class, moment)

def deadly(self, *args):
    global count
    count -= 1
    if count == 0:
        os.kill(os.getpid(), 9)
    return real(self, *args)

setattr(Class, moment, deadly)
os.chdir(sys.argv[1])
with Boxes() as boxes:
    graded = Class("99-tiny", print, config=config(Path(sys.argv[1])))
    graded.run(graded.students(), Local(boxes, 2))
"""


class Room:
    """A course of three who are right, and boxes to grade them in."""

    def __init__(self, root: Path, boxes: Boxes) -> None:
        self.root, self.boxes = root, boxes

    def grader(self, told: list[Done], **more: Any) -> Class:
        return Class(LESSON, told.append, config=config(self.root), **more)

    def grade(self, **more: Any) -> dict[str, Done]:
        told: list[Done] = []
        graded = self.grader(told, **more)
        graded.run(graded.students(), Local(self.boxes, 2))
        return {each.student: each for each in told}

    def scores(self) -> dict[str, float]:
        return {each.student: each.score for each in submissions(self.grader([]))}

    def whole(self) -> None:
        """The next run makes all of it right, and the one after has nothing to do."""
        assert {each.what for each in self.grade().values()} <= {"graded", "as before"}
        assert self.scores() == dict.fromkeys(STUDENTS, FULL)
        assert {each.what for each in self.grade().values()} == {"as before"}
        assert not list(self.root.glob(".coursekit-admitted*"))


@pytest.fixture(scope="module")
def boxes() -> Iterator[Boxes]:
    with Boxes() as made:
        yield made


@pytest.fixture
def room(classroom: Classroom, tmp_path: Path, boxes: Boxes) -> Room:
    made = Course(tmp_path, LESSON)
    shutil.copytree(classroom.course.root / "source", tmp_path / "source")
    assert made.api.generate_assignment(LESSON, create=True)["success"]
    for student in STUDENTS:
        made.submit(student, answered(classroom.released, classroom.right(student)), kept(student))
    return Room(tmp_path, boxes)


def test_a_second_grader_is_told_who_has_the_course(room: Room) -> None:
    with (
        course_lock(room.root, "coursekit grade"),
        pytest.raises(ExerciseError, match=rf"process {os.getpid()}, since"),
    ):
        room.grade()
    assert not (room.root / "autograded").exists()
    with course_lock(room.root, "coursekit grade"):
        done = Course(room.root, LESSON).api.autograde(LESSON, "ada", force=True, create=True)
    assert not done["success"] and "is being graded already" in done["log"] + str(done["error"])
    room.whole()


def test_a_gradebook_that_is_locked_for_a_while_is_waited_for(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, free = threading.Event(), threading.Event()
    wait = Class._await_gradebook

    def waits(self: Class) -> None:
        asked.set()
        wait(self)
        assert free.is_set()

    def hold() -> None:
        with closing(sqlite3.connect(room.root / "gradebook.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            held.set()
            asked.wait()
            free.set()
            other.execute("ROLLBACK")

    held = threading.Event()
    monkeypatch.setattr(Class, "_await_gradebook", waits)
    other = threading.Thread(target=hold)
    other.start()
    held.wait()
    assert {each.what for each in room.grade().values()} == {"graded"}
    other.join()
    room.whole()


def test_a_gradebook_that_is_locked_for_good_is_said_and_leaves_no_mark(room: Room) -> None:
    with closing(sqlite3.connect(room.root / "gradebook.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        told: list[Done] = []
        graded = room.grader(told)
        graded.patience = 0.2
        with pytest.raises(GradebookLocked, match=r"gradebook\.db locked.*close it.*give the same command again"):
            graded.run(graded.students(), Local(room.boxes, 2))
        assert told == []
        other.execute("ROLLBACK")
    room.whole()


def test_a_gradebook_that_locks_in_the_middle_costs_nobody_a_mark(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    write, failed = Class._write, []

    def locked_once(self: Class, *args: Any) -> None:
        if not failed:
            failed.append(args[0].student)
            with closing(sqlite3.connect(room.root / "gradebook.db", isolation_level=None)) as other:
                other.execute("BEGIN EXCLUSIVE")
                write(self, *args)
        write(self, *args)

    monkeypatch.setattr(Class, "_write", locked_once)
    told = room.grade()
    assert failed and {each.what for each in told.values()} == {"graded"}
    monkeypatch.undo()
    assert room.scores() == dict.fromkeys(STUDENTS, FULL)


def test_processes_that_make_boxes_and_are_killed_are_made_anew(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    submit, killed = Local.submit, []

    def after_a_kill(self: Local, job: Any) -> Any:
        for kind in ("functions", "notebooks", "workers"):
            room.boxes._get(kind)._process.kill()
        killed.append(job["student"])
        return submit(self, job)

    monkeypatch.setattr(Local, "submit", after_a_kill)
    told = room.grade()
    monkeypatch.undo()
    assert len(killed) >= len(STUDENTS) and set(told) == set(STUDENTS)
    assert {each.what for each in told.values()} <= {"graded", "failed"}
    room.whole()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_is_said_and_counts_for_nothing(room: Room) -> None:
    small = room.root / "autograded"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24k", "tmpfs", str(small)], check=True)
    try:
        told = room.grade()
        failed = {each.student for each in told.values() if each.what == "failed"}
        assert failed and all("the disk is full" in told[student].why for student in failed)
        summary = summarise(LESSON, submissions(room.grader([])))
        assert f"{len(failed)} not graded to the end" in summary.line
        flagged = {each.student for each in summary.submissions if not each.graded}
        assert flagged == failed and all(each.flags for each in summary.submissions if not each.graded)
    finally:
        subprocess.run(["umount", str(small)], check=True)
    room.whole()


@pytest.mark.parametrize(("moment", "count"), [("_prepare", 2), ("_write", 1), ("set_permissions", 2)])
def test_killed_at_any_moment_it_goes_on(room: Room, moment: str, count: int) -> None:
    command = [sys.executable, "-c", SCRIPT, str(room.root), moment, str(count)]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert (room.root / ".coursekit-admitted").exists()
    room.whole()


@pytest.mark.parametrize(("asked", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)], ids=["term", "ctrl-c"])
def test_asked_to_end_it_keeps_what_is_done(room: Room, asked: signal.Signals, code: int) -> None:
    (room.root / "nbgrader_config.py").write_text(
        "from coursekit.grading.nbgrader import configure\nc = get_config()\nconfigure(c)\n"
    )
    running = subprocess.Popen(
        [sys.executable, "-m", "coursekit.cli", "grade", "--workers", "1", LESSON],
        cwd=room.root,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not list(room.root.glob(f"autograded/*/{LESSON}/{LESSON}.ipynb")) and running.poll() is None:
        time.sleep(0.02)
    running.send_signal(asked)
    _, said = running.communicate()
    assert running.returncode == code and "The same command goes on there." in said
    room.whole()


def test_no_clock_decides_what_is_graded_again(room: Room) -> None:
    room.whole()
    for number, path in enumerate(sorted(room.root.rglob("*.ipynb"))):
        os.utime(path, (4e9, 4e9) if number % 2 else (0, 0))
    assert {each.what for each in room.grade().values()} == {"as before"}


def test_a_graded_notebook_that_is_gone_is_no_silent_mark(room: Room) -> None:
    room.whole()
    shutil.rmtree(room.root / "autograded" / "ben")
    rows = {each.student: each for each in submissions(room.grader([]))}
    assert not rows["ben"].graded and "grade it again" in rows["ben"].flags[0] and rows["ada"].graded
    room.whole()

"""A box holds: what is tried in it reads no secret, harms no neighbour, and ends in one report."""

import ast
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import coursekit
from coursekit.errors import ExerciseError
from coursekit.exercises import catalogue
from coursekit.exercises.model import Kind
from coursekit.grading.classroom.worker import Ran, execute
from coursekit.grading.sandbox import boxes as making
from coursekit.grading.sandbox import places
from coursekit.grading.sandbox.boxes import NOTEBOOK, Boxes
from coursekit.lessons.l05_sharing import stored_once
from tests.grading.attacks import ALL, FILES, NETWORK, Attack
from tests.tools import needs

pytestmark = [needs("bwrap"), pytest.mark.skipif(sys.platform != "linux", reason="boxes are Linux namespaces")]

LIMITS = {**NOTEBOOK, "cpu": 5, "wall": 90, "memory": 2**29}
TOOLS = """
import ctypes, os, socket, sys, time
from pathlib import Path
import coursekit as ck
libc = ctypes.CDLL(None)
def can(do, *args):
    try:
        do(*args)
        return "yes"
    except OSError:
        return "no"
"""

# what the box shows read-only below /tmp where this very clone, or its environment, lies there
OURS = {Path(each).parts[2] for each in (coursekit.__file__, sys.prefix) if Path(each).parts[1:2] == ("tmp",)}


@pytest.fixture(scope="module")
def boxes() -> Iterator[Boxes]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECRET_OF_TEST", "1")
        with Boxes(hidden=[os.getcwd()]) as made:
            yield made


def run(boxes: Boxes, *cells: str, seconds: float = 40, wall: int = 90) -> Ran:
    limits = {**LIMITS, "wall": wall}
    return execute(boxes.notebook, [TOOLS, *cells], {"answers.json": "e30="}, "ada", limits=limits, seconds=seconds)


def said(ran: Ran, cell: int) -> str:
    """What a cell printed, showed, or the name of the error that it ended with."""
    outputs = ran.cells.get(cell, ([], None))[0]
    return "".join(each.get("text", "") or each.get("ename", "") for each in outputs).strip()


@pytest.mark.parametrize("attack", ALL, ids=lambda attack: attack.claim.replace(" ", "-"))
def test_in_a_box_nobody(boxes: Boxes, attack: Attack) -> None:
    ran = run(boxes, attack.code, "1", seconds=attack.seconds, wall=attack.wall)
    if attack.stopped:
        assert attack.stopped in ran.stopped
    elif attack.prints:
        assert attack.prints in said(ran, 1)
    if attack in (*FILES, *NETWORK):  # these leave nothing behind
        return
    in_tmp = f"sorted(set(os.listdir('/tmp')) - {OURS!r})"
    after = run(boxes, f"print('fine', os.listdir('.'), {in_tmp}, os.listdir('/dev/shm'))")
    assert said(after, 1) == "fine ['answers.json'] ['student'] []" and not after.stopped


def test_what_one_student_patches_no_other_sees(boxes: Boxes) -> None:
    patch = (
        "import builtins, json\nck.check = builtins.print = json.dumps = lambda *a, **k: 'mine'\nck.exercises_are = 1"
    )
    run(boxes, patch)
    after = run(boxes, "import json\nprint(ck.check.__module__, json.dumps(1), hasattr(ck, 'exercises_are'))")
    assert said(after, 1) == "coursekit.exercises.session 1 False"


def test_two_run_at_once_and_see_nothing_of_each_other(boxes: Boxes) -> None:
    in_tmp = f"sorted(set(os.listdir('/tmp')) - {OURS!r})"
    look = f"open('/tmp/mine', 'w').write('x')\ntime.sleep(1)\nprint(len(os.listdir('/proc')), {in_tmp})"
    found: list[Ran] = []
    threads = [threading.Thread(target=lambda: found.append(run(boxes, look))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {said(each, 1).split(" ", 1)[1] for each in found} == {"['mine', 'student']"}


def test_nothing_lives_on_when_its_box_is_gone(boxes: Boxes) -> None:
    run(boxes, "import subprocess\nsubprocess.Popen(['sleep', '987654'], start_new_session=True)")
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert "sleep 987654" not in listed


def test_no_line_of_output_says_how_a_box_ended(boxes: Boxes) -> None:
    forged = (
        "import json, struct\nend = json.dumps({'stopped': '', 'code': 0, 'cpu': 0, 'wall': 0, 'peak': 0}).encode()\n"
    )
    forged += "for n in range(3, 12):\n    try: os.write(n, struct.pack('>cQ', b'e', len(end)) + end + b'\\n')\n"
    forged += "    except OSError: pass\nos._exit(7)"
    assert run(boxes, forged).stopped == "its process ended with 7"


def test_cells_before_a_stop_keep_what_they_showed(boxes: Boxes) -> None:
    ran = run(boxes, "print('before')", "os._exit(3)", "print('never')")
    assert said(ran, 1) == "before" and 3 not in ran.cells and ran.stopped


def test_a_grader_who_goes_takes_the_box_along(boxes: Boxes) -> None:
    work = {"cells": ["import time\ntime.sleep(100)"], "files": {}, "environment": {}, "seconds": 90}

    def hang_up(piece: bytes) -> list[bytes]:
        raise KeyboardInterrupt

    noisy = {**work, "cells": ["print(1)", *work["cells"]]}
    with pytest.raises(KeyboardInterrupt):
        making.ask(boxes._get("notebooks").fileno(), noisy, LIMITS, hang_up)
    assert said(run(boxes, "print('next')"), 1) == "next"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can become somebody else")
def test_it_holds_for_a_grader_who_is_not_root(tmp_path: Path) -> None:
    """The functions' box, started by a user that is not root, whose Python it can read."""
    program = """
from coursekit.grading.sandbox.boxes import Boxes
with Boxes() as boxes:
    boxes.functions()
print("held")
"""
    python = "/usr/bin/python3"
    root = str(Path(coursekit.__file__).parents[1])
    if subprocess.run([python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"], check=False).returncode:
        pytest.skip("no system Python that is new enough")
    done = subprocess.run(
        [python, "-c", program],
        cwd="/",
        user=61_998,
        group=61_998,
        extra_groups=[],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": root, "HOME": "/", "PATH": "/usr/bin:/bin"},
        check=False,
    )
    assert done.stdout == "held\n", done.stderr


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can become somebody else")
def test_notebooks_run_for_a_grader_who_is_not_root(exchange: Path) -> None:
    """Their box, with all that is installed: it sees no exchange and no accounts, and what is handed in is there."""
    program = f"""
from coursekit.grading.classroom.worker import execute
from coursekit.grading.sandbox.boxes import NOTEBOOK, Boxes
seen = [{str(exchange / "inbound")!r}, '/etc/passwd']
look = f"import os\\nprint(os.listdir('.'), [os.path.exists(each) for each in {{seen}}])"
with Boxes(hidden=[{str(exchange)!r}]) as boxes:
    ran = execute(boxes.notebook, [look], {{"answers.json": "e30="}}, "ada", limits=NOTEBOOK, seconds=60)
print(ran.stopped, "".join(each.get("text", "") for each in ran.cells[0][0]))
"""
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "HOME": "/", "PATH": "/usr/bin:/bin"}

    def as_another(python: str, program: str) -> subprocess.CompletedProcess[str]:
        words = [python, "-c", program]
        other: Any = {"user": 61_998, "group": 61_998, "extra_groups": []}
        return subprocess.run(words, cwd="/", env=environment, capture_output=True, text=True, check=False, **other)

    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        with suppress(OSError):  # an interpreter below /root is not for everybody
            if as_another(python, "import nbgrader, coursekit").returncode == 0:
                break
    else:
        pytest.skip("another user can read no Python that the course is installed for")
    done = as_another(python, program)
    assert done.stdout.strip() == "['answers.json'] [False, False]", done.stderr


def test_without_bubblewrap_nothing_is_graded_unless_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places.shutil, "which", lambda name: None)
    with Boxes() as boxes, pytest.raises(ExerciseError, match=r"--box none.*can read your files") as refused:
        boxes.functions()
    assert "apt install" in str(refused.value)


def test_a_box_that_does_not_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "TRIAL", "def trial(paths): return [1000, paths]")
    with Boxes() as boxes, pytest.raises(ExerciseError, match="does not hold"):
        boxes.functions()


def test_told_to_do_without_it_runs_under_limits_alone() -> None:
    with Boxes("none") as boxes:
        ran = execute(
            boxes.notebook, ["print(1)", "bytearray(2**36)"], {}, "ada", limits=LIMITS, seconds=40, box="none"
        )
    assert said(ran, 0) == "1" and said(ran, 1) == "MemoryError"


@pytest.fixture
def exchange() -> Iterator[Path]:
    """A directory below a place that boxes are shown, as nbgrader's exchange lies below /usr."""
    with tempfile.TemporaryDirectory(prefix="exchange-", dir=sysconfig.get_path("purelib")) as made:
        Path(made).chmod(0o755)
        (Path(made) / "inbound").mkdir()
        (Path(made) / "inbound" / "ada.txt").write_text("another student's answers")
        yield Path(made)


def test_it_shows_what_a_run_needs_and_nothing_of_the_exchange(exchange: Path) -> None:
    look = f"print(os.listdir({str(exchange)!r}), os.path.exists('/usr/local/share'), os.path.exists('/etc/passwd'))"
    with Boxes(hidden=[str(exchange)]) as made:
        assert said(run(made, look), 1) == "[] False False"


def test_a_box_that_shows_what_it_should_hide_is_refused(exchange: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_masks", lambda shown, hidden: set())
    with Boxes(hidden=[str(exchange)]) as made, pytest.raises(ExerciseError, match="does not hold"):
        run(made, "1")


def test_an_interpreter_in_the_courses_own_directory_is_all_of_it_that_is_there() -> None:
    shown = {"/srv/course/.venv/lib": "/srv/course/.venv/lib"}
    assert places._masks(shown, ["/srv/course"]) == set()
    with Boxes(hidden=[sys.prefix]) as made:
        names = said(run(made, f"print(sorted(os.listdir({sys.prefix!r})))"), 1)
    assert set(ast.literal_eval(names)) <= {"bin", "lib", "lib64", "pyvenv.cfg"}


def test_it_has_the_cases_and_not_the_keys(boxes: Boxes) -> None:
    id = next(id for id, each in catalogue.exercises().items() if each.kind is not Kind.PROSE)
    cheat = "from coursekit.exercises import catalogue, seeds\nfor id, each in catalogue.exercises().items():\n"
    cheat += "    if each.kind != 'prose':\n        try: print(id, each.truth(seeds.case_for(each, 'ada')))\n"
    cheat += "        except Exception as problem: print('no')"
    ran = run(boxes, cheat, f"from coursekit.exercises import seeds\nseeds.case_for(catalogue.exercise({id!r}), 'ada')")
    assert set(said(ran, 1).split("\n")) == {"no"} and said(ran, 2) == ""
    there = f"print([str(each) for each in Path({str(Path(coursekit.__file__).parent)!r}).rglob('*key.py')])"
    assert said(run(boxes, there), 1) == "[]"


def test_a_teachers_own_folder_is_there_without_its_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "exercises" / "05-sharing" / "stored_again"
    shutil.copytree(Path(stored_once.__file__).parent, own)
    (tmp_path / "nbgrader_config.py").touch()
    monkeypatch.chdir(tmp_path)
    cell = "from coursekit.exercises import catalogue\nfrom pathlib import Path\n"
    cell += "print('stored-again' in catalogue.exercises(), sorted(each.name for each in Path('/coursekit-own').rglob('*.py')))"
    with Boxes(hidden=[str(tmp_path)]) as made:
        ran = execute(made.notebook, [cell], {}, "ada", limits=LIMITS, seconds=60)
    assert ran.cells[0][0][0]["text"] == "True ['__init__.py', 'case.py']\n"


def test_an_interrupt_ends_the_cell_and_not_the_notebook(boxes: Boxes) -> None:
    ran = run(boxes, "import os, signal\nos.kill(os.getpid(), signal.SIGINT)", "print('on')")
    assert said(ran, 1) == "KeyboardInterrupt" and said(ran, 2) == "on" and not ran.stopped


def test_a_box_process_that_is_killed_is_made_anew(boxes: Boxes) -> None:
    run(boxes, "1")
    for kind in ("notebooks", "functions", "workers"):
        boxes._get(kind)._process.kill()
    assert said(run(boxes, "print('again')"), 1) == "again"

"""`coursekit lab`: a learner's work is never overwritten, and JupyterLab opens with this interpreter."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from coursekit import __version__, lab
from coursekit.errors import ExerciseError
from tests.tools import PATIENCE, free_port

NOTEBOOK = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


@pytest.fixture
def released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two released lessons of our own, in place of the package's."""
    place = tmp_path / "lessons"
    for lesson in ("04-copy-on-write", "06-nginx-133mb"):
        (place / "en" / lesson).mkdir(parents=True)
        (place / "en" / lesson / f"{lesson}.ipynb").write_text(NOTEBOOK)
    (place / "en" / "06-nginx-133mb" / "table.csv").write_text("a,b\n")
    monkeypatch.setattr(lab, "LESSONS", place)
    return place / "en"


def delivered(folder: Path) -> dict[str, str]:
    return {each.path: each.what for each in lab.deliver(folder)}


def contents(folder: Path) -> dict[str, str]:
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != ".coursekit.json")
    return {path.relative_to(folder).as_posix(): path.read_text() for path in found}


def test_all_that_was_released_is_delivered(released: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    assert set(delivered(folder).values()) == {"new"}
    assert contents(folder) == contents(released)


def test_a_second_time_changes_nothing(released: Path, tmp_path: Path) -> None:
    lab.deliver(tmp_path / "mine")
    before = contents(tmp_path / "mine")
    assert set(delivered(tmp_path / "mine").values()) == {"kept"}
    assert contents(tmp_path / "mine") == before


def test_work_stays_when_nothing_was_upgraded(released: Path, tmp_path: Path) -> None:
    lab.deliver(tmp_path / "mine")
    own = tmp_path / "mine" / "06-nginx-133mb" / "06-nginx-133mb.ipynb"
    own.write_text("my work")
    assert set(delivered(tmp_path / "mine").values()) == {"kept"}
    assert own.read_text() == "my work"
    assert len(contents(tmp_path / "mine")) == 3


def test_an_upgrade_lands_beside_work_once(released: Path, tmp_path: Path) -> None:
    lab.deliver(tmp_path / "mine")
    own = tmp_path / "mine" / "06-nginx-133mb" / "06-nginx-133mb.ipynb"
    own.write_text("my work")
    (released / "06-nginx-133mb" / "06-nginx-133mb.ipynb").write_text("better")
    beside = f"06-nginx-133mb/06-nginx-133mb.new-{__version__}.ipynb"
    assert delivered(tmp_path / "mine")[beside] == "beside"
    assert own.read_text() == "my work"
    assert (tmp_path / "mine" / beside).read_text() == "better"
    assert "beside" not in delivered(tmp_path / "mine").values()
    assert own.read_text() == "my work"


def test_work_on_an_upgrade_stays_too(released: Path, tmp_path: Path) -> None:
    lab.deliver(tmp_path / "mine")
    source = released / "06-nginx-133mb" / "06-nginx-133mb.ipynb"
    own = tmp_path / "mine" / "06-nginx-133mb" / "06-nginx-133mb.ipynb"
    own.write_text("my work")
    source.write_text("better")
    lab.deliver(tmp_path / "mine")
    beside = own.with_name(f"06-nginx-133mb.new-{__version__}.ipynb")
    beside.write_text("my work on the better one")
    source.write_text("better still")
    lab.deliver(tmp_path / "mine")
    assert (own.read_text(), beside.read_text()) == ("my work", "my work on the better one")
    assert own.with_name(f"06-nginx-133mb.new-{__version__}-2.ipynb").read_text() == "better still"


def test_what_was_never_touched_is_upgraded_in_place(released: Path, tmp_path: Path) -> None:
    lab.deliver(tmp_path / "mine")
    (released / "04-copy-on-write" / "04-copy-on-write.ipynb").write_text("better")
    assert delivered(tmp_path / "mine")["04-copy-on-write/04-copy-on-write.ipynb"] == "upgraded"
    assert contents(tmp_path / "mine") == contents(released)


def test_a_lost_record_loses_no_work(released: Path, tmp_path: Path) -> None:
    lab.deliver(tmp_path / "mine")
    own = tmp_path / "mine" / "06-nginx-133mb" / "06-nginx-133mb.ipynb"
    own.write_text("my work")
    (tmp_path / "mine" / ".coursekit.json").write_text("{ not json")
    lab.deliver(tmp_path / "mine")
    assert own.read_text() == "my work"


def test_a_symlink_of_the_learner_stays(released: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.ipynb"
    elsewhere.write_text("kept on another disk")
    own = tmp_path / "mine" / "06-nginx-133mb" / "06-nginx-133mb.ipynb"
    own.parent.mkdir(parents=True)
    own.symlink_to(elsewhere)
    lab.deliver(tmp_path / "mine")
    assert own.is_symlink()
    assert elsewhere.read_text() == "kept on another disk"


def test_a_lesson_goes_by_name_number_or_part(released: Path) -> None:
    assert {lab.lesson_named(name) for name in ("06-nginx-133mb", "06", "nginx", "133")} == {"06-nginx-133mb"}


@pytest.mark.parametrize(("name", "said"), [("0", "could be"), ("09", "There is no lesson")])
def test_a_lesson_that_is_none_names_those_that_are(released: Path, name: str, said: str) -> None:
    with pytest.raises(ExerciseError, match=said) as refusal:
        lab.lesson_named(name)
    assert "04-copy-on-write" in str(refusal.value)


def test_an_unknown_language_names_those_there_are(released: Path) -> None:
    with pytest.raises(ExerciseError, match="there are: en"):
        lab.lessons("xx")


def test_the_kernel_is_this_interpreter_whatever_else_is_installed(tmp_path: Path) -> None:
    lab.write_kernel(tmp_path)
    env = lab.environment({"PATH": "/bin", "JUPYTER_PATH": "/other"}, tmp_path)
    assert env["JUPYTER_PATH"].split(os.pathsep) == [str(tmp_path), "/other"]
    assert env["PATH"].split(os.pathsep)[-1] == "/bin"
    assert str(Path(sys.executable).parent) in env["PATH"].split(os.pathsep)
    spec = json.loads((tmp_path / "kernels" / "python3" / "kernel.json").read_text())
    assert spec["argv"][0] == sys.executable


SERVE = """
import sys
from pathlib import Path
from coursekit import lab
lab.LESSONS = Path(sys.argv[1])
lab.deliver(Path(sys.argv[2]))
sys.exit(lab.open_lab(Path(sys.argv[2]), "06-nginx-133mb", browser=False, port=int(sys.argv[3])))
"""


DEAF = "import signal, time; signal.signal(2, signal.SIG_IGN); signal.signal(15, signal.SIG_IGN); print(1, flush=True)"
STARTED = f"""
import os, sys
from pathlib import Path
from coursekit import lab
lab.PATIENCE = 0.3
sys.exit(lab._run([sys.executable, "-c", {DEAF + "; time.sleep(60)"!r}], os.environ, Path("."), lambda pid: True))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_server_that_hears_no_signal_is_ended_too() -> None:
    command = [sys.executable, "-c", STARTED]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None and process.stdout.readline() == b"1\n"
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(PATIENCE) == 0


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="what ends with a killed parent is Linux's")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGKILL"])
def test_the_server_ends_with_the_command_whatever_ends_it(released: Path, tmp_path: Path, name: str) -> None:
    port = free_port()
    command = [sys.executable, "-c", SERVE, str(released.parent), str(tmp_path / "mine"), str(port)]
    env = {**os.environ, "JUPYTER_TOKEN": "of-the-test"}
    log = tmp_path / "log"
    with open(log, "wb") as out, subprocess.Popen(command, stdout=out, stderr=out, env=env) as process:
        fetched(port, "api/status", log, process)
        (server,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        process.send_signal(getattr(signal, name))
        process.wait(PATIENCE)
        for _ in range(int(PATIENCE / 0.2)):
            if not Path(f"/proc/{server}").exists():
                return
            time.sleep(0.2)
    raise AssertionError(f"JupyterLab outlived {name}")


@pytest.mark.slow
def test_jupyterlab_opens_and_one_interrupt_ends_it(released: Path, tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-c", SERVE, str(released.parent), str(tmp_path / "mine"), str(port)]
    env = {**os.environ, "JUPYTER_TOKEN": "of-the-test"}
    log = tmp_path / "log"
    with open(log, "wb") as out:
        server = subprocess.Popen(command, stdout=out, stderr=out, env=env, start_new_session=True)
    try:
        specs = json.loads(fetched(port, "api/kernelspecs", log, server))
        assert specs["kernelspecs"]["python3"]["spec"]["argv"][0] == sys.executable
        page = "lab/tree/06-nginx-133mb/06-nginx-133mb.ipynb"
        assert b"jupyter-config-data" in fetched(port, page, log, server)
        os.killpg(server.pid, signal.SIGINT)
        assert server.wait(PATIENCE) == 0
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
    assert re.fullmatch(
        rf"The course is open at http://localhost:{port}/lab/tree/\S+ and your work is in \S+\. .*\n", log.read_text()
    )


def fetched(port: int, page: str, log: Path, server: "subprocess.Popen[bytes]", seconds: float = PATIENCE) -> bytes:
    """A page of the server, as soon as it answers."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(int(seconds / 0.2)):
        try:
            with opener.open(f"http://127.0.0.1:{port}/{page}?token=of-the-test", timeout=10) as answer:
                return bytes(answer.read())
        except OSError:
            assert server.poll() is None, log.read_text()
            time.sleep(0.2)
    raise AssertionError(log.read_text())


def test_the_first_lesson_opens_when_none_is_named() -> None:
    from coursekit.cli.course import _where

    assert _where((), "en")[1] == "00-start"

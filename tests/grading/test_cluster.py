"""Boxes on a Dask cluster of separate processes: the same results, and a worker that is killed costs no submission."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from coursekit.errors import ExerciseError
from coursekit.exercises import seeds
from coursekit.grading.classroom.pool import Cluster
from tests.exercises import tiny
from tests.tools import PATIENCE, free_port, needs

pytest.importorskip("distributed")
pytestmark = [needs("bwrap"), pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

ROOT = str(Path(__file__).parents[2])
STUDENTS = tuple(f"s{number}" for number in range(6))


def job(student: str) -> dict[str, Any]:
    """A submission of one right answer that takes its time."""
    truth = tiny.DOWNLOAD.truth(seeds.case_for(tiny.DOWNLOAD, student))
    marked = {"grade": True, "solution": False, "locked": True, "grade_id": "99-download", "points": 2}
    code: dict[str, Any] = {"cell_type": "code", "outputs": [], "execution_count": None}
    cells = [
        {**code, "source": f"import coursekit as ck, time\ntime.sleep(2)\nanswer = {truth!r}", "metadata": {}},
        {**code, "source": 'ck.check("99-download", answer)', "metadata": {"nbgrader": marked}},
    ]
    return {
        "notebook": {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5},
        "lesson": tiny.LESSON,
        "student": student,
        "seed": student,
        "kept": {"student": student, "rows": {}},
        "files": {},
        "flags": [],
        "secret": "ab" * 32,
        "seconds": 60,
        "limits": {},
        "of": student,
    }


class Machines:
    """A scheduler, and workers that share no directory."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {**os.environ, "PYTHONPATH": ROOT, "COURSEKIT_EXERCISES": "tests.exercises.tiny"}
        self.address = f"tcp://127.0.0.1:{free_port()}"
        self.started: list[subprocess.Popen[bytes]] = []
        self.start("scheduler", "--host", self.address, "--no-dashboard", "--no-show")

    def start(self, what: str, *words: str) -> subprocess.Popen[bytes]:
        place = self.home / f"{what}{len(self.started)}"
        place.mkdir()
        command = [sys.executable, "-m", "distributed.cli.dask_" + what, *words]
        with (place / "log").open("wb") as log:
            process = subprocess.Popen(command, cwd=place, env=self.environment, stdout=log, stderr=log)
        self.started.append(process)
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        words = ["--nthreads", "1", "--no-dashboard", "--no-nanny", "--local-directory", str(self.home / "space")]
        return self.start("worker", self.address, *words)


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    made = Machines(tmp_path)
    try:
        yield made
    finally:
        for process in made.started:
            process.kill()
        for process in made.started:
            process.wait()


def test_a_worker_that_is_killed_costs_no_submission(machines: Machines) -> None:
    from distributed import Client

    lost, _ = machines.worker(), machines.worker()
    with Client(machines.address, timeout=PATIENCE, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=PATIENCE)
    cluster = Cluster(machines.address, "bubblewrap")
    cluster.learn({"lesson": tiny.LESSON, "book": {"cells": []}})
    try:
        waiting = [cluster.submit(job(student)) for student in STUDENTS]
        results = []
        while waiting:
            done = cluster.next(waiting)
            waiting.remove(done)
            results.append(done.result())
            if len(results) == 1:
                lost.send_signal(signal.SIGKILL)
    finally:
        cluster.close()
    assert sorted(each["of"] for each in results) == sorted(STUDENTS)
    assert {row["verdict"]["plain"] for each in results for row in each["verdicts"]} == {"2"}
    assert json.dumps(results)


def test_a_cluster_that_is_not_there_is_said_to_be_missing(machines: Machines) -> None:
    with pytest.raises(ExerciseError, match="has no worker"):
        from distributed import Client

        with Client(machines.address, timeout=PATIENCE, set_as_default=False):
            Cluster(machines.address, "bubblewrap")

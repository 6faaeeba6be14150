"""Workers on other machines: jobs go to a Dask cluster as JSON, and come back as JSON. No disk is shared.

    dask scheduler            dask worker tcp://host:8786        coursekit grade LESSON --scheduler tcp://host:8786

A worker has coursekit and bubblewrap installed, and boxes of its own. When one is lost, Dask gives its jobs to another.
A job carries one submission and the course secret: use a cluster of your own, and TLS between machines.

Neighbour: `pool` (the same on one machine). Needs the extra `[cluster]`.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from coursekit.errors import ExerciseError
from coursekit.grading.classroom.worker import Graded, grade
from coursekit.grading.sandbox.submission import shared

TRIES = 5  # times that a job is begun again after its worker was lost


@dataclass(frozen=True, slots=True)
class Sent:
    """A job that was sent."""

    future: Any

    def result(self) -> Graded:
        """What came back. Raises: what the worker raised."""
        found: Graded = json.loads(self.future.result())
        return found


class Cluster:
    """A Dask cluster as a pool. Raises: ExerciseError when it is not there."""

    def __init__(self, address: str, box: str) -> None:
        try:
            from dask.distributed import Client
        except ImportError as problem:
            raise ExerciseError("a cluster needs Dask: pip install 'coursekit[cluster]'") from problem
        try:
            self._client: Any = Client(address, timeout=20, set_as_default=False)
        except (OSError, ValueError) as problem:
            raise ExerciseError(f"there is no Dask scheduler at {address}: {problem}") from problem
        self._box = box
        workers = self._client.scheduler_info(n_workers=-1)["workers"]
        if not workers:
            self._client.close()
            raise ExerciseError(f"the Dask scheduler at {address} has no worker: dask worker {address}")
        self.ahead = sum(each["nthreads"] for each in workers.values()) + 2

    def submit(self, job: Mapping[str, Any]) -> Sent:
        """Sends a job."""
        return Sent(self._client.submit(work, json.dumps(job), self._box, pure=False, retries=TRIES))

    def next(self, waiting: Iterable[Sent]) -> Sent:
        """The first that is done."""
        from dask.distributed import wait

        known = {each.future.key: each for each in waiting}
        with self._client.as_current():
            done = wait([each.future for each in known.values()], return_when="FIRST_COMPLETED").done
        return known[next(iter(done)).key]

    def close(self) -> None:
        """Takes back what has not begun, and leaves the cluster."""
        self._client.close()


def work(job: str, box: str) -> str:
    """On a worker: grades one submission in this process's boxes."""
    known = json.loads(job)
    return json.dumps(grade(shared(box, lesson=known["lesson"]), known))

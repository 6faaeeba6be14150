"""Where workers are: threads of this process beside its boxes, or a Dask cluster.

    pool = local(boxes, workers=2)         pool = cluster("tcp://127.0.0.1:8786")

A job goes out and a result comes back, both JSON. No disk is shared with a cluster:

    dask scheduler            dask worker tcp://host:8786        coursekit grade LESSON --scheduler tcp://host:8786

A worker has coursekit and bubblewrap installed, and boxes of its own. When one is lost, Dask gives its jobs to another.
A job carries one submission and the course secret: use a cluster of your own, and TLS between machines. It needs the
extra `[cluster]`. Neighbour: `worker` (the work).
"""

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, Protocol

from coursekit.errors import ExerciseError
from coursekit.grading.classroom.grade import Graded, grade
from coursekit.grading.sandbox.boxes import Boxes, shared

TRIES = 5  # times that a job is begun again after its worker was lost


class Pool(Protocol):
    """Takes jobs, and says which is done next."""

    @property
    def ahead(self) -> int:
        """How many jobs are worth having under way."""
        ...

    def learn(self, course: Mapping[str, Any]) -> None:
        """Has the workers know the course's side of the lesson that the next jobs are of."""
        ...

    def submit(self, job: Mapping[str, Any]) -> Any:
        """Begins a job; what comes back has `result()`."""
        ...

    def next(self, waiting: Iterable[Any]) -> Any:
        """One of those waiting that is done."""
        ...

    def close(self) -> None:
        """Ends the workers and what they are at."""
        ...


class Local:
    """Threads: each waits for a box and a judge of this machine, which run beside it."""

    def __init__(self, boxes: Boxes, workers: int) -> None:
        self._boxes = boxes
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="coursekit")
        self.ahead = workers + 2

    def learn(self, course: Mapping[str, Any]) -> None:
        """Has this machine's workers know the course."""
        self._boxes.learn(course)

    def submit(self, job: Mapping[str, Any]) -> Future[Graded]:
        """Begins a job."""
        return self._threads.submit(grade, self._boxes, job)

    def next(self, waiting: Iterable[Future[Graded]]) -> Future[Graded]:
        """The first that is done."""
        done, _ = wait(list(waiting), return_when=FIRST_COMPLETED)
        return next(iter(done))

    def close(self) -> None:
        """Ends the boxes first, so that no thread waits for one."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._boxes.close()
        self._threads.shutdown(wait=True)


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
        self._box, self._course = box, "{}"
        workers = self._client.scheduler_info(n_workers=-1)["workers"]
        if not workers:
            self._client.close()
            raise ExerciseError(f"the Dask scheduler at {address} has no worker: dask worker {address}")
        self.ahead = sum(each["nthreads"] for each in workers.values()) + 2

    def learn(self, course: Mapping[str, Any]) -> None:
        """Each job brings the course along."""
        self._course = json.dumps(course)

    def submit(self, job: Mapping[str, Any]) -> Sent:
        """Sends a job."""
        return Sent(self._client.submit(work, json.dumps(job), self._box, self._course, pure=False, retries=TRIES))

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


def work(job: str, box: str, course: str) -> str:
    """On a worker: grades one submission in this process's boxes."""
    return json.dumps(grade(shared(box, course=json.loads(course)), json.loads(job)))

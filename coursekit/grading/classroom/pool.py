"""Where workers are: threads of this process beside its boxes, or a Dask cluster.

    pool = local(boxes, workers=2)         pool = cluster("tcp://127.0.0.1:8786")

A job goes out and a result comes back, both JSON. Neighbours: `worker` (the work), `cluster`.
"""

from collections.abc import Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, Protocol

from coursekit.grading.classroom.worker import Graded, grade
from coursekit.grading.sandbox.submission import Boxes


class Pool(Protocol):
    """Takes jobs, and says which is done next."""

    @property
    def ahead(self) -> int:
        """How many jobs are worth having under way."""
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

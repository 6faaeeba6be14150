"""Has submissions graded, each by a fork of a warm worker; and where workers are: beside this process, or on a cluster.

    pool = local(boxes, workers=2)         pool = cluster("tcp://127.0.0.1:8786")

A job goes out and a result comes back, both JSON. No disk is shared with a cluster:

    dask scheduler            dask worker tcp://host:8786        coursekit grade LESSON --scheduler tcp://host:8786

A worker has coursekit and bubblewrap installed, and boxes of its own. When one is lost, Dask gives its jobs to another.
A job carries one submission and the course secret: use a cluster of your own, and TLS between machines. It needs the
extra `[cluster]`.

One answer that ends a worker (a pattern that labours for hours, memory without end) costs itself: then each answer is
judged in a process of its own, and that one is flagged for a person.

Neighbours: `worker` (the work), `sandbox.boxes` (which starts it), `batch` and `steps.Run` (who ask).
"""

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, Protocol

from coursekit.errors import ExerciseError
from coursekit.exercises.prose import one_line
from coursekit.grading.judging.judge import LOST
from coursekit.grading.sandbox.boxes import JUDGE, NOTEBOOK, Boxes, BoxLost, shared
from coursekit.language import ENGLISH, _, speaking

Graded = dict[str, Any]
WORKER = "coursekit.grading.classroom.worker"  # the process that is started


class Stopped(ExerciseError):
    """A worker passed a limit, or crashed, over what it was given."""


def grade(boxes: Boxes, job: Mapping[str, Any]) -> Graded:
    """What a submission comes to, see `worker`. Raises: ExerciseError where no box or no worker can be had."""
    wall = JUDGE["wall"] + job.get("limits", {}).get("wall", NOTEBOOK["wall"])
    try:
        return _said(boxes, job, wall)
    except BoxLost:
        raise
    except ExerciseError:
        try:
            found = _said(boxes, {**job, "verdicts": "elsewhere"}, wall)
        except Stopped as problem:
            if "notebook" in job:
                raise
            return _said(boxes, {**job, "unreadable": f"what was handed in cannot be read: {problem}"}, wall)
    verdicts = judged(boxes, {"student": job["student"], "secret": job["secret"], **found}, JUDGE["wall"])
    return _said(boxes, {**job, "verdicts": verdicts}, wall)


def ask(boxes: Boxes, request: Mapping[str, Any], seconds: int) -> list[dict[str, Any]]:
    """The verdicts on all that is asked, in order. Raises: as `judged` does."""
    try:
        return list(_said(boxes, request, seconds)["verdicts"])
    except BoxLost:
        raise
    except ExerciseError:
        return judged(boxes, request, seconds)


def judged(boxes: Boxes, request: Mapping[str, Any], seconds: int) -> list[dict[str, Any]]:
    """The verdicts on each that is asked, in order, each judged in a process of its own, within `seconds` of wall time.

    Raises: ExerciseError when nothing can be judged at all, BoxLost when functions cannot be run.
    """
    _said(boxes, {**request, "asked": [{**each, "found": []} for each in request["asked"]]}, seconds)
    return [_alone(boxes, request, each, seconds) for each in request["asked"]]


def _alone(boxes: Boxes, request: Mapping[str, Any], asked: Mapping[str, Any], seconds: int) -> dict[str, Any]:
    try:
        return dict(_said(boxes, {**request, "asked": [asked]}, seconds)["verdicts"][0])
    except BoxLost:
        raise
    except ExerciseError as problem:
        said = {"exercise": asked["exercise"], "points": asked["points"], "mark": 0.0, "plain": "0", "answered": True}
        with speaking(request.get("language") or ENGLISH):
            page = f"<p>{_(LOST)}</p>"
        return {**said, "said": LOST, "html": page, "misconception": None, "flags": [str(problem)]}


def _said(boxes: Boxes, request: Mapping[str, Any], seconds: int) -> dict[str, Any]:
    ended = boxes.worker(WORKER, request, {**JUDGE, "wall": seconds})
    if ended.stopped:
        raise Stopped(f"the judge was stopped: {ended.stopped}")
    try:
        said = json.loads(ended.output)
    except ValueError as problem:
        raise ExerciseError(f"the judge gave no verdict: {ended.output[-200:]!r}") from problem
    if "trouble" in said:
        raise BoxLost(f"functions could not be run: {said['trouble']}")
    if "stumbled" in said:
        raise Stopped(f"the judge failed: {one_line(str(said['stumbled']))}")
    if "failed" in said:
        raise ExerciseError(f"the judge failed: {one_line(str(said['failed']))}")
    return dict(said)


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

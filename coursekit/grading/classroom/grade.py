"""Has a submission graded: hands it to a fork of the warm worker, and brings back what came of it.

One answer that ends the worker (a pattern that labours for hours, memory without end) costs itself: then each answer is
judged in a process of its own, and that one is flagged for a person.

Neighbours: `worker` (the process), `sandbox.boxes` (which starts it), `batch` and `steps.Run` (who ask).
"""

import json
from collections.abc import Mapping
from typing import Any

from coursekit.errors import ExerciseError
from coursekit.exercises.prose import one_line
from coursekit.grading.judging.judge import LOST
from coursekit.grading.sandbox.boxes import JUDGE, NOTEBOOK, Boxes, BoxLost
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
        raise Stopped(f"the judge stumbled over it: {one_line(str(said['stumbled']))}")
    if "failed" in said:
        raise ExerciseError(f"the judge failed: {one_line(str(said['failed']))}")
    return dict(said)

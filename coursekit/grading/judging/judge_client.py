"""Asks the judge: hands the request to a fork of the warm one, brings the verdicts back.

One answer that ends the judge (a pattern that labours for hours, memory without end) costs itself: the others are asked
again one by one, and it is flagged for a person.

Neighbours: `judge` (the process), `submission` (which starts it), `nbgrader` (who asks).
"""

import json
from collections.abc import Mapping
from typing import Any

from coursekit.errors import ExerciseError
from coursekit.grading.sandbox.boxes import JUDGE, Boxes, BoxLost

Verdicts = list[dict[str, Any]]
LOST = "This answer could not be judged; a person will look at it."


def ask(boxes: Boxes, request: Mapping[str, Any], seconds: int) -> Verdicts:
    """The verdicts of judges in clean processes, in order, each process within `seconds` of wall time.

    Raises: ExerciseError when no judge can be had at all, BoxLost when functions cannot be run.
    """
    try:
        return _asked(boxes, request, seconds)
    except BoxLost:
        raise
    except ExerciseError:
        _asked(boxes, {**request, "asked": [{**each, "found": []} for each in request.get("asked", [])]}, seconds)
    return [_alone(boxes, request, each, seconds) for each in request["asked"]]


def _alone(boxes: Boxes, request: Mapping[str, Any], asked: Mapping[str, Any], seconds: int) -> dict[str, Any]:
    try:
        return _asked(boxes, {**request, "asked": [asked]}, seconds)[0]
    except BoxLost:
        raise
    except ExerciseError as problem:
        said = {"exercise": asked["exercise"], "points": asked["points"], "mark": 0.0, "plain": "0", "answered": True}
        return {**said, "said": LOST, "html": f"<p>{LOST}</p>", "misconception": None, "flags": [str(problem)]}


def _asked(boxes: Boxes, request: Mapping[str, Any], seconds: int) -> Verdicts:
    ended = boxes.judge(request, {**JUDGE, "wall": seconds})
    if ended.stopped:
        raise ExerciseError(f"the judge was stopped: {ended.stopped}")
    try:
        said = json.loads(ended.output)
        if "trouble" in said:
            raise BoxLost(f"functions could not be run: {said['trouble']}")
        if "failed" in said:
            raise ExerciseError(f"the judge failed: {said['failed']}")
        return list(said["verdicts"])
    except (ValueError, KeyError, TypeError) as problem:
        raise ExerciseError(f"the judge gave no verdict: {ended.output[-200:]!r}") from problem

"""Asks the judge: starts its process, hands the request over, brings the verdicts back.

One answer that ends the judge (a pattern that labours for hours, memory without end) costs itself: the others are asked
again one by one, and it is flagged for a person.

Floor 8 (grading). Neighbours: `judge` (the process), `nbgrader` (who asks).
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from coursekit.errors import ExerciseError

Verdicts = list[dict[str, Any]]
LOST = "This answer could not be judged; a person will look at it."


def ask(request: Mapping[str, Any], seconds: float) -> Verdicts:
    """The verdicts of judges in clean processes, in order, each process within `seconds` of wall time.

    Raises: ExerciseError when no judge can be had at all.
    """
    try:
        return _asked(request, seconds)
    except ExerciseError:
        _asked({**request, "asked": [{**each, "found": []} for each in request.get("asked", [])]}, seconds)
    return [_alone(request, each, seconds) for each in request["asked"]]


def _alone(request: Mapping[str, Any], asked: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    try:
        return _asked({**request, "asked": [asked]}, seconds)[0]
    except ExerciseError as problem:
        said = {"exercise": asked["exercise"], "points": asked["points"], "mark": 0.0, "plain": "0", "answered": True}
        return {**said, "said": LOST, "html": f"<p>{LOST}</p>", "misconception": None, "flags": [str(problem)]}


def _asked(request: Mapping[str, Any], seconds: float) -> Verdicts:
    command = [sys.executable, "-P", "-m", "coursekit.grading.judge"]
    try:
        done = subprocess.run(
            command, input=json.dumps(request), capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired as problem:
        raise ExerciseError(f"the judge took longer than {seconds:g} seconds") from problem
    try:
        return list(json.loads(done.stdout)["verdicts"])
    except (ValueError, KeyError) as problem:
        raise ExerciseError(f"the judge ended with {done.returncode}: {done.stderr.strip()[-500:]}") from problem

"""Asks the judge: starts its process, hands the request over, brings the verdicts back.

Floor 8 (grading). Neighbours: `judge` (the process), `nbgrader` (who asks).
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from coursekit.errors import ExerciseError


def ask(request: Mapping[str, Any], seconds: float) -> list[dict[str, Any]]:
    """The verdicts of a judge in a clean process. Raises: ExerciseError when it gives none."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "coursekit.grading.judge"],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    try:
        return list(json.loads(done.stdout)["verdicts"])
    except (ValueError, KeyError) as problem:
        raise ExerciseError(f"the judge ended with {done.returncode}: {done.stderr.strip()[-500:]}") from problem

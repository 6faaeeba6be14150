"""Bytes of layers that cross the network: what the other side lacks.

Source: OCI distribution-spec, "Pulling", "Pushing". Simplified: a push may mount a blob from another repository, which
also sends nothing.
"""

from typing import Any

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong


def truth(case: Case) -> dict[str, Any]:
    """A commit is local; a push or a pull sends what is missing."""
    whole = case["base"] + case["middle"] + case["layer"]
    moved = {
        "commit": 0,
        "push-known": case["layer"],
        "push-empty": whole,
        "pull-fresh": whole,
        "pull-base": case["middle"] + case["layer"],
        "pull-again": 0,
    }
    return {row: {"bytes": size} for row, size in moved.items()}


def _sends_everything(case: Case) -> dict[str, Any]:
    return {"push-known": {"bytes": case["base"] + case["middle"] + case["layer"]}}


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("commit-uploads", lambda case: {"commit": {"bytes": case["layer"]}}),
        Wrong("push-sends-everything", _sends_everything),
        Wrong("parent-comes-free", lambda case: {"pull-fresh": {"bytes": case["layer"]}}),
        Wrong("docker-images-size-travels", lambda case: {"push-known": {"bytes": case["unpacked"]}}),
    ),
)

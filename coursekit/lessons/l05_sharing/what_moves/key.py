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
        Wrong("push-is-always-the-new-layer", lambda case: {"push-empty": {"bytes": case["layer"]}}),
        Wrong(
            "base-travels-again", lambda case: {"pull-base": {"bytes": case["base"] + case["middle"] + case["layer"]}}
        ),
        Wrong(
            "second-pull-fetches-all",
            lambda case: {"pull-again": {"bytes": case["base"] + case["middle"] + case["layer"]}},
        ),
        Wrong(
            "second-pull-fetches-all", lambda case: {"pull-again": {"bytes": case["layer"]}}, place="the-layer-again"
        ),
        Wrong(
            "second-pull-fetches-all",
            lambda case: {"pull-again": {"bytes": case["middle"] + case["layer"]}},
            place="what-was-new",
        ),
        Wrong("middle-comes-with-the-base", lambda case: {"pull-base": {"bytes": case["layer"]}}),
        Wrong(
            "parent-comes-free",
            lambda case: {"pull-fresh": {"bytes": case["middle"] + case["layer"]}},
            place="base-alone-is-free",
        ),
        Wrong(
            "parent-comes-free",
            lambda case: {"push-empty": {"bytes": case["middle"] + case["layer"]}},
            place="public-base",
        ),
        Wrong("commit-uploads", lambda case: {"commit": {"bytes": case["unpacked"]}}, place="files-of-the-commit"),
        Wrong(
            "unpacked-on-all-ways",
            lambda case: {
                "push-known": {"bytes": case["unpacked"]},
                **{
                    row: {"bytes": case["base"] + case["middle"] + case["unpacked"]}
                    for row in ("push-empty", "pull-fresh")
                },
                "pull-base": {"bytes": case["middle"] + case["unpacked"]},
            },
        ),
        Wrong(
            "commit-uploads",
            lambda case: {"commit": {"bytes": case["base"] + case["middle"] + case["layer"]}},
            place="whole-image",
        ),
    ),
)

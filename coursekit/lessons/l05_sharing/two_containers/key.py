"""What each container sees of a change.

Source: docker's storage driver page, "Container and layers".
"""

from collections.abc import Collection
from typing import Any

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong

_CHANGED = ("writer", "committed", "again")


def _seen(case: Case, changed: Collection[str]) -> dict[str, Any]:
    return {row: {"shows": "changed" if who in changed else "image"} for row, (who, _) in case["looks"].items()}


def truth(case: Case) -> dict[str, Any]:
    """Changed for the container itself while it lives, and for containers of the image that was committed of it."""
    return _seen(case, _CHANGED)


KEY = Key(
    truth=truth,
    wrong=(
        Wrong(
            "containers-share-the-writable-layer",
            lambda case: _seen(case, (*_CHANGED, "beside", "later")),
        ),
        Wrong("writing-edits-the-image", lambda case: _seen(case, (*_CHANGED, "beside", "later", "rebuilt"))),
        Wrong("removing-keeps-changes", lambda case: _seen(case, (*_CHANGED, "rebuilt"))),
        Wrong("stopping-loses-changes", lambda case: _seen(case, ("writer", "committed"))),
    ),
)

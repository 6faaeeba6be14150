"""What each container sees of a change.

Source: docker's storage driver page, "Container and layers".
"""

from collections.abc import Callable, Collection
from typing import Any

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong

_CHANGED = ("writer", "committed", "again")


def _seen(case: Case, changed: Collection[str]) -> dict[str, Any]:
    return {row: {"shows": "changed" if who in changed else "image"} for row, (who, _) in case["looks"].items()}


def truth(case: Case) -> dict[str, Any]:
    """Changed for the container itself while it lives, and for containers of the image that was committed of it."""
    return _seen(case, _CHANGED)


def _one(**shows: str) -> Callable[[Case], dict[str, Any]]:
    """What one of the lookers sees, by who looks."""
    return lambda case: {row: {"shows": shows[who]} for row, (who, _) in case["looks"].items() if who in shows}


KEY = Key(
    truth=truth,
    wrong=(
        Wrong(
            "containers-share-the-writable-layer", lambda case: _seen(case, (*_CHANGED, "beside", "later")), each=True
        ),
        Wrong("writing-edits-the-image", lambda case: _seen(case, (*_CHANGED, "beside", "later", "rebuilt"))),
        Wrong("removing-keeps-changes", lambda case: _seen(case, (*_CHANGED, "rebuilt"))),
        Wrong("stopping-loses-changes", lambda case: _seen(case, ("writer", "committed")), each=True),
        Wrong("old-containers-keep-old-views", _one(later="changed")),
        Wrong("containers-share-the-writable-layer", _one(beside="changed"), place="started-before"),
        Wrong("commit-takes-the-image", _one(committed="image")),
        Wrong("change-is-in-the-next-start", _one(writer="image")),
        Wrong("writing-edits-the-image", _one(later="changed", rebuilt="changed"), place="what-starts-later"),
        Wrong("stopping-loses-changes", _one(again="image", committed="image"), place="and-from-the-commit"),
    ),
)

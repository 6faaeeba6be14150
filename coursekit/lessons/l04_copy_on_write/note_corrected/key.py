"""The note is right, but for reading, which copies nothing, and for the restart, which no change waits for.

Source: Linux overlayfs.rst, "Non-directories"; docker's storage driver page; the study note.
"""

from typing import Any

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong

_WRONG = ("read", "restart")


def truth(case: Case) -> dict[str, Any]:
    """A verdict on each line."""
    return {row: {"verdict": "wrong" if row in _WRONG else "right"} for row in case["rows"]}


def _says(row: str, verdict: str) -> Any:
    """A verdict on one line; None where the case lacks it."""
    return lambda case: {row: {"verdict": verdict}} if row in case["rows"] else None


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("reading-copies-up", lambda case: {"read": {"verdict": "right"}}),
        Wrong("changes-need-a-restart", lambda case: {"restart": {"verdict": "right"}}),
        Wrong("add-is-copied-to-the-image", _says("add", "wrong"), place="a-new-file"),
        Wrong("delete-removes", _says("delete", "wrong")),
        Wrong("modify-in-place", _says("modify", "wrong")),
        Wrong("all-layers-are-writable", _says("only", "wrong")),
        Wrong("writing-edits-the-image", _says("changes", "wrong")),
        Wrong("containers-share-the-writable-layer", _says("shared", "wrong")),
    ),
)

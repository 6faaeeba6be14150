"""A copy-up brings one name up, and the link to the others breaks.

Source: Linux overlayfs.rst, "Non-directories" (hard links), "Index"; what a 6.18 mount answered (tests/conformance).
"""

from typing import Any

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong


def _after(case: Case, shows: str = "old", count: int | None = None, own: int = 1) -> dict[str, Any]:
    """What each name shows, and its link count; `shows` and `count` are those of the names that were not written."""
    links = len(case["names"]) if count is None else count
    return {
        name: {"shows": "new", "links": own} if name == case["changed"] else {"shows": shows, "links": links}
        for name in case["names"]
    }


KEY = Key(
    truth=_after,
    wrong=(
        Wrong("hard-links-survive", lambda case: _after(case, shows="new", own=len(case["names"]))),
        Wrong("link-count-falls", lambda case: _after(case, count=len(case["names"]) - 1)),
        Wrong("written-name-keeps-its-links", lambda case: _after(case, own=len(case["names"]))),
        Wrong("hard-links-survive", lambda case: _after(case, shows="new"), place="new-everywhere"),
        Wrong("all-counts-are-one", lambda case: _after(case, count=1) if len(case["names"]) > 2 else None),
    ),
)

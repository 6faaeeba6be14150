"""What the build cache runs again: all from the first difference on.

Source: Docker's docs, "Build cache invalidation".
"""

from collections.abc import Callable
from typing import Any

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong


def _runs(case: Case, again: Callable[[str, int, int], bool]) -> dict[str, Any]:
    """For each layer's line what happens after each edit; `again(edit, at, changed)` by places among the layers."""
    order = case["layers"]
    return {
        number: {edit: "again" if again(edit, at, order.index(case[edit])) else "cache" for edit in ("file", "line")}
        for at, number in enumerate(order)
    }


def truth(case: Case) -> dict[str, Any]:
    """A layer is kept under its parent and its instruction: the changed one and all above it are new."""
    return _runs(case, lambda edit, at, changed: at >= changed)


def _by_text(case: Case) -> dict[str, Any]:
    return _runs(case, lambda edit, at, changed: edit == "line" and at >= changed)


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("only-the-changed-step", lambda case: _runs(case, lambda edit, at, changed: at == changed)),
        Wrong("cache-by-text", _by_text),
        Wrong("any-edit-rebuilds-all", lambda case: _runs(case, lambda edit, at, changed: True)),
    ),
)

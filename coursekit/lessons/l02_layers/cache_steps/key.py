"""What the build cache runs again: all from the first difference on.

Source: Docker's docs, "Build cache invalidation".
"""

from collections.abc import Callable, Sequence
from typing import Any

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong

_EDITS = ("file", "line")
_EVERYTHING = (("file",), ("line",), _EDITS)  # edits after which somebody takes all steps to be built again


def _runs(case: Case, again: Callable[[str, int, int], bool], edits: Sequence[str] = _EDITS) -> dict[str, Any]:
    """For each layer's line what happens after each edit; `again(edit, at, changed)` by places among the layers."""
    order = case["layers"]
    return {
        number: {edit: "again" if again(edit, at, order.index(case[edit])) else "cache" for edit in edits}
        for at, number in enumerate(order)
    }


def truth(case: Case) -> dict[str, Any]:
    """A layer is kept under its parent and its instruction: the changed one and all above it are new."""
    return _runs(case, lambda edit, at, changed: at >= changed)


def _by_text(case: Case) -> dict[str, Any]:
    return _runs(case, lambda edit, at, changed: edit == "line" and at >= changed)


def _cached(case: Case, kind: str) -> dict[str, Any]:
    """Below a change, what begins with `kind` comes from the cache, as its own text and files are the same."""
    kinds = [case["lines"][number].split()[0] for number in case["layers"]]
    return _runs(case, lambda edit, at, changed: at == changed or (at > changed and kinds[at] != kind))


def _everything_after(case: Case, edits: Sequence[str]) -> dict[str, Any]:
    """All steps are built again after some edits; after others as it is."""
    return _runs(case, lambda edit, at, changed: at >= changed or edit in edits)


def _copies_again(case: Case) -> dict[str, Any] | None:
    """A COPY above the change runs again, in either column."""
    found = {
        number: {edit: "again" for edit in _EDITS if at < case["layers"].index(case[edit])}
        for at, number in enumerate(case["layers"])
        if case["lines"][number].startswith("COPY")
    }
    right = truth(case)
    whole = {number: {**cells, **found.get(number, {})} for number, cells in right.items()}
    told = [_everything_after(case, some) for some in _EVERYTHING]
    return None if whole in (right, *told) else {number: cells for number, cells in found.items() if cells}


def _or_none(case: Case, predicted: dict[str, Any]) -> dict[str, Any] | None:
    """None where the lines of this case do not tell the belief from what is true, or from its neighbour."""
    plain = (truth(case), _runs(case, lambda edit, at, changed: at == changed))
    return None if predicted in plain else predicted


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("only-the-changed-step", lambda case: _runs(case, lambda edit, at, changed: at == changed)),
        Wrong("cache-by-text", _by_text),
        Wrong("any-edit-rebuilds-all", lambda case: _runs(case, lambda edit, at, changed: True)),
        Wrong(
            "only-the-changed-step",
            lambda case: _runs(case, lambda edit, at, changed: at == changed, ("file",)),
            place="after-a-file",
            each=True,
        ),
        Wrong(
            "only-the-changed-step",
            lambda case: _runs(case, lambda edit, at, changed: at == changed, ("line",)),
            place="after-a-line",
            each=True,
        ),
        Wrong(
            "any-edit-rebuilds-all",
            lambda case: _runs(case, lambda edit, at, changed: True, ("line",)),
            place="all-after-a-line",
        ),
        Wrong(
            "any-edit-rebuilds-all",
            lambda case: _runs(case, lambda edit, at, changed: True, ("file",)),
            place="all-after-a-file",
        ),
        Wrong("steps-above-are-built-again", lambda case: _runs(case, lambda edit, at, changed: at <= changed)),
        Wrong("same-files-are-cached", lambda case: _or_none(case, _cached(case, "COPY"))),
        Wrong("same-run-is-cached", lambda case: _or_none(case, _cached(case, "RUN"))),
        Wrong("copy-is-never-cached", _copies_again, each=True),
    ),
)

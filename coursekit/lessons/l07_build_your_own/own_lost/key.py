"""What is stored is seen or lost, each path under one cause.

The rules are those of `coursekit.anatomy.wasted_bytes`.
"""

from collections.abc import Mapping
from itertools import pairwise

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong

Layers = list[dict[str, int | None]]


def truth(case: Case) -> dict[str, dict[str, int]]:
    """Bytes that are stored, seen, deleted later and replaced later."""
    stored, deleted, replaced, seen = 0, 0, 0, 0
    for copies in _copies(case["layers"]).values():
        known = [size for size in copies if size is not None]
        stored += sum(known)
        if copies[-1] is None:
            deleted += sum(known)
        else:
            seen += known[-1]
            replaced += sum(known[:-1])
    figures = {"stored": stored, "seen": seen, "deleted": deleted, "replaced": replaced}
    return {row: {"bytes": size} for row, size in figures.items()}


def _copies(layers: Layers) -> Mapping[str, list[int | None]]:
    """What each path is in the layers that have it, base first."""
    found: dict[str, list[int | None]] = {}
    for layer in layers:
        for path, size in layer.items():
            found.setdefault(path, []).append(size)
    return found


def _by_the_first(case: Case) -> dict[str, dict[str, int]]:
    """Each copy counts under what hid it first: a path can then stand under both causes."""
    deleted, replaced = 0, 0
    for copies in _copies(case["layers"]).values():
        for size, above in pairwise(copies):
            if size is not None:
                deleted, replaced = (deleted + size, replaced) if above is None else (deleted, replaced + size)
    return {"deleted": {"bytes": deleted}, "replaced": {"bytes": replaced}}


def _deleting_frees(case: Case) -> dict[str, dict[str, int]]:
    true = truth(case)
    return {"stored": {"bytes": true["stored"]["bytes"] - true["deleted"]["bytes"]}, "deleted": {"bytes": 0}}


KEY = Key(truth=truth, wrong=(Wrong("lost-twice", _by_the_first), Wrong("later-rm-shrinks", _deleting_frees)))

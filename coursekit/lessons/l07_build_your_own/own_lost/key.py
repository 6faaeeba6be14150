"""What is stored is seen or lost, each path under one cause.

The rules are those of `coursekit.anatomy.wasted_bytes`.
"""

from collections.abc import Callable, Mapping
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


def _cell(row: str, size: Callable[[Case], int]) -> Callable[[Case], dict[str, dict[str, int]]]:
    return lambda case: {row: {"bytes": size(case)}}


def _figure(case: Case, *rows: str) -> int:
    return sum(truth(case)[row]["bytes"] for row in rows)


def _last_deleted(case: Case) -> int:
    """Of each deleted path the version that was seen last."""
    copies = _copies(case["layers"]).values()
    return sum([size for size in each if size is not None][-1] for each in copies if each[-1] is None)


def _new_sizes(case: Case) -> int:
    """Of each replaced path the newest version."""
    copies = [each for each in _copies(case["layers"]).values() if each[-1] is not None and len(each) > 1]
    return sum(size for each in copies if (size := each[-1]) is not None)


def _last_layer(case: Case) -> int:
    return sum(size for size in case["layers"][-1].values() if size is not None)


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("lost-twice", _by_the_first),
        Wrong("later-rm-shrinks", _deleting_frees),
        Wrong("lost-is-not-stored", _cell("stored", lambda case: _figure(case, "seen"))),
        Wrong("deleted-is-the-last-version", _cell("deleted", _last_deleted)),
        Wrong("replaced-is-the-new-size", _cell("replaced", _new_sizes)),
        Wrong("all-but-the-last-are-lost", _cell("seen", _last_layer)),
        Wrong("deleted-is-still-seen", _cell("seen", lambda case: _figure(case, "seen", "deleted"))),
        Wrong("versions-add-up", _cell("seen", lambda case: _figure(case, "seen", "replaced"))),
        Wrong(
            "later-rm-shrinks",
            _cell("stored", lambda case: _figure(case, "seen", "replaced")),
            place="stored-less-deleted",
        ),
        Wrong("same-path-is-stored-once", _cell("stored", lambda case: _figure(case, "seen", "deleted"))),
        Wrong("lost-twice", lambda case: {"replaced": _by_the_first(case)["replaced"]}, place="under-replaced"),
    ),
)

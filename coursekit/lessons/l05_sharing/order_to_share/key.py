"""The order in which hosts fetch least: what changes most rarely comes first."""

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong


def truth(case: Case) -> list[str]:
    """By changes a year, fewest first."""
    return sorted(case["sizes"], key=lambda step: int(case["yearly"][step]))


def _largest_first(case: Case) -> list[str]:
    return sorted(case["sizes"], key=lambda step: -int(case["sizes"][step]))


def _of_kinds(case: Case) -> list[str] | None:
    """As one usually writes a Dockerfile; None where that is another order of these."""
    order = ["system", "runtime", "libraries", "settings", "program"]
    return (
        None if order in (truth(case), truth(case)[::-1], _largest_first(case), _largest_first(case)[::-1]) else order
    )


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("largest-first", _largest_first),
        Wrong("base-last", lambda case: truth(case)[::-1]),
        Wrong("smallest-first", lambda case: _largest_first(case)[::-1]),
        Wrong("by-dependency", _of_kinds),
        Wrong("program-first", lambda case: found[::-1] if (found := _of_kinds(case)) else None),
    ),
)

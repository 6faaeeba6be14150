"""The order in which hosts fetch least: what changes most rarely comes first."""

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong


def truth(case: Case) -> list[str]:
    """By changes a year, fewest first."""
    return sorted(case["sizes"], key=lambda step: int(case["yearly"][step]))


def _largest_first(case: Case) -> list[str]:
    return sorted(case["sizes"], key=lambda step: -int(case["sizes"][step]))


KEY = Key(
    truth=truth,
    wrong=(Wrong("largest-first", _largest_first), Wrong("base-last", lambda case: truth(case)[::-1])),
)

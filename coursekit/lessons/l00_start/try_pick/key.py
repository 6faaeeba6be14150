"""The topmost layer that has the path answers.

Source: Linux overlayfs.rst, "Upper and Lower".
"""

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l00_start.try_pick.case import NAMES


def _top(case: Case) -> str | None:
    """The topmost layer, where it lacks the file."""
    return NAMES[0] if case["holders"][0] != NAMES[0] else None


KEY = Key(
    truth=lambda case: case["holders"][0],
    wrong=(
        Wrong("bottom-wins", lambda case: case["holders"][-1]),
        Wrong("top-answers-alone", _top),
    ),
)

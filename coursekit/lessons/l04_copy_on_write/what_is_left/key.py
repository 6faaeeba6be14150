"""A change lies in the container layer: it outlives a stop, and goes with the container.

Source: docker's storage driver page, "Container and layers".
"""

from collections.abc import Callable

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l04_copy_on_write.what_is_left.case import ALIVE, SLEPT


def _seen(case: Case, kept: Callable[[str], bool]) -> dict[str, dict[str, str]]:
    return {look: {"shows": "kept" if kept(look) else "image"} for look in case["looks"]}


KEY = Key(
    truth=lambda case: _seen(case, lambda look: look in (*ALIVE, *SLEPT)),
    wrong=(
        Wrong("stopping-loses-changes", lambda case: _seen(case, lambda look: look in ALIVE)),
        Wrong("changes-need-a-restart", lambda case: _seen(case, lambda look: look in SLEPT)),
        Wrong("removing-keeps-changes", lambda case: _seen(case, lambda look: look != "second")),
        Wrong("containers-share-the-writable-layer", lambda case: _seen(case, lambda look: look != "rm-run")),
        Wrong("writing-edits-the-image", lambda case: _seen(case, lambda look: True)),
    ),
)

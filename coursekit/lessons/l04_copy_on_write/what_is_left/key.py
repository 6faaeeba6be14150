"""A change lies in the container layer: it outlives a stop, and goes with the container.

Source: docker's storage driver page, "Container and layers".
"""

from collections.abc import Callable

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l04_copy_on_write.what_is_left.case import ALIVE, SLEPT


def _seen(case: Case, kept: Callable[[str], bool]) -> dict[str, dict[str, str]]:
    return {look: {"shows": "kept" if kept(look) else "image"} for look in case["looks"]}


def _one(**shows: str) -> Callable[[Case], dict[str, dict[str, str]] | None]:
    """What single looks show; None where the case has none of them."""
    said = {look.replace("_", "-"): state for look, state in shows.items()}
    return lambda case: {look: {"shows": said[look]} for look in case["looks"] if look in said} or None


def _several_stops(case: Case) -> dict[str, dict[str, str]] | None:
    """Stops lose the change, though `docker cp` still finds it."""
    stops = [look for look in case["looks"] if look in SLEPT and look != "cp"]
    return {look: {"shows": "image"} for look in stops} if len(stops) > 1 else None


KEY = Key(
    truth=lambda case: _seen(case, lambda look: look in (*ALIVE, *SLEPT)),
    wrong=(
        Wrong("stopping-loses-changes", lambda case: _seen(case, lambda look: look in ALIVE), each=True),
        Wrong("changes-need-a-restart", lambda case: _seen(case, lambda look: look in SLEPT), each=True),
        Wrong("removing-keeps-changes", lambda case: _seen(case, lambda look: look != "second")),
        Wrong("containers-share-the-writable-layer", lambda case: _seen(case, lambda look: look != "rm-run")),
        Wrong("writing-edits-the-image", lambda case: _seen(case, lambda look: True)),
        Wrong("commit-is-later", _one(commit="image")),
        Wrong("rename-makes-a-new-container", _one(rename="image")),
        Wrong("reboot-clears-layers", _one(reboot="image")),
        Wrong("stopped-shows-the-image", _one(cp="image")),
        Wrong("sessions-have-views", _one(exec="image")),
        Wrong(
            "stopping-loses-changes",
            _several_stops,
            place="process-and-layer",
        ),
        Wrong("stopping-loses-changes", _one(pause="image"), place="pausing"),
    ),
)

"""The parts of a machine that is switched off."""

from coursekit.diagrams.scenes import boot
from coursekit.exercises.forms import Pick
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

_PARTS = ("firmware", "disk-loader", "disk-vmlinuz", "disk-initrd", "disk-rootfs")  # ids of boxes in the scene


def form(case: Case, say: Say) -> Pick:
    """Parts, clicked before the machine boots."""
    return Pick({part: say(part) for part in _PARTS}, boot)


CASE = Asked(Kind.PREDICTION, points=1, form=form)

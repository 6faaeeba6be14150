"""Steps of a boot. Simplified: one disk, a BIOS or UEFI, GRUB, a Debian."""

from random import Random
from typing import Any

from coursekit.exercises.forms import Arrange
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say
from coursekit.lessons.l01_bootfs_rootfs.letters import lettered

_ALWAYS = ("loader", "kernel", "root", "init", "writable")  # those that a belief moves
_OTHERS = ("firmware", "initramfs", "drivers", "switch", "services")


def make(random: Random) -> dict[str, Any]:
    """Eight steps, under letters."""
    return {"letters": lettered(random, [*_ALWAYS, *random.sample(_OTHERS, 3)])}


def form(case: Case, say: Say) -> Arrange:
    """The steps, first to last."""
    return Arrange({letter: say(step) for letter, step in case["letters"].items()})


CASE = Asked(Kind.ORDER, points=2, make=make, form=form)

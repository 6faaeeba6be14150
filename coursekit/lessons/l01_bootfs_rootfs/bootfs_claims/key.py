"""What holds of bootfs and rootfs.

Source: the study note; Docker's terms of 2013, "filesystem"; image-spec config.md ("architecture"); Docker's docs, "Create
a base image" (FROM scratch).
"""

from collections.abc import Callable

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l01_bootfs_rootfs.letters import letters_of

_HOLD = (
    "mount-points",
    "scratch",
    "side-by-side",
    "centos-debian",
    "no-loader",
    "host-boot",
    "arm",
    "old-kernel",
)


def truth(case: Case) -> list[str]:
    """The letters of those that hold."""
    return sorted(letters_of(case, _HOLD))


def _also(statement: str) -> Callable[[Case], list[str]]:
    return lambda case: sorted(letters_of(case, [*_HOLD, statement]))


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("container-boots", _also("boots")),
        Wrong("every-image-has-a-distribution", _also("always-distribution")),
        Wrong("proc-comes-in-the-image", _also("proc-files")),
        Wrong("image-has-a-kernel", _also("own-kernel")),
    ),
)

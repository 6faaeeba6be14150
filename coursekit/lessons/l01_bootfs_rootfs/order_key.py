"""Orders in which somebody believes: one step comes too early."""

from collections.abc import Callable

from coursekit.exercises.model import Case
from coursekit.lessons.l01_bootfs_rootfs.letters import letters_of


def early(*steps: str) -> Callable[[Case], list[str] | None]:
    """Somebody's order of these steps, the last of which comes too late; None where the case lacks one of them."""

    def believed(case: Case) -> list[str] | None:
        there = letters_of(case, steps)
        return there if len(there) == len(steps) else None

    return believed

"""Orders in which somebody believes: one step comes too early."""

from collections.abc import Callable

from coursekit.exercises.model import Case
from coursekit.lessons.l01_bootfs_rootfs.letters import letters_of


def early(step: str, than: str) -> Callable[[Case], list[str] | None]:
    """Somebody's order who puts `step` before `than`; None where the case lacks one of them."""

    def believed(case: Case) -> list[str] | None:
        both = letters_of(case, (step, than))
        return both if len(both) == 2 else None

    return believed

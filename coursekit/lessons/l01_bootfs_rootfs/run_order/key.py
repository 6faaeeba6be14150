"""`docker run` starts a process, again and again, and boots nothing.

Source: moby daemon/start.go; runc libcontainer/rootfs_linux.go.
"""

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l01_bootfs_rootfs.letters import letters_of
from coursekit.lessons.l01_bootfs_rootfs.order_key import moved

_ORDER = ("client", "fetch", "upper", "mount", "namespaces", "proc", "pivot", "program")


def truth(case: Case) -> list[str]:
    """A tree, then a view of one's own, then the program."""
    return letters_of(case, _ORDER)


def _layer_last(case: Case) -> list[str]:
    return letters_of(case, [*(step for step in _ORDER if step != "upper"), "upper"])


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("run-copies-the-image", lambda case: letters_of(case, moved(_ORDER, "fetch", before="namespaces"))),
        Wrong("layer-comes-with-the-first-write", _layer_last),
        Wrong("program-starts-outside", lambda case: letters_of(case, moved(_ORDER, "program", before="namespaces"))),
    ),
)

"""`docker run` starts a process, again and again, and boots nothing.

Source: moby daemon/start.go; runc libcontainer/rootfs_linux.go.
"""

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l01_bootfs_rootfs.letters import letters_of
from coursekit.lessons.l01_bootfs_rootfs.order_key import early

_ORDER = ("client", "fetch", "upper", "mount", "namespaces", "proc", "pivot", "program")


def truth(case: Case) -> list[str]:
    """A tree, then a view of one's own, then the program."""
    return letters_of(case, _ORDER)


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("run-copies-the-image", early("mount", "fetch")),
        Wrong("layer-is-laid-on-the-tree", early("mount", "upper")),
        Wrong("program-starts-outside", early("program", "namespaces")),
        Wrong("program-starts-outside", early("program", "pivot"), place="program-before-its-root"),
        Wrong("client-fetches", early("fetch", "client")),
        Wrong("layer-before-fetching", early("upper", "fetch")),
        Wrong("views-before-the-tree", early("namespaces", "mount")),
        Wrong("proc-after-the-root", early("pivot", "proc")),
    ),
)

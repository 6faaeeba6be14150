"""Who brings what into a container: image, kernel or engine.

Source: moby daemon/container_operations.go (hosts, resolv.conf, hostname); runc libcontainer/specconv/example.go (what is
mounted).
"""

from collections.abc import Callable
from typing import Any

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l01_bootfs_rootfs.who_owns.case import PROC, RUNNING, WRITTEN

_OWNERS = {
    **dict.fromkeys(("libc", "os-release", "sh", "nginx", "passwd", "ls", "modules"), "image"),
    **dict.fromkeys((*RUNNING, *PROC), "kernel"),
    **dict.fromkeys((*WRITTEN, "upper"), "engine"),
}


def truth(case: Case) -> dict[str, Any]:
    """Files of the distribution, answers of the running system, and what is special to one container."""
    return {row: {"from": _OWNERS[row]} for row in case["rows"]}


def _believed(owner: str, *parts: str) -> Callable[[Case], dict[str, Any] | None]:
    """Those of `parts` that the case has, from `owner`."""
    return lambda case: {row: {"from": owner} for row in case["rows"] if row in parts} or None


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("image-has-a-kernel", _believed("image", *RUNNING), each=True),
        Wrong("proc-comes-in-the-image", _believed("image", *PROC), each=True),
        Wrong("libc-is-the-kernels", _believed("kernel", "libc")),
        Wrong("host-sets-release", _believed("host", "os-release")),
        Wrong("image-brings-hosts", _believed("image", *WRITTEN), each=True),
        Wrong("tools-are-the-hosts", _believed("host", "sh", "ls", "libc"), each=True),
        Wrong("tools-are-the-hosts", _believed("host", "libc"), place="libc-of-the-host"),
        Wrong("docker-joins-the-layers", _believed("engine", "overlay")),
        Wrong("engine-does-the-work", _believed("engine", *RUNNING, *PROC), each=True),
        Wrong("engine-does-the-work", _believed("engine", "scheduler", "tcp"), place="its-machinery"),
        Wrong("engine-does-the-work", _believed("engine", *PROC), place="its-figures"),
        Wrong("layer-is-the-images", _believed("image", "upper")),
        Wrong("host-is-its-disk", _believed("host", *RUNNING, *PROC), each=True),
        Wrong("host-is-its-disk", _believed("host", *WRITTEN), place="written-for-it", each=True),
        Wrong("modules-are-the-kernels", _believed("kernel", "modules")),
    ),
)

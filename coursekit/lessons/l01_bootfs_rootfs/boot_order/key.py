"""A machine boots, once.

Source: Linux Documentation/filesystems/ramfs-rootfs-initramfs.rst, "What is initramfs?"; switch_root(8).
"""

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l01_bootfs_rootfs.letters import letters_of
from coursekit.lessons.l01_bootfs_rootfs.order_key import moved

_ORDER = (
    "firmware",
    "loader",
    "kernel",
    "initramfs",
    "drivers",
    "root",
    "switch",
    "init",
    "writable",
    "services",
)


def truth(case: Case) -> list[str]:
    """Each step after the one that brought what it needs."""
    return letters_of(case, _ORDER)


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("loader-mounts-the-root", lambda case: letters_of(case, moved(_ORDER, "root", before="kernel"))),
        Wrong("kernel-loads-the-loader", lambda case: letters_of(case, moved(_ORDER, "kernel", before="loader"))),
        Wrong("root-is-writable-at-once", lambda case: letters_of(case, moved(_ORDER, "writable", before="init"))),
        Wrong("init-mounts-the-root", lambda case: letters_of(case, moved(_ORDER, "init", before="root"))),
    ),
)

"""A machine boots, once.

Source: Linux Documentation/filesystems/ramfs-rootfs-initramfs.rst, "What is initramfs?"; switch_root(8).
"""

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l01_bootfs_rootfs.letters import letters_of
from coursekit.lessons.l01_bootfs_rootfs.order_key import early

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
        Wrong("loader-mounts-the-root", early("root", "kernel")),
        Wrong("kernel-loads-the-loader", early("kernel", "loader")),
        Wrong("root-is-writable-at-once", early("writable", "init")),
        Wrong("init-mounts-the-root", early("init", "root")),
        Wrong("init-starts-in-memory", early("init", "switch")),
        Wrong("initramfs-starts-the-kernel", early("initramfs", "kernel")),
        Wrong("kernel-has-all-drivers", early("root", "drivers")),
        Wrong("initramfs-runs-alone", early("drivers", "kernel")),
        Wrong("switch-before-the-root", early("switch", "root")),
        Wrong("loader-starts-first", early("loader", "firmware")),
    ),
)

"""Scenes by name, as a notebook reaches them: `ck.scenes.boot()`.

Floor 5 (diagrams): pure. Each scene has its own module; `stacks` plays what was done to a tree.
"""

from coursekit.diagrams.scenes.boot import boot
from coursekit.diagrams.scenes.note import centos_mysql, rootfs_on_bootfs, storeys

__all__ = ["boot", "centos_mysql", "rootfs_on_bootfs", "storeys"]

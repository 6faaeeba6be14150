"""Lesson 01, bootfs and rootfs: its exercises, in the order in which the lesson meets them.

By topic: `boot_order`, `boot_owners`, `boot_mounts`, `boot_bytes`, `boot_claims`.
"""

from coursekit.exercises.lessons import boot_bytes, boot_claims, boot_mounts, boot_order, boot_owners

EXERCISES = (
    boot_order.DISK_OR_IMAGE,
    boot_order.BOOT_ORDER,
    boot_owners.CENTOS_HOST,
    boot_owners.WHO_OWNS,
    boot_mounts.WHICH_MOUNT,
    boot_bytes.LEFT_OUT,
    boot_order.RUN_ORDER,
    boot_claims.BOOTFS_CLAIMS,
    boot_claims.EXPLAIN_KERNEL,
)

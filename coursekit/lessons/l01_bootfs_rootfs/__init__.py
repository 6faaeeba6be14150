"""Lesson 01, bootfs and rootfs: its exercises, in the order in which the lesson meets them."""

LESSON = "01-bootfs-rootfs"
EXERCISES = (
    "disk-or-image",
    "boot-order",
    "centos-host",
    "who-owns",
    "which-mount",
    "left-out",
    "run-order",
    "bootfs-claims",
    "explain-kernel",
)

"""What of a machine is in an image: the tree of files.

Source: Docker's terms of 2013, "filesystem".
"""

from coursekit.exercises.rules import Key, Wrong

KEY = Key(
    truth=lambda case: ["disk-rootfs"],
    wrong=(
        Wrong(
            "image-is-a-machine",
            lambda case: ["firmware", "disk-loader", "disk-vmlinuz", "disk-initrd", "disk-rootfs"],
        ),
        Wrong("image-has-a-kernel", lambda case: ["disk-rootfs", "disk-vmlinuz"]),
        Wrong(
            "bootfs-is-the-bottom-layer",
            lambda case: ["disk-loader", "disk-vmlinuz", "disk-initrd", "disk-rootfs"],
        ),
        Wrong("initramfs-is-in-the-image", lambda case: ["disk-initrd", "disk-rootfs"]),
        Wrong("loader-is-a-program", lambda case: ["disk-loader", "disk-rootfs"]),
        Wrong(
            "container-boots",
            lambda case: ["disk-vmlinuz", "disk-initrd", "disk-rootfs"],
            place="kernel-with-its-initramfs",
        ),
    ),
)

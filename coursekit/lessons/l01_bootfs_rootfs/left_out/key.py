"""The bytes that a machine needs and a container's image leaves out: what serves the kernel, the boot or the hardware."""

from collections.abc import Iterable
from typing import Any

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l01_bootfs_rootfs.left_out.case import EARLY, FIRMWARE, KERNELS, LIBC, LOADERS

_BOOTFS = {*KERNELS, *LOADERS, *EARLY, *FIRMWARE}


def _split(case: Case, left_out: Iterable[str]) -> dict[str, Any]:
    """KiB on the two sides, when a package in `left_out` is not taken into an image."""
    out = set(left_out)
    left = sum(size for name, size in case["packages"].items() if name in out)
    return {"left": {"KiB": left}, "held": {"KiB": sum(case["packages"].values()) - left}}


KEY = Key(
    truth=lambda case: _split(case, _BOOTFS),
    wrong=(
        Wrong("image-has-a-kernel", lambda case: _split(case, _BOOTFS - set(KERNELS))),
        Wrong("firmware-is-rootfs", lambda case: _split(case, _BOOTFS - set(FIRMWARE))),
        Wrong("libc-is-the-kernels", lambda case: _split(case, _BOOTFS | set(LIBC))),
        Wrong("only-the-kernel-stays-out", lambda case: _split(case, KERNELS)),
        Wrong(
            "loader-is-a-program",
            lambda case: _split(case, _BOOTFS - set(LOADERS) - {"grub-common", "grub2-common", "shim-unsigned"}),
        ),
        Wrong("loader-is-a-program", lambda case: _split(case, _BOOTFS - set(EARLY)), place="its-tools"),
        Wrong("userland-stays-out", lambda case: _split(case, set(case["packages"]) - {"libc6", "nginx-core", "bash"})),
    ),
)

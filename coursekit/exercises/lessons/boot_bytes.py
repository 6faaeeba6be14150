"""Lesson 01: the bytes that a machine needs and a container's image leaves out.

Source of every size: Installed-Size, in KiB, of Debian 11's index of packages (main and
non-free, amd64) as deb.debian.org served it in November 2026.
"""

from collections.abc import Iterable
from random import Random
from typing import Any

from coursekit.exercises.forms import Fill, Number
from coursekit.exercises.lessons.boot_order import LESSON
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Hint, Kind, WrongModel

KERNELS = {
    "linux-image-5.10.0-32-amd64": 310_614,
    "linux-image-5.10.0-32-cloud-amd64": 82_624,
    "linux-image-5.10.0-32-rt-amd64": 313_191,
    "linux-image-5.10.0-30-amd64": 310_356,
    "linux-image-5.10.0-30-cloud-amd64": 82_389,
}
LOADERS = {"grub-pc-bin": 3_122, "grub-efi-amd64-bin": 18_150}
EARLY = {"initramfs-tools-core": 211, "grub-common": 17_829, "grub2-common": 1_348, "shim-unsigned": 1_885}
FIRMWARE = {
    "firmware-misc-nonfree": 35_637,
    "firmware-iwlwifi": 114_026,
    "firmware-realtek": 2_918,
    "firmware-amd-graphics": 48_254,
    "intel-microcode": 13_789,
    "amd64-microcode": 499,
}
USERLAND = {
    "bash": 6_469,
    "coreutils": 17_478,
    "perl-base": 7_664,
    "dpkg": 6_982,
    "apt": 4_337,
    "base-files": 341,
    "tzdata": 3_454,
    "libssl1.1": 4_128,
    "nginx-core": 1_274,
}
LIBC = {"libc6": 12_834}
_ALL = {**KERNELS, **LOADERS, **EARLY, **FIRMWARE, **USERLAND, **LIBC}


def _machine(random: Random) -> dict[str, Any]:
    names = [random.choice(sorted(KERNELS)), random.choice(sorted(LOADERS)), "libc6"]
    names += random.sample(sorted(EARLY), 2) + random.sample(sorted(FIRMWARE), 2) + random.sample(sorted(USERLAND), 4)
    random.shuffle(names)
    return {"packages": {name: _ALL[name] for name in names}}


def _split(case: Case, left_out: Iterable[str]) -> dict[str, dict[str, int]]:
    """KiB on the two sides, when a package in `left_out` is not taken into an image."""
    out = set(left_out)
    left = sum(size for name, size in case["packages"].items() if name in out)
    return {"left": {"KiB": left}, "held": {"KiB": sum(case["packages"].values()) - left}}


_BOOTFS = {*KERNELS, *LOADERS, *EARLY, *FIRMWARE}


def _question(case: Case) -> str:
    wide = max(map(len, case["packages"]))
    rows = "\n".join(f"{name:<{wide}}  {size:>8,} KiB" for name, size in case["packages"].items())
    return (
        "A virtual machine has these packages, among others. You make a container image of the same system. How many "
        "KiB of them does the image leave out, since the host has that part running already, and how many does it "
        f"hold?\n\n```\n{rows}\n```"
    )


LEFT_OUT = Exercise(
    id="left-out",
    lesson=LESSON,
    title="What an image leaves out",
    kind=Kind.TABLE,
    points=3,
    objective="compute the bytes of a machine that an image leaves out",
    make=_machine,
    question=_question,
    form=Fill(
        {"left": "left out: it serves the kernel, the boot or the hardware", "held": "held: programs and libraries"},
        {"KiB": Number("KiB")},
    ),
    truth=lambda case: _split(case, _BOOTFS),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["image-has-a-kernel"],
            lambda case: _split(case, _BOOTFS - set(KERNELS)),
            "linux-image is the largest row. The image's package list has no such row.",
        ),
        WrongModel(
            MISCONCEPTIONS["firmware-is-rootfs"],
            lambda case: _split(case, _BOOTFS - set(FIRMWARE)),
            "firmware-… and …-microcode are handed to devices and processors by the kernel that drives them.",
        ),
        WrongModel(
            MISCONCEPTIONS["libc-is-the-kernels"],
            lambda case: _split(case, _BOOTFS | set(LIBC)),
            "Programs cannot start without libc6, and it must be the one that they were linked with.",
        ),
    ),
    hints=(
        Hint("For each package: who uses it, a program in the container, or the kernel and what starts it?"),
        Hint(
            "Firmware is loaded into devices by the kernel's drivers. Whose kernel is it?", after="firmware-is-rootfs"
        ),
        Hint(
            "linux-image (the kernel with its modules), grub, shim, initramfs-tools, firmware and microcode are left "
            "out; the rest is held."
        ),
    ),
    explanation="An ordinary kernel with its modules is more than twice as large as the whole nginx image: that is "
    "what the host lends. It explains half of “only some hundred MB”. The other half is choice: an image leaves out "
    "services, editors, manuals and everything else that its one program does not need. (A machine also has an "
    "initramfs, made when the kernel is installed: no package lists its bytes.)",
)

"""Packages of a virtual machine, and their sizes.

Source of every size: Installed-Size, in KiB, of Debian 11's index of packages (main and non-free, amd64) as
deb.debian.org served it in November 2026.
"""

from collections.abc import Mapping
from random import Random
from typing import Any

from coursekit.exercises.forms import Fill, Number
from coursekit.exercises.hands import Block, Blocks
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

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
_USERLAND = {
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
_ALL = {**KERNELS, **LOADERS, **EARLY, **FIRMWARE, **_USERLAND, **LIBC}


def make(random: Random) -> dict[str, Any]:
    """Eleven packages with their sizes in KiB: a kernel, a boot loader and libc among them."""
    names = [random.choice(sorted(KERNELS)), random.choice(sorted(LOADERS)), "libc6"]
    names += random.sample(sorted(EARLY), 2) + random.sample(sorted(FIRMWARE), 2) + random.sample(sorted(_USERLAND), 4)
    random.shuffle(names)
    return {"packages": {name: _ALL[name] for name in names}}


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The packages, one a line."""
    wide = max(map(len, case["packages"]))
    return {"listing": "\n".join(f"{name:<{wide}}  {size:>8,} KiB" for name, size in case["packages"].items())}


def form(case: Case, say: Say) -> Fill:
    """KiB on the two sides."""
    packages = tuple(Block(name, name, size) for name, size in case["packages"].items())
    return Fill({row: say(row) for row in ("left", "held")}, {"KiB": Number("KiB")}, Blocks(packages, once=True))


CASE = Asked(Kind.TABLE, points=3, make=make, view=view, form=form)

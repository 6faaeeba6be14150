"""What a report on the course's own image may quote: the figures of `ck.explain("debian-nginx:bullseye")`.

A report on another image has figures that nobody here knows; nothing is said of these. A test asks `ck.explain` again.
"""

import re
from collections.abc import Iterator

from coursekit.anatomy.ledger import by_cause
from coursekit.exercises.model import Outcome, expect
from coursekit.exercises.rules import Say
from coursekit.lessons.figures_key import Figures, Known, Share, compared

IMAGE, ID = "debian-nginx:bullseye", "41088ab9ad61"
SIZES = {"travel": 58_081_159, "tars": 143_606_272, "disk": 139_107_241}
LAYERS = {
    "travel": (32_832_686, 25_104_438, 300, 281, 382, 333, 142_739),
    "tars": (84_152_320, 59_182_592, 2_560, 2_560, 2_560, 2_560, 261_120),
    "disk": (80_617_296, 58_232_829, 243, 156, 390, 255, 256_072),
}
LOST = {"deleted": 2_872_330, "replaced": 1_726_200, "touched": 256_072, "left-behind": 32_724}
OWNERS = {
    "libicu67": 33_912_814,
    "libc6": 12_292_734,
    "perl-base": 7_331_275,
    "coreutils": 6_880_169,
    "util-linux": 3_942_871,
    "libssl1.1": 3_735_060,
    "libc-bin": 3_547_289,
    "(/var/lib)": 2_888_467,
    "iproute2": 2_528_637,
    "libgnutls30": 2_135_746,
    "libapt-pkg6.0": 2_019_672,
    "libstdc++6": 1_977_751,
}
PATHS = {
    "/var/cache/debconf/templates.dat": 780_713,
    "/var/cache/debconf/templates.dat-old": 763_283,
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf": 757_076,
    "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf": 705_684,
    "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf": 380_132,
    "/usr/share/fonts/truetype/dejavu/DejaVuSerif-Bold.ttf": 356_088,
    "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf": 340_712,
    "/usr/share/fonts/truetype/dejavu/DejaVuSansMono-Bold.ttf": 331_992,
    "/usr/bin/curl": 256_072,
}
USEFUL = 96.5  # per cent
_SUBJECTS = {
    "disk": r"\bon (?:the )?disk\b|\bunpacked\b|\bas files\b|磁盘上|解开|解压",
    "tars": r"\bas tars?\b|\btars\b|tar",
    "travel": r"\btravel\w*|\bcompressed\b|\bdownload\w*|\bpull\w*|\btransfer\w*|传输|压缩|下载|拉取",
    "lost": r"\b(?:lost|wasted?|loss)\b|白占|浪费",
}


def figures() -> Figures:
    """All that is known of the image."""
    found = [Known(what, size, what) for what, size in SIZES.items()]
    for about, sizes in LAYERS.items():
        found += [Known(f"layer-{about}", size, about, str(number)) for number, size in enumerate(sizes)]
    found += [Known("lost", size, "lost") for size in LOST.values()]
    found.append(Known("lost", sum(LOST.values()), "lost"))
    found += [Known("owner", size, name=name) for name, size in OWNERS.items()]
    found += [Known("packages-for", size, name=cause) for cause, size in by_cause()]
    found += [Known("lost-path", size, name=path) for path, size in PATHS.items()]
    shares = (Share("useful", USEFUL), Share("useful", 98.3), Share("lost", 100 - USEFUL, "lost"), Share("all", 100.0))
    return Figures(found, shares, _SUBJECTS)


def contradictions(text: str, say: Say) -> tuple[Outcome, ...]:
    """Where a report is on this image: its figures, and layers that are said to delete what lies above them."""
    if IMAGE not in text and ID not in text:
        return ()
    return (*compared(text, say, figures()), *_upside_down(text, say))


def _upside_down(text: str, say: Say) -> Iterator[Outcome]:
    for found in re.finditer(r"\blayer (\d)\b (?:deletes|removes|hides|replaces)[^.]{0,30}?\blayer (\d)\b", text, re.I):
        if int(found[1]) < int(found[2]):
            said = say("you-write", figure=found[0])
            yield expect(False, claim="a layer changes what lies below it", have=said, want=say("only-below"))

"""The kernel is the host's, and the release is a file of the image."""

from collections.abc import Callable

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l06_nginx_133mb.whose_kernel.case import SYSTEMS

Said = dict[str, dict[str, str]]


def truth(case: Case) -> Said:
    """`uname` asks the host's kernel, `cat` the image's file."""
    return _said(case, lambda image: case["host"], lambda image: image)


def _said(case: Case, kernel_of: Callable[[str], str], release_of: Callable[[str], str]) -> Said:
    found = {}
    for which in ("one", "other"):
        found[f"{which}-uname"] = {"says": SYSTEMS[kernel_of(case[which])]}
        found[f"{which}-release"] = {"says": release_of(case[which])}
    return found


def _all_of_the_image(case: Case) -> Said:
    return _said(case, lambda image: image, lambda image: image)


def _all_of_the_host(case: Case) -> Said:
    return _said(case, lambda image: case["host"], lambda image: case["host"])


KEY = Key(
    truth=truth, wrong=(Wrong("image-sets-uname", _all_of_the_image), Wrong("host-sets-release", _all_of_the_host))
)

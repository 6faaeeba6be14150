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


def _cell(row: str, system: Callable[[Case], str]) -> Callable[[Case], Said]:
    return lambda case: {row: {"says": system(case)}}


def _exchanged(case: Case) -> Said:
    """The release where the kernel is asked for, and the other way round."""
    return {
        f"{which}-{what}": {"says": case["host"] if what == "uname" else SYSTEMS[case[which]]}
        for which in ("one", "other")
        for what in ("uname", "release")
    }


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("image-sets-uname", _all_of_the_image),
        Wrong("host-sets-release", _all_of_the_host, each=True),
        Wrong("image-sets-uname", _cell("one-uname", lambda case: SYSTEMS[case["one"]]), place="first-container"),
        Wrong("image-sets-uname", _cell("other-uname", lambda case: SYSTEMS[case["other"]]), place="second-container"),
        Wrong("containers-share-a-system", lambda case: {"other-release": {"says": case["one"]}}),
        Wrong("names-of-kernels-and-systems", _exchanged),
        Wrong(
            "names-of-kernels-and-systems",
            lambda case: {f"{which}-uname": {"says": case["host"]} for which in ("one", "other")},
            place="uname-names",
            each=True,
        ),
    ),
)

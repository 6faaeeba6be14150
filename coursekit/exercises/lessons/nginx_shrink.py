"""Lesson 06: a Dockerfile made smaller, and tried: rebuilt where it is judged, over Debian's own packages.

    FROM debian-minbase:bullseye      317 MB: lists, caches and .deb files stay, recommended packages come along
    …                                 what the answer does about it decides; another base, a clean-up in the same RUN,
                                      --no-install-recommends, a lighter nginx

What the packages weigh was measured in a real Debian (tests/real/packages.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import Any

from coursekit.exercises.forms import Recipe
from coursekit.exercises.lessons.nginx_sizes import LESSON
from coursekit.exercises.lessons.nginx_whole import broken, keeps_from_serving
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Hint, Kind, Outcome, WrongModel, expect
from coursekit.exercises.recipes import Built, built
from coursekit.fs.node import File
from coursekit.image import bundled
from coursekit.image.image import Image
from coursekit.image.layer_tar import walk
from coursekit.vfs.overlay import Overlay

PAGE = "<h1>It works</h1>\n"
CONTEXT = {"site/index.html": PAGE}
NEEDS = {
    "xslt": ("XSLT transforms", "/usr/lib/nginx/modules/ngx_http_xslt_filter_module.so", "nginx"),
    "curl": ("curl for a health check", "/usr/bin/curl", "curl"),
    "envsubst": ("envsubst for templates", "/usr/bin/envsubst", "gettext-base"),
    "certificates": ("certificates, to fetch over TLS", "/etc/ssl/certs/ca-certificates.crt", "ca-certificates"),
}
SIZES = {  # bytes of the image as it was and of the model solution, as they are built (test_shrink); a build takes time
    ("xslt",): (384_420_510, 135_207_480),
    ("curl", "certificates"): (392_563_302, 91_517_345),
    ("envsubst",): (385_137_680, 87_297_071),
}
_MARGIN = 1_000_000  # bytes: what is less is left to taste
_STAYS = 0.15  # the weight of what worked from the beginning and has to stay, beside 6 for bytes
_TOO_LATE = 5_000_000  # bytes: some files of the base may well be deleted later
_TAIL = 'COPY site /var/www/html\nEXPOSE 80\nCMD ["nginx", "-g", "daemon off;"]\n'


def _packages(case: Case, light: bool) -> str:
    nginx = "nginx-light" if light and "xslt" not in case["needs"] else "nginx"
    return " ".join([nginx, *(NEEDS[need][2] for need in case["needs"] if need != "xslt")])


def start(case: Case) -> str:
    """The Dockerfile that is to be made smaller."""
    return f"FROM debian-minbase:bullseye\nRUN apt-get update\nRUN apt-get install -y {_packages(case, False)}\n{_TAIL}"


def solution(case: Case) -> str:
    return (
        "FROM debian-slim:bullseye\nRUN apt-get update \\\n"
        f" && apt-get install -y --no-install-recommends {_packages(case, True)} \\\n"
        f" && rm -rf /var/lib/apt/lists/*\n{_TAIL}"
    )


def _later_rm(case: Case) -> str:
    return start(case) + "RUN apt-get clean && rm -rf /var/lib/apt/lists/* /usr/share/doc/*\n"


def _one_run(case: Case) -> str:
    return f"FROM debian-minbase:bullseye\nRUN apt-get update && apt-get install -y {_packages(case, False)}\n{_TAIL}"


def _only_clean(case: Case) -> str:
    return (
        "FROM debian-minbase:bullseye\nRUN apt-get update \\\n"
        f" && apt-get install -y {_packages(case, False)} \\\n && apt-get clean\n{_TAIL}"
    )


@dataclass(frozen=True, slots=True)
class Measured:
    """What became of a Dockerfile."""

    result: Built
    hidden: int = 0  # bytes in files that a later layer deletes
    lists: int = 0  # bytes in the lists of apt, in any layer
    caches: int = 0  # bytes in apt's cache
    runs: int = 0
    broken: tuple[str, ...] = ()  # packages whose dependencies or files are gone
    silent: str = ""  # why it would not serve the page

    @property
    def sign(self) -> str:
        """The habit that the image shows."""
        if self.result.image is None:
            return ""
        if self.hidden > _TOO_LATE:
            return "deletes later"
        if self.lists > _MARGIN and self.caches > _MARGIN:
            return "one run" if self.runs == 1 else "as it was"
        return "only clean" if self.lists > _MARGIN else ""


@cache
def measured(text: str) -> Measured:
    """Build a Dockerfile and weigh it."""
    result = built(text, CONTEXT)
    if result.image is None:
        return Measured(result)
    tree = Overlay.from_image(result.image, upperdir=None)
    hidden = lists = caches = 0
    for layer in (layer for layer in result.image.layers if bundled.layer(layer.diff_id) is None):
        for path, node in walk(layer.lower):
            if isinstance(node, File):
                hidden += node.content.size * (not tree.exists(path, follow_symlinks=False))
                lists += node.content.size * path.startswith("/var/lib/apt/lists/")
                caches += node.content.size * path.startswith("/var/cache/apt/")
    runs = sum(row.created_by.startswith("RUN ") and "# buildkit" in row.created_by for row in result.image.history)
    whole = tuple(broken(result.image)), keeps_from_serving(result.image, PAGE)
    return Measured(result, hidden, lists, caches, runs, *whole)


def _case(random: Random) -> dict[str, Any]:
    needs = random.choice(list(SIZES))
    first, best = SIZES[needs]
    return {"needs": list(needs), "goal": best + random.randrange(1, 30) * 50_000, "start": first}


def _question(case: Case) -> str:
    wanted = ", ".join(NEEDS[need][0] for need in case["needs"])
    return (
        f"This Dockerfile makes an image of {case['start']:,} bytes, files of all layers counted:\n\n"
        f"```\n{start(case)}```\n\nMake it at most {case['goal']:,} bytes. It must still start nginx, serve "
        f"`site/index.html` (in the context) at /var/www/html, and have {wanted}; no package may be broken. Bases are "
        "`debian-minbase:bullseye` and `debian-slim:bullseye`. Answer with the whole Dockerfile."
    )


def _judge(case: Case, answer: Any) -> Sequence[Outcome]:
    found = measured(answer)
    image = found.result.image
    if image is None:
        said = f"The build fails: {found.result.reason}"
        return [
            expect(
                False,
                claim="it builds",
                have=said,
                want="Every instruction has to succeed.",
                look="ck.build(answer, context) shows where.",
            )
        ]
    if image.size >= case["start"] - _MARGIN:  # what was given keeps all that it should, and earns nothing by that
        said = f"Your image has {image.size:,} bytes; the Dockerfile that was given makes {case['start']:,}."
        return [
            expect(
                False,
                claim="it is smaller",
                have=said,
                want=_next_step(found),
                look="`ck.build(…).history` says what each layer holds.",
            )
        ]
    return _demands(case, found, image)


def _demands(case: Case, found: Measured, image: Image) -> Sequence[Outcome]:
    """What an image that became smaller has to show."""
    tree = Overlay.from_image(image, upperdir=None)
    stays = [
        expect(
            not found.broken,
            claim="no package is broken",
            weight=_STAYS,
            have=f"Broken: {', '.join(found.broken[:3])}.",
            want="Let apt-get remove packages, not rm.",
        ),
        expect(
            not found.silent,
            claim="serves the page",
            weight=_STAYS,
            have=found.silent,
            want="What must keep working has to stay.",
        ),
    ]
    for need in case["needs"]:
        label, path, _ = NEEDS[need]
        stays.append(
            expect(
                tree.exists(path),
                claim=f"has {label}",
                weight=_STAYS,
                have=f"{path} is missing.",
                want="What must keep working has to stay.",
            )
        )
    whole = all(outcome.ok for outcome in stays)
    if not whole and (found.broken or found.silent):  # an image that does not work is small for nothing
        stays = [replace(outcome, weight=0) for outcome in stays]
    return [*_sizes(case, found, image, whole), *stays]


def _sizes(case: Case, found: Measured, image: Image, whole: bool) -> Sequence[Outcome]:
    """What is claimed of an image's bytes; they count where it is whole and all that was wished for works."""
    halfway = (case["start"] + case["goal"]) // 2
    but = "" if whole else " They count once all that must keep working does."
    return (
        expect(
            whole and image.size <= halfway,
            claim="half of the way",
            weight=2,
            have=f"Your image has {image.size:,} bytes; half of the way to the goal is {halfway:,}.{but}",
            want="Look at what each layer holds: `ck.build(…).history`.",
        ),
        expect(
            whole and image.size <= case["goal"],
            claim="the goal is reached",
            weight=3,
            have=f"Your image has {image.size:,} bytes; the goal is {case['goal']:,}.{but}",
            want=_next_step(found),
        ),
        expect(
            whole and found.hidden <= _TOO_LATE and image.size <= halfway,
            claim="nothing is deleted too late",
            weight=1,
            have=f"{found.hidden:,} bytes are stored in files that a later layer deletes.{but}",
            want="Clean up in the RUN that makes the mess.",
        ),
    )


def _next_step(found: Measured) -> str:
    """What weighs most and need not."""
    if found.lists > _MARGIN:
        return "The lists of apt are still in a layer."
    if found.caches > _MARGIN:
        return "The .deb files or caches of apt are still in a layer."
    return "Which base, which nginx, and which recommended packages do you take?"


def _alike(have: Any, want: Any) -> bool:
    """Whether two Dockerfiles show the same habit; so a belief is named in whatever words it is written."""
    if type(have) is not str or type(want) is not str:
        return False
    sign = measured(want).sign
    return have == want or (sign not in ("", "as it was") and measured(have).sign == sign)


SHRINK_BUILD = Exercise(
    id="shrink-build",
    lesson=LESSON,
    title="A smaller Dockerfile, tried",
    kind=Kind.RECIPE,
    points=5,
    objective="make an image smaller where its bytes are born, and prove it by building",
    make=_case,
    question=_question,
    form=Recipe(),
    truth=solution,
    judge=_judge,
    same=_alike,
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["later-rm-shrinks"],
            _later_rm,
            "The last RUN's layer holds whiteouts; the layers below still hold every byte, and travel.",
        ),
        WrongModel(
            MISCONCEPTIONS["fewer-layers-shrink"],
            _one_run,
            "The one layer holds what the two held: lists, .deb files, caches.",
        ),
        WrongModel(
            MISCONCEPTIONS["apt-clean-removes-all"],
            _only_clean,
            "After `apt-get clean`, `du -s /var/lib/apt/lists` still says that the lists are there.",
        ),
    ),
    hints=(
        Hint("What does a RUN leave behind that nothing needs when the container starts?"),
        Hint("In which layer are these bytes, and which RUN may still take them away?", after="later-rm-shrinks"),
        Hint("Which directories does `apt-get update` fill, which `install`?", after="apt-clean-removes-all"),
        Hint(
            "`apt-get install` says which packages come along; `--no-install-recommends`, another base and "
            "`nginx-light` each leave some out."
        ),
    ),
    explanation="What weighs is decided in the RUN where it is born: lists and caches removed before it ends, "
    "recommended packages never installed, a base configured to keep no .deb files, a lighter nginx where its "
    "modules are not needed. A later RUN only covers, and fewer layers alone change nothing.",
)

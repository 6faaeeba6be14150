"""A smaller image, where its bytes are born: the answer is built where it is judged, over Debian's own packages."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from coursekit.exercises.model import Case, Outcome, expect
from coursekit.exercises.recipes import Built, built
from coursekit.exercises.rules import Key, Say, Wrong
from coursekit.fs.node import File
from coursekit.image import bundled
from coursekit.image.image import Image
from coursekit.image.layer_tar import walk
from coursekit.lessons.l06_nginx_133mb.shrink_build.case import TAIL, packages, start
from coursekit.lessons.l06_nginx_133mb.whole_key import Remark, broken, keeps_from_serving
from coursekit.vfs.overlay import Overlay

PAGE = "<h1>It works</h1>\n"
CONTEXT = {"site/index.html": PAGE}
NEEDS = {  # where it can be seen
    "xslt": "/usr/lib/nginx/modules/ngx_http_xslt_filter_module.so",
    "curl": "/usr/bin/curl",
    "envsubst": "/usr/bin/envsubst",
    "certificates": "/etc/ssl/certs/ca-certificates.crt",
}
_MARGIN = 1_000_000  # bytes: what is less is left to taste
_STAYS = 0.15  # the weight of what worked from the beginning and has to stay, beside 6 for bytes
_TOO_LATE = 5_000_000  # bytes: some files of the base may well be deleted later


def solution(case: Case) -> str:
    """Another base, a clean-up in the same RUN, nothing that is only recommended, as light an nginx as will do."""
    return (
        "FROM debian-slim:bullseye\nRUN apt-get update \\\n"
        f" && apt-get install -y --no-install-recommends {packages(case, True)} \\\n"
        f" && rm -rf /var/lib/apt/lists/*\n{TAIL}"
    )


def _later_rm(case: Case) -> str:
    return start(case) + "RUN apt-get clean && rm -rf /var/lib/apt/lists/* /usr/share/doc/*\n"


def _one_run(case: Case) -> str:
    return f"FROM debian-minbase:bullseye\nRUN apt-get update && apt-get install -y {packages(case, False)}\n{TAIL}"


def _only_clean(case: Case) -> str:
    return (
        "FROM debian-minbase:bullseye\nRUN apt-get update \\\n"
        f" && apt-get install -y {packages(case, False)} \\\n && apt-get clean\n{TAIL}"
    )


@dataclass(frozen=True, slots=True)
class Measured:
    """What became of a Dockerfile."""

    result: Built
    hidden: int = 0  # bytes in files that a later layer deletes
    lists: int = 0  # bytes in the lists of apt, in any layer
    caches: int = 0  # bytes in apt's cache
    runs: int = 0
    broken: tuple[Remark, ...] = ()  # packages whose dependencies or files are gone
    by_force: bool = False  # whether files of installed packages are gone, and not only written over
    silent: tuple[Remark, ...] = ()  # why it would not serve the page: one remark, or none

    @property
    def sign(self) -> str:
        """The habit that the image shows."""
        if self.result.image is None:
            return "no lists" if _remedy(self.result.reason) == "no-lists" else ""
        if self.by_force:
            return "by force"
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
    faults = tuple(
        ("written-over", values) if key == "lost" and tree.exists(values["path"]) else (key, values)
        for key, values in broken(result.image)
    )
    by_force = any(key == "lost" for key, _ in faults)
    silent = tuple(keeps_from_serving(result.image, PAGE))[:1]
    return Measured(result, hidden, lists, caches, runs, faults, by_force, silent)


def judge(case: Case, answer: Any, say: Say) -> Sequence[Outcome]:
    """Whether it builds and became smaller; then its bytes, and what had to stay."""
    found = measured(answer)
    image = found.result.image
    if image is None:
        return [
            expect(
                False,
                claim="it builds",
                have=say("fails", reason=found.result.reason),
                want=say(_remedy(found.result.reason)),
                look=say("build-shows"),
            )
        ]
    if image.size >= case["start"] - _MARGIN:  # what was given keeps all that it should, and earns nothing by that
        return [
            expect(
                False,
                claim="it is smaller",
                have=say("not-smaller", size=f"{image.size:,}"),
                want=say(_next_step(found)),
                look=say("history-says"),
            )
        ]
    return _demands(case, found, image, say)


def _demands(case: Case, found: Measured, image: Image, say: Say) -> Sequence[Outcome]:
    """What an image that became smaller has to show."""
    tree = Overlay.from_image(image, upperdir=None)
    stays = [
        expect(
            not found.broken,
            claim="no package is broken",
            weight=_STAYS,
            have=say("broken", packages=", ".join(say(key, **values) for key, values in found.broken[:3])),
            want=say("elsewhere" if all(key == "written-over" for key, _ in found.broken) else "let-apt"),
        ),
        expect(
            not found.silent,
            claim="serves the page",
            weight=_STAYS,
            have="".join(say(key, **values) for key, values in found.silent),
            want=say("has-to-stay"),
        ),
    ]
    for need in case["needs"]:
        path = NEEDS[need]
        stays.append(
            expect(
                tree.exists(path),
                claim=f"has {need}",
                weight=_STAYS,
                have=say("missing", path=path),
                want=say("has-to-stay"),
            )
        )
    whole = all(outcome.ok for outcome in stays)
    if not whole and (found.broken or found.silent):  # an image that does not work is small for nothing
        stays = [replace(outcome, weight=0) for outcome in stays]
    return (
        [*_sizes(case, found, image, whole, say), *stays]
        if whole
        else [*stays, *_sizes(case, found, image, whole, say)]
    )


def _sizes(case: Case, found: Measured, image: Image, whole: bool, say: Say) -> Sequence[Outcome]:
    """What is claimed of an image's bytes; they count where it is whole and all that was wished for works."""
    halfway = (case["start"] + case["goal"]) // 2

    def but(have: str) -> str:
        return have if whole else say("once-it-works", have=have)

    def then(key: str) -> str:
        return say(key) if whole else ""  # first it has to work

    return (
        expect(
            whole and image.size <= halfway,
            claim="half of the way",
            weight=2,
            have=but(say("halfway", size=f"{image.size:,}", halfway=f"{halfway:,}")),
            want=then("clean-up" if found.hidden > _TOO_LATE else _next_step(found)),
        ),
        expect(
            whole and image.size <= case["goal"],
            claim="the goal is reached",
            weight=3,
            have=but(say("goal", size=f"{image.size:,}")),
            want=then(_next_step(found)),
        ),
        expect(
            whole and found.hidden <= _TOO_LATE and image.size <= halfway,
            claim="nothing is deleted too late",
            weight=1,
            have=but(say("too-late", hidden=f"{found.hidden:,}")),
            want=then("clean-up"),
        ),
    )


_REMEDIES = {  # what a build stopped with: the remark on what to do
    r"Unable to locate package|has no installation candidate": "no-lists",
    r"Do you want to continue|Abort": "asks",
    r"no bundled image|pull access denied": "no-base",
    r"unknown instruction": "no-instruction",
    r"apk|yum": "no-apt",
    r"COPY|not found in|no such file": "no-context",
}


def _remedy(reason: str) -> str:
    """The key of what to do about a build that stopped."""
    return next((key for cause, key in _REMEDIES.items() if re.search(cause, reason)), "has-to-succeed")


def _by_force(case: Case) -> str:
    light = packages(case, False)
    return (
        "FROM debian-minbase:bullseye\nRUN apt-get update \\\n"
        f" && apt-get install -y {light} \\\n"
        f" && rm -rf /var/lib/apt/lists/* /usr/bin/perl* /usr/share/perl*\n{TAIL}"
    )


def _without_update(case: Case) -> str:
    return f"FROM debian-slim:bullseye\nRUN apt-get install -y --no-install-recommends {packages(case, True)}\n{TAIL}"


def _next_step(found: Measured) -> str:
    """The key of what weighs most and need not."""
    if found.lists > _MARGIN:
        return "lists-stay"
    return "caches-stay" if found.caches > _MARGIN else "which-base"


def _alike(have: Any, want: Any) -> bool:
    """Whether two Dockerfiles show the same habit; so a belief is named in whatever words it is written."""
    if type(have) is not str or type(want) is not str:
        return False
    sign = measured(want).sign
    if sign == "only clean" and not re.search(r"apt(?:-get)? (?:-\S+ )*(?:auto)?clean", have):
        return False  # the base's own settings empty the cache, too
    return have == want or (sign not in ("", "as it was") and measured(have).sign == sign)


KEY = Key(
    truth=solution,
    wrong=(
        Wrong("later-rm-shrinks", _later_rm),
        Wrong("fewer-layers-shrink", _one_run),
        Wrong("apt-clean-removes-all", _only_clean),
        Wrong("rm-removes-packages", _by_force),
        Wrong("lists-are-in-the-base", _without_update),
    ),
    judge=judge,
    same=_alike,
)

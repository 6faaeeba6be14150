"""The Dockerfile made smaller: what each measure gives, and that a recipe which does not build earns nothing."""

from random import Random
from typing import Any

import pytest

from coursekit.exercises import catalogue
from coursekit.exercises.evidence import Evidence, value
from coursekit.exercises.marking import mark
from coursekit.exercises.verdict import Verdict
from coursekit.lessons.l06_nginx_133mb.shrink_build.case import SIZES, start
from coursekit.lessons.l06_nginx_133mb.shrink_build.key import measured, solution

SHRINK_BUILD = catalogue.exercise("shrink-build")
CASE: Any = {"needs": ["curl", "certificates"], "goal": 92_000_000, "start": 393_000_000}


def judged(answer: str, case: Any = CASE) -> Verdict:
    return mark(SHRINK_BUILD, case, Evidence(SHRINK_BUILD.id, value(answer)), run=None, random=Random(0))  # type: ignore[arg-type]


@pytest.mark.parametrize("needs", SIZES)
def test_the_sizes_that_questions_tell_are_those_of_builds(needs: tuple[str, ...]) -> None:
    case = {"needs": list(needs)}
    assert (measured(start(case)).result.size, measured(solution(case)).result.size) == SIZES[needs]


def test_as_it_was_it_earns_nothing() -> None:
    case = {**CASE, "start": measured(start(CASE)).result.size}
    verdict = judged(start(case), case)
    assert verdict.mark == 0
    assert not any(word in outcome.have for outcome in verdict.outcomes for word in ("missing", "Broken", "not there"))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("FROM debian-slim:bullseye\nRUN apt-get install -y nginx\n", "The build fails: process"),
        ("FROM nginx-of-my-own\n", "The build fails: nginx-of-my-own"),
        ("hello", "unknown instruction: hello"),
        ("FROM scratch\n" + "RUN true\n" * 60, "no more than 60 are replayed"),
    ],
)
def test_what_does_not_build_earns_nothing(answer: str, said: str) -> None:
    verdict = judged(answer)
    assert verdict.mark == 0 and said in verdict.outcomes[0].have


def test_what_is_needed_has_to_stay() -> None:
    lean = "apt-get update && apt-get install -y --no-install-recommends nginx-light"
    verdict = judged(
        f"FROM debian-slim:bullseye\nRUN {lean} && rm -rf /var/lib/apt/lists/*\n"
        'COPY site /var/www/html\nCMD ["nginx", "-g", "daemon off;"]\n'
    )
    failed = {outcome.claim for outcome in verdict.outcomes if not outcome.ok}
    assert failed >= {f"has {need}" for need in CASE["needs"]}
    assert verdict.mark < verdict.points / 10


LEAN = "apt-get update && apt-get install -y --no-install-recommends nginx-light curl ca-certificates"
TAIL = 'COPY site /var/www/html\nEXPOSE 80\nCMD ["nginx", "-g", "daemon off;"]\n'
EVASIONS = {  # what makes an image smaller, and it or a package of it useless
    "a program taken away": "rm /usr/bin/curl",
    "a program emptied": "truncate -s 0 /usr/sbin/nginx",
    "a program replaced by an empty file": "rm /usr/bin/curl && touch /usr/bin/curl",
    "a program replaced by a link": "ln -sf /dev/null /usr/bin/perl",
    "a program of the base's": "rm /usr/bin/perl",
    "libraries": "rm -r /usr/lib/x86_64-linux-gnu/libcurl.so.4*",
    "the package database": "rm -r /var/lib/dpkg",
    "an emptied package database": "truncate -s 0 /var/lib/dpkg/status",
    "the lists of files": "rm /var/lib/dpkg/info/*.list && rm /usr/bin/perl",
    "the shell": "rm /bin/sh",
    "the users": "rm /etc/passwd",
    "nginx's user": "sed -i /www-data/d /etc/passwd",
    "nginx's settings": "rm /etc/nginx/nginx.conf",
    "emptied settings": "truncate -s 0 /etc/nginx/sites-available/default",
    "the site": "rm /etc/nginx/sites-enabled/default",
    "the place for its log": "rm -r /var/log/nginx",
}


@pytest.mark.parametrize("deed", EVASIONS)
def test_what_breaks_the_image_earns_nothing(deed: str) -> None:
    verdict = judged(f"FROM debian-slim:bullseye\nRUN {LEAN} && rm -r /var/lib/apt/lists/* && {EVASIONS[deed]}\n{TAIL}")
    assert verdict.mark == 0, [outcome for outcome in verdict.outcomes if outcome.ok]
    assert {"no package is broken", "serves the page"} & set(verdict.shown)


@pytest.mark.parametrize(
    "text",
    [
        f"FROM scratch\n{TAIL}",
        f"FROM debian-slim:bullseye\nRUN mkdir -p /usr/sbin && touch /usr/sbin/nginx /usr/bin/curl\n{TAIL}",
        f"FROM debian-slim:bullseye AS made\nRUN {LEAN}\nFROM scratch\nCOPY --from=made /usr /usr\n{TAIL}",
        f"FROM debian-slim:bullseye\nRUN {LEAN} && rm -r /var/lib/apt/lists/*\n" + TAIL.replace("nginx", "true"),
        f"FROM debian-slim:bullseye\nRUN {LEAN} && rm -r /var/lib/apt/lists/*\n" + TAIL.replace("COPY", "# COPY"),
        f"FROM debian-slim:bullseye\nRUN {LEAN} && rm -r /var/lib/apt/lists/*\nCOPY site /var/www/html\n"
        'CMD ["nginx"]\n',
    ],
)
def test_what_does_not_serve_earns_nothing(text: str) -> None:
    verdict = judged(text)
    assert verdict.mark == 0 and not verdict.full


@pytest.mark.parametrize(
    "deed",
    [
        "rm -rf /usr/share/doc /usr/share/man /usr/share/locale /usr/share/info",
        "rm -rf /var/cache/* /var/log/apt /var/log/dpkg.log",
        "rm -rf /var/lib/apt/lists",
        "echo 'server_tokens off;' > /etc/nginx/conf.d/tokens.conf",
        "apt-get clean",
    ],
)
def test_what_breaks_nothing_costs_nothing(deed: str) -> None:
    verdict = judged(f"FROM debian-slim:bullseye\nRUN {LEAN} && rm -r /var/lib/apt/lists/* && {deed}\n{TAIL}")
    assert verdict.full, [outcome for outcome in verdict.outcomes if not outcome.ok]


@pytest.mark.parametrize("needs", SIZES)
def test_what_the_lesson_teaches_reaches_every_goal(needs: tuple[str, ...]) -> None:
    """Another base, no recommended packages, a lighter nginx, lists removed in the same RUN: and no more than that."""
    best = SIZES[needs][1]
    drawn = [SHRINK_BUILD.make(Random(seed)) for seed in range(200)]
    goals = [case["goal"] for case in drawn if tuple(case["needs"]) == needs]
    assert goals and min(goals) >= best
    assert judged(solution({"needs": needs}), {"needs": needs, "start": SIZES[needs][0], "goal": min(goals)}).full

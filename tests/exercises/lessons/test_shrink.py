"""The Dockerfile made smaller: what each measure gives, and that a recipe which does not build earns nothing."""

from random import Random
from typing import Any

import pytest

from coursekit.exercises.evidence import Evidence, value
from coursekit.exercises.lessons.nginx_shrink import NEEDS, SHRINK_BUILD, SIZES, measured, solution, start
from coursekit.exercises.marking import mark
from coursekit.exercises.verdict import Verdict

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
        'COPY site /var/www/html\nCMD ["nginx"]\n'
    )
    failed = {outcome.claim for outcome in verdict.outcomes if not outcome.ok}
    assert failed == {"has " + NEEDS[need][0] for need in CASE["needs"]}


def test_files_taken_from_packages_break_them() -> None:
    lean = "apt-get update && apt-get install -y --no-install-recommends nginx-light curl ca-certificates"
    text = f"FROM debian-slim:bullseye\nRUN {lean} && rm -r /var/lib/apt/lists/* /usr/bin/curl && touch /usr/bin/curl\n"
    assert "no package is broken" not in judged(text).shown
    verdict = judged(text.replace("/usr/bin/curl &&", "/usr/bin/curl /usr/lib/x86_64-linux-gnu/libcurl.so.4* &&"))
    assert "no package is broken" in verdict.shown

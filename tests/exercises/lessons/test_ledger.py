"""The ledger: partial credit by row, coverage once, and the beliefs that a figure betrays."""

from typing import Any

import pytest

from coursekit.exercises import catalogue
from coursekit.exercises.evidence import Evidence, value
from coursekit.exercises.marking import mark
from coursekit.exercises.running import Ran
from coursekit.exercises.seeds import practice
from coursekit.exercises.verdict import Verdict

LEDGER = catalogue.exercise("ledger-133")
BASE = {"cause": "base", "bytes": 69_250_672, "evidence": "layer 0"}
NGINX = {"cause": "nginx", "bytes": 3_130_000, "evidence": "package nginx"}
MODULES = {"cause": "modules", "bytes": 60_887_668, "evidence": "layer 1"}
SCRIPTS = {"cause": "scripts", "bytes": 8_813, "evidence": "layers 2 to 5"}
KERNEL = {"cause": "kernel", "bytes": 0, "evidence": "packages"}
CONFIGURATION = {"cause": "configuration", "bytes": 0, "evidence": "manifest"}
WHOLE = [BASE, NGINX, MODULES, SCRIPTS, KERNEL, CONFIGURATION]


def judged(*rows: dict[str, Any]) -> Verdict:
    def never(*args: Any, **more: Any) -> Ran:
        raise AssertionError("a ledger is not run")

    return mark(LEDGER, {}, Evidence(LEDGER.id, value(list(rows))), run=never, random=practice(LEDGER.id, ""))


def test_a_whole_ledger_scores_full_in_any_order_and_with_rows_split() -> None:
    half = {**MODULES, "bytes": MODULES["bytes"] / 2}
    assert judged(*reversed(WHOLE)).full
    assert judged(BASE, NGINX, half, half, SCRIPTS, KERNEL, CONFIGURATION).full


def test_a_row_for_the_configuration_counts_no_bytes() -> None:
    assert judged(*WHOLE[:-1], {**CONFIGURATION, "evidence": "packages"}).full
    assert not judged(*WHOLE[:-1], {**CONFIGURATION, "bytes": 1_000_000}).full


def test_each_missing_row_costs_something_and_not_everything() -> None:
    for row in WHOLE[:-1]:
        verdict = judged(*[other for other in WHOLE if other is not row])
        assert 0 < verdict.mark < LEDGER.points, row


def test_wrong_evidence_costs_less_than_wrong_bytes() -> None:
    evidence = judged({**BASE, "evidence": "layer 1"}, *WHOLE[1:])
    size = judged({**BASE, "bytes": 80_000_000}, *WHOLE[1:])
    assert LEDGER.points > evidence.mark > size.mark > 0


def test_ninety_five_per_cent_is_enough_and_twice_is_too_much() -> None:
    said = "the ledger covers the image once"
    fewer = {**MODULES, "bytes": 55_000_000}
    assert judged(BASE, NGINX, fewer, SCRIPTS, KERNEL, CONFIGURATION).full
    twice = judged(BASE, NGINX, {**MODULES, "bytes": 64_017_668}, SCRIPTS, KERNEL, CONFIGURATION)
    assert said in twice.shown
    assert any("no byte twice" in outcome.want for outcome in twice.outcomes)
    assert said in judged(BASE, NGINX, SCRIPTS, KERNEL, CONFIGURATION).shown


@pytest.mark.parametrize(
    ("row", "belief"),
    [
        ({**NGINX, "bytes": 64_017_668}, "package-is-the-bulk"),
        ({**BASE, "bytes": 27_139_510}, "docker-images-size-travels"),
        ({**KERNEL, "bytes": 60_000_000}, "image-has-a-kernel"),
        ({**BASE, "bytes": 72_666_316}, "mb-is-mib"),
    ],
)
def test_a_figure_names_the_belief_beside_right_rows(row: dict[str, Any], belief: str) -> None:
    verdict = judged(*[row if other["cause"] == row["cause"] else other for other in WHOLE])
    assert verdict.belief is not None and verdict.belief.id == belief


def test_rows_of_another_shape_get_a_sentence() -> None:
    assert "columns" in judged({"cause": "base", "bytes": 1}).said
    assert "one of" in judged({**BASE, "cause": "magic"}).said


def test_a_ledger_that_lacks_the_configuration_alone_is_complete_as_it_was_first_asked() -> None:
    assert judged(BASE, NGINX, MODULES, SCRIPTS, KERNEL).full
    assert not judged(BASE, NGINX, MODULES, SCRIPTS, CONFIGURATION).full
    assert not judged(BASE, NGINX, MODULES, SCRIPTS).full
    assert not judged(BASE, NGINX, MODULES, KERNEL).full

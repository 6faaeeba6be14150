"""The table of attacks has a row for each, and none of them earned a point here."""

import json

import pytest

from tests.classroom import test_faults
from tests.grading import stock, test_boxes
from tests.grading.cheats import CHEATS, HONEST, Cheat, earned


def test_every_attack_was_measured_and_earned_nothing() -> None:
    after = json.loads(stock.KEPT.read_text())["after"]
    assert {claim: after.get(claim, {}).get("mark") for claim in stock.attacks()} == dict.fromkeys(stock.attacks(), 0)


def test_the_table_says_what_was_measured() -> None:
    """Of what is earned without work the page has each row; its marks follow the exercises, and are bounded below."""
    measured = stock.page(json.loads(stock.KEPT.read_text())) + "\n"
    page, title, without_work = stock.PAGE.read_text().partition("\n# What is earned without work")
    assert page == stock.HEAD + measured + stock.door() + stock.unearned() and title
    assert all(f"| {each.claim} |" in without_work for each in CHEATS)
    assert all(f"| {' | '.join(row[:3])} |" in without_work for row in stock.PROVEN)


def test_no_recipe_that_serves_nothing_earns() -> None:
    rows = [line.split(" | ") for line in stock.unearned().splitlines() if line.startswith("| ")][1:]
    assert {row[0].strip("| "): row[-1].strip("| ") for row in rows} == dict.fromkeys(stock.RECIPES, "0")


@pytest.mark.parametrize("cheat", [*CHEATS, HONEST], ids=lambda each: each.claim)
def test_little_is_earned_without_work(cheat: Cheat) -> None:
    points, flags, _ = earned(cheat)
    assert points == cheat.most if cheat is HONEST else points <= cheat.most
    assert (flags > 0) == (cheat.variant != "eve")


def test_what_the_page_says_is_proven_is_a_test() -> None:
    modules = {"test_boxes": test_boxes, "test_faults": test_faults}
    for *_, test in stock.PROVEN:
        module, _, name = test.partition(".")
        assert callable(getattr(modules[module], name))

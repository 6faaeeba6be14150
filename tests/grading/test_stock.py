"""The table of attacks has a row for each, and none of them earned a point here."""

import json

from tests.grading import stock


def test_every_attack_was_measured_and_earned_nothing() -> None:
    after = json.loads(stock.KEPT.read_text())["after"]
    assert {claim: after.get(claim, {}).get("mark") for claim in stock.attacks()} == dict.fromkeys(stock.attacks(), 0)


def test_the_table_says_what_was_measured() -> None:
    measured = stock.page(json.loads(stock.KEPT.read_text())) + "\n"
    assert stock.PAGE.read_text() == stock.HEAD + measured + stock.door() + stock.unearned()


def test_no_recipe_that_serves_nothing_earns() -> None:
    rows = [line.split(" | ") for line in stock.unearned().splitlines() if line.startswith("| ")][1:]
    assert {row[0].strip("| "): row[-1].strip("| ") for row in rows} == dict.fromkeys(stock.RECIPES, "0")

"""The rules and the texts of every exercise fit each other, in every language, and so do the beliefs."""

import pytest

from coursekit.exercises import catalogue
from coursekit.exercises.fitting import misfits
from coursekit.exercises.misconceptions import MISCONCEPTIONS, PLACE, worded
from coursekit.exercises.texts import placeholders


@pytest.mark.parametrize(("id", "package"), catalogue.packages().items(), ids=lambda each: each.rpartition(".")[2])
def test_rules_and_texts_fit(id: str, package: str) -> None:
    assert catalogue.exercise(id).id == id
    assert misfits(package) == []


@pytest.mark.parametrize("path", sorted(PLACE.glob("*.md")), ids=lambda path: path.stem)
def test_every_language_words_every_belief(path: object) -> None:
    found = worded(path)  # type: ignore[arg-type]
    assert list(found) == list(MISCONCEPTIONS)
    assert not any(placeholders(each.belief + each.instead) for each in found.values())

"""The rules and the texts of every exercise fit each other, in every language, and so do the beliefs."""

import re
from importlib import invalidate_caches
from pathlib import Path

import pytest

from coursekit.exercises import catalogue
from coursekit.exercises.fitting import misfits
from coursekit.exercises.folders import load
from coursekit.exercises.misconceptions import MISCONCEPTIONS, PLACE, worded
from coursekit.exercises.proof import faults
from coursekit.exercises.texts import placeholders


@pytest.mark.parametrize(("id", "package"), catalogue.packages().items(), ids=lambda each: each.rpartition(".")[2])
def test_rules_and_texts_fit(id: str, package: str) -> None:
    assert catalogue.exercise(id).id == id
    assert misfits(package) == []


@pytest.mark.parametrize("path", sorted(PLACE.glob("*.md")), ids=lambda path: path.stem)
def test_every_language_words_every_belief(path: Path) -> None:
    found = worded(path)
    assert list(found) == list(MISCONCEPTIONS)
    assert not any(placeholders(each.belief + each.instead) for each in found.values())


def test_the_worked_example_of_the_page_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (PLACE.parent / "README.md").read_text(encoding="utf-8")
    case, key = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    folder = tmp_path / "example_lesson" / "one_file"
    folder.mkdir(parents=True)
    (folder / "case.py").write_text(case)
    (folder / "key.py").write_text(key)
    (folder / "en.md").write_text(re.findall(r"````markdown\n(.*?)````", page, re.DOTALL)[0])
    monkeypatch.syspath_prepend(str(tmp_path))
    invalidate_caches()
    assert misfits("example_lesson.one_file") == []
    assert faults(load("example_lesson.one_file"), run=None) == []  # type: ignore[arg-type]

"""The Chinese edition is written one way: marks, blanks, words."""

from pathlib import Path

import pytest

from coursekit.exercises.misconceptions import PLACE
from coursekit.language import series, use
from tests.editions.chinese import wrong
from tests.editions.english import NOTEBOOKS, ROOT, cells, text, words_of_code

LESSONS = sorted(path.stem for path in (NOTEBOOKS / "zh").glob("*/*.ipynb"))
FILES = sorted(PLACE.parent.glob("**/zh.md"))
PAGES = sorted([*ROOT.glob("README.zh*.md"), *(NOTEBOOKS / "zh").glob("README.md")])


@pytest.mark.parametrize(
    ("text", "mistakes"),
    [
        ("第一层，`base`，有 7 B。", 0),
        ("第一层,有 7 B。", 1),
        ("有7 B", 1),
        ("有 `x`的文件", 1),
        ("层 ，层", 1),
        ("- key: “一”，“二”\n1. “三”\n| “四” |", 0),
        ("一个图层", 1),
        ("**合并（merge）**的结果", 1),
        ("甲**（乙）** 丙", 1),
        ("**甲**，**乙**；丙", 0),
        ("```\n一,二\n```", 0),
    ],
)
def test_what_is_not_written_is_seen(text: str, mistakes: int) -> None:
    assert len(list(wrong(text))) == mistakes


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_notebooks(lesson: str) -> None:
    found = []
    for cell in cells("zh", lesson):
        said = text(cell) if cell["cell_type"] == "markdown" else words_of_code(text(cell))
        found += [f"{cell['id']}: {each}" for each in wrong(said)]
    assert found == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_the_exercises_and_beliefs(path: Path) -> None:
    assert list(wrong(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_the_pages(path: Path) -> None:
    assert list(wrong(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(("language", "row"), [("en", "`a`, `b`"), ("zh", "`a`、`b`")])
def test_names_in_a_row_are_parted_as_the_language_does(language: str, row: str) -> None:
    try:
        use(language)
        assert series(["`a`", "`b`"]) == row
    finally:
        use(None)

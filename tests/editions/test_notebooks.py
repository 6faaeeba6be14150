"""Both editions of a lesson are one assignment: the same cells, ids, code and figures; nothing is stale."""

import ast
import re
from typing import Any

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from coursekit.exercises import catalogue
from coursekit.exercises.editions import language_of
from coursekit.exercises.openings import minutes_of
from tests.editions.english import BELIEFS, LESSONS, NOTEBOOKS, cells, notebook, stale, text

TRANSLATED = sorted(path.stem for path in (NOTEBOOKS / "zh").glob("*/*.ipynb"))


def code(source: str) -> str:
    """What a cell does: its tree without docstrings; comments are in no tree."""
    tree = ast.parse(TransformerManager().transform_cell(source))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if (
            isinstance(body, list)
            and body
            and isinstance(body[0], ast.Expr)
            and isinstance(body[0].value, ast.Constant)
            and isinstance(body[0].value.value, str)
        ):
            body[0].value.value = ""
    return ast.dump(tree)


def shape(markdown: str) -> dict[str, Any]:
    """What both editions of a text have alike: headings, figures, tables, fences, links, the exercises they name."""
    prose = re.sub(r"^```.*?^```", "", markdown, flags=re.DOTALL | re.MULTILINE)
    ids = set(re.findall(r"`([a-z][a-z0-9-]+)`", prose)) & set(catalogue.exercises())
    return {
        "headings": re.findall(r"^(#+) ", prose, re.MULTILINE),
        "figures": len(re.findall(r"!\[|<img|<svg", markdown)),
        "rows of tables": len(re.findall(r"^\|", prose, re.MULTILINE)),
        "fences": re.findall(r"^```(\w*)", markdown, re.MULTILINE),
        "links": sorted(each.partition("#")[0] for each in re.findall(r"\]\((?!data:)([^)\s]+)", prose)),
        "exercises": ids,
    }


def test_every_lesson_is_there_in_chinese() -> None:
    assert tuple(TRANSLATED) == LESSONS


@pytest.mark.parametrize("lesson", TRANSLATED)
def test_the_cells_are_the_same(lesson: str) -> None:
    english, other = cells("en", lesson), cells("zh", lesson)
    assert [each["id"] for each in other] == [each["id"] for each in english]
    found = []
    for one, two in zip(english, other, strict=True):
        id, mine, yours = one["id"], text(one), text(two)
        if (two["cell_type"], two["metadata"]) != (one["cell_type"], one["metadata"]):
            found.append(f"{id}: another kind or metadata")
        elif one["cell_type"] == "markdown":
            alike, here = shape(mine), shape(yours)
            found += [f"{id}: {name} {here[name]} and not {alike[name]}" for name in alike if here[name] != alike[name]]
        elif one["metadata"].get("nbgrader", {}).get("locked") and mine != yours:  # type: ignore[attr-defined]
            found.append(f"{id}: a locked cell that is not the same, byte for byte")
        elif code(mine) != code(yours):
            found.append(f"{id}: another code")
    assert found == []


@pytest.mark.parametrize("lesson", TRANSLATED)
def test_a_notebook_says_its_language(lesson: str) -> None:
    metadata: Any = notebook("zh", lesson)["metadata"]
    assert language_of(metadata) == "zh"


@pytest.mark.parametrize("lesson", TRANSLATED)
def test_both_say_the_same_minutes(lesson: str) -> None:
    english, other = (minutes_of(text(cells(language, lesson)[0])) for language in ("en", "zh"))
    assert other == english > 0


@pytest.mark.parametrize("lesson", [*TRANSLATED, BELIEFS])
def test_nothing_is_stale(lesson: str) -> None:
    """After a translation: `python -m tests.editions.english zh LESSON`."""
    assert list(stale("zh", lesson)) == []

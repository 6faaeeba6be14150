"""How hard the lessons are to read: a figure each, and their longest sentences, printed as places to look.

    pytest -n0 -s tests/notebooks/test_reading.py

The figure is the Flesch-Kincaid grade, years of school, over the prose of the notebook and its exercises. It is no
judge of English; the bounds are wide, and only catch a text that nobody has read aloud.
"""

import re
from collections.abc import Iterator
from functools import cache

import pytest

from coursekit.exercises import catalogue
from tests.notebooks.sources import NOTEBOOKS, ROOT, Notebook

GRADE, LONGEST = 7.0, 38  # years of school; words


def sentences(markdown: str) -> Iterator[str]:
    """The sentences of a text's prose; code, tables, links' addresses and headings left out, `code` a word."""
    bare = re.sub(r"```[\s\S]*?```|^[|#<].*$|\(data:[^)]*\)", "", markdown, flags=re.MULTILINE)
    bare = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", re.sub(r"`[^`]*`", "code", bare))
    for line in bare.splitlines():
        words = re.sub(r"^\s*(?:[-*]|\d+\.)\s+(?:[\w/ =.-]+: )?(?:\[after [^\]]*\] )?|\*", "", line)
        yield from (each for each in re.split(r"(?<=[.?!:])[\"”)]* +", words) if len(each.split()) > 1)


@cache
def syllables(word: str) -> int:
    """Groups of vowels, less a mute e: near enough for a mean over thousands of words.

    >>> [syllables(word) for word in ("file", "table", "directory")]
    [1, 2, 4]
    """
    mute = re.search(r"(?<![^aeiouy]l)e$", word.lower())
    return max(1, len(re.findall(r"[aeiouy]+", word.lower())) - bool(mute))


def grade(texts: list[str]) -> float:
    """The Flesch-Kincaid grade of sentences."""
    words = [word for text in texts for word in re.findall(r"[A-Za-z']+", text)]
    return 0.39 * len(words) / len(texts) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.lesson)
def test_a_lesson_can_be_read(notebook: Notebook) -> None:
    prose = notebook.prose.split("## In real Docker")[0]
    found = list(sentences(prose))
    for exercise in catalogue.of_lesson(notebook.lesson):
        place = ROOT / catalogue.packages()[exercise.id].replace(".", "/") / "en.md"
        found += sentences(place.read_text(encoding="utf-8").partition("## Model answer")[0])
    found.sort(key=lambda text: -len(text.split()))
    print(f"\n{notebook.lesson}: grade {grade(found):.1f}, {len(found)} sentences")
    for text in found[:5]:
        print(f"  {len(text.split())} words: {text}")
    assert grade(found) < GRADE
    assert len(found[0].split()) <= LONGEST, found[0]

"""The student's summary and the picture of a class: what they say, and that nothing in them is a student's markup."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from coursekit.grading.classroom.pages import (
    Row,
    class_page,
    first_wrong,
    handed_in,
    names_of,
    state,
    student_page,
    title_in,
)
from coursekit.grading.classroom.summary import Answer, Submission, summarise

RIGHT = Answer("download-size", 2, 2, answered=True)
PART = Answer("three-sizes", 1, 3, answered=True, misconception="docker-images-size-travels")
NOT = Answer("predict-download", 0, 1, answered=True)
OPEN = Answer("digest-names", 0, 2)
WORDS = Answer("explain-133", None, 6, answered=True, waits=True)


@pytest.mark.parametrize(
    ("answer", "now"), [(RIGHT, "right"), (PART, "partly"), (NOT, "wrong"), (OPEN, "open"), (WORDS, "waits")]
)
def test_an_answer_is_in_one_state(answer: Answer, now: str) -> None:
    assert state(answer) == now


def test_a_page_says_points_what_waits_and_what_is_wrong_first() -> None:
    rows = [Row(RIGHT), Row(PART, "You say <b>3</b>."), Row(WORDS)]
    page = student_page("06-nginx-133mb", "Why?", "Ada", "", rows, 0.5)
    assert "2.5 <span>of 5" in page and "and 6 more, which wait for a person" in page and "0.5 taken off" in page
    assert "You say &lt;b&gt;3&lt;/b&gt;." in page and 'href="#exercise-three-sizes"' in page
    assert "Bytes of a pull" in page and "script" not in page


def test_a_page_says_why_nothing_could_be_read_and_that_it_was_late() -> None:
    when = handed_in(datetime(2026, 11, 12, 18, 40, tzinfo=UTC), late=True)
    page = student_page("06-nginx-133mb", "Why?", "Ada", when, [Row(OPEN)], 0, "`a<b` is no notebook")
    assert "handed in on 2026-11-12 18:40 UTC, late" in page and ">not answered<" in page
    assert "could not be read" in page and "<code>a&lt;b</code> is no notebook" in page


def test_a_class_is_drawn_and_nobodys_name_is_markup() -> None:
    mallory = Submission("m", "<img src=x>", "", (NOT, WORDS), 0.0, flags=("<script>",), late=60)
    page = class_page(summarise("06-nginx-133mb", (mallory, Submission("a", "", "", (RIGHT, OPEN), 2.0))))
    assert "<img" not in page and "<script" not in page and "&lt;script&gt;" in page
    assert "1 essay waits for you" in page and "1 flag" in page and 'class="cell waits"' in page and ">late<" in page


def test_two_of_a_name_are_told_apart_and_a_flag_on_all_exercises_is_one_row() -> None:
    answers = tuple(replace(each, flags=("of another id",)) for each in (RIGHT, PART, NOT, OPEN))
    pair = (Submission("w1", "Wang, Wei", "", answers, 3.0), Submission("w2", "Wang, Wei", "", (RIGHT,), 2.0))
    assert list(names_of(pair).values()) == ["Wang, Wei (w1)", "Wang, Wei (w2)"]
    page = class_page(summarise("06-nginx-133mb", pair))
    assert page.count("of another id") == 1 and "4 exercises</small>" in page and "1 student with flags" in page


def test_a_belief_counts_once_a_student() -> None:
    twice = replace(NOT, misconception=PART.misconception)
    summary = summarise("06-nginx-133mb", (Submission("a", "", "", (PART, twice), 1.0),))
    assert summary.misconceptions == ((PART.misconception, 1),)


def test_the_first_thing_that_is_wrong_is_told() -> None:
    outcomes = [{"ok": True}, {"ok": False, "have": "You say 3.", "want": "It is 4.", "claim": "the size"}]
    assert first_wrong({"outcomes": outcomes}) == "You say 3. It is 4."
    assert first_wrong({"outcomes": [], "said": "No list."}) == "No list." and first_wrong({}) == ""


def test_a_title_is_found_in_markdown_and_in_what_was_made_of_it() -> None:
    cells = [{"cell_type": "markdown", "source": "# Why 133 & not 10?\n\nx"}]
    fenced = [{"cell_type": "markdown", "source": '<div class="x"><h1>Why 133 &amp; not 10?</h1>'}]
    assert title_in(cells) == title_in(fenced) == "Why 133 & not 10?" and title_in([]) == ""

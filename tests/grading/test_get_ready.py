"""What a warm process has worked out before it forks, a fork need not; and in a box nothing is judged."""

import pytest

from coursekit.exercises import catalogue, session
from coursekit.exercises.seeds import case_for
from coursekit.grading.judging import judge
from coursekit.lessons.l06_nginx_133mb.shrink_build.case import SIZES


def test_every_set_of_lesson_06_is_among_the_variants_that_are_made_ready() -> None:
    exercise = catalogue.exercise("shrink-build")
    ready = {tuple(case_for(exercise, student)["needs"]) for student in judge.STUDENTS}
    assert ready == set(SIZES)


def test_without_a_lesson_nothing_is_made_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge.seeds, "case_for", None)
    judge.get_ready("")


def test_in_a_box_a_check_hands_its_evidence_over_and_judges_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSEKIT_BOX", "1")
    exercise = catalogue.exercise("download-size")
    right = exercise.truth(case_for(exercise, session.current().student))
    pages = set()
    for answer in (right, right + 7):
        report = session.check("download-size", answer)
        assert report.mark == 0 and report.evidence is not None and report.evidence.write()["answer"] == answer
        pages.add(report._repr_html_())
    assert len(pages) == 1 and "judged outside" in pages.pop()

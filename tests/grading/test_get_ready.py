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


def test_what_nearly_each_student_is_asked_otherwise_is_not_judged_beforehand(monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[str] = []
    monkeypatch.setattr(judge.marking, "mark", lambda exercise, *_, **more: judged.append(exercise.id))
    for lesson in ("04-copy-on-write", "06-nginx-133mb"):
        judge.get_ready(lesson)
    answers = 1 + len(catalogue.exercise("shrink-build").wrong_models)
    assert judged == ["shrink-build"] * len(SIZES) * answers


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

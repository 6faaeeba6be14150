"""The course as a picture: what is done, where to go on, a short way, finished exercises to read again."""

from pathlib import Path

import pytest

from coursekit.errors import ExerciseError
from coursekit.exercises import catalogue, session
from coursekit.exercises.course import Course, course, fast_track
from coursekit.exercises.model import Kind
from coursekit.exercises.openings import opening
from coursekit.exercises.progress import Progress, Tried
from coursekit.exercises.seeds import case_for
from coursekit.exercises.session import Session
from tests.exercises import tiny

DONE, HALF = tiny.EXERCISES[0], tiny.EXERCISES[1]


def standing(**tried: Tried) -> Course:
    return course(tiny.EXERCISES, lambda id: tried.get(id.replace("-", "_"), Tried()))


def name(id: str) -> str:
    return id.replace("-", "_")


def test_states_and_points_are_told_in_words() -> None:
    found = standing(**{name(DONE.id): Tried(1, DONE.points), name(HALF.id): Tried(2, 1.0)})
    ((lesson, each),) = found.lessons
    assert [one.state for one in each][:3] == ["done", "begun", "open"]
    assert repr(found).startswith(f"{lesson}  ✓ ◐ ○") and "Go on with" in repr(found)


def test_the_map_has_a_dot_an_exercise_that_says_its_state_and_leads_to_its_cell() -> None:
    html = standing(**{name(DONE.id): Tried(1, DONE.points), name(HALF.id): Tried(2, 0.0)})._repr_html_()
    (lesson,) = {each.lesson for each in tiny.EXERCISES}
    for each, said in zip(tiny.EXERCISES, ("right", "not yet", *["not answered"] * 5), strict=True):
        assert f'href="../{lesson}/{lesson}.ipynb#cell-id={each.id}-question"' in html
        assert f'aria-label="{each.title}: {said}"' in html
    assert html.count("<ol") == 1 and "1 of 7 exercises right" in html and "Go on with" in html


def test_a_lesson_on_the_map_asks_its_question_and_says_its_minutes() -> None:
    asks = opening("06-nginx-133mb")
    assert asks.question.endswith("?") and 20 <= asks.minutes <= 300
    assert opening("99-tiny").question == "99-tiny"


def test_one_goes_on_after_what_was_tried_last() -> None:
    begun = standing(**{name(HALF.id): Tried(1, 0.5)}).resume
    assert begun is not None and begun.exercise is HALF
    skipped = standing(**{name(HALF.id): Tried(1, HALF.points)}).resume
    assert skipped is not None and skipped.exercise is tiny.EXERCISES[2]
    all_but_one = {name(each.id): Tried(1, each.points) for each in tiny.EXERCISES if each is not DONE}
    left = standing(**all_but_one).resume
    assert left is not None and left.exercise is DONE
    assert standing(**all_but_one, **{name(DONE.id): Tried(1, DONE.points)}).resume is None


def test_the_fast_track_is_short_and_carries_most_points() -> None:
    ((_, each),) = standing().lessons
    counted = [one.exercise for one in each if one.exercise.kind is not Kind.PROSE]
    track = fast_track(each)
    assert 0 < len(track) < len(counted)
    assert sum(one.points for one in counted if one.id in track) >= 0.6 * sum(one.points for one in counted)


def test_progress_survives_a_restart_and_shows_what_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_session", Session(Path.cwd(), Progress(tmp_path / "progress.json")))
    session.current().student = ""
    session.check("three-sizes", {"pull": {"bytes": 1}})
    exercise = catalogue.exercise("three-sizes")
    session.check("three-sizes", exercise.truth(case_for(exercise, "")))
    monkeypatch.setattr(session, "_session", Session(Path.cwd(), Progress(tmp_path / "progress.json")))
    again = session.progress()
    assert isinstance(again, Course)
    row = next(each for each in again.to_json() if each["id"] == "three-sizes")
    assert (row["state"], row["attempts"]) == ("done", 2)
    shown = repr(session.progress("three-sizes"))
    assert "Your answer:" in shown and '"pull"' in shown
    assert "not done yet" in repr(session.progress("ledger-133"))
    with pytest.raises(ExerciseError):
        session.progress("nope")

"""Figures in prose: what the image agrees with passes, what it contradicts is flagged, clause by clause."""

from collections.abc import Sequence

import pytest

from coursekit.exercises import catalogue
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Exercise, Outcome, written
from coursekit.exercises.plain import dumps
from coursekit.exercises.seeds import case_for
from coursekit.lessons.figures_key import figures_in

EXPLAIN = catalogue.exercise("explain-133")
EXERCISES = (*catalogue.of_lesson("04-copy-on-write"), *catalogue.of_lesson(EXPLAIN.lesson))

RIGHT = [
    "The image is 133 MB unpacked.",
    "It is 133,277,153 bytes, or 127.1 MiB.",
    "A pull transfers 53.8 MB; the base is 69.3 MB.",
    "nginx itself is 3.1 MB, and the libraries for XSLT 36 MB.",
    "The base is 52 % of it.",
    "0 bytes of it are a kernel.",
    "On Alpine it is 22.9MB.",
    "A virtual machine would be 4 GB, and this is 133MB.",
    "The scripts are 8.8 kB.",
    "Docker 29 says 187 MB.",
    "nginx:1.21.4 is 141 MB.",
    "Without a kernel the image is 133 MB.",
    "There is no kernel in its 133 MB.",
    "A pull transfers 53.8 MB of the 133 MB.",
    "Alpine cuts it from 133 MB to 22.9 MB.",
    "The modules take about 60 MB.",
    "The base is 69.3 megabytes.",
    "A kernel package alone is 310,614 KiB.",
    "From 133 MB you can bring it below 50 MB, and without ICU it would be 90 MB.",
]
WRONG = [
    ("The image is 150 MB.", "150 MB"),
    ("A pull transfers 133 MB.", "133 MB"),
    ("nginx itself is 64 MB.", "64 MB"),
    ("The kernel is 60 MB of it.", "60 MB"),
    ("The base is 64.0 MB, of which the rest is unknown.", "64.0 MB"),
    ("It is 133 MiB.", "133 MiB"),
    ("nginx's package is some 10 MB.", "10 MB"),
    ("The base is 80 % of it.", "80 %"),
    ("On Alpine it is 69.3 MB.", "69.3 MB"),
    ("The modules take 60 MB.", "60 MB"),
    ("nginx's package is about 10 MB.", "10 MB"),
]


def contradictions(text: str) -> Sequence[Outcome]:
    """What is said of each figure."""
    assert EXPLAIN.judge is not None
    return EXPLAIN.judge({}, text)


@pytest.mark.parametrize("text", RIGHT)
def test_what_the_image_says_passes(text: str) -> None:
    outcomes = contradictions(text)
    assert outcomes and all(outcome.ok for outcome in outcomes), [o.want for o in outcomes if not o.ok]


@pytest.mark.parametrize(("text", "figure"), WRONG, ids=[text for text, _ in WRONG])
def test_what_it_contradicts_is_flagged_with_the_nearest_figure(text: str, figure: str) -> None:
    flagged = [outcome for outcome in contradictions(text) if not outcome.ok]
    assert [outcome.claim for outcome in flagged] == [f"the figure {figure}"]
    assert "nearest" in flagged[0].want


def test_words_without_figures_are_asked_for_some() -> None:
    (outcome,) = contradictions("It is large because of Debian.")
    assert not outcome.ok and "no figure" in outcome.have


def test_versions_and_bare_numbers_are_no_figures() -> None:
    assert list(figures_in("nginx 1.21.3 on Debian 11 has 6 layers, 15 rows and port 80.")) == []


def test_the_model_answer_has_nothing_flagged() -> None:
    outcomes = contradictions(str(EXPLAIN.truth({})))
    assert len(outcomes) >= 8 and all(outcome.ok for outcome in outcomes)


OTHER = {
    "1,048,576 bytes": "a MiB",
    "1,000,000 bytes": "a MB",
    "133 million bytes": "133MB in words",
    "0B": "as docker prints nothing",
    "0 bytes": "nothing",
    "4,096 bytes": "a block",
    "65,536 bytes": "a block of devicemapper",
    "1 %": "a tolerance",
    "7.1 MB": "nginx's layer on Alpine as it travels, 7,145,966 bytes",
}


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_figures_in_an_exercises_texts_are_known_or_its_own(exercise: Exercise) -> None:
    case = case_for(exercise, "")
    texts = [exercise.question, exercise.explanation, *(hint.text for hint in exercise.hints)]
    texts += [model.parts for model in exercise.wrong_models]
    own = dumps(case)
    for figure in [figure for words in texts for figure in figures_in(written(words, case))]:
        digits = figure.split(" ")[0].replace(",", "")
        mine = digits in own or "shop" in own  # sums of the learner's own image are computed where they are written
        assert mine or figure in OTHER or contradictions(figure)[0].ok, figure


def test_figures_in_the_beliefs_are_known() -> None:
    used = {model.of.id for exercise in EXERCISES for model in exercise.wrong_models}
    for belief in (MISCONCEPTIONS[id] for id in used):
        for figure in figures_in(f"{belief.belief} {belief.instead}"):
            assert figure in OTHER or contradictions(figure)[0].ok, (belief.id, figure)


def test_a_wrong_unit_is_said_as_such() -> None:
    (wrong,) = contradictions("The base takes 69.3 GB.")
    assert "unit" in wrong.want and "69,250,672 bytes" in wrong.want

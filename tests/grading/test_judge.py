"""The judge: evidence in, verdicts out; what it flags, and that nothing hidden comes out of it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from coursekit.errors import ExerciseError
from coursekit.exercises import seeds
from coursekit.grading.classroom.course import NAME, course_secret
from coursekit.grading.classroom.pool import ask
from coursekit.grading.judging.judge import judge
from coursekit.grading.sandbox.boxes import Boxes
from tests.exercises import tiny

SECRET = "ab" * 32
pytestmark = pytest.mark.usefixtures("tiny_exercises")


def row(exercise: str, answer: Any, seed: str = "ada") -> dict[str, Any]:
    return {"exercise": exercise, "seed": seed, "version": "0.1.0", "answer": answer}


def judged(exercise: str, *found: Any, points: float | None = None, student: str = "ada") -> dict[str, Any]:
    """The verdict on what was found of one exercise."""
    points = tiny_points(exercise) if points is None else points
    request = {
        "student": student,
        "secret": SECRET,
        "asked": [{"exercise": exercise, "points": points, "found": list(found)}],
    }
    (verdict,) = judge(request)["verdicts"]
    return dict(verdict)


def tiny_points(exercise: str) -> float:
    return {each.id: each.points for each in tiny.EXERCISES}[exercise]


def right(exercise: str, student: str = "ada") -> Any:
    found = next(each for each in tiny.EXERCISES if each.id == exercise)
    return found.truth(seeds.case_for(found, student))


def test_a_right_answer_gets_its_points_as_a_bare_number() -> None:
    verdict = judged("99-boot", row("99-boot", right("99-boot")))
    assert (verdict["plain"], verdict["flags"]) == ("2", [])


def test_points_that_a_teacher_changed_scale_the_mark() -> None:
    assert judged("99-boot", row("99-boot", right("99-boot")), points=10)["plain"] == "10"
    partly = judged("99-adds-files", row("99-adds-files", ["RUN", "COPY", "ENV"]), points=4)
    assert partly["plain"] == "1.36"  # 0.34 of one point: what is wrong costs more than itself (`guessing`)


@pytest.mark.parametrize(
    ("found", "flag"),
    [
        ([{"exercise": "99-boot", "mark": 2, "answer": float("nan")}], "cannot be read"),
        ([{"exercise": "99-boot", "answer": "x" * 300_000}], "cannot be read"),
        ([row("99-download", 3)], "another exercise"),
        (["2"], "cannot be read"),
        ([{"exercise": "99-boot", "verdict": {"mark": 2}}], None),
        ([], None),
    ],
)
def test_what_is_no_evidence_of_this_exercise_earns_nothing(found: list[Any], flag: str | None) -> None:
    verdict = judged("99-boot", *found)
    assert verdict["plain"] == "0"
    assert [flag in each for each in verdict["flags"]] == ([True] if flag else [])


def test_evidence_that_answers_is_taken_before_an_unanswered_stub() -> None:
    stub = {"exercise": "99-boot", "seed": "ada", "version": ""}
    assert judged("99-boot", stub, row("99-boot", right("99-boot")))["plain"] == "2"


def test_the_first_answer_counts_so_that_two_do_not_buy_a_second_chance() -> None:
    wrong = ["init", "kernel", "bootloader", "firmware"]
    assert judged("99-boot", row("99-boot", wrong), row("99-boot", right("99-boot")))["plain"] == "0"


@pytest.mark.parametrize(
    ("seed", "flagged"), [("ada", False), ("ada ", True), ("Ada", True), ("bob", True), ("", True)]
)
def test_the_variant_that_was_answered_is_judged_and_a_strange_one_flagged(seed: str, flagged: bool) -> None:
    verdict = judged("99-download", row("99-download", right("99-download", seed), seed))
    assert verdict["plain"] == "2"
    assert bool(verdict["flags"]) is flagged


def test_a_function_is_judged_on_inputs_of_the_secret_and_explained_on_open_ones() -> None:
    wrong = "def lookup(layers, name):\n    return layers[0].get(name)\n"
    verdict = judged("99-lookup", {"exercise": "99-lookup", "seed": "ada", "version": "", "source": wrong})
    assert verdict["mark"] < 4 and "Called" in verdict["html"]


def test_a_function_that_knows_the_open_inputs_is_told_no_hidden_one() -> None:
    learned = """
def lookup(layers, name):
    seen = [[{'a': b'top'}, {'a': b'base'}], [{'a': None}, {'a': b'base'}]]
    if layers in seen or repr((layers, name)) in OPEN:
        for layer in layers:
            if name in layer:
                if layer[name] is None:
                    break
                return layer[name]
        raise OSError(2, name)
    return 'guess'
"""
    function = tiny.LOOKUP.function
    assert function is not None
    inputs = function.inputs({}, seeds.practice("99-lookup", "ada"))
    source = f"OPEN = {[repr((list(args[0]), args[1])) for args in inputs]!r}\n{learned}"
    verdict = judged("99-lookup", {"exercise": "99-lookup", "seed": "ada", "version": "", "source": source})
    assert verdict["mark"] < 4
    assert "inputs that you have not seen" in verdict["html"] and "Called" not in verdict["html"]
    assert SECRET not in json.dumps(verdict)


def test_an_exercise_that_nobody_knows_is_one_flag_and_the_others_stand() -> None:
    asked = [
        {"exercise": "nothing", "points": 1, "found": []},
        {"exercise": "99-boot", "points": 2, "found": [row("99-boot", right("99-boot"))]},
    ]
    first, second = judge({"student": "ada", "secret": SECRET, "asked": asked})["verdicts"]
    assert first["flags"] and first["plain"] == "0" and second["plain"] == "2"


@pytest.fixture
def boxes(monkeypatch: pytest.MonkeyPatch) -> Iterator[Boxes]:
    """Judges in processes of their own, who find the tiny exercises too."""
    monkeypatch.setenv("COURSEKIT_EXERCISES", "tests.grading.deadly")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    with Boxes("none") as made:
        yield made


def test_the_judge_is_a_process_of_its_own(boxes: Boxes) -> None:
    asked = [{"exercise": "99-boot", "points": 2, "found": [row("99-boot", right("99-boot"))]}]
    (verdict,) = ask(boxes, {"student": "ada", "secret": SECRET, "asked": asked}, 60)
    assert verdict["plain"] == "2"


def test_an_answer_that_ends_the_judge_is_flagged_and_the_others_are_judged(boxes: Boxes) -> None:
    asked = [
        {"exercise": "99-deadly", "points": 2, "found": [row("99-deadly", 666)]},
        {"exercise": "99-boot", "points": 2, "found": [row("99-boot", right("99-boot"))]},
    ]
    lost, fine = ask(boxes, {"student": "ada", "secret": SECRET, "asked": asked}, 60)
    assert (lost["plain"], fine["plain"]) == ("0", "2")
    assert "ended with 3" in lost["flags"][0] and fine["flags"] == []


def test_a_judge_that_gives_no_verdict_says_why(boxes: Boxes) -> None:
    with pytest.raises(ExerciseError, match="the judge failed: KeyError"):
        ask(boxes, {"student": "ada", "asked": []}, 60)


def test_grading_twice_asks_the_same() -> None:
    source = {
        "exercise": "99-lookup",
        "seed": "ada",
        "version": "",
        "source": "def lookup(layers, name):\n    return b'x'\n",
    }
    assert judged("99-lookup", source) == judged("99-lookup", source)


def test_the_secret_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    first = course_secret(tmp_path)
    assert len(first) == 32 and course_secret(tmp_path) == first
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_many_graders_that_begin_at_once_share_one_secret(tmp_path: Path) -> None:
    program = """
import sys
from collections.abc import Iterator
from pathlib import Path
from coursekit.grading.sandbox.boxes import Boxes
from coursekit.grading.classroom.course import course_secret
print(course_secret(Path(sys.argv[1])).hex())
"""
    started = [
        subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    said = {process.communicate()[0] for process in started}
    assert len(said) == 1 and len(said.pop().strip()) == 64


@pytest.mark.parametrize("text", ["", "zz", "ab"])
def test_a_spoiled_secret_is_named_and_kept(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    with pytest.raises(ExerciseError, match="secret"):
        course_secret(tmp_path)
    assert (tmp_path / NAME).read_text() == text

"""check, hint, question, start in a learner's folder: what they show, keep, and withstand."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import coursekit as ck
from coursekit.errors import ExerciseError
from coursekit.exercises import catalogue, session, wide_marks
from coursekit.exercises.evidence import MIME
from coursekit.exercises.model import Exercise
from coursekit.exercises.report import text
from coursekit.exercises.sheets import spec
from tests.exercises import tiny
from tests.exercises.test_plain import UNREADABLE


@pytest.fixture(autouse=True)
def learner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_exercises: None) -> Path:
    """A fresh folder and home; the catalogue holds the tiny exercises."""
    for name in ("JUPYTERHUB_USER", "COURSEKIT_STUDENT", "NBGRADER_EXECUTION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(session, "_session", None)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process opens the same notebook."""
    monkeypatch.setattr(session, "_session", None)


def test_start_says_who_and_records_it(learner: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ck.start("99-tiny", " ada ")
    assert capsys.readouterr().out == "99-tiny: 7 exercises, 17 points, the variants of 'ada'.\n"
    assert json.loads((learner / "answers.json").read_text()) == {"student": "ada", "answers": {}}
    assert (learner / "answers.json").stat().st_mode & 0o777 == 0o644


def test_what_a_teacher_chose_is_what_is_counted_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    ck.weigh(drop=["99-words"], points={"99-boot": 40})
    ck.start("99-tiny", "ada")
    words = tiny.EXERCISES[[each.id for each in tiny.EXERCISES].index("99-words")]
    assert capsys.readouterr().out.startswith(f"99-tiny: 6 exercises, {17 - words.points + 40 - tiny.BOOT.points:g} p")
    assert "40 points" in ck.question("99-boot").note
    assert ck.check("99-boot", ["nope"]).verdict.points == 40
    rows = {row["id"]: row["points"] for row in ck.progress().to_json()}
    assert "99-words" not in rows and rows["99-boot"] == 40
    ck.weigh(points={"99-boot": 0})
    assert ck.check("99-boot", ["nope"]).verdict.mark == 0


def test_what_a_teacher_clicks_in_a_source_notebook_stays_out_of_the_course(
    learner: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (learner / "nbgrader_config.py").touch()
    for place, cell in (("source/99-tiny", "### BEGIN SOLUTION"), ("submitted/ada/99-tiny", "answer = 1")):
        folder = learner / place
        folder.mkdir(parents=True)
        (folder / "99-tiny.ipynb").write_text(cell)
        monkeypatch.chdir(folder)
        again(monkeypatch)
        ck.start("99-tiny", "teacher")
        assert session.current().who() == "teacher"
        assert (folder / "answers.json").exists() == ("submitted" in place)
    assert (learner / "home" / "sources" / "99-tiny" / "answers.json").is_file()


def test_start_of_a_lesson_that_is_misspelt_names_those_that_are(
    learner: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ck.start("99")
    said = capsys.readouterr().out
    assert said.startswith("There is no lesson '99' with exercises; the lessons are 00-start, ")
    assert said.endswith(", 99-tiny.\n")


def test_start_without_an_id_uses_what_is_recorded_then_the_hub(learner: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_USER", "hub-user")
    ck.start("99-tiny")
    assert session.current().who() == "hub-user"
    again(monkeypatch)
    monkeypatch.setenv("JUPYTERHUB_USER", "teacher")
    ck.start("99-tiny")
    assert session.current().who() == "hub-user"


def test_an_id_that_is_no_text_is_refused() -> None:
    with pytest.raises(ExerciseError, match="at most 64"):
        ck.start("99-tiny", "x" * 65)


def test_a_report_shows_a_bare_mark_feedback_and_evidence() -> None:
    ck.start("99-tiny", "ada")
    case = ck.case("99-download")
    shown = ck.check("99-download", sum(case["compressed"]))._repr_mimebundle_()
    assert shown["text/plain"] == "2"
    assert "A pull transfers the compressed blobs" in shown["text/html"]
    assert shown[MIME] == {
        "exercise": "99-download",
        "seed": "ada",
        "version": ck.__version__,
        "answer": sum(case["compressed"]),
    }


ODD: dict[str, Callable[[], Any]] = UNREADABLE | {
    "stub": lambda: ...,
    "none": lambda: None,
    "bytes": lambda: b"\xff",
    "lone surrogate": lambda: "\ud800\x00",
    "negative": lambda: -1,
    "true": lambda: True,
    "empty table": lambda: {"x": {}},
}


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("exercise", [each.id for each in tiny.EXERCISES])
def test_check_never_raises_whatever_the_answer_is(exercise: str, kind: str) -> None:
    shown = ck.check(exercise, ODD[kind]())._repr_mimebundle_()
    assert shown["text/plain"] == "0"
    shown["text/html"].encode()
    json.dumps(shown[MIME])


def test_an_unsolved_stub_is_friendly() -> None:
    report = ck.check("99-boot", ...)
    assert report.mark == 0 and "Not answered yet" in report._repr_html_()
    assert session.current().progress.of("99-boot").attempts == 0


def test_markup_in_an_answer_is_escaped() -> None:
    page = ck.check("99-words", "<img src=x onerror=alert(1)> 133 GB")._repr_html_()
    assert "<img" not in page
    wrong = ck.check("99-adds-files", ["<script>"])._repr_html_()
    assert "<script>" not in wrong and "&lt;script&gt;" in wrong


def test_a_kept_answer_is_checked_without_giving_it_again(learner: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ck.start("99-tiny", "ada")
    line = ck.keep("99-boot", ["firmware", "bootloader", "kernel", "init"])
    assert line == "answer_99_boot = ['firmware', 'bootloader', 'kernel', 'init']"
    again(monkeypatch)
    assert ck.check("99-boot").mark == 2
    assert ck.check("99-download").verdict.answered is False
    assert ck.keep("99-boot", []) == ""
    assert json.loads((learner / "answers.json").read_text())["answers"] == {}
    with pytest.raises(ExerciseError, match="cannot be saved"):
        ck.keep("99-boot", object())


def test_a_spoiled_answers_file_is_begun_anew(learner: Path) -> None:
    (learner / "answers.json").write_text("{")
    ck.start("99-tiny", "ada")
    assert json.loads((learner / "answers.json").read_text())["student"] == "ada"


def test_an_answers_file_that_cannot_be_written_costs_only_the_file(
    learner: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*args: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("coursekit.exercises.answers.replace", full)
    monkeypatch.setattr("coursekit.exercises.progress.put", full)
    ck.start("99-tiny", "ada")
    assert ck.check("99-boot", ["firmware", "bootloader", "kernel", "init"]).mark == 2
    assert "No space left" in capsys.readouterr().out
    assert list(learner.iterdir()) in ([], [learner / "home"])


def test_hints_go_from_question_to_pointer_and_answer_what_was_tried() -> None:
    ck.start("99-tiny", "ada")
    ck.check("99-download", sum(ck.case("99-download")["unpacked"]))
    first, second, third, after = (ck.hint("99-download") for _ in range(4))
    assert first.text.startswith("You added up unpacked files")
    assert second.text.startswith("Which bytes") and third.text.startswith("Add the")
    assert after.note == "All 3 hints."


def test_progress_survives_a_restart(monkeypatch: pytest.MonkeyPatch) -> None:
    ck.check("99-boot", ["firmware", "bootloader", "kernel", "init"])
    ck.check("99-boot", ["init", "kernel", "bootloader", "firmware"])
    again(monkeypatch)
    tried = session.current().progress.of("99-boot")
    assert (tried.attempts, tried.best) == (2, 2)


def test_a_grader_writes_no_progress(learner: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    ck.check("99-boot", ["firmware"])
    assert not (learner / "home").exists()


def test_a_question_shows_the_variant_and_how_to_answer() -> None:
    ck.start("99-tiny", "ada")
    asked = ck.question("99-owners").text
    assert all(f"'{name}': {{'layer': ...}}" in asked for name in ck.case("99-owners")["base"])
    assert "Answer with the list of all keys" in ck.question("99-boot").text
    assert "<pre" in ck.question("99-owners")._repr_html_()


def test_a_learners_function_is_found_by_its_cell_and_judged_by_its_source(learner: Path) -> None:
    path = learner / "cell.py"
    path.write_text(tiny.LOOKUP.truth({}))
    namespace: dict[str, Any] = {}
    exec(compile(path.read_text(), str(path), "exec"), namespace)
    report = ck.check("99-lookup", namespace["lookup"])
    assert report.mark == 4
    assert report._repr_mimebundle_()[MIME]["source"] == path.read_text()


def test_a_function_without_source_is_told_so() -> None:
    namespace: dict[str, Any] = {}
    exec("def lookup(layers, name): return 1", namespace)
    assert "cannot be found" in ck.check("99-lookup", namespace["lookup"])._repr_html_()


def test_an_exercise_that_does_not_exist_is_named_with_its_neighbours() -> None:
    with pytest.raises(ExerciseError, match="Did you mean '99-boot'"):
        ck.check("99-boots", 1)


def test_words_show_the_rubric_and_a_model_answer_only_once_written() -> None:
    assert "model answer" not in ck.check("99-words", ...)._repr_html_()
    page = ck.check("99-words", "The base, 133 GB")._repr_html_()
    assert "names the base" in page and "A model answer" in page and "133 MB" in page


def test_the_catalogue_lists_what_exercises_json_prints() -> None:
    row = catalogue.row(tiny.DOWNLOAD)
    assert list(row) == ["id", "lesson", "kind", "points", "hints", "misconceptions", "variants"]
    assert row["variants"] == 64 and row["misconceptions"] == ["docker-images-size-travels"]


def test_a_report_reads_in_a_terminal_too() -> None:
    ck.start("99-tiny", "ada")
    said = text(ck.check("99-download", sum(ck.case("99-download")["unpacked"])))
    assert said.splitlines()[0] == "✗ Not yet: 0 of 2 points · What a pull transfers"
    assert (
        "This is how somebody answers who believes: The size that `docker images` shows is what a pull transfers."
        in said
    )
    assert "<" not in said


def test_outside_a_kernel_a_question_is_words() -> None:
    assert set(ck.question("99-boot")._repr_mimebundle_()) == {"text/plain", "text/html"}


def test_a_kept_answer_counts_where_the_stub_still_stands() -> None:
    ck.keep("99-boot", ["firmware", "bootloader", "kernel", "init"])
    assert ck.check("99-boot", ...).mark == 2
    assert ck.check("99-boot", ["init", "kernel", "bootloader", "firmware"]).mark == 0


@pytest.mark.parametrize("exercise", tiny.EXERCISES, ids=lambda exercise: exercise.id)
def test_every_form_is_plain_data_for_a_sheet(exercise: Exercise) -> None:
    form = spec(exercise.shape(ck.case(exercise.id)))
    assert (form is None) == (exercise.function is not None)
    assert json.loads(json.dumps(form)) == form


def test_a_cell_with_chinese_quotes_is_told_what_to_write(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = pytest.importorskip("IPython.core.interactiveshell").InteractiveShell()
    monkeypatch.setattr(wide_marks.following, "shell", lambda: shell)
    wide_marks.watch()
    wide_marks.watch()
    shell.run_cell("answer = “base”", store_history=False)
    assert capsys.readouterr().out.count('Write " in its place') == 1
    for cell, wanted in (
        ("a = １", "Write 1 in"),
        ("a =\u30001", "A wide blank"),
        ('a = "b”', 'Write " in'),
        ("a = 1 ＋ 2", "Write + in"),
    ):
        shell.run_cell(cell, store_history=False)
        assert capsys.readouterr().out.count(wanted) == 1
    shell.run_cell("answer = ", store_history=False)
    assert "in its place" not in capsys.readouterr().out

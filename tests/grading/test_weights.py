"""exercises.toml: a teacher leaves exercises out and gives others other points, or is told what is wrong."""

from pathlib import Path

import pytest

from coursekit.cli.teaching import answers, preview
from coursekit.errors import ExerciseError
from coursekit.grading.classroom.release import SOURCES
from coursekit.grading.classroom.weights import NAME, TEMPLATE, Weights, weighed, weights_in
from coursekit.grading.judging.notebook import grade_id, load, nbgrader

CHOICE = 'drop = ["alpine-beside"]\n[points]\nledger-133 = 10\n'


def test_without_a_file_and_with_the_template_all_stays(tmp_path: Path) -> None:
    assert weights_in(tmp_path) == Weights()
    (tmp_path / NAME).write_text(TEMPLATE)
    cells = load(SOURCES / "06-nginx-133mb" / "06-nginx-133mb.ipynb")["cells"]
    assert weighed(cells, weights_in(tmp_path)) == cells


def test_an_exercise_goes_with_its_question_and_answer_and_another_weighs_more(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(CHOICE)
    cells = load(SOURCES / "06-nginx-133mb" / "06-nginx-133mb.ipynb")["cells"]
    kept = weighed(cells, weights_in(tmp_path))
    assert len(kept) == len(cells) - 3 and not [cell for cell in kept if "alpine-beside" in cell["id"]]
    opening = "".join(kept[0]["source"])
    assert "question), [`shrink-plan`](" in opening and "alpine-beside" not in opening
    (ledger,) = (cell for cell in kept if grade_id(cell) == "ledger-133")
    assert nbgrader(ledger)["points"] == 10
    (begun,) = (cell for cell in kept if cell["id"] == "start")
    said = "ck.weigh(drop=['alpine-beside'], points={'ledger-133': 10})\nck.start(\"06-nginx-133mb\")"
    assert "".join(begun["source"]).endswith(said)
    other = load(SOURCES / "05-sharing" / "05-sharing.ipynb")["cells"]
    assert weighed(other, weights_in(tmp_path)) == other


def test_an_objective_without_exercises_goes_and_what_waits_for_one_too(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text('drop = ["ledger-133", "two-images"]')
    cells = load(SOURCES / "06-nginx-133mb" / "06-nginx-133mb.ipynb")["cells"]
    kept = weighed(cells, weights_in(tmp_path))
    assert {cell["id"] for cell in cells} - {cell["id"] for cell in kept} >= {"chart-ledger", "ledger-133-question"}
    opening = "".join(kept[0]["source"])
    assert "two facts" not in opening and "`explain-133`" in opening


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("drop = [", "cannot be read"),
        ('drop = ["nope"]', "'nope', which is no exercise"),
        ("weights = 1", "'weights'"),
        ("[points]\nledger-133 = -1", "number from 0 on"),
        ('drop = "all"', "is a list"),
        ("[points]\nledger-133 = true", "number from 0 on"),
    ],
)
def test_a_wrong_file_is_told(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / NAME).write_text(text)
    with pytest.raises(ExerciseError, match=complaint):
        weights_in(tmp_path)


def test_preview_and_answers_follow_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / NAME).write_text(CHOICE)
    monkeypatch.chdir(tmp_path)
    for verb in (preview, answers):
        verb.main(["06-nginx-133mb"], standalone_mode=False)
        said = capsys.readouterr().out
        assert "== ledger-133: The ledger of 133,277,153 bytes (10 points) ==" in said and "alpine-beside" not in said

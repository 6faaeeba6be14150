"""What nbgrader is configured to do: the steps in their order, and the course secret out of every repository."""

import subprocess
from pathlib import Path

import pytest
from traitlets.config import Config

from coursekit.classroom import make_course
from coursekit.errors import ExerciseError
from coursekit.grading import nbgrader
from coursekit.grading.classroom.batch import Class
from coursekit.grading.classroom.course import NAME

REPOSITORY = Path(__file__).parents[2]


def names(steps: list[type]) -> list[str]:
    return [step.__name__ for step in steps]


def test_verdicts_stand_between_the_run_and_the_gradebook() -> None:
    config = Config()
    nbgrader.configure(config)
    steps = names(config.Autograde.autograde_preprocessors)
    assert steps.index("Run") < steps.index("LimitOutput") < steps.index("Judge") < steps.index("SaveAutoGrades")
    assert steps.index("SaveAutoGrades") < steps.index("Flag")
    assert names(config.Autograde.sanitize_preprocessors)[:2] == ["KeepSaved", "ClearOutput"]
    assert names(config.GenerateFeedback.HTMLExporter.preprocessors)[0] == "HideFlags"


def test_no_step_of_nbgraders_own_is_left_out() -> None:
    from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback

    config = Config()
    nbgrader.configure(config)
    ours = {
        (Autograde, "autograde_preprocessors"): {
            "Execute": "Run",
            "ClearMetadataPreprocessor": None,
            "CheckCellMetadata": "CheckMetadata",
        },
        (Autograde, "sanitize_preprocessors"): {
            "DeduplicateIds": "OneOfEach",
            "OverwriteCells": "Restore",
            "CheckCellMetadata": "CheckMetadata",
        },
        (GenerateAssignment, "preprocessors"): {
            "ClearSolutions": "Stubs",
            "InstantiateTests": None,
            "SaveCells": "Save",
        },
        (GenerateFeedback, "preprocessors"): {"CSSHTMLHeaderPreprocessor": None},  # the page has a style of its own
    }
    for (converter, trait), replaced in ours.items():
        stock = names(converter.class_traits()[trait].default())
        have = names(config[converter.__name__][trait])
        wanted = [replaced.get(name, name) for name in stock]
        assert [name for name in have if name in wanted] == [name for name in wanted if name is not None]


@pytest.mark.parametrize("name", [NAME, "gradebook.db", "submitted/ada/x", "autograded/x", "release/x", "feedback/x"])
def test_what_a_class_makes_stays_out_of_git(name: str, tmp_path: Path) -> None:
    if not (REPOSITORY / ".git").exists():
        pytest.skip("this is no clone")
    make_course(tmp_path / "class")
    subprocess.run(["git", "init", "-q", str(tmp_path / "class")], check=True)
    for place in (REPOSITORY, tmp_path / "class"):
        done = subprocess.run(["git", "-C", str(place), "check-ignore", "-q", name], check=False)
        assert done.returncode == 0, f"{name} in {place}"


def test_a_misspelt_lesson_and_a_wrong_place_are_told_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ExerciseError, match="is no course directory"):
        Class("05-sharing", print)
    assert capsys.readouterr().err == ""
    make_course(tmp_path / "mine")
    monkeypatch.chdir(tmp_path / "mine")
    with pytest.raises(ExerciseError, match=r"no lesson '6' with exercises; there are 00-start, "):
        Class("6", print).students()
    with pytest.raises(ExerciseError, match="nobody has submitted 05-sharing in "):
        Class("05-sharing", print).students()

"""The catalogue takes a teacher's own exercises, or says why it cannot."""

from pathlib import Path

import pytest

from coursekit.errors import ExerciseError
from coursekit.exercises import catalogue


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (None, "names 'mine_own': No module named 'mine_own'. It should be a module with a list EXERCISES"),
        ("EXERCISE = 1", "has no attribute 'EXERCISES'. It should be"),
    ],
)
def test_a_module_of_ones_own_that_lists_no_exercises_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None, complaint: str
) -> None:
    name = "mine_own" if text is None else "mine_empty"
    if text is not None:
        (tmp_path / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv(catalogue.OWN, name)
    with pytest.raises(ExerciseError, match=complaint):
        catalogue._exercises.__wrapped__("en")


def test_a_module_of_ones_own_joins_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(catalogue.OWN, "tests.exercises.tiny")
    assert {"99-boot", "download-size"} <= set(catalogue._exercises.__wrapped__("en"))

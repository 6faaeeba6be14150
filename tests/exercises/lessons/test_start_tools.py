"""Lesson 00's picture holds every layer that can be picked, and its look-up ends where the truth says."""

import pytest

from coursekit.diagrams.guess import boxes_of
from coursekit.exercises import catalogue
from coursekit.exercises.forms import Pick
from coursekit.exercises.seeds import case_for, practice

TRY_PICK = catalogue.exercise("try-pick")


@pytest.mark.parametrize("seed", [f"student-{n}" for n in range(20)])
def test_every_layer_can_be_picked(seed: str) -> None:
    case = case_for(TRY_PICK, seed)
    form = TRY_PICK.shape(case)
    assert isinstance(form, Pick)
    scene = form.scene()
    assert set(boxes_of(scene, form.items, form.view)) == set(form.items)
    assert any(f"{case['holders'][0]} has {case['path']}" in frame.caption for frame in scene.frames)


@pytest.mark.parametrize("seed", [f"student-{n}" for n in range(5)])
def test_an_empty_file_is_a_file_too(seed: str) -> None:
    function = catalogue.exercise("try-function").function
    assert function is not None

    def by_content(layers: list[dict[str, str]], path: str) -> int | None:
        return next((at for at, layer in enumerate(layers) if len(layer.get(path, "")) > 0), None)

    calls = function.inputs({}, practice("try-function", seed))
    assert any(by_content(*args) != function.reference(*args) for args in calls)

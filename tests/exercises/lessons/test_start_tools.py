"""Lesson 00's picture holds every layer that can be picked, and its look-up ends where the truth says."""

import pytest

from coursekit.diagrams.guess import boxes_of
from coursekit.exercises import catalogue
from coursekit.exercises.forms import Pick
from coursekit.exercises.seeds import case_for

TRY_PICK = catalogue.exercise("try-pick")


@pytest.mark.parametrize("seed", [f"student-{n}" for n in range(20)])
def test_every_layer_can_be_picked(seed: str) -> None:
    case = case_for(TRY_PICK, seed)
    form = TRY_PICK.shape(case)
    assert isinstance(form, Pick)
    scene = form.scene()
    assert set(boxes_of(scene, form.items, form.view)) == set(form.items)
    assert any(f"{case['holders'][0]} has {case['path']}" in frame.caption for frame in scene.frames)

"""What a sheet is sent of a form; of a pick, a picture that gives nothing away before the prediction."""

import pytest

from coursekit.exercises.forms import Choose, Pick, Text
from coursekit.exercises.sheets import picture, spec
from tests.exercises import tiny

LAYERS = Pick({"app": "the app", "base": "the base"}, tiny.picture, many=False)
PATHS = Pick({"/etc/hosts": "hosts", "/app/old.js": "old"}, tiny.picture)
UPPER = Pick({"/etc/hosts": "hosts", "/app/old.js": "old"}, tiny.picture, view="upperdir")


def test_a_choice_has_no_picture() -> None:
    assert picture(Choose({"a": "A"})) == picture(Text()) == picture(None) == ""


@pytest.mark.parametrize(
    ("form", "boxes"),
    [
        (LAYERS, ["layer-1", "layer-2"]),
        (PATHS, ["merged/etc/hosts", "merged/app/old.js"]),
        (UPPER, ["upperdir/etc/hosts", "upperdir/app/old.js"]),
        (Pick({"2/etc/hosts": "the tile"}, tiny.picture()), ["2/etc/hosts"]),
    ],
)
def test_each_key_has_its_box_in_the_first_frame(form: Pick, boxes: list[str]) -> None:
    sent = spec(form)
    assert sent is not None
    assert [box for _, _, box in sent["options"]] == boxes
    assert set(boxes) <= {part["id"] for part in sent["scene"]["frames"][0]["set"]}


def test_before_the_pick_the_merged_view_says_nothing() -> None:
    sent = spec(PATHS)
    assert sent is not None
    first, *between, last = sent["scene"]["frames"]
    merged = [part for part in first["set"] if part["id"].startswith("merged/")]
    assert {part["text"] for part in merged} == {"?"} and {part["tone"] for part in merged} == {"merged"}
    assert not any(part.get("hidden") for part in first["set"])
    told = [
        [part.get("text") for part in frame.get("set", ()) if part["id"].startswith("merged/")] for frame in between
    ]
    assert not any(told), "the result comes at the last step"
    assert {part.get("text") for part in last["set"]} >= {"hosts", "no such file"}


def test_without_a_browser_only_the_question_is_seen() -> None:
    shown = picture(PATHS)
    assert shown.startswith("<svg") and "?" in shown and "no such file" not in shown


def test_a_key_that_names_no_box_is_an_error_of_the_author() -> None:
    with pytest.raises(KeyError, match="no box 'nowhere'"):
        spec(Pick({"nowhere": "x"}, tiny.picture))

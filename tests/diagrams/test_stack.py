"""Events replayed over layers give, step by step, the stack that a process looks at."""

import pytest

from coursekit import events
from coursekit.diagrams.columns import touched
from coursekit.diagrams.picture import stack_scene
from coursekit.diagrams.scene import Box, Frame, words
from coursekit.fs.node import WHITEOUT, Directory, Metadata
from coursekit.layers.layer import Layer

BASE = Layer.of({"/etc/hosts": "127.0.0.1", "/app/old.js": "old"})
APP = Layer.of({"/app/main.js": "main"})
NAMES = ["container layer", "app", "base"]


def box(frame: Frame, ident: str) -> Box | None:
    return next((each for each in frame.boxes if each.id == ident), None)


def test_a_copy_up_puts_a_tile_in_the_upperdir_and_leaves_the_original_hidden() -> None:
    happened = [events.CopiedUp(path="/etc/hosts", from_layer=2, size=9)]
    scene = stack_scene([APP, BASE], happened=happened, names=NAMES)
    before, after = scene.frames
    assert box(before, "0/etc/hosts") is None
    assert not box(before, "2/etc/hosts").hidden
    assert box(after, "0/etc/hosts").fresh
    assert box(after, "2/etc/hosts").hidden
    assert box(after, "merged/etc/hosts").tone == "container"
    assert [arrow.label for arrow in after.arrows] == ["copy-up · 9 B"]


def test_a_whiteout_hides_the_file_and_the_merged_view_says_so() -> None:
    scene = stack_scene([APP, BASE], happened=[events.WhitedOut(path="/app/old.js")], names=NAMES)
    last = scene.frames[-1]
    assert box(last, "0/app/old.js").role == "whiteout"
    assert box(last, "2/app/old.js").hidden
    assert box(last, "merged/app/old.js").text == "no such file"
    assert "nothing was freed" in last.caption


def test_a_whiteout_in_a_middle_layer_hides_what_lies_below_it() -> None:
    middle = Layer.of({"/etc/hosts": WHITEOUT})
    scene = stack_scene([middle, BASE], paths=["/etc/hosts"])
    assert box(scene.frames[0], "merged/etc/hosts").text == "no such file"


def test_an_opaque_directory_hides_its_lower_children() -> None:
    lid = Layer.of({"/app": Directory(Metadata(0o755), opaque=True)})
    scene = stack_scene([lid, BASE], paths=["/app/old.js"])
    assert box(scene.frames[0], "2/app/old.js").hidden
    assert box(scene.frames[0], "merged/app/old.js").text == "no such file"


def test_what_the_upperdir_had_before_the_first_event_is_in_the_first_frame() -> None:
    upper = Layer.of({"/etc/hosts": "mine", "/app/main.js": "new"})
    happened = [events.CopiedUp(path="/app/main.js", from_layer=1, size=4)]
    scene = stack_scene([APP, BASE], upper=upper, happened=happened, paths=["/etc/hosts", "/app/main.js"], names=NAMES)
    assert box(scene.frames[0], "0/etc/hosts") is not None
    assert box(scene.frames[0], "0/app/main.js") is None
    assert box(scene.frames[-1], "0/app/main.js") is not None


def test_directories_that_are_only_passed_get_no_column() -> None:
    happened = [
        events.Probed(path="/etc", layer=0, found="nothing"),
        events.CopiedUp(path="/etc", from_layer=2, size=0),
        events.CopiedUp(path="/etc/hosts", from_layer=2, size=9),
    ]
    assert touched(happened) == ["/etc/hosts"]


@pytest.mark.parametrize("kind", [events.Renamed, events.Linked])
def test_both_names_of_a_rename_and_of_a_link_are_shown(kind: type) -> None:
    upper = Layer.of({"/b": "1"} if kind is events.Renamed else {"/a": "1", "/b": "1"})
    happened = [events.Created(path="/a", kind="file"), kind(source="/a", target="/b")]
    scene = stack_scene([BASE], upper=upper, happened=happened)
    assert box(scene.frames[-1], "0/b") is not None
    assert (box(scene.frames[-1], "0/a") is None) == (kind is events.Renamed)


def test_a_scene_reads_as_numbered_sentences() -> None:
    scene = stack_scene([APP, BASE], happened=[events.Read(path="/etc/hosts", layer=2, size=9)], names=NAMES)
    assert words(scene).splitlines() == [
        "The layer stack",
        "1. A writable layer on 2 read-only layers. A process sees /etc/hosts.",
        "2. 9 B of /etc/hosts are read where they are, in base. Nothing is copied.",
    ]


def test_the_player_is_sent_every_position_zeros_too() -> None:
    sent = stack_scene([APP, BASE], happened=[events.WhitedOut(path="/app/old.js")], names=NAMES).to_json()
    for part in sent["frames"][0]["set"]:
        assert {"id", "role", "x", "y", "width", "height"} <= part.keys()

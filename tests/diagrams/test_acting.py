"""Every operation has a truthful animation, from the events of the engine itself."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import pytest

from coursekit import events
from coursekit.diagrams.picture import MOST_STEPS, stack_scene
from coursekit.diagrams.scene import Box, Frame, Scene
from coursekit.layers.layer import Layer
from coursekit.layers.libc import RENAME_EXCHANGE
from coursekit.vfs.overlay import Overlay

BASE = {"/etc/hosts": "127.0.0.1\n", "/app/old.js": "old", "/app/lib.js": "lib"}
APP = {"/app/main.js": "main", "/app/lib.js": "lib, newer"}


def played(
    do: Callable[[Overlay], object], layers: Sequence[Mapping[str, Any]] = (APP, BASE), options: str = "", **more: Any
) -> Scene:
    heard: list[events.Event] = []
    merged = Overlay(lowerdir=list(layers), emit=heard.append, **({"options": options} if options else {}))
    do(merged)
    assert merged.upper is not None
    return stack_scene(merged.lowerdir, upper=merged.upper.freeze(), happened=heard, **more)


def box(frame: Frame, ident: str) -> Box | None:
    return next((each for each in frame.boxes if each.id == ident), None)


def arrows(scene: Scene) -> list[str]:
    return [arrow.label for frame in scene.frames for arrow in frame.arrows if arrow.label]


def test_a_lookup_falls_and_its_misses_stay_until_it_ends() -> None:
    scene = played(lambda merged: merged.stat("/app/old.js"))
    marks = [[mark.text for mark in frame.marks] for frame in scene.frames]
    assert marks == [[], ["miss"], ["miss", "hit"]]
    depths = [frame.arrows[0].y2 for frame in scene.frames[1:]]
    assert depths == sorted(depths)


def test_a_lookup_that_finds_nothing_says_that_no_layer_is_left() -> None:
    def do(merged: Overlay) -> None:
        with suppress(FileNotFoundError):
            merged.stat("/app/none")

    scene = played(do)
    assert scene.frames[-2].caption == (
        "lowerdir 2 does not have /app/none, and no layer below it is asked. There is no such file."
    )
    assert [mark.text for mark in scene.frames[-1].marks][-1] == "ENOENT"


@pytest.mark.parametrize(
    ("do", "labels"),
    [
        (lambda merged: merged.read_text("/etc/hosts"), ["read · 10 B"]),
        (lambda merged: merged.write_text("/app/new.js", "n"), ["new file", "write · 1 B"]),
        (lambda merged: merged.chmod("/etc/hosts", 0o600), ["copy-up · 10 B", "mode"]),
        (lambda merged: merged.unlink("/app/old.js"), ["whiteout"]),
        (lambda merged: merged.rename("/app/main.js", "/app/start.js"), ["copy-up · 4 B", "rename"]),
        (lambda merged: merged.link("/app/main.js", "/app/also.js"), ["copy-up · 4 B", "same file"]),
        (lambda merged: merged.truncate("/app/main.js", 0), ["copy-up · 4 B", "cut"]),
    ],
    ids=["read", "create", "modify", "delete", "rename", "link", "truncate"],
)
def test_an_operation_is_an_arrow_with_its_price(do: Callable[[Overlay], object], labels: list[str]) -> None:
    assert arrows(played(do)) == labels


def test_a_rename_and_the_whiteout_it_leaves_are_one_step() -> None:
    last = played(lambda merged: merged.rename("/app/main.js", "/app/start.js")).frames[-1]
    assert box(last, "0/app/main.js").role == "whiteout" and box(last, "merged/app/main.js").text == "no such file"
    assert box(last, "0/app/start.js").fresh
    assert "A whiteout takes the old name" in last.caption


def test_a_directory_renamed_by_a_note_has_its_files_where_they_were() -> None:
    def do(merged: Overlay) -> None:
        merged.rename("/app", "/srv")

    layers: Sequence[Mapping[str, Any]] = [{"/app/main.js": "main"}, BASE]
    scene = played(do, layers, options="redirect_dir=on", paths=["/app/lib.js", "/srv/lib.js", "/srv/main.js"])
    last = scene.frames[-1]
    assert "A note in it says where its contents lie below: /app." in last.caption
    assert box(last, "merged/srv/lib.js").over == "/srv" and box(last, "2/srv/lib.js").over == "/app"
    assert box(last, "merged/app/lib.js").text == "no such file"


def test_layers_that_are_not_even_asked_are_said_to_be_skipped() -> None:
    layers: Sequence[Mapping[str, Any]] = [{"/app/a": "1"}, {"/etc/x": "1"}, {"/app/b": "1"}]
    said = [frame.caption for frame in played(lambda merged: merged.read_text("/app/b"), layers).frames]
    assert "lowerdir 1 does not have /app/b. Next is lowerdir 3: the layers between do not even have /app." in said


def test_exchanged_names_change_places() -> None:
    def do(merged: Overlay) -> None:
        merged.rename("/app/main.js", "/etc/hosts", flags=RENAME_EXCHANGE)

    last = played(do).frames[-1]
    assert last.caption == "/app/main.js and /etc/hosts exchange their names, within upperdir."
    assert box(last, "0/app/main.js").role == box(last, "0/etc/hosts").role == "tile"


def test_a_whiteout_above_is_named_where_it_is() -> None:
    last = played(
        lambda merged: merged.rmtree("/usr/share"), [{"/usr/share/doc/x/a": "a"}], paths=["/usr/share/doc/x/a"]
    ).frames[-1]
    assert box(last, "0/usr/share/doc/x/a").text == "/usr/share"


def test_a_listing_goes_through_the_layers_and_says_what_each_adds_hides_or_repeats() -> None:
    def do(merged: Overlay) -> None:
        merged.unlink("/app/old.js")
        merged.write_text("/app/new.js", "n")
        merged.listdir("/app")

    scene = played(do)
    said = {mark.text for frame in scene.frames[-4:] for mark in frame.marks}
    assert said >= {"adds", "hides", "hidden", "already"}
    assert [frame.caption for frame in scene.frames[-4:]] == [
        "readdir /app reads upperdir: its whiteout hides old.js; it adds new.js.",
        "readdir /app reads lowerdir 1: it adds lib.js, main.js.",
        "readdir /app reads lowerdir 2: a layer above hides old.js; a layer above has lib.js already.",
        "/app is listed. The names of upperdir, lowerdir 1, lowerdir 2 are merged, each once.",
    ]
    lit = {each.text for each in scene.frames[-1].boxes if each.id.startswith("merged/") and each.fresh}
    assert lit == {"new.js", "lib.js", "main.js"}


def test_a_commit_puts_the_bracket_of_a_new_image_around_the_container_layer() -> None:
    story = [events.Created(path="/srv/x", kind="file"), events.Committed(diff_id=f"sha256:{'a' * 64}", size=512)]
    scene = stack_scene([Layer.of(BASE)], happened=story)
    before, after = box(scene.frames[-2], "image"), box(scene.frames[-1], "image")
    assert (before.text, after.text) == ("image", "new image")
    assert after.y < before.y and after.y + after.height == before.y + before.height
    assert [mark.text for mark in scene.frames[-1].marks] == ["a new layer"]


def test_an_opaque_directory_is_a_lid_that_shades_what_it_covers() -> None:
    def do(merged: Overlay) -> None:
        merged.rmtree("/app")
        merged.mkdir("/app")
        merged.write_text("/app/main.js", "mine")

    last = played(do, paths=["/app/main.js", "/app/old.js", "/etc/hosts"]).frames[-1]
    lids = [each for each in last.boxes if each.role == "lid"]
    assert [lid.text for lid in lids] == ["opaque: /app"]
    assert box(last, "2/app/old.js").hidden and box(last, "shade/app/old.js").tone == "container"
    assert not box(last, "2/etc/hosts").hidden and box(last, "shade/etc/hosts") is None


def test_a_whiteout_of_a_directory_covers_all_that_is_in_it() -> None:
    last = played(lambda merged: merged.rmtree("/app"), paths=["/app/old.js", "/app/lib.js"]).frames[-1]
    for path in ("/app/old.js", "/app/lib.js"):
        assert (box(last, f"0{path}").text, box(last, f"0{path}").over) == ("/app", "a whiteout on the way")
        assert box(last, f"2{path}").hidden and box(last, f"shade{path}").tone == "gone"


def test_a_thread_leads_from_the_merged_view_to_the_layer_that_answers() -> None:
    scene = played(lambda merged: merged.chmod("/etc/hosts", 0o600))
    before, after = (box(frame, "thread/etc/hosts") for frame in (scene.frames[0], scene.frames[-1]))
    assert before.tone == "layer-0" and after.tone == "container" and after.height < before.height


def test_the_same_lookup_is_shown_once_until_something_changes() -> None:
    def do(merged: Overlay) -> None:
        for _ in range(50):
            merged.stat("/etc/hosts")

    assert len(played(do).frames) == 2


def test_no_event_and_no_path_is_said_in_words() -> None:
    (only,) = stack_scene([Layer.of(BASE)]).frames
    assert only.caption.endswith("Nothing has happened yet, and no path was named.")


def test_paths_beyond_what_can_be_drawn_are_counted() -> None:
    scene = stack_scene([Layer.of(BASE)], paths=[f"/f{n}" for n in range(100)])
    assert "60 more are left out: name those to see." in scene.frames[0].caption


@pytest.mark.parametrize("paths", [["/f"], []], ids=["one path", "no path"])
def test_five_hundred_layers_fit_on_a_page_and_count_all_the_same(paths: list[str]) -> None:
    layers = [Layer.of({f"/g{n}": "x"}) if n < 100 else Layer.of({"/f": f"{n}"}) for n in range(500)]
    scene = stack_scene(layers, paths=paths)
    assert scene.height < 4000
    assert any("too many to draw one by one" in each.sub for each in scene.frames[0].boxes)
    if paths:
        assert box(scene.frames[0], "merged/f").pill == "lowerdir 101"


def test_a_path_that_no_layer_has_is_no_such_file() -> None:
    (only,) = stack_scene([Layer.of(BASE)], paths=["/nowhere/at/all"]).frames
    assert box(only, "merged/nowhere/at/all").text == "no such file"


def test_a_long_story_shares_its_boxes_and_leaves_out_its_beginning() -> None:
    story: list[events.Event] = []
    for n in range(MOST_STEPS // 2 + 1000):
        path = f"/d{n % 30}/f"
        story += [events.Created(path=path, kind="file"), events.Removed(path=path)]
    scene = stack_scene([Layer.of(BASE)], happened=story)
    assert len(scene.frames) == MOST_STEPS + 1
    assert scene.frames[0].caption.startswith("2,000 earlier steps are left out")
    distinct = {id(each) for frame in scene.frames for each in frame.boxes}
    assert len(distinct) < 10 * len(scene.frames)


def test_upperdir_before_the_story_is_told_by_the_story_itself() -> None:
    upper = Layer.of({"/new/name": "1"})
    story = [events.Renamed(source="/new/old", target="/new/name")]
    first, last = stack_scene([Layer.of(BASE)], upper=upper, happened=story).frames
    assert box(first, "0/new/old") and not box(first, "0/new/name")
    assert box(last, "0/new/name") and not box(last, "0/new/old")

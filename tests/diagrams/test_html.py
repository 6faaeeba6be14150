"""The engine's own objects have a picture: a container plays its events, a published image shows its layers."""

import sys
from collections.abc import Callable
from types import ModuleType

import pytest

import coursekit as ck
from coursekit.container.container import run
from coursekit.diagrams.html import html, scene_of
from coursekit.image.make_image import build_image


def test_a_container_plays_what_was_done_to_it() -> None:
    web = ck.run(ck.Image.open("debian-nginx:bullseye"), name="web")
    web.exec("echo hi >> /etc/nginx/nginx.conf; rm /etc/motd")
    said = [frame.caption for frame in scene_of(web).frames]
    assert any(line.startswith("Copy-up: /etc/nginx/nginx.conf") for line in said)
    assert "A whiteout in container layer now hides /etc/motd" in said[-1]
    assert 'role="img"' in web._repr_html_()


def test_layers_that_hold_nothing_shown_share_one_thin_slab() -> None:
    scene = scene_of(ck.Image.open("debian-nginx:bullseye"), "/etc/os-release")
    thin = [box.title for box in scene.frames[0].boxes if box.role == "band"]
    assert len(thin) == 1
    assert "COPY docker-ent" in thin[0] or "RUN rm" in thin[0]


def test_a_published_image_shows_its_layers_without_files() -> None:
    shown = html(ck.Image.open("nginx:1.21.3"))
    assert "69.3 MB" in shown
    assert "64 MB" in shown


def test_an_overlay_and_a_layer_have_a_picture() -> None:
    merged = ck.Overlay(lowerdir=[{"/etc/hosts": "top"}, {"/etc/hosts": "base"}])
    merged.unlink("/etc/hosts")
    assert "no such file" in html(merged)
    assert "/etc/motd" in html(ck.Layer.of({"/etc/motd": "x"}))


def test_in_a_notebook_an_overlay_remembers_what_was_done_so_that_it_can_be_stepped_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pyodide_kernel", ModuleType("pyodide_kernel"))  # as in JupyterLite
    merged = ck.Overlay(lowerdir=[{"/etc/hosts": "top"}, {"/etc/hosts": "base", "/etc/motd": "hi"}])
    merged.unlink("/etc/hosts")
    said = [frame.caption for frame in scene_of(merged).frames]
    assert len(said) > 2 and "A whiteout in upperdir now hides /etc/hosts" in said[-1]


def test_a_part_of_a_story_is_shown_on_the_stack_as_it_was_then() -> None:
    web = ck.run(ck.Image.open("debian-nginx:bullseye"), name="web")
    web.exec("echo hi >> /etc/motd")
    told = len(web.events)
    web.exec("rm /etc/motd")
    first, last = scene_of(web.events[:told]), scene_of(web.events[told:])
    assert scene_of(web.events).frames[-1].caption == last.frames[-1].caption
    before, after = ({box.id: box for box in frame.boxes} for frame in (first.frames[-1], last.frames[0]))
    assert before["0/etc/motd"].role == after["0/etc/motd"].role == "tile"
    assert "0/etc/motd" not in {box.id for box in first.frames[0].boxes}
    assert "<svg" in web.events[told:]._repr_html_()
    assert type(web.events[::2]) is list


def test_an_empty_list_of_events_says_so_and_shows_what_stands() -> None:
    empty = "The list of events is empty, so there is nothing to play. As it stands: "
    merged = ck.Overlay(lowerdir=[{"/a": "1"}])
    for scene in (scene_of(merged.events), scene_of(merged.events[3:3], "/a"), ck.scenes.events([], [{"/a": "1"}])):
        (only,) = scene.frames
        assert only.caption.startswith(empty) and "A process sees /a" in only.caption
        assert "merged/a" in {box.id for box in only.boxes}


def test_elsewhere_nobody_listens() -> None:
    merged = ck.Overlay(lowerdir=[{"/etc/hosts": "top"}])
    merged.unlink("/etc/hosts")
    assert merged.emit is None and not merged.events


def test_a_scene_shows_itself() -> None:
    scene = scene_of(ck.Layer.of({"/etc/motd": "x"}))
    shown = scene._repr_mimebundle_()
    assert scene_of(scene) is scene
    assert "<svg" in shown["text/html"] and shown["text/plain"].startswith("One layer\n1. ")
    assert repr(scene) == "<Scene 'One layer', 1 step>"


def test_what_has_no_picture_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match="int has no picture; an Overlay"):
        scene_of(3)


@pytest.mark.parametrize(
    "make",
    [
        lambda: build_image(None, [], config={"Cmd": ["sh"]}),
        lambda: run(build_image(None, [], config={"Cmd": ["sh"]}), name="bare"),
    ],
    ids=["image", "container"],
)
def test_an_image_without_layers_has_a_picture_too(make: Callable[[], object]) -> None:
    assert "<svg" in html(make())

"""What the player sends to the browser, and what stands where no browser runs it."""

from typing import Any

import pytest

from coursekit import Image, Layer, Overlay, run
from coursekit.diagrams.scene import Box, Detail, Frame, Scene
from coursekit.diagrams.scenes import page_cache
from coursekit.widgets import player as players
from coursekit.widgets.player import Player
from coursekit.widgets.show import absolute, show


def scene(frames: int = 3, boxes: int = 2) -> Scene:
    tiles = tuple(Box(id=f"b{n}", role="tile", x=0.0, y=0.0, width=1.0, height=1.0, text="<i>") for n in range(boxes))
    shown = tuple(Frame(caption=f"step <b>{n}</b>", boxes=tiles) for n in range(frames))
    return Scene(title="<script>alert(1)</script>", width=10.0, height=10.0, frames=shown)


def test_it_opens_on_its_first_step_and_keeps_to_the_steps_there_are() -> None:
    player = Player(scene())
    assert player.step == 0
    player.step = 99
    assert player.step == 2
    player.step = -5
    assert player.step == 0
    assert Player(scene(), step=1).step == 1


def test_without_a_browser_the_step_is_a_figure_with_words_and_markup_is_text() -> None:
    shown = Player(scene(), step=1)._repr_mimebundle_()
    html = (shown[0] if isinstance(shown, tuple) else shown)["text/html"]
    assert html.startswith("<figure") and "step &lt;b&gt;2&lt;/b&gt;" in html and "<script>" not in html
    assert "application/vnd.jupyter.widget-view+json" in (shown[0] if isinstance(shown, tuple) else shown)


def test_a_turned_knob_brings_the_scene_of_the_engine_at_its_last_step() -> None:
    player = Player(page_cache("overlay2", 2))
    player._heard(player, {"turn": {"driver": "btrfs"}}, [])
    player._heard(player, {"turn": {"containers": 3}}, [])
    assert player.step == 4 and player.data["frames"][-1]["caption"].startswith("btrfs: 3 containers, 3 copies")
    assert [knob["value"] for knob in player.data["knobs"]] == ["btrfs", 3, 3_000_000]
    before = player.data
    for nonsense in ({"driver": "none"}, {"containers": True}, {"other": 1}, {"containers": [1]}):
        player._heard(player, {"turn": nonsense}, [])
    player._heard(player, {"turn": 3}, [])
    assert player.data == before


@pytest.mark.parametrize(("most", "value"), [("MOST_BOXES", 1), ("MOST_FRAMES", 2)])
def test_what_no_page_could_hold_is_not_sent(monkeypatch: pytest.MonkeyPatch, most: str, value: int) -> None:
    monkeypatch.setattr(players, most, value)
    player = Player(scene())
    assert "too large to draw" in player.notice and "frames" not in player.data
    shown: Any = player._repr_mimebundle_()
    assert "too large to draw" in (shown[0] if isinstance(shown, tuple) else shown)["text/html"]


def test_the_kernel_answers_for_what_did_not_come_with_the_scene() -> None:
    player = Player(scene(), ask=lambda about: Detail(title=about, contents="x"))
    sent: list[Any] = []
    player.send = sent.append
    player._heard(player, {"ask": "/etc/hosts"}, [])
    player._heard(player, {"ask": 3}, [])
    player._heard(player, "nonsense", [])
    assert sent == [{"about": "/etc/hosts", "detail": {"title": "/etc/hosts", "contents": "x"}}]


@pytest.mark.parametrize("thing", [Overlay(lowerdir=[{"/a": "1"}]), Layer.of({"/a": "1"}), Image.open("teach/app:1")])
def test_a_path_in_no_layer_is_said_above_the_picture(thing: Any) -> None:
    assert "/no/such is in no layer" in show(thing, "/no/such").notice
    assert show(thing).notice == ""


def test_a_path_is_taken_from_the_root_however_it_is_written() -> None:
    assert absolute("etc//hosts/") == "/etc/hosts" and absolute("") == "/"
    with pytest.raises(TypeError, match="a path is text"):
        show(Layer.of({"/a": "1"}), 3)  # type: ignore[arg-type]


def test_a_file_that_was_only_looked_for_is_no_unknown_path() -> None:
    web = run(Image.open("teach/app:1"))
    web.exec("echo x > /tmp/new; rm /tmp/new")
    assert show(web, "/tmp/new").notice == ""


def test_what_lives_on_says_what_stepping_back_is_and_where_to_undo() -> None:
    heard: list[Any] = []
    merged = Overlay(lowerdir=[{"/a": "1"}], emit=heard.append)
    assert show(merged).aside == ""  # one step: there is nothing to go back to
    merged.unlink("/a")
    merged.events += heard
    assert "undoes nothing" in show(merged).aside and "ck.sandbox(…)" in show(merged.events[-1:]).aside
    assert show(scene()).aside == ""


def test_details_come_with_the_scene() -> None:
    sent = show(Overlay(lowerdir=[{"/etc/hosts": "127.0.0.1"}])).data["details"]
    assert sent["/etc/hosts"]["layers"][0]["contents"] == "127.0.0.1"

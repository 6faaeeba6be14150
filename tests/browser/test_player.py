"""The player in JupyterLab, in a real browser: it steps both ways, plays, narrates, and asks nobody outside."""

from collections.abc import Callable
from typing import Any

import nbformat
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CODE = """
from coursekit import Layer, events
from coursekit.diagrams.picture import stack_scene
from coursekit.widgets.player import Player

base = Layer.of({"/etc/hosts": "127.0.0.1", "/app/old.js": "old", "/<img src=x onerror=alert(1)>": "x"})
app = Layer.of({"/app/main.js": "main"})
happened = [
    events.Probed(path="/etc/hosts", layer=0, found="nothing"),
    events.Probed(path="/etc/hosts", layer=1, found="nothing"),
    events.Probed(path="/etc/hosts", layer=2, found="file"),
    events.CopiedUp(path="/etc/hosts", from_layer=2, size=174),
    events.WhitedOut(path="/app/old.js"),
]
names = ["container layer", "COPY app", "ADD rootfs"]
paths = ["/etc/hosts", "/app/main.js", "/app/old.js", "/<img src=x onerror=alert(1)>"]
Player(stack_scene([app, base], happened=happened, paths=paths, names=names))
"""


@pytest.fixture
def player(lab: Any, open_notebook: Callable[..., Any]) -> Callable[..., Any]:
    def open_it(**options: Any) -> Any:
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CODE)])
        book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(book, lab.folder / "player.ipynb")
        opened = open_notebook("player.ipynb", **options)
        opened.run_all()
        opened.page.locator(".ck-player").wait_for(timeout=30_000)
        return opened

    return open_it


def test_it_steps_back_and_forward_and_says_each_step(player: Callable[..., Any]) -> None:
    opened = player()
    page, caption = opened.page, opened.page.locator(".ck-caption")
    assert "nothing was freed" in caption.text_content()
    page.get_by_role("button", name="Step back").click()
    assert "Copy-up" in caption.text_content()
    page.get_by_role("button", name="First step").click()
    assert page.locator(".ck-count").text_content() == "step 1 of 6"
    page.get_by_role("button", name="Step forward").press("ArrowRight")
    page.get_by_role("button", name="Step forward").press("ArrowRight")
    assert page.locator(".ck-count").text_content() == "step 3 of 6"
    page.get_by_role("button", name="Last step").click()
    assert page.locator(".ck-count").text_content() == "step 6 of 6"
    assert caption.get_attribute("aria-live") == "polite"
    assert opened.outside == []


def test_it_plays_to_the_end_and_stops(player: Callable[..., Any]) -> None:
    page = player().page
    page.get_by_label("Speed").select_option("700")
    page.get_by_role("button", name="Play", exact=True).click()
    page.get_by_text("step 6 of 6").wait_for(timeout=15_000)
    page.get_by_role("button", name="Play", exact=True).wait_for(timeout=5_000)


def test_a_file_name_is_text_never_markup(player: Callable[..., Any]) -> None:
    page = player().page
    assert page.locator(".ck-player img").count() == 0
    assert "<img" in page.locator(".ck-player svg.ck-scene").text_content()


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark", "JupyterLab Dark High Contrast"])
def test_it_is_looked_at_in_each_theme(player: Callable[..., Any], theme: str) -> None:
    opened = player(theme=theme)
    opened.page.wait_for_timeout(600)
    shot = opened.shot(f"player-{theme.replace(' ', '-')}", ".ck-player")
    assert shot.stat().st_size > 10_000

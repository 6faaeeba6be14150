"""The player in JupyterLab, in a real browser: every scene steps, plays and is told; keys, themes, size, bad input.

One server, one notebook with a widget in each cell (gallery), one page for all tests: each uses widgets of its own or
leaves them as it found them.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from nbconvert import HTMLExporter

import coursekit as ck
from tests.browser import gallery
from tests.browser.conftest import Lab, Opened, saved, set_up, shoot, visit
from tests.browser.learner import opened_card
from tests.browser.seeing import SEEING, ask, axe

pytestmark = [pytest.mark.browser, pytest.mark.slow]

THEMES = ("JupyterLab Light", "JupyterLab Dark", "JupyterLab Dark High Contrast")


@pytest.fixture(scope="module")
def opened(lab: Lab, browser: Any) -> Iterator[Opened]:
    """The gallery, run."""
    gallery.write(lab.folder / "gallery.ipynb")
    set_up(lab, "notebook-extension:tracker", {"windowingMode": "none"})  # all cells stay in the page
    shown = visit(lab, browser, "gallery.ipynb")
    shown.page.evaluate(SEEING)
    shown.command("notebook:run-all-cells")
    for name in gallery.CELLS:
        widget(shown, name).wait_for()
    yield shown
    shown.page.context.close()
    set_up(lab, "notebook-extension:tracker", {})


def cell(opened: Opened, name: str) -> Any:
    return opened.page.locator(".jp-Notebook .jp-Cell").nth(1 + list(gallery.CELLS).index(name))


def widget(opened: Opened, name: str) -> Any:
    if name not in gallery.CARDS:
        return cell(opened, name).locator(".ck-player").first
    opened_card(cell(opened, name))  # after all cells were run, a card is a line
    return cell(opened, name).locator(".ck").first


def count(opened: Opened, name: str) -> str:
    return str(widget(opened, name).locator(".ck-count").text_content())


def until_step(opened: Opened, name: str, text: str) -> None:
    widget(opened, name).locator(".ck-count", has_text=text).wait_for()


def more(shown: Any) -> None:
    """Opens what stands behind the bar's one button."""
    button = shown.locator(".ck-menu").first
    if button.get_attribute("aria-expanded") == "false":
        button.click()


def press(shown: Any, name: str) -> None:
    shown.get_by_role("button", name=name, exact=True).click()


def test_every_scene_of_the_course_is_here() -> None:
    assert set(ck.scenes.__all__) <= set(gallery.SCENES)


def test_no_cell_failed_and_nothing_outside_was_asked(opened: Opened) -> None:
    for kind in ("error", "stderr"):
        said = f".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.{kind}']"
        assert opened.page.locator(said).all_text_contents() == []
    assert opened.outside == []


def test_every_scene_steps_forward_and_back_to_the_same_picture_and_says_each_step(opened: Opened) -> None:
    for name in (*gallery.SCENES, "markup", "goal"):
        told = ask(widget(opened, name), "steps")
        assert told["steps"] > 0, name
        assert told["differ"] == [], f"{name}: going back shows another picture"
        assert all(told["captions"]) and told["live"] == "polite", name
        assert len(set(told["captions"])) > 1 or told["steps"] == 1, name


def test_every_scene_plays_to_its_end_and_stops_there(opened: Opened) -> None:
    shown = [widget(opened, name) for name in gallery.SCENES]
    shown = [each for each in shown if each.locator(".ck-play").is_visible()]
    for each in shown:
        more(each)
        each.get_by_label("Speed").select_option("700")
        ask(each, "go", "-6")
    for each in shown:
        press(each, "Play")
    for each in shown:
        each.locator("button[aria-label='Step forward'][disabled]").wait_for()
        each.get_by_role("button", name="Play", exact=True).wait_for()
        assert each.locator(".ck-caption").text_content()
    assert len(shown) >= 10


def test_scrubbing_and_the_list_of_steps_go_anywhere(opened: Opened) -> None:
    shown = widget(opened, "markup")
    ask(shown, "go", "0")
    scrub = shown.get_by_label("Step", exact=True)
    scrub.focus()
    scrub.press("ArrowRight")
    until_step(opened, "markup", "2 of 6")
    more(shown)
    press(shown, "All steps")
    shown.get_by_label("Jump to a step").select_option("4")
    until_step(opened, "markup", "5 of 6")
    assert "Copy-up" in shown.locator(".ck-caption").text_content()
    press(shown, "This step as a table")
    row = shown.locator("tr", has=opened.page.get_by_role("rowheader", name="ADD rootfs"))
    assert "/etc/hosts: file in ADD rootfs, hidden" in row.text_content()


def test_keys_do_all_of_it_and_the_notebook_hears_none_of_them(opened: Opened) -> None:
    page, shown = opened.page, widget(opened, "markup")
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    shown.get_by_role("button", name="Play", exact=True).focus()
    for key, step in {"Home": 1, "ArrowRight": 2, "n": 3, "b": 2, "End": 6, "ArrowLeft": 5}.items():
        page.keyboard.press(key)
        until_step(opened, "markup", f"{step} of 6")
    page.keyboard.press("p")
    shown.get_by_role("button", name="Pause", exact=True).wait_for()
    page.keyboard.press("p")
    shown.get_by_role("button", name="Play", exact=True).wait_for()
    for key in "abxdd+-0yz":  # add, delete, cut a cell … in JupyterLab's command mode
        page.keyboard.press(key)
    page.keyboard.press("/")
    more(widget(opened, "container"))
    find = widget(opened, "container").get_by_label("Find in the picture")
    find.focus()
    page.keyboard.type("app.conf dd")
    assert find.input_value() == "app.conf dd"
    find.fill("")
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells


def test_files_are_walked_by_keys_and_tell_what_they_are(opened: Opened) -> None:
    page, shown = opened.page, widget(opened, "container")
    ask(shown, "go", "-1")
    shown.locator(".ck-scene [tabindex='0']").focus()
    assert shown.locator(".ck-scene [tabindex='0']").count() == 1
    before = page.evaluate("() => document.activeElement.dataset.id")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("() => document.activeElement.dataset.id") != before
    shown.locator("[data-id='merged/srv/app/app.conf']").click()
    told = shown.locator(".ck-detail")
    told.wait_for()
    assert "port = 8080" in told.locator("pre").text_content()
    assert "COPY app: file" in told.text_content() and "container layer: file" in told.text_content()
    assert "seen, from container layer" in told.text_content() and "coursekit.ino" not in told.text_content()
    ask(shown, "go", "0")
    assert "seen, from COPY app" in told.text_content() and "container layer" not in told.text_content()
    ask(shown, "go", "-1")
    page.keyboard.press("Escape")
    told.wait_for(state="hidden")
    page.keyboard.press("Enter")
    told.wait_for()
    told.get_by_role("button", name="Close").click()
    assert page.evaluate("() => document.activeElement.dataset.id") == "merged/srv/app/app.conf"


def test_a_knob_is_turned_by_keys_and_the_engine_answers(opened: Opened) -> None:
    shown = widget(opened, "page_cache")
    shown.get_by_label("Storage driver").select_option(label="overlay2")
    shown.locator(".ck-caption", has_text="overlay2: 2 containers, one copy in memory").wait_for()
    shown.get_by_label("Containers").focus()
    opened.page.keyboard.press("ArrowRight")
    shown.locator(".ck-caption", has_text="overlay2: 3 containers, one copy in memory").wait_for()
    union = widget(opened, "union_picture")
    union.get_by_role("button", name="base, 3 of 3").focus()
    opened.page.keyboard.press("ArrowUp")
    opened.page.keyboard.press("ArrowUp")
    union.locator(".ck-caption", has_text="The names of base, top layer, middle layer").wait_for()
    assert "base, 1 of 3" in opened.page.evaluate("() => document.activeElement.getAttribute('aria-label')")


def test_find_filter_and_zoom(opened: Opened) -> None:
    shown = widget(opened, "container")
    more(shown)
    shown.get_by_label("Find in the picture").fill("app.conf")
    assert shown.locator(".ck-found").text_content().split()[0] not in ("", "0")
    assert shown.locator(".ck-faint").count() > 0
    shown.get_by_label("Find in the picture").fill("")
    shown.get_by_label("Show", exact=True).select_option("*")
    assert shown.locator(".ck-found").text_content()
    shown.get_by_label("Show", exact=True).select_option("")
    assert shown.locator(".ck-faint").count() == 0
    wide = shown.locator(".ck-scene").bounding_box()["width"]
    press(shown, "Zoom in")
    assert shown.locator(".ck-scene").bounding_box()["width"] > wide
    press(shown, "Fit the width")
    assert shown.locator(".ck-scene").bounding_box()["width"] == pytest.approx(wide, abs=1)


def test_a_goal_stands_beside_and_says_how_far_it_is(opened: Opened) -> None:
    shown = widget(opened, "goal")
    ask(shown, "go", "-1")
    assert "differ" in shown.locator(".ck-left").text_content()
    press(shown, "Step back")
    assert shown.locator(".ck-left").text_content() == "✓ As the goal."


def test_bad_input_is_a_sentence_and_no_broken_page(opened: Opened) -> None:
    assert "/no/such is in no layer" in widget(opened, "unknown").locator(".ck-notice").text_content()
    assert "The list of events is empty" in widget(opened, "empty").locator(".ck-caption").text_content()
    for name in ("empty", "nothing"):
        assert widget(opened, name).locator(".ck-play").is_hidden()
        assert widget(opened, name).locator(".ck-scene").is_visible()
    large = widget(opened, "too_large")
    assert "too large to draw: 7,000 boxes" in large.locator(".ck-notice").text_content()
    assert large.locator(".ck-controls").is_hidden()


def test_a_file_name_and_its_contents_are_text_never_markup(opened: Opened) -> None:
    shown = widget(opened, "goal")
    more(shown)
    press(shown, "This step as a table")
    shown.locator(".ck-table", has_text="<img").wait_for()
    assert "<img" in shown.locator("svg.ck-scene").first.text_content()
    assert opened.page.locator(".ck-player img, .ck-player b, .ck-player script").count() == 0


def test_what_lives_on_says_where_it_can_be_undone(opened: Opened) -> None:
    said = widget(opened, "container").locator(".ck-aside").text_content()
    assert said.endswith("on a copy: ck.sandbox(web)")
    assert widget(opened, "boot").locator(".ck-aside").is_hidden()


def test_the_sandbox_runs_undoes_and_shares(opened: Opened) -> None:
    page, shown = opened.page, widget(opened, "sandbox")
    shown.get_by_label("Command", exact=True).fill("echo '# mine' >> /etc/app.conf")
    shown.get_by_label("Command", exact=True).press("Enter")
    shown.locator(".ck-log .ck-command").wait_for()
    shown.locator("[data-id='0/etc/app.conf']").wait_for()
    shown.get_by_label("Path", exact=True).fill("/app/main.py")
    press(shown, "delete")
    shown.locator(".ck-log .ck-command", has_text="rm -r /app/main.py").wait_for()
    shown.locator("[data-id='0/app/main.py']").wait_for()
    press(shown, "Undo")
    shown.locator(".ck-undone", has_text="rm -r /app/main.py").wait_for()
    assert shown.locator("[data-id='0/app/main.py']").count() == 0
    shown.locator(".ck-share summary").click()
    line = shown.get_by_label("This state as one line").input_value()
    press(shown, "Redo")
    shown.locator("[data-id='0/app/main.py']").wait_for()
    press(shown, "Start over")
    shown.locator(".ck-undone").nth(1).wait_for()
    shown.get_by_label("A line to open").fill(line)
    press(shown, "Open")
    shown.locator(".ck-log .ck-command", has_text="/etc/app.conf").wait_for()
    assert shown.locator(".ck-undone").count() == 0 and shown.locator(".ck-command").count() == 1
    shown.get_by_label("Command", exact=True).fill("cat /nowhere")
    shown.get_by_label("Command", exact=True).press("Enter")
    shown.locator(".ck-said.ck-failed", has_text="cat /nowhere failed").wait_for()
    assert "No such file" in shown.locator(".ck-output").inner_text()
    press(shown, "Undo")
    shown.locator(".ck-undone", has_text="cat /nowhere").wait_for()
    shown.locator("button:focus[aria-label='Undo']").wait_for()  # so that the keys are still at hand
    page.keyboard.press("r")
    shown.locator(".ck-said.ck-failed").wait_for()
    page.keyboard.press("u")
    shown.locator(".ck-undone", has_text="cat /nowhere").wait_for()
    shown.get_by_label("A line to open").fill("cks1.nonsense")
    press(shown, "Open")
    shown.locator(".ck-notice", has_text="damaged").wait_for()
    assert page.locator(".ck-sandbox img").count() == 0


def figure(tell: Callable[[str], None], what: str, **measured: float) -> None:
    """One row of the table at the end of the run; nothing is judged by it, machines differ."""
    tell(f"player  {what:<34}" + "  ".join(f"{name.replace('_', ' ')} {value:>7}" for name, value in measured.items()))


def test_a_thousand_tiles_move(opened: Opened, tell: Callable[[str], None]) -> None:
    tiles = widget(opened, "thousand")
    tiles.scroll_into_view_if_needed()
    assert tiles.locator(".ck-scene .ck-tile").count() >= 1_000
    until_step(opened, "thousand", "1 of 41")
    assert 0 <= ask(tiles, "above") < 10
    ask(tiles, "go", "0")
    more(tiles)
    tiles.get_by_label("Speed").select_option("700")
    press(tiles, "Play")
    figure(tell, "1,000 tiles, playing", **ask(tiles, "frames", "play"))
    tiles.get_by_role("button", name="Pause", exact=True).click()
    figure(tell, "1,000 tiles, a step", **ask(tiles, "frames", "step"))


def test_ten_thousand_events_open_and_are_scrubbed(opened: Opened, tell: Callable[[str], None]) -> None:
    story = widget(opened, "long")
    story.evaluate("old => old.setAttribute('data-old', '')")
    cell(opened, "long").locator(".jp-InputArea-editor").click()
    start = time.perf_counter()
    opened.command("notebook:run-cell")
    cell(opened, "long").locator(".ck-player:not([data-old]) .ck-count", has_text="of 10001").wait_for()
    figure(tell, "10,000 events, run to picture", seconds=round(time.perf_counter() - start, 1))
    figure(tell, "10,000 events, a step", **ask(story, "frames", "step"))
    figure(tell, "10,000 events, scrubbed", **ask(story, "frames", "scrub"))
    ask(story, "go", "-1")
    until_step(opened, "long", "10001 of 10001")
    more(story)
    press(story, "All steps")
    assert story.locator(".ck-steps option").count() == 10_001


SHOWN = [*gallery.SCENES, *gallery.ODD, "sandbox"]  # the large ones have the same colours, a thousand times


def least_contrast(opened: Opened) -> Any:
    least = {name: ask(widget(opened, name), "contrast") for name in [*SHOWN, "99-seen"]}
    name, worst = min(least.items(), key=lambda item: item[1]["ratio"])
    assert worst["ratio"] >= 4.5, (name, worst)
    return worst["ratio"]


@pytest.mark.parametrize("theme", THEMES)
def test_in_each_theme_text_is_legible_and_axe_finds_nothing(
    opened: Opened, theme: str, tell: Callable[[str], None]
) -> None:
    opened.wear(theme)
    try:
        ratio = least_contrast(opened)
        for name in (*SHOWN, *gallery.CARDS):
            shoot(widget(opened, name), f"{name}-{theme.replace(' ', '-')}")
        opened.page.evaluate(axe())
        for name in (*SHOWN, *gallery.CARDS):
            ask(cell(opened, name).locator(".ck-player, .ck, .widget-vbox").first, "mark")
        rules = [] if theme == THEMES[0] else ["color-contrast"]  # only colours differ
        found = opened.page.evaluate("rules => seeing.violations(...rules)", rules)
        assert found == [], found
        figure(tell, theme, least_contrast=round(ratio, 2), axe_violations=len(found))
    finally:
        opened.wear(THEMES[0])


def test_forced_colours_keep_every_line_and_word(opened: Opened) -> None:
    slab = widget(opened, "container").locator(".ck-scene .ck-slab rect").first
    stroke = "rect => getComputedStyle(rect).stroke"
    before = slab.evaluate(stroke)
    opened.page.emulate_media(forced_colors="active")
    try:
        assert slab.evaluate(stroke) != before
        least_contrast(opened)
        for name in ("container", "99-seen", "sandbox"):
            shoot(widget(opened, name), f"{name}-forced-colours")
    finally:
        opened.page.emulate_media(forced_colors="none")


def test_nothing_moves_for_who_wants_less_motion(opened: Opened) -> None:
    shown = widget(opened, "markup")
    try:
        assert ask(shown, "moving") > 0
        opened.page.emulate_media(reduced_motion="reduce")
        for name in ("markup", "container", "pull", "sandbox"):
            assert ask(widget(opened, name), "moving") == 0, name
    finally:
        opened.page.emulate_media(reduced_motion="no-preference")


@pytest.mark.parametrize("width", [320, 640], ids=["320-px", "200-percent-of-1280-px"])
def test_on_a_narrow_screen_and_zoomed_nothing_is_cut_off(opened: Opened, width: int) -> None:
    """To a page, a browser's zoom of 200 % is a screen of half the width."""
    opened.command("application:toggle-left-area")
    opened.page.set_viewport_size({"width": width, "height": 900})
    try:
        fits = "([root, width]) => root.getBoundingClientRect().width < width"
        for name in (*SHOWN, *gallery.CARDS):
            root = widget(opened, name)
            opened.page.wait_for_function(fits, arg=[root.element_handle(), width])
            shoot(widget(opened, name), f"{name}-{width}")
            assert ask(root, "cut") == [], name
        for name in ("container", "markup", "events"):
            assert ask(widget(opened, name), "unseen") == [], name
    finally:
        opened.page.set_viewport_size({"width": 1500, "height": 1100})
        opened.command("application:toggle-left-area")


def test_what_is_saved_is_a_figure_with_words_and_no_widget_state(opened: Opened, lab: Lab) -> None:
    path = lab.folder / "gallery.ipynb"
    before = path.stat().st_mtime_ns
    ask(widget(opened, "markup"), "go", "-1")
    widget(opened, "markup").get_by_role("button", name="Play", exact=True).focus()
    opened.page.keyboard.press("Control+s")  # JupyterLab's own key, also with the focus in a widget
    notebook = saved(path, before)
    assert "widgets" not in notebook.metadata
    page, _ = HTMLExporter(template_name="basic").from_notebook_node(notebook)
    assert page.count("<figure") >= len(gallery.SCENES) and "nothing was freed" in page
    assert "&lt;img src=x" in page and "<img src=x" not in page

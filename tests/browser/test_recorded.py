"""The page of a lesson to read: knobs answer without a kernel, and what is not recorded says where it can be turned."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from coursekit.diagrams import scenes
from coursekit.diagrams.recorded import recorded
from coursekit.diagrams.scene import Scene
from coursekit.site.build import WEB
from coursekit.widgets.joined import joined
from tests.site.serving import served

pytestmark = pytest.mark.browser


def write(folder: Path, *shown: Scene) -> None:
    for number, scene in enumerate(shown):
        said = {"data": scene.to_json(), "step": 0, "turned": recorded(scene)}
        (folder / f"{number}.json").write_text(json.dumps(said), encoding="utf-8")
    script = joined((WEB / "reading.js").read_text("utf-8"), "reading.js")
    (folder / "reading.js").write_text(script, encoding="utf-8")
    places = "".join(f'<div data-scene="{number}.json"></div>' for number in range(len(shown)))
    page = f'<!doctype html><meta charset="utf-8">{places}<script type="module" src="reading.js"></script>'
    (folder / "index.html").write_text(page, encoding="utf-8")


def test_knobs_answer_from_the_record(browser: Any, tmp_path: Path) -> None:
    write(tmp_path, scenes.entrypoint_cmd(), scenes.page_cache("overlay2", 3))
    with served(tmp_path) as root:
        page = browser.new_page()
        page.goto(f"{root}/index.html")
        first, second = page.locator(".ck-player").nth(0), page.locator(".ck-player").nth(1)
        knobs = first.locator(".ck-knobs select")
        expect(knobs).to_have_count(3)
        said = first.locator(".ck-caption").inner_text()
        knobs.nth(0).select_option(label="none")
        knobs.nth(1).select_option(label="none")
        expect(first.locator(".ck-caption")).not_to_have_text(said)
        expect(knobs.nth(0).locator("option:checked")).to_have_text("none")  # a knob keeps its value when another turns
        driver, others = second.locator(".ck-knobs select"), second.locator(".ck-knobs input")
        expect(driver).to_be_enabled()
        for other in others.all():
            expect(other).to_be_disabled()
        expect(second.locator(".ck-knobs")).to_contain_text("where it runs")
        driver.select_option(label="btrfs")
        expect(second.locator(".ck-caption")).to_contain_text("3 copies in memory")
        page.close()

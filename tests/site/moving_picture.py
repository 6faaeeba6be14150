"""README's moving picture, taken from the site's front page in a browser: `python -m tests.site.moving_picture`.

Writes .github/pictures/delete-a-file.gif, and its last frame as .png, for who asks for no motion. What moves is slowed
down by the browser's own clock, so that a busy machine takes the same frames.
"""

import io
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image

from coursekit.site.build import build
from tests.browser.conftest import CHROMIUM
from tests.site.serving import served

PLACE = Path(__file__).parents[2] / ".github" / "pictures"
WIDTH, COLOURS = 760, 128
HOLD, BETWEEN, MOVES = 2400, 90, (100, 200, 300)  # milliseconds: a state, a frame, where motion is taken
PAUSE = """(at) => document.getAnimations().forEach((each) => { each.pause(); each.currentTime = at; })"""
END = "() => document.getAnimations().forEach((each) => each.finish())"


def taken(page: Any) -> Image.Image:
    """The live stack as it is now."""
    shot = page.locator(".live").screenshot(animations="allow")
    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    return picture.resize((WIDTH, round(picture.height * WIDTH / picture.width)), Image.Resampling.LANCZOS)


def film(page: Any) -> list[tuple[Image.Image, int]]:
    """Frames with their milliseconds: the start, three files deleted, a step back."""
    page.add_style_tag(content=".pulse { animation: none !important; } .live { box-shadow: none !important; }")
    frames = [(taken(page), HOLD)]
    for press in ("delete", "delete", "run", "back"):
        page.locator(f"[data-part={press}]").click()
        page.mouse.move(0, 0)
        for at in MOVES:
            page.evaluate(PAUSE, at)
            frames.append((taken(page), BETWEEN))
        page.evaluate(END)
        frames.append((taken(page), HOLD))
    return frames


def _palette(pictures: list[Image.Image]) -> Image.Image:
    """Colours for all frames, so that a frame holds only what differs from the one before."""
    whole = Image.new("RGB", (WIDTH, sum(each.height for each in pictures[:: len(MOVES) + 1])))
    for number, each in enumerate(pictures[:: len(MOVES) + 1]):
        whole.paste(each, (0, number * each.height))
    return whole.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)


def main() -> None:
    from playwright.sync_api import sync_playwright

    PLACE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "site"
        build(out, "", print, live=False)
        with served(out) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1180, "height": 900}, color_scheme="light")
            page.goto(address)
            frames = film(page)
            browser.close()
    palette = _palette([picture for picture, _ in frames])
    pictures = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture, _ in frames]
    times = [time for _, time in frames]
    place = PLACE / "delete-a-file.gif"
    pictures[0].save(place, save_all=True, append_images=pictures[1:], duration=times, loop=0, optimize=True)
    pictures[len(MOVES) + 1].save(PLACE / "delete-a-file.png", optimize=True)
    print(place, place.stat().st_size)


if __name__ == "__main__":
    main()

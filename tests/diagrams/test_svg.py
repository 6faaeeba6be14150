"""The picture of a frame: legible in every theme, described in words, and never markup from a file's name."""

from xml.etree import ElementTree

import pytest

from coursekit import events
from coursekit.diagrams.look import CONTRAST, DARK, LIGHT, Tone
from coursekit.diagrams.picture import stack_scene
from coursekit.diagrams.svg import figure, render
from coursekit.layers.layer import Layer


def luminance(colour: str) -> float:
    """Relative luminance. Source: WCAG 2.2, "relative luminance"."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK, CONTRAST], ids=["light", "dark", "high contrast"])
def test_ink_on_slab_and_on_tile_has_a_contrast_of_at_least_4_5_and_edges_of_3(theme: dict[str, Tone]) -> None:
    for name, tone in theme.items():
        assert contrast(tone.ink, tone.slab) >= 4.5, name
        assert contrast(tone.ink, tone.tile) >= 4.5, name
        if name != "kernel":
            assert contrast(tone.edge, tone.tile) >= 3, name
            assert contrast(tone.edge, tone.slab) >= 3, name


PAGES = {
    "light": (LIGHT, "#ffffff"),
    "dark": (DARK, "#111111"),
    "grey": (DARK, "#212121"),
    "high contrast": (CONTRAST, "#000000"),
}


@pytest.mark.parametrize(("theme", "page"), PAGES.values(), ids=PAGES)
def test_names_beside_the_slabs_and_notes_on_them_are_legible(theme: dict[str, Tone], page: str) -> None:
    for name, tone in theme.items():
        if name != "kernel":
            assert contrast(tone.ink, page) >= 4.5, name
            assert contrast(theme["page"].ink, tone.slab) >= 4.5, name


def test_the_picture_is_well_formed_and_described() -> None:
    layer = Layer.of({"/etc/hosts": "x"})
    picture = ElementTree.fromstring(render(stack_scene([layer], happened=[events.WhitedOut(path="/etc/hosts")])))
    assert picture.get("role") == "img"
    title, description = list(picture)[:2]
    assert title.text == "The layer stack"
    assert "whiteout" in (description.text or "")


def test_markup_in_a_file_name_stays_text() -> None:
    name = "/<script>alert(1)</script>"
    shown = figure(stack_scene([Layer.of({"/" + "<b>&\"'": "x"})], happened=[events.Created(path=name, kind="file")]))
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown

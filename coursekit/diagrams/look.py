"""The visual language: each tone's colours, in a light, a dark and a high-contrast theme.

A tone is a layer's colour: (slab, edge, tile, ink). Ink on slab and ink on tile have a contrast of at least 4.5:1 in
every theme; a test computes it. Colour never stands alone: the writable layer is dashed, a whiteout is crossed, what is
hidden is dotted and shaded.

Pure.
"""

from typing import NamedTuple

HUES = 8  # layers with a colour of their own; the ninth has the first one's again


def layer_tone(number: int) -> str:
    """The colour of an image's layer, the base being 0."""
    return f"layer-{number % HUES}"


class Tone(NamedTuple):
    """Colours as #rrggbb."""

    slab: str
    edge: str
    tile: str
    ink: str


LIGHT = {
    "page": Tone("#fbfcfd", "#6f869d", "#ffffff", "#24313f"),
    "merged": Tone("#f1f6fb", "#6f869d", "#ffffff", "#24313f"),
    "container": Tone("#fff1e3", "#c4661f", "#ffffff", "#7a3a0a"),
    "layer-0": Tone("#eee9fb", "#6247b0", "#ffffff", "#372372"),
    "layer-1": Tone("#e3edfb", "#2f62b0", "#ffffff", "#153b75"),
    "layer-2": Tone("#e4f3ec", "#2f7d5b", "#ffffff", "#174a35"),
    "layer-3": Tone("#e0f2f5", "#1f7a8c", "#ffffff", "#0f4650"),
    "layer-4": Tone("#f7e8f3", "#9a3f80", "#ffffff", "#5c2049"),
    "layer-5": Tone("#f5f0d6", "#7d6a12", "#ffffff", "#4d4108"),
    "layer-6": Tone("#e6e9f2", "#4f5f8a", "#ffffff", "#27335a"),
    "layer-7": Tone("#ecf3dc", "#587a1c", "#ffffff", "#34490e"),
    "ink": Tone("#eef2f6", "#51606e", "#ffffff", "#1a2531"),
    "kernel": Tone("#27323e", "#27323e", "#27323e", "#e9eef4"),
    "gone": Tone("#fdecea", "#b42318", "#fdecea", "#7a1610"),
}
DARK = {
    "page": Tone("#14191f", "#7d90a5", "#1c232b", "#e4eaf1"),
    "merged": Tone("#1d252e", "#7d90a5", "#12171d", "#e4eaf1"),
    "container": Tone("#3a2716", "#e0914f", "#1d140b", "#ffd9b8"),
    "layer-0": Tone("#282143", "#a08be6", "#16122a", "#ddd3ff"),
    "layer-1": Tone("#182a45", "#6f9fe6", "#0e1a2c", "#cfe1ff"),
    "layer-2": Tone("#163328", "#5dbb90", "#0c1f18", "#c6f0dc"),
    "layer-3": Tone("#123238", "#55b7c9", "#0a1f23", "#c4eef5"),
    "layer-4": Tone("#3a1d32", "#d57fbb", "#241120", "#ffd3ef"),
    "layer-5": Tone("#33301a", "#c9b458", "#1f1d0e", "#f3e8b5"),
    "layer-6": Tone("#222a3f", "#8c9fd0", "#131a29", "#d3ddf7"),
    "layer-7": Tone("#263314", "#9ac25a", "#161f0b", "#dcf0b8"),
    "ink": Tone("#1f2730", "#a9b6c4", "#12171d", "#e9eef4"),
    "kernel": Tone("#000000", "#7d90a5", "#000000", "#e9eef4"),
    "gone": Tone("#3b1512", "#ff8a7d", "#3b1512", "#ffd0ca"),
}
CONTRAST = {name: Tone("#000000", tone.edge, "#000000", "#ffffff") for name, tone in DARK.items()}


def _rules(scope: str, tones: dict[str, Tone]) -> str:
    def rule(name: str, tone: Tone) -> str:
        return f"{scope} .ck-{name}{{--slab:{tone.slab};--edge:{tone.edge};--tile:{tone.tile};--ink:{tone.ink}}}"

    return "".join(rule(name, tone) for name, tone in tones.items())


SHAPES = (
    ".ck-scene{max-width:100%;height:auto;font-family:var(--jp-ui-font-family,system-ui,sans-serif)}"
    ".ck-scene rect{fill:var(--slab);stroke:var(--edge)}"
    ".ck-scene .ck-tile rect,.ck-scene .ck-lid rect{fill:var(--tile)}"
    ".ck-scene text{fill:var(--ink)}"
    ".ck-scene .ck-container>rect{stroke-dasharray:9 6}.ck-scene .ck-tile.ck-container>rect{stroke-dasharray:none}.ck-scene .ck-ghost>rect{fill:none;stroke-dasharray:3 4}"
    ".ck-scene .ck-hidden>rect{stroke-dasharray:2 3;fill:var(--slab)}"
    ".ck-scene .ck-whiteout>rect{stroke-dasharray:5 4}"
    ".ck-scene .ck-lid>rect,.ck-scene .ck-shade>rect,.ck-scene .ck-bar>rect{stroke-dasharray:none}"
    ".ck-scene .ck-bar>rect,.ck-scene .ck-shade>rect,.ck-scene rect.ck-edge{fill:var(--edge);stroke:none}"
    ".ck-scene .ck-tile rect.ck-origin{fill:var(--slab);stroke-dasharray:none}"
    ".ck-scene path{stroke:var(--edge);fill:none}"
)
FORCED = (  # the reader's own few colours: lines and words say it all
    '.ck-scene [class*="ck-"]{--slab:Canvas!important;--tile:Canvas!important;--edge:CanvasText!important;'
    "--ink:CanvasText!important;forced-color-adjust:none}"
)


TONED = ":is(.ck-scene,.ck-hands)"  # what has tones: a scene, and a table that is answered by hand


def css() -> str:
    """The style sheet of every scene: JupyterLab's theme, or the system's where there is none; or forced colours."""
    light, dark = _rules(TONED, LIGHT), _rules(TONED, DARK)
    lab_dark = _rules(f"[data-jp-theme-light=false] {TONED}", DARK)
    lab_contrast = _rules(f'[data-jp-theme-name*="High Contrast"] {TONED}', CONTRAST)
    lab_light = _rules(f"[data-jp-theme-light=true] {TONED}", LIGHT)
    forced = f"@media (forced-colors:active){{{FORCED}}}"
    return f"{SHAPES}{light}@media (prefers-color-scheme:dark){{{dark}}}{lab_light}{lab_dark}{lab_contrast}{forced}"

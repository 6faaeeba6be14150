"""The pictures that stand beside a link elsewhere: a question over a stack of layers, as PNG, which all of them take."""

from pathlib import Path
from textwrap import fill

from coursekit.diagrams.look import LIGHT
from coursekit.language import spoken
from coursekit.widgets.chart import fonts

INCHES, DOTS = (12.0, 6.3), 100  # 1200 by 630, as previews are shown
LINE = {"en": 30, "zh": 15}  # letters that fit
TONES = ("layer-0", "layer-1", "layer-2", "container")  # base first


def draw(question: str, place: Path) -> bool:
    """Writes the picture of one question; False where no font is installed that has its letters."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure  # a browser's Python has none, and imports this module all the same
    from matplotlib.patches import FancyBboxPatch

    if (names := fonts()) is None:
        return False
    drawing = Figure(figsize=INCHES, facecolor=LIGHT["page"].slab)
    axes = drawing.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, INCHES[0])
    axes.set_ylim(0, INCHES[1])
    axes.axis("off")
    for floor, tone in enumerate(TONES):
        colours = LIGHT[tone]
        style = "round,pad=0,rounding_size=.14"
        dashes = "--" if tone == "container" else "-"
        slab = FancyBboxPatch(
            (0.9, 0.6 + 0.62 * floor), 10.2, 0.46, style, fc=colours.slab, ec=colours.edge, lw=3, ls=dashes
        )
        axes.add_patch(slab)
    ink = LIGHT["page"].ink
    axes.text(
        0.9, 5.6, fill(question, LINE[spoken()]), fontsize=40, fontweight="bold", color=ink, va="top", linespacing=1.25
    )
    axes.text(11.1, 5.95, "coursekit", fontsize=18, color=ink, ha="right", va="top")
    with rc_context({"font.sans-serif": names}):
        drawing.savefig(place, dpi=DOTS, metadata={"Software": None})
    return True

"""Charts of the course: bars of bytes, each marked measured, published or inferred, with the same in words.

A chart is data first: its bars are what the tests compare. It draws itself with matplotlib when it is shown (imported
only then), on a card of its own, so that it reads in light and dark themes; the image carries a text alternative, and
the figures stand below it as a table.

Floor 6 (widgets). Colours are those of `coursekit.diagrams.look`.
"""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from coursekit.anatomy.compare import compare_published
from coursekit.anatomy.facts import Figure, packages, published
from coursekit.anatomy.ledger import by_cause
from coursekit.anatomy.ledger import ledger as ledger_rows
from coursekit.anatomy.owners import owners
from coursekit.anatomy.waste import waste
from coursekit.diagrams.look import LIGHT
from coursekit.image.image import Image
from coursekit.image.layer import Provenance
from coursekit.image.units import human_size

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

_WIDTH = 8.4  # inches
_TONES = ("layer-1", "layer-0", "layer-2")
_HATCH = {Provenance.MEASURED: "", Provenance.PUBLISHED: "", Provenance.INFERRED: "////"}
_MARK = {Provenance.MEASURED: "measured", Provenance.PUBLISHED: "published", Provenance.INFERRED: "≈ inferred"}


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: `series` is what it shows of `label` ("compressed", "unpacked")."""

    label: str
    series: str
    size: int  # bytes
    status: Provenance


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars under a title. In a notebook: a picture with a text alternative, and the figures as a table."""

    title: str
    bars: tuple[Bar, ...]
    note: str = ""

    @property
    def alt(self) -> str:
        """The chart in words."""
        rows = "; ".join(f"{bar.label}, {bar.series}: {human_size(bar.size)} ({bar.status.value})" for bar in self.bars)
        return f"{self.title}. {rows}."

    @property
    def legend(self) -> str:
        """What stands below the picture."""
        hatched = any(bar.status is Provenance.INFERRED for bar in self.bars)
        return " ".join(filter(None, ("Hatched bars are inferred." if hatched else "", self.note)))

    def figure(self) -> "Drawing":
        """The drawing, as a matplotlib Figure."""
        return _draw(self)

    def _repr_html_(self) -> str:
        note = f"<figcaption>{escape(self.legend)}</figcaption>" if self.legend else ""
        return f'<figure style="margin:0">{self._picture()}{note}</figure>{_table(self)}'

    def _picture(self) -> str:
        """The drawing as an image with words; the words alone where there is no matplotlib (a browser's Python)."""
        try:
            from matplotlib import rc_context
        except ImportError:
            return f"<p>{escape(self.alt)}</p>"
        stream = io.BytesIO()
        with rc_context({"svg.hashsalt": "coursekit"}):  # the same chart, the same bytes
            self.figure().savefig(stream, format="svg", metadata={"Date": None})
        uri = f"data:image/svg+xml;base64,{base64.b64encode(stream.getvalue()).decode()}"
        return f'<img style="max-width:100%" alt="{escape(self.alt, quote=True)}" src="{uri}">'

    def __repr__(self) -> str:
        width = max((len(bar.label) for bar in self.bars), default=0)
        lines = (
            f"  {bar.label:<{width}}  {human_size(bar.size):>7}  {bar.series}, {bar.status.value}" for bar in self.bars
        )
        return "\n".join([self.title, *lines])


def chart_layers(name: str = "nginx:1.21.3") -> Chart:
    """Each layer of a published image, as it travels and as it lies unpacked; base first, the small ones together."""
    image = published(name)
    bars: list[Bar] = []
    for layer in image.layers[:2]:
        label = f"layer {layer.index}"
        bars.append(Bar(label, "compressed", layer.compressed.value, layer.compressed.status))
        bars.append(Bar(label, "unpacked", layer.files.value, layer.files.status))
    small = image.layers[2:]
    label = f"layers {small[0].index} to {small[-1].index}"
    bars.append(Bar(label, "compressed", sum(layer.compressed.value for layer in small), Provenance.PUBLISHED))
    bars.append(Bar(label, "unpacked", sum(layer.files.value for layer in small), Provenance.PUBLISHED))
    return Chart(f"{name}: what travels, and what lies on disk", tuple(bars))


def chart_ledger() -> Chart:
    """The causes of 133,277,153 bytes."""
    bars = tuple(Bar(row.cause, "unpacked", row.size.value, row.size.status) for row in ledger_rows())
    return Chart("nginx:1.21.3: where 133 MB go", bars, "How layer 1 divides is inferred from a neighbouring version.")


def chart_causes() -> Chart:
    """What asked for Debian's packages in the bullseye image's nginx layer."""
    inexact = {package.cause for package in packages() if package.files.status is Provenance.INFERRED}
    bars = tuple(
        Bar(f"for {cause}", "files", size, Provenance.INFERRED if cause in inexact else Provenance.PUBLISHED)
        for cause, size in by_cause()
    )
    return Chart("nginx:1.21.4, layer 1: bytes of Debian's packages by what asked for them", bars,
                 "Inferred where one package's figures come from a later security update.")


def chart_owners(image: Image, top: int = 12) -> Chart:
    """The `top` owners of the bytes of an image at hand, by its own dpkg database; the rest together."""
    sums: dict[str, int] = {}
    for owner in owners(image):
        sums[owner.name] = sums.get(owner.name, 0) + owner.size
    ranked = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    bars = [Bar(name, "files", size, Provenance.MEASURED) for name, size in ranked[:top]]
    rest = sum(size for _, size in ranked[top:])
    if rest:
        bars.append(Bar(f"{len(ranked) - top} others", "files", rest, Provenance.MEASURED))
    return Chart(f"{image.name or image.id}: bytes by owner", tuple(bars))


def chart_waste(image: Image, top: int = 8) -> Chart:
    """The largest files of an image at hand that a later layer hides: stored, travelling, seen by nobody."""
    found = waste([layer.lower for layer in image.layers])
    bars = tuple(
        Bar(item.path, item.cause.value, item.size, Provenance.MEASURED)
        for item in found[:top]
    )
    total = human_size(sum(item.size for item in found))
    return Chart(f"{image.name or image.id}: stored and hidden, {total} in {len(found)} files", bars)


def chart_compare(left: str = "nginx:1.21.3", right: str = "nginx:1.21.3-alpine") -> Chart:
    """Two published images side by side."""
    one, other = published(left), published(right)
    bars: list[Bar] = []
    for pair in compare_published(one, other):
        bars.append(_bar(pair.what, one.name, pair.left))
        bars.append(_bar(pair.what, other.name, pair.right))
    return Chart(f"{left} beside {right}", tuple(bars))


def _bar(label: str, series: str, figure: Figure) -> Bar:
    return Bar(label, series, figure.value, figure.status)


def _table(chart: Chart) -> str:
    rows = "".join(
        f"<tr><td>{escape(bar.label)}</td><td>{escape(bar.series)}</td>"
        f'<td style="text-align:right">{bar.size:,}</td><td>{bar.status.value}</td></tr>'
        for bar in chart.bars
    )
    columns = ("what", "as", "bytes", "how known")
    head = "".join(f'<th scope="col">{name}</th>' for name in columns)
    return f"<details><summary>The same as a table</summary><table><tr>{head}</tr>{rows}</table></details>"


def _draw(chart: Chart) -> "Drawing":
    from matplotlib.figure import Figure as Drawing  # 0.3 s: only who draws pays

    page = LIGHT["page"]
    height = 1.1 + 0.34 * len(chart.bars)
    drawing = Drawing(figsize=(_WIDTH, height), facecolor=page.slab)
    longest = max((len(bar.label) for bar in chart.bars), default=0)
    drawing.subplots_adjust(left=0.03 + 0.0092 * longest, right=0.98, top=1 - 0.42 / height, bottom=0.55 / height)
    drawing.text(0.015, 1 - 0.14 / height, chart.title, va="top", color=page.ink, fontsize=11, fontweight="bold")
    axes = drawing.add_subplot(facecolor=page.slab)
    series = tuple(dict.fromkeys(bar.series for bar in chart.bars))
    positions = _positions(chart.bars)
    for bar, place in zip(chart.bars, positions, strict=True):
        tone = LIGHT[_TONES[series.index(bar.series) % len(_TONES)]]
        axes.barh(place, bar.size / 1e6, 0.8, color=tone.slab, edgecolor=tone.edge, hatch=_HATCH[bar.status])
        axes.annotate(_words(bar, len(series) > 1), (bar.size / 1e6, place), (5, 0),
                      textcoords="offset points", va="center", fontsize=9, color=page.ink)
    _dress(axes, chart, positions)
    return drawing


def _words(bar: Bar, several: bool) -> str:
    """What stands after a bar; its series too where there are several, so that colour never speaks alone."""
    series = f"{bar.series}, " if several else ""
    return f"{human_size(bar.size)}  {series}{_MARK[bar.status]}"


def _positions(bars: Sequence[Bar]) -> list[float]:
    """Where each bar stands: one step apart, a little more between labels."""
    places: list[float] = []
    place = 0.0
    for index, bar in enumerate(bars):
        if index:
            place += 1.0 if bars[index - 1].label == bar.label else 1.35
        places.append(place)
    return places


def _dress(axes: "Axes", chart: Chart, positions: Sequence[float]) -> None:
    """Labels and limits; no frame, no grid."""
    page = LIGHT["page"]
    groups: dict[str, list[float]] = {}
    for bar, place in zip(chart.bars, positions, strict=True):
        groups.setdefault(bar.label, []).append(place)
    middles = [sum(places) / len(places) for places in groups.values()]
    axes.set_yticks(middles, list(groups), color=page.ink)
    axes.set_ylim(max(positions, default=0) + 0.6, -0.6)
    axes.set_xlim(0, _reach(chart, axes.get_position().width * _WIDTH))
    axes.set_xlabel("MB (1 MB = 1,000,000 bytes)", color=page.ink, fontsize=9)
    axes.tick_params(length=0, colors=page.ink)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    axes.spines["left"].set_color(page.edge)


def _reach(chart: Chart, inches: float) -> float:
    """Where the x axis ends, in MB, so that the longest bar leaves room for the words after it."""
    several = len({bar.series for bar in chart.bars}) > 1
    ends = [bar.size / 1e6 / (1 - (0.25 + 0.075 * len(_words(bar, several))) / inches) for bar in chart.bars]
    return max(ends, default=0.0) or 1.0

"""A chart: bars of bytes under a title, with the same in words and as a table.

It is data first: the bars are what tests compare. It draws itself with matplotlib when it is shown (imported only
then), as inline SVG whose colours follow the page's theme as those of the diagrams do; what stands after each bar says
its size, its series and how it is known, so that neither colour nor hatching speaks alone.

Colours are those of `coursekit.diagrams.look`. Neighbours: charts makes the charts of the course.
"""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import count
from typing import TYPE_CHECKING

from coursekit.columns import columns, left
from coursekit.diagrams.look import CONTRAST, DARK, LIGHT, Tone
from coursekit.image.image_layer import Provenance
from coursekit.image.units import human_size
from coursekit.language import ENGLISH, _, later, sentences, series, spoken
from coursekit.widgets.chart_bars import bars_as_svg

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

_WIDTH = 8.4  # inches
_FILLS = (("ink", "edge"), ("ink", "slab"), ("page", "edge"), ("page", "slab"))  # by series: ink, since hue is a layer
_HATCH = {Provenance.MEASURED: "", Provenance.PUBLISHED: "", Provenance.INFERRED: "////"}
_ids = count(1)
_MARK = {
    Provenance.MEASURED: later("measured"),
    Provenance.PUBLISHED: later("published"),
    Provenance.INFERRED: later("≈ inferred"),
}
_ALONE = later("inferred")  # as the table and the words have it
_WITH_HAN = (  # of those that systems and matplotlib's users have
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "SimHei",
    "Heiti TC",
    "Arial Unicode MS",
    "Noto Sans CJK JP",
)


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
        row = _("{label}, {series}: {size} ({known})")
        rows = [
            row.format(label=each.label, series=each.series, size=human_size(each.size), known=_(each.status.value))
            for each in self.bars
        ]
        return _("{title}. {rows}.").format(title=self.title, rows=series(rows, ";"))

    @property
    def legend(self) -> str:
        """What stands below the picture."""
        hatched = any(bar.status is Provenance.INFERRED for bar in self.bars)
        return sentences(_("Hatched bars are inferred.") if hatched else "", self.note)

    def figure(self) -> "Drawing":
        """The drawing, as a matplotlib Figure."""
        return _draw(self)

    def _repr_html_(self) -> str:
        note = f"<figcaption>{escape(self.legend)}</figcaption>" if self.legend else ""
        return f'<figure style="margin:0">{self._picture()}{note}</figure>{_table(self)}'

    def _picture(self) -> str:
        """The drawing as an image with words; our own where there is no matplotlib (a browser's Python), or no font for it."""
        try:
            from matplotlib import rc_context
        except ImportError:
            font = None
        else:
            font = fonts()
        if font is None:
            several = len({bar.series for bar in self.bars}) > 1
            inferred = Provenance.INFERRED
            return bars_as_svg(
                self.title, self.bars, lambda bar: _words(bar, several), lambda bar: bar.status is inferred, self.alt
            )
        stream = io.BytesIO()
        with rc_context({"svg.hashsalt": "coursekit", "font.sans-serif": font}):  # the same chart, the same bytes
            self.figure().savefig(stream, format="svg", metadata={"Date": None})
        return _inline(stream.getvalue().decode(), self.alt)

    def __repr__(self) -> str:
        width = max((columns(bar.label) for bar in self.bars), default=0)
        lines = (
            f"  {left(bar.label, width)}  {human_size(bar.size):>7}  {_beside(bar.series, _(bar.status.value))}"
            for bar in self.bars
        )
        return "\n".join([self.title, *lines])


def fonts() -> list[str] | None:
    """The fonts to write with: matplotlib's own, in Chinese one that has Han; None where no such one is installed."""
    from matplotlib import rcParams
    from matplotlib.font_manager import fontManager

    own = list(rcParams["font.sans-serif"])
    if spoken() == ENGLISH:
        return own
    installed = {each.name for each in fontManager.ttflist}
    found = next((name for name in _WITH_HAN if name in installed), None)
    return [found, *own] if found else None


def _inline(drawn: str, alt: str) -> str:
    """matplotlib's SVG document as an element of a page: its rules and ids kept to itself, its colours the theme's."""
    head, _, rest = drawn[drawn.index("<svg") :].partition(">")
    rest = re.sub(r"<metadata>.*?</metadata>", "", rest, flags=re.DOTALL)
    rest = re.sub(r' id="[a-z]+\w*_\d+"', "", rest).replace("*{", ".ck-chart *{", 1)
    rest = re.sub(r'((?: id="|url\(#|href="#))', rf"\g<1>ck-chart-{next(_ids)}-", rest)  # it may be shown twice
    rest = re.sub("|".join(_THEMED), lambda found: f"var({_name(found[0])},{found[0]})", rest)
    label = f'class="ck-chart" role="img" aria-label="{escape(alt, quote=True)}" style="max-width:100%;height:auto"'
    return f"{head} {label}><style>{_css()}</style>{rest}"


def _name(colour: str) -> str:
    return f"--ck-{colour[1:]}"


def _css() -> str:
    """Each colour of the light theme as a variable, with its value in the theme that the page has."""
    rules = {
        theme: "".join(f"{_name(light)}:{_colours(tones)[key]};" for light, key in _THEMED.items())
        for theme, tones in (("light", LIGHT), ("dark", DARK), ("contrast", CONTRAST))
    }
    lab = "[data-jp-theme-light={}] .ck-chart{{{}}}"
    return (
        f".ck-chart{{{rules['light']}}}@media (prefers-color-scheme:dark){{.ck-chart{{{rules['dark']}}}}}"
        + lab.format("true", rules["light"])
        + lab.format("false", rules["dark"])
        + f'[data-jp-theme-name*="High Contrast"] .ck-chart{{{rules["contrast"]}}}'
    )


def _colours(tones: Mapping[str, Tone]) -> dict[tuple[str, str], str]:
    """The colours that charts are drawn with, by tone and part."""
    return {
        (name, part): getattr(tones[name], part)
        for name in ("page", "ink")
        for part in (("slab", "edge", "ink") if name == "page" else ("slab", "edge"))
    }


_THEMED = {colour: key for key, colour in _colours(LIGHT).items()}


def _table(chart: Chart) -> str:
    rows = "".join(
        f"<tr><td>{escape(bar.label)}</td><td>{escape(bar.series)}</td>"
        f'<td style="text-align:right">{bar.size:,}</td><td>{_(bar.status.value)}</td></tr>'
        for bar in chart.bars
    )
    columns, title = (_("what"), _("as"), _("bytes"), _("how known")), _("The same as a table")
    head = "".join(f'<th scope="col">{name}</th>' for name in columns)
    return f"<details><summary>{title}</summary><table><tr>{head}</tr>{rows}</table></details>"


def _draw(chart: Chart) -> "Drawing":
    from matplotlib.figure import Figure as Drawing  # 0.3 s: only who draws pays

    page = LIGHT["page"]
    height = 1.1 + 0.34 * len(chart.bars)
    drawing = Drawing(figsize=(_WIDTH, height), facecolor=page.slab)
    longest = max((columns(bar.label) for bar in chart.bars), default=0)
    drawing.subplots_adjust(left=0.03 + 0.0092 * longest, right=0.98, top=1 - 0.42 / height, bottom=0.55 / height)
    drawing.text(0.015, 1 - 0.14 / height, chart.title, va="top", color=page.ink, fontsize=11, fontweight="bold")
    axes = drawing.add_subplot(facecolor=page.slab)
    series = tuple(dict.fromkeys(bar.series for bar in chart.bars))
    positions, unit = _positions(chart.bars), _unit(chart)[1]
    for bar, place in zip(chart.bars, positions, strict=True):
        name, part = _FILLS[series.index(bar.series) % len(_FILLS)]
        hatch = _HATCH[bar.status]
        fill = LIGHT["ink"].slab if hatch else getattr(LIGHT[name], part)
        axes.barh(place, bar.size / unit, 0.8, color=fill, edgecolor=LIGHT["ink"].edge, hatch=hatch)
        axes.annotate(
            _words(bar, len(series) > 1),
            (bar.size / unit, place),
            (5, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
            color=page.ink,
        )
    _dress(axes, chart, positions)
    return drawing


def _words(bar: Bar, several: bool) -> str:
    """What stands after a bar; its series too where there are several, so that colour never speaks alone."""
    how = _(_MARK[bar.status])
    return f"{human_size(bar.size)}  {_beside(bar.series, how) if several else how}"


def _beside(series: str, status: str) -> str:
    return _("{series}, {status}").format(series=series, status=status)


def _unit(chart: Chart) -> tuple[str, int]:
    """The unit of the x axis and its bytes, by the longest bar."""
    longest = max((bar.size for bar in chart.bars), default=0)
    return ("MB", 10**6) if longest >= 10**6 else ("kB", 1000) if longest >= 1000 else ("bytes", 1)


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
    name, unit = _unit(chart)
    words = _("{unit} (1 {unit} = {n:,} bytes)").format(unit=name, n=unit) if unit > 1 else _("bytes")
    axes.set_xlabel(words, color=page.ink, fontsize=9)
    axes.tick_params(length=0, colors=page.ink)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    axes.spines["left"].set_color(page.edge)


def _reach(chart: Chart, inches: float) -> float:
    """Where the x axis ends, in its unit, so that the longest bar leaves room for the words after it."""
    several, unit = len({bar.series for bar in chart.bars}) > 1, _unit(chart)[1]
    ends = [bar.size / unit / (1 - (0.25 + 0.075 * columns(_words(bar, several))) / inches) for bar in chart.bars]
    return max(ends, default=0.0) or 1.0

"""A chart as SVG of our own, for places without matplotlib: a browser's Python, a page to read.

    layer 0
    ██████████████████████ 27.1 MB  compressed, published
    ████████████████████████████████████████ 69.3 MB  unpacked, published

Lengths are in hundredths of the width there is, so that it fits a phone and no letter is scaled. Bars have the colour of
the words around them; hatched is inferred, and the words after a bar say so.

Neighbour: chart, which falls back on it.
"""

from collections.abc import Callable, Sequence
from html import escape
from itertools import count, groupby
from typing import Protocol, TypeVar

LONGEST = 50  # hundredths of the width; the rest is for the words after a bar
TITLE, LABEL, BAR, STEP = 26, 20, 14, 20  # heights of the lines
_ids = count(1)


class Drawn(Protocol):
    """What is drawn of a bar."""

    @property
    def label(self) -> str: ...
    @property
    def size(self) -> int: ...


B = TypeVar("B", bound=Drawn)


def bars_as_svg(
    title: str, bars: Sequence[B], words: Callable[[B], str], hatched: Callable[[B], bool], alt: str
) -> str:
    """The picture. `words` stand after each bar."""
    pattern = f"ck-hatch-{next(_ids)}"
    longest = max((bar.size for bar in bars), default=0) or 1
    parts, top = [_text(0, 16, title, "font-weight:650")], TITLE
    for label, group in groupby(bars, key=lambda bar: bar.label):
        parts.append(_text(0, top + 14, label))
        top += LABEL
        for bar in group:
            length = max(LONGEST * bar.size / longest, 0.2)
            fill = f"url(#{pattern})" if hatched(bar) else "currentColor"
            parts.append(f'<rect y="{top}" width="{length:.2f}%" height="{BAR}" fill="{fill}" stroke="currentColor"/>')
            parts.append(_text(length + 1, top + 11, words(bar), "font-size:12.5px"))
            top += STEP
        top += 4
    hatch = (
        f'<defs><pattern id="{pattern}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<path d="M0 0V6" stroke="currentColor" stroke-width="3"/></pattern></defs>'
    )
    head = f'<svg class="ck-chart" role="img" aria-label="{escape(alt, quote=True)}" width="100%" height="{top}"'
    return f'{head} style="max-width:54em;font:13.5px sans-serif;overflow:visible">{hatch}{"".join(parts)}</svg>'


def _text(x: float, y: float, words: str, style: str = "") -> str:
    return f'<text x="{x:.2f}%" y="{y}" fill="currentColor" style="{style}">{escape(words)}</text>'

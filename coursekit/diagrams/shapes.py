"""The shapes of a scene's parts as SVG: slabs, tiles, crossed whiteouts, lids, threads, arrows and marks.

Each box is a group moved to its place, so that the player (widgets/js/shapes.js, which draws the same shapes) can let it
glide. Colours stand in attributes too (the light theme), for where a style sheet is stripped. All text is escaped: a
file name is never markup.

Pure. Neighbours: look has the colours, svg puts the shapes on a page.
"""

from html import escape
from math import atan2, cos, pi, sin

from coursekit.diagrams.look import LIGHT, Tone
from coursekit.diagrams.scene import Arrow, Box, Mark

SIGNS = {"hit": "M-5 0l4 4 7-8", "miss": "M-4 -4l8 8m0-8l-8 8", "stop": "M-5 0h10"}
EDGE = 6  # width of the strip of colour at a tile's left
INSETS = {"slab": 16, "tile": 15, "whiteout": 30, "lid": 12}


def box(part: Box) -> str:
    """A box as an SVG group."""
    name = "gone" if part.role == "whiteout" else part.tone or "page"
    tone = LIGHT.get(name, LIGHT["page"])
    states = [state for state, holds in (("ck-hidden", part.hidden), ("ck-fresh", part.fresh)) if holds]
    title = f"<title>{escape(part.title)}</title>" if part.title else ""
    body = _body(part, tone) + (_text(part, tone) if part.role not in ("bracket", "shade", "thread") else "")
    classes = " ".join([f"ck-{part.role}", f"ck-{name}", *states])
    return f'<g class="{classes}" transform="translate({part.x:g} {part.y:g})">{title}{body}</g>'


def _body(part: Box, tone: Tone) -> str:
    width, height = part.width, part.height
    match part.role:
        case "label" | "note":
            return ""
        case "bracket":
            return _bracket(part, tone)
        case "thread":
            return _line(f"M0 0v{height:g}", tone, 1.6, ' stroke-dasharray="1.5 4.5" stroke-linecap="round"')
        case "shade":
            return _rect(width, height, 0, f'fill="{tone.edge}" fill-opacity=".13"')
        case "bar":
            return _rect(width, height, min(height, width) / 2 if height < 16 else 5, f'fill="{tone.edge}"')
        case "lid":
            lips = _line(f"M2 {height - 2:g}v8M{width - 2:g} {height - 2:g}v8", tone, 4)
            return lips + _rect(width, height, 5, f'fill="{tone.tile}" stroke="{tone.edge}" stroke-width="2.4"')
        case "whiteout":
            hatch = _line(hatching(width, height), tone, 1, ' stroke-opacity=".38"')
            cross = _line(f"M9 {height / 2 - 7:g}l14 14m0-14l-14 14", tone, 2.6)
            return _frame(part, tone) + hatch + cross
        case _:
            strip = f'<rect class="ck-edge" width="{EDGE}" height="{height:g}" rx="3" fill="{tone.edge}"/>'
            return _frame(part, tone) + (strip if part.role == "tile" and not part.hidden else "")


def _frame(part: Box, tone: Tone) -> str:
    """The rectangle of a slab, a tile or a whiteout."""
    fill = tone.tile if part.role == "tile" and not part.hidden else tone.slab
    dash = "2 3" if part.hidden else "5 4" if part.role == "whiteout" else ""
    if part.role == "slab" and part.tone == "container":
        dash = "9 6"
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    rest = f'fill="{fill}" stroke="{tone.edge}" stroke-width="{3 if part.fresh else 1.6}"{dashes}'
    return _rect(part.width, part.height, 12 if part.role == "slab" else 7, rest)


def hatching(width: float, height: float, step: float = 11) -> str:
    """Slanted lines that fill a rectangle, as a path.

    >>> hatching(30, 10, 20)
    'M10 0L0 10M30 0L20 10'
    """
    ends = [height + n * step for n in range(int(width / step) + 2) if n * step + height <= width]
    return "".join(f"M{end:g} 0L{end - height:g} {height:g}" for end in ends)


def _rect(width: float, height: float, radius: float, rest: str) -> str:
    return f'<rect width="{width:g}" height="{height:g}" rx="{radius:g}" {rest}/>'


def _line(d: str, tone: Tone, width: float, rest: str = "") -> str:
    return f'<path d="{d}" fill="none" stroke="{tone.edge}" stroke-width="{width:g}"{rest}/>'


def _text(part: Box, tone: Tone) -> str:
    """One or two lines, in the middle of the box's height."""
    middle = part.height / 2 + 4.5
    first = _words(part, part.text, middle - (8 if part.sub else 0), _size(part), tone, part.role == "label")
    return first + _words(part, part.sub, middle + 8.5, 11.5, tone, False)


def _size(part: Box) -> float:
    return {"label": 14, "note": 12.5, "lid": 11.5}.get(part.role, 13)


def _words(part: Box, text: str, y: float, size: float, tone: Tone, bold: bool) -> str:
    if not text:
        return ""
    align, inset = part.align or _side(part), INSETS.get(part.role, 0)
    x = {
        "start": inset,
        "middle": part.width / 2 + (EDGE / 2 if part.role == "tile" else 0),
        "end": part.width - inset,
    }[align]
    place = f'x="{x:g}" y="{y:g}" font-size="{size:g}" text-anchor="{align}"' + (' font-weight="600"' if bold else "")
    return f'<text {place} fill="{tone.ink}">{escape(text)}</text>'


def _side(part: Box) -> str:
    """A label, and a note in the left margin, end at the right; a lid is centred; all else begins at the left."""
    if part.role == "label" or (part.role == "note" and part.x == 0):
        return "end"
    return "middle" if part.role == "lid" else "start"


def _bracket(part: Box, tone: Tone) -> str:
    x, y = part.width + 14, part.height / 2
    place = f'x="{x:g}" y="{y:g}" font-size="13" text-anchor="middle" transform="rotate(90 {x:g} {y:g})"'
    return _line(f"M0 0h{part.width:g}v{part.height:g}h-{part.width:g}", tone, 1.6) + (
        f'<text {place} fill="{tone.ink}">{escape(part.text)}</text>'
    )


def arrow(part: Arrow) -> str:
    """A curve or a line, its head if something moves, and its label."""
    tone = LIGHT.get(part.tone, LIGHT["page"])
    line = _line(course(part) + head(part), tone, 1.6 if part.shape == "link" else 2.4)
    return f'<g class="ck-tile ck-{part.tone} ck-arrow">{line}{_pill(part, tone) if part.label else ""}</g>'


def course(part: Arrow) -> str:
    """The way an arrow takes: a link is level at both ends; a curve goes aside, or over what stands in one row.

    >>> course(Arrow(x1=0, y1=0, x2=10, y2=20, shape="link"))
    'M0 0C5 0 5 20 10 20'
    """
    x1, y1, x2, y2 = part.x1, part.y1, part.x2, part.y2
    half, turn, bend = (x1 + x2) / 2, 1 if y2 < y1 else -1, 40 if abs(x2 - x1) < 1 else 0
    match part.shape:
        case "line":
            return f"M{x1:g} {y1:g}L{x2:g} {y2:g}"
        case "link":
            return f"M{x1:g} {y1:g}C{half:g} {y1:g} {half:g} {y2:g} {x2:g} {y2:g}"
    if abs(y2 - y1) < 1:
        return f"M{x1:g} {y1:g}C{x1:g} {y1 - 34:g} {x2:g} {y2 - 34:g} {x2:g} {y2:g}"
    return f"M{x1:g} {y1:g}C{x1 - bend:g} {y1 - 30 * turn:g} {x2 - bend:g} {y2 + 34 * turn:g} {x2:g} {y2:g}"


def head(part: Arrow) -> str:
    """Two short strokes at the end, along its last stretch; none for a link."""
    x, y, down = part.x2, part.y2, part.y2 > part.y1 or abs(part.y2 - part.y1) < 1
    if part.shape == "link":
        return ""
    angle = pi / 2 if down else -pi / 2
    if part.shape == "line":
        angle = atan2(y - part.y1, x - part.x1)
    one, other = ((x - 11 * cos(angle + turn), y - 11 * sin(angle + turn)) for turn in (0.55, -0.55))
    return f"M{one[0]:.5g} {one[1]:.5g}L{x:g} {y:g}L{other[0]:.5g} {other[1]:.5g}"


def _pill(part: Arrow, tone: Tone) -> str:
    width = 7.2 * len(part.label) + 18
    x, y = (part.x1 + part.x2) / 2, part.label_y or (part.y1 + part.y2) / 2
    rest = f'fill="{tone.tile}" stroke="{tone.edge}" stroke-width="1.4"'
    return (
        f'<rect x="{x - width / 2:g}" y="{y - 11:g}" width="{width:g}" height="22" rx="11" {rest}/>'
        f'<text x="{x:g}" y="{y + 4.3:g}" font-size="12.5" text-anchor="middle" fill="{tone.ink}">'
        f"{escape(part.label)}</text>"
    )


def mark(part: Mark) -> str:
    """A sign in a pill, with its word."""
    name = "page" if part.verdict == "hit" else "gone"
    tone, words = LIGHT[name], len(part.text)
    width = (8.6 if part.text.isupper() else 7) * words + 34 if words else 20
    text = f'<text x="{-width / 2 + 26:g}" y="4.2" font-size="12" fill="{tone.ink}">{escape(part.text)}</text>'
    sign = f'<g transform="translate({14 - width / 2:g} 0)">{_line(SIGNS[part.verdict], tone, 2.4)}</g>'
    return (
        f'<g class="ck-tile ck-{name} ck-mark" transform="translate({part.x:g} {part.y:g})">'
        f'<rect x="{-width / 2:g}" y="-10" width="{width:g}" height="20" rx="10" fill="{tone.tile}" '
        f'stroke="{tone.edge}" stroke-width="1.8"/>'
        + (sign + text if words else _line(SIGNS[part.verdict], tone, 2.4))
        + "</g>"
    )

"""The shapes of a scene's parts as SVG: slabs, tiles, crossed whiteouts, lids, threads, arrows and marks.

Each box is a group moved to its place, so that the player (widgets/js/shapes.js, which draws the same shapes) can let it
glide. Colours stand in attributes too (the light theme), for where a style sheet is stripped. All text is escaped: a
file name is never markup.

Pure. Neighbours: look has the colours, svg puts the shapes on a page.
"""

from collections.abc import Sequence
from html import escape
from math import atan2, cos, pi, sin
from typing import NamedTuple

from coursekit.diagrams.lettering import broken, cut, width
from coursekit.diagrams.look import LIGHT, Tone
from coursekit.diagrams.scene import Arrow, Box, Mark

SIGNS = {"hit": "M-5 0l4 4 7-8", "miss": "M-4 -4l8 8m0-8l-8 8", "stop": "M-5 0h10"}
EDGE = 6  # width of the strip of colour at a tile's left
INSETS = {"slab": 16, "band": 16, "tile": 14, "whiteout": 26, "lid": 12, "ground": 16}
SIZES = {"label": 14, "note": 12.5, "lid": 11.5, "band": 12}
Said = tuple[str, float, bool]  # a text, its size, whether it is bold
EARTH = 12  # height of the hatching below the ground's line
STRIP = 24  # height of a name that stands in its row


def box(part: Box) -> str:
    """A box as an SVG group."""
    name = "gone" if part.role == "whiteout" else part.tone or "page"
    tone = LIGHT.get(name, LIGHT["page"])
    states = [state for state, holds in (("ck-hidden", part.hidden), ("ck-fresh", part.fresh)) if holds]
    title = f"<title>{escape(part.title)}</title>" if part.title else ""
    body = _body(part, tone) + (_text(part, tone) if part.role not in ("bracket", "shade", "thread", "ghost") else "")
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
        case "ghost":
            return _rect(
                width, height, 7, f'fill="none" stroke="{tone.edge}" stroke-width="1.2" stroke-dasharray="3 4"'
            )
        case "ground":
            earth = _line(hatching(width, EARTH, 10), tone, 1.2, ' stroke-opacity=".45"')
            return earth + _line(f"M0 2h{width:g}", tone, 4)
        case "lid":
            lips = _line(f"M2 {height - 2:g}v8M{width - 2:g} {height - 2:g}v8", tone, 4)
            return lips + _rect(width, height, 5, f'fill="{tone.tile}" stroke="{tone.edge}" stroke-width="2.4"')
        case "whiteout":
            hatch = _line(hatching(20, height, 7), tone, 1, ' stroke-opacity=".38"')
            cross = _line(f"M6 {height / 2 - 6:g}l12 12m0-12l-12 12", tone, 2.6)
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
    path, end = "", step / 2
    while end < width + height:
        path += f"M{min(end, width):g} {max(0, end - width):g}L{max(0, end - height):g} {min(end, height):g}"
        end += step
    return path


def _rect(width: float, height: float, radius: float, rest: str) -> str:
    return f'<rect width="{width:g}" height="{height:g}" rx="{radius:g}" {rest}/>'


def _line(d: str, tone: Tone, width: float, rest: str = "") -> str:
    return f'<path d="{d}" fill="none" stroke="{tone.edge}" stroke-width="{width:g}"{rest}/>'


def _text(part: Box, tone: Tone) -> str:
    """The lines of a box, as `wording` lays them out, and its pill."""
    return "".join(_words(part, line, tone) for line in wording(part)) + (_origin(part, tone) if part.pill else "")


class Line(NamedTuple):
    """One line of text in a box: its baseline, from the box's top, its size, and where it stands."""

    text: str
    y: float
    size: float
    bold: bool = False
    align: str = ""  # other than the box's


# How many lines each of a box's texts may have: the small one above, the words, the small one below.
_WAYS = ((1, 1, 1), (1, 2, 1), (1, 1, 2), (2, 1, 1), (1, 2, 2), (0, 2, 1), (0, 2, 0))


def wording(part: Box) -> tuple[Line, ...]:
    """The lines of a box, in the first of the ways that has room for them and cuts nothing.

    What fits in no way is cut, at the end and with an ellipsis; `title` has the whole.
    """
    heavy = part.role in ("label", "ground") or (part.role in ("tile", "whiteout") and not part.sub)
    size, room = SIZES.get(part.role, 13), _room(part)
    small = 11 if part.over or part.role == "band" else 11.5
    if part.role == "label" and part.height <= STRIP:  # in its row, where there is no margin
        note = part.sub if width(part.sub, 12) <= room - width(part.text, size - 1, True) - 12 else ""
        name = cut(part.text, room, size - 1, True)
        strip = (Line(name, 16, size - 1, True, "start"), Line(note, 16, 12, False, "end"))
        return tuple(line for line in strip if line.text)
    parts = ((part.over, small, False), (part.text, size, heavy or bool(part.over)), (part.sub, small, False))
    top, end = EARTH if part.role == "ground" else 0, part.height - (6 if part.pill else 0)
    chosen = _in_lines(parts, room, end - top)
    y, lines = (top + end - sum(size * 1.24 for _, size, _ in chosen)) / 2, []
    for text, size, bold in chosen:
        lines.append(Line(text, round(y + size * 1.24 * 0.78, 2), size, bold))
        y += size * 1.24
    return tuple(lines)


def _in_lines(parts: Sequence[Said], room: float, height: float) -> list[Said]:
    """Texts in lines of `room` units: none cut, if they can so stand in `height`; else the words whole, or all cut."""

    def said(way: Sequence[int]) -> list[Said]:
        pairs = [(part, most) for part, most in zip(parts, way, strict=True) if part[0] and most]
        return [
            (line, size, bold) for (text, size, bold), most in pairs for line in broken(text, room, size, bold, most)
        ]

    def whole(way: Sequence[int]) -> bool:
        pairs = [(part, most) for part, most in zip(parts, way, strict=True) if part[0] and most]
        return all(line in text for (text, size, bold), most in pairs for line in broken(text, room, size, bold, most))

    def fits(way: Sequence[int]) -> bool:
        return sum(size * 1.24 for _, size, _ in said(way)) <= height + 1

    uncut = (way for way in _WAYS if whole(way) and (way == _WAYS[0] or fits(way)))
    named = (way for way in _WAYS if whole((0, way[1], 0)) and fits(way))
    return said(next(uncut, next(named, _WAYS[0])))


def _room(part: Box) -> float:
    """How wide the words of a box may be."""
    match part.role:
        case "tile" | "whiteout" | "slab" | "band" | "lid" | "ground":
            return part.width - INSETS[part.role] - 6
        case "label" | "note" if part.width:
            return part.width - 2
    return 10_000


def _words(part: Box, line: Line, tone: Tone) -> str:
    align, inset = line.align or part.align or _side(part), INSETS.get(part.role, 0)
    x = {
        "start": inset,
        "middle": part.width / 2 + (EDGE / 2 if part.role == "tile" else 0),
        "end": part.width - inset,
    }[align]
    place = f'x="{x:g}" y="{line.y:g}" font-size="{line.size:g}" text-anchor="{align}"'
    weight = ' font-weight="600"' if line.bold else ""
    return f'<text {place}{weight} fill="{tone.ink}">{escape(line.text)}</text>'


def _origin(part: Box, tone: Tone) -> str:
    """The pill on a tile's lower edge: which layer it comes from."""
    text = cut(part.pill, part.width - 8, 11)
    wide = width(text, 11) + 14
    x = (part.width - wide) / 2
    return (
        f'<rect class="ck-origin" x="{x:g}" y="{part.height - 8:g}" width="{wide:g}" height="17" rx="8.5" '
        f'fill="{tone.slab}" stroke="{tone.edge}" stroke-width="1.2"/>'
        f'<text x="{part.width / 2:g}" y="{part.height + 4.5:g}" font-size="11" text-anchor="middle" '
        f'fill="{tone.ink}">{escape(text)}</text>'
    )


def _side(part: Box) -> str:
    """A label, and a note in the left margin, end at the right; a lid is centred; all else begins at the left."""
    if part.role == "label" or (part.role == "note" and part.x == 0):
        return "end"
    return "middle" if part.role == "lid" else "start"


def _bracket(part: Box, tone: Tone) -> str:
    x, y = part.width + 14, part.height / 2
    place = f'x="{x:g}" y="{y:g}" font-size="13" text-anchor="middle" transform="rotate(90 {x:g} {y:g})"'
    return _line(f"M0 0h{part.width:g}v{part.height:g}h-{part.width:g}", tone, 1.6) + (
        f'<text {place} fill="{tone.ink}">{escape(cut(part.text, part.height, 13))}</text>'
    )


def arrow(part: Arrow) -> tuple[str, str]:
    """What lies under the tiles, the way; and what lies over them, the head and the label."""
    tone = LIGHT.get(part.tone, LIGHT["page"])
    wide = 1.6 if part.shape == "link" else 2.4
    over = (_line(head(part), tone, wide) if part.shape != "link" else "") + (_pill(part, tone) if part.label else "")
    under, classes = _line(course(part), tone, wide), f"ck-tile ck-{part.tone} ck-arrow"
    return f'<g class="{classes}">{under}</g>', f'<g class="{classes}">{over}</g>' if over else ""


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
    wide = width(part.label, 12.5) + 18
    x, y = part.label_x or (part.x1 + part.x2) / 2, part.label_y or (part.y1 + part.y2) / 2
    rest = f'fill="{tone.tile}" stroke="{tone.edge}" stroke-width="1.4"'
    return (
        f'<rect x="{x - wide / 2:g}" y="{y - 11:g}" width="{wide:g}" height="22" rx="11" {rest}/>'
        f'<text x="{x:g}" y="{y + 4.3:g}" font-size="12.5" text-anchor="middle" fill="{tone.ink}">'
        f"{escape(part.label)}</text>"
    )


def mark(part: Mark) -> str:
    """A sign in a pill, with its word."""
    name = "page" if part.verdict == "hit" else "gone"
    tone, words = LIGHT[name], bool(part.text)
    wide = width(part.text, 12) + 32 if words else 20
    text = f'<text x="{-wide / 2 + 24:g}" y="4.2" font-size="12" fill="{tone.ink}">{escape(part.text)}</text>'
    sign = f'<g transform="translate({13 - wide / 2:g} 0)">{_line(SIGNS[part.verdict], tone, 2.4)}</g>'
    return (
        f'<g class="ck-tile ck-{name} ck-mark" transform="translate({part.x:g} {part.y:g})">'
        f'<rect x="{-wide / 2:g}" y="-10" width="{wide:g}" height="20" rx="10" fill="{tone.tile}" '
        f'stroke="{tone.edge}" stroke-width="1.8"/>'
        + (sign + text if words else _line(SIGNS[part.verdict], tone, 2.4))
        + "</g>"
    )

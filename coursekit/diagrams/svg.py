"""One frame of a scene as inline SVG, with its words for a screen reader.

Colours come from the style sheet (`look.css`) and, where that is stripped (GitHub's notebook view), from attributes
that hold the light theme. All text is escaped: a file name is never markup.

Floor 5 (diagrams): pure.
"""

from html import escape
from itertools import count
from math import atan2, cos, pi, sin

from coursekit.diagrams.look import LIGHT, Tone, css
from coursekit.diagrams.scene import Arrow, Box, Frame, Mark, Scene

_ids = count(1)


def _rounded(x: float, y: float, width: float, height: float, radius: float, rest: str) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}" {rest}/>'


def _line(d: str, tone: Tone, width: float) -> str:
    return f'<path d="{d}" fill="none" stroke="{tone.edge}" stroke-width="{width:g}"/>'


def render(scene: Scene, step: int = -1) -> str:
    """The SVG element of the frame `step` (default: the last)."""
    frame = scene.frames[step]
    ident = f"ck-scene-{next(_ids)}"
    parts = [*map(_box, frame.boxes), *map(_arrow, frame.arrows), *map(_mark, frame.marks)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="ck-scene" role="img" aria-labelledby="{ident}-t {ident}-d" '
        f'viewBox="0 0 {scene.width:g} {scene.height:g}" width="{scene.width:g}" height="{scene.height:g}">'
        f'<title id="{ident}-t">{escape(scene.title)}</title><desc id="{ident}-d">{escape(frame.caption)}</desc>'
        f"<style>{css()}</style>{''.join(parts)}</svg>"
    )


def figure(scene: Scene, step: int = -1) -> str:
    """The frame as an HTML figure: the picture, its caption, and every step in words."""
    frame: Frame = scene.frames[step]
    return (
        f'<figure style="margin:0">{render(scene, step)}<figcaption>{escape(frame.caption)}</figcaption>'
        f"{_in_words(scene)}</figure>"
    )


def _in_words(scene: Scene) -> str:
    if len(scene.frames) == 1:
        return ""
    steps = "".join(f"<li>{escape(each.caption)}</li>" for each in scene.frames)
    return f"<details><summary>All {len(scene.frames)} steps in words</summary><ol>{steps}</ol></details>"


def _box(box: Box) -> str:
    tone = LIGHT.get("gone" if box.role == "whiteout" else box.tone or "page", LIGHT["page"])
    name = "gone" if box.role == "whiteout" else box.tone or "page"
    states = [state for state, holds in (("ck-hidden", box.hidden), ("ck-fresh", box.fresh)) if holds]
    classes = [f"ck-{box.role}", f"ck-{name}", *states]
    title = f"<title>{escape(box.title)}</title>" if box.title else ""
    if box.role == "bracket":
        body = _bracket(box, tone)
    else:
        body = _text(box, tone) if box.role in ("label", "note") else _rect(box, tone) + _text(box, tone)
    return f'<g class="{" ".join(classes)}">{title}{body}</g>'


def _rect(box: Box, tone: Tone) -> str:
    fill = tone.tile if box.role == "tile" and not box.hidden else tone.slab
    radius = 12 if box.role == "slab" else 7
    dash = "2 3" if box.hidden else "5 4" if box.role == "whiteout" else ""
    if box.role == "slab" and box.tone == "container":
        dash = "9 6"
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    width = 3 if box.fresh else 1.6
    rest = f'fill="{fill}" stroke="{tone.edge}" stroke-width="{width}"{dashes}'
    rect = _rounded(box.x, box.y, box.width, box.height, radius, rest)
    if box.role == "whiteout":
        x, y = box.x + 8, box.y + 10
        rect += _line(f"M{x:g} {y:g}l14 14m0-14l-14 14", tone, 2)
    return rect


def _text(box: Box, tone: Tone) -> str:
    if not box.text:
        return ""
    middle = box.y + box.height / 2 + 4.5
    x, anchor, extra = box.x + 10, "start", ""
    if box.role == "whiteout":
        x += 18
    if box.role == "label":
        x, anchor, extra = box.x + box.width, "end", ' font-weight="600"'
    elif box.role == "note" and box.x == 0:
        x, anchor = box.width, "end"
    size = {"label": 14, "note": 12.5}.get(box.role, 13)
    place = f'x="{x:g}" y="{middle:g}" font-size="{size}" text-anchor="{anchor}"'
    return f'<text {place} fill="{tone.ink}"{extra}>{escape(box.text)}</text>'


def _bracket(box: Box, tone: Tone) -> str:
    x, y = box.x + box.width + 14, box.y + box.height / 2
    return _line(f"M{box.x:g} {box.y:g}h{box.width:g}v{box.height:g}h-{box.width:g}", tone, 1.6) + (
        f'<text x="{x:g}" y="{y:g}" font-size="13" text-anchor="middle" fill="{tone.ink}" '
        f'transform="rotate(90 {x:g} {y:g})">{escape(box.text)}</text>'
    )


def _arrow(arrow: Arrow) -> str:
    tone, x1, y1, x2, y2 = LIGHT.get(arrow.tone, LIGHT["page"]), arrow.x1, arrow.y1, arrow.x2, arrow.y2
    middle = (y1 + y2) / 2
    left, width = (x1 + x2) / 2 - 30, 8.0 * len(arrow.label) + 16
    curve, head = _shaft(arrow), _head(arrow)
    label = _rounded(left, middle - 12, width, 24, 12, f'fill="{tone.tile}" stroke="{tone.edge}"') + (
        f'<text x="{left + width / 2:g}" y="{middle + 4.5:g}" font-size="12.5" text-anchor="middle" fill="{tone.ink}">'
        f"{escape(arrow.label)}</text>"
    )
    return (
        f'<g class="ck-tile ck-{arrow.tone} ck-arrow">{_line(curve + head, tone, 2.2)}'
        f"{label if arrow.label else ''}</g>"
    )


def _shaft(arrow: Arrow) -> str:
    x1, y1, x2, y2 = arrow.x1, arrow.y1, arrow.x2, arrow.y2
    if arrow.shape == "line":
        return f"M{x1:g} {y1:g}L{x2:g} {y2:g}"
    bend = (x1 + x2) / 2 - 40
    return f"M{x1:g} {y1:g}C{bend:g} {y1 - 20:g} {bend:g} {y2 + 30:g} {x2:g} {y2:g}"


def _head(arrow: Arrow) -> str:
    """Two short strokes at the end; they point up at the end of a curve, along a line otherwise."""
    x, y = arrow.x2, arrow.y2
    angle = -pi / 2 if arrow.shape == "curve" else atan2(y - arrow.y1, x - arrow.x1)
    one, other = ((x - 11 * cos(angle + turn), y - 11 * sin(angle + turn)) for turn in (0.55, -0.55))
    return f"M{one[0]:.4g} {one[1]:.4g}L{x:g} {y:g}L{other[0]:.4g} {other[1]:.4g}"


_SIGNS = {"hit": "M-5 0l4 4 7-8", "miss": "M-4 -4l8 8m0-8l-8 8", "stop": "M-5 0h10"}


def _mark(mark: Mark) -> str:
    tone = LIGHT["page" if mark.verdict == "hit" else "gone"]
    name = "page" if mark.verdict == "hit" else "gone"
    return (
        f'<g class="ck-tile ck-{name} ck-mark" transform="translate({mark.x:g} {mark.y:g})">'
        + _rounded(-10, -10, 20, 20, 10, f'fill="{tone.tile}" stroke="{tone.edge}" stroke-width="2"')
        + f"{_line(_SIGNS[mark.verdict], tone, 2.4)}</g>"
    )

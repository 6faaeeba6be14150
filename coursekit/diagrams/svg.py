"""One frame of a scene as inline SVG, with its words for a screen reader.

Neighbours: shapes draws each part, look has the style sheet.
"""

from html import escape
from itertools import count

from coursekit.diagrams import shapes
from coursekit.diagrams.look import css
from coursekit.diagrams.scene import Frame, Scene
from coursekit.language import _, series

FLOORS = {"ground": 0, "slab": 0, "bracket": 0, "shade": 1, "thread": 1}  # what lies under all else
_ids = count(1)


def render(scene: Scene, step: int = -1) -> str:
    """The SVG element of the frame `step` (default: the last)."""
    frame = scene.frames[step]
    ident = f"ck-scene-{next(_ids)}"
    slabs, under, things = ([shapes.box(box) for box in frame.boxes if FLOORS.get(box.role, 2) == n] for n in range(3))
    arrows = [shapes.arrow(arrow) for arrow in frame.arrows]
    ways, heads = [way for way, _ in arrows], [head for _, head in arrows]
    parts = [*slabs, *under, *ways, *things, *heads, *map(shapes.mark, frame.marks)]
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
        f"{_in_words(scene)}{_to_turn(scene)}</figure>"
    )


def _to_turn(scene: Scene) -> str:
    """What nobody can turn on a page without a script."""
    said = _("Where the lesson runs, you can turn: {knobs}.").format(knobs=series(knob.label for knob in scene.knobs))
    return f'<p style="font-size:.9em;margin:.3em 0">{escape(said)}</p>' if scene.knobs else ""


def _in_words(scene: Scene) -> str:
    if len(scene.frames) == 1:
        return ""
    steps = "".join(f"<li>{escape(each.caption)}</li>" for each in scene.frames)
    summary = _("All {n} steps in words").format(n=len(scene.frames))
    return f"<details><summary>{summary}</summary><ol>{steps}</ol></details>"

"""A function's call as something to step through: plain data, and a table of the steps where no browser shows them.

It knows no exercise. Neighbour: stepper, the widget.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from coursekit.diagrams.scene import Scene
from coursekit.diagrams.svg import render
from coursekit.language import _

TOLD = 60  # steps in the table that stands in for the widget


@dataclass(frozen=True, slots=True)
class Moment:
    """A step as it is shown. `names` are [name, value, the part of the arguments that it is, whether it changed]."""

    line: int  # from 1
    how: str  # "line": it is next; "return", "raise": it did
    calls: Sequence[str]  # the functions that are open, outermost first
    names: Sequence[tuple[str, str, str, bool]]
    printed: str  # what was printed since the moment before


@dataclass(frozen=True, slots=True)
class Shown:
    """A call to be shown: `scene` has a frame and a caption for each of `moments`, without boxes where nothing is drawn."""

    title: str
    source: str
    asked: str  # the call, in words
    end: str  # what it did, and what was wanted
    moments: Sequence[Moment]
    scene: Scene


def text(shown: Shown) -> str:
    """The call and its steps in plain lines."""
    lines = shown.source.split("\n")
    told = [shown.asked]
    for moment, frame in zip(shown.moments[:TOLD], shown.scene.frames, strict=False):
        code = lines[moment.line - 1].strip() if 0 < moment.line <= len(lines) else ""
        told.append(f"{moment.line:>4}  {'  ' * (len(moment.calls) - 1)}{code}    # {frame.caption}")
    return "\n".join([*told, *_left_out(shown), shown.end])


def html(shown: Shown) -> str:
    """The call, the layers before it, and its steps as a table."""
    lines = shown.source.split("\n")
    rows = []
    for moment, frame in zip(shown.moments[:TOLD], shown.scene.frames, strict=False):
        code = lines[moment.line - 1].strip() if 0 < moment.line <= len(lines) else ""
        rows.append(
            f"<tr><td>{moment.line}</td><td><code>{escape(code)}</code></td><td>{escape(frame.caption)}</td></tr>"
        )
    head = "".join(f"<th>{escape(each)}</th>" for each in (_("line"), _("code"), _("what is seen")))
    picture = render(shown.scene, 0) if shown.scene.frames[0].boxes else ""
    more = "".join(f"<p>{escape(each)}</p>" for each in _left_out(shown))
    return (
        f"<p><strong>{escape(shown.title)}</strong> · {escape(shown.asked)}</p>{picture}"
        f"<details><summary>{escape(_('The steps'))}</summary><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>{more}</details><p>{escape(shown.end)}</p>"
    )


def _left_out(shown: Shown) -> list[str]:
    more = len(shown.moments) - TOLD
    return [_("… and {n} more steps").format(n=more)] if more > 0 else []

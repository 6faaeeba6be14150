"""The widgets' browser side: plain files beside this one, joined into the one ES module that a widget is sent.

There is no build step: the parts stand one after the other, and share their names. `shapes` and `stage` draw; `player`,
`sheet` and `bench` stand on them.
"""

from functools import cache
from pathlib import Path

from coursekit.diagrams.look import css

_HERE = Path(__file__).parent


@cache
def module(*names: str) -> str:
    """The JavaScript of these parts, in order; the last one exports what anywidget calls."""
    return "\n".join((_HERE / "js" / f"{name}.js").read_text(encoding="utf-8") for name in names)


@cache
def style(*names: str) -> str:
    """The look of every scene, and the style sheets of these parts."""
    return css() + "\n".join((_HERE / "css" / f"{name}.css").read_text(encoding="utf-8") for name in names)

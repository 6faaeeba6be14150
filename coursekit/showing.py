"""How objects show themselves in a notebook: the one arrow that points up.

`Overlay`, `Layer`, `Image` and `Container` inherit `Shown`; the drawing lies on floors above (diagrams, widgets) and
is imported when something is first shown, so that the engine neither knows it nor waits for it.

Floor 0.
"""

from importlib import import_module
from typing import Any


class Shown:
    """Gives an object `show()` and a picture with a text alternative."""

    __slots__ = ()

    def show(self, *paths: str) -> Any:
        """The animated layer stack of this object; with `paths`, of these paths alone."""
        return import_module("coursekit.widgets.show").show(self, *paths)

    def _repr_html_(self) -> str:
        return str(import_module("coursekit.diagrams.html").html(self))

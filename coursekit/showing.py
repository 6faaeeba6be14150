"""How objects show themselves in a notebook: the one arrow that points up.

`Overlay`, `Layer`, `Image` and `Container` inherit `Shown`; the drawing lies on floors above (diagrams, widgets) and
is imported when something is first shown, so that the engine neither knows it nor waits for it.
"""

import sys
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


def played(scene: Any) -> dict[str, Any]:
    """How a scene shows itself: the player where a notebook's kernel runs, a figure and words elsewhere."""
    if in_a_notebook():
        bundle = import_module("coursekit.widgets.show").show(scene)._repr_mimebundle_()
        return dict(bundle[0] if isinstance(bundle, tuple) else bundle or {})
    words = import_module("coursekit.diagrams.scene").words(scene)
    return {"text/html": scene._repr_html_(), "text/plain": words}


def in_a_notebook() -> bool:
    """Whether there is a page to show something on: a Jupyter kernel runs this, on a machine or in the browser."""
    python = sys.modules.get("IPython")
    shell = python.get_ipython() if python else None
    return getattr(shell, "kernel", None) is not None or "pyodide_kernel" in sys.modules

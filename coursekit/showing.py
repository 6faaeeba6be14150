"""How objects show themselves in a notebook: by what has been registered, since this floor knows nobody above it.

    coursekit/__init__     register("show", …), register("html", …)     who shows, loaded when something is first shown
    Overlay, Layer, Image, Container, Scene …: Shown                     their show() and _repr_html_() ask for it

So the engine neither knows the drawing, which lies on floors above, nor waits for it to be imported.
"""

import sys
from collections.abc import Callable
from typing import Any, Literal

Deed = Literal["show", "html"]  # an animated widget for show(thing, *paths); a picture with words for html(thing)

_loaders: dict[Deed, Callable[[], Callable[..., Any]]] = {}


def register(deed: Deed, load: Callable[[], Callable[..., Any]]) -> None:
    """From here on what `load` gives does the deed for every object."""
    _loaders[deed] = load


class Shown:
    """Gives an object `show()` and a picture with a text alternative."""

    __slots__ = ()

    def show(self, *paths: str) -> Any:
        """The animated layer stack of this object; with `paths`, of these paths alone."""
        return _loaders["show"]()(self, *paths)

    def _repr_html_(self) -> str:
        return str(_loaders["html"]()(self))


def in_a_notebook() -> bool:
    """Whether there is a page to show something on: a Jupyter kernel runs this, on a machine or in the browser."""
    python = sys.modules.get("IPython")
    shell = python.get_ipython() if python else None
    return getattr(shell, "kernel", None) is not None or "pyodide_kernel" in sys.modules

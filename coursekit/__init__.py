"""coursekit: what a container image is made of, with a union file system proved against the Linux kernel.

The names a notebook uses, and no logic. They are imported on first use, so that `import coursekit` stays fast.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_NAMES = {
    "Container": "coursekit.container.container",
    "Image": "coursekit.image.image",
    "Layer": "coursekit.union.layer",
    "Overlay": "coursekit.union.overlay",
    "WHITEOUT": "coursekit.fs.node",
    "case": "coursekit.exercises.session",
    "check": "coursekit.exercises.session",
    "hint": "coursekit.exercises.session",
    "keep": "coursekit.exercises.session",
    "load_ipython_extension": "coursekit.magic",
    "question": "coursekit.exercises.session",
    "run": "coursekit.container.container",
    "start": "coursekit.exercises.session",
}
__all__ = sorted(_NAMES)


def __getattr__(name: str) -> Any:
    if name not in _NAMES:
        raise AttributeError(f"coursekit has no {name!r}; it has {', '.join(__all__)}")
    value = getattr(import_module(_NAMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]

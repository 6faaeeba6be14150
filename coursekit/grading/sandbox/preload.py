"""The zygote for notebooks: a process that has imported all that lessons use, and forks a shell for each submission.

    python -m coursekit.grading.sandbox.preload SOCKET [nested]

Neighbours: `shell` (what the fork does), `zygote` (the loop), `boxes` (starts it in bubblewrap).
"""

import gc
import io
import os
import shutil
import sys
import warnings
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

from coursekit.exercises import catalogue
from coursekit.grading.sandbox import notebook_shell, zygote
from coursekit.image import bundled

ABROAD = ("matplotlib.pyplot", "matplotlib_inline.backend_inline", "ipywidgets", "anywidget", "IPython.display")
PARTS = ("fs", "union", "image", "container", "anatomy", "diagrams", "widgets", "exercises", "docker", "magic")


def warm_up() -> None:
    """Imports what a lesson would, reads the course's images, draws one figure, so that no fork pays for it."""
    notebook_shell.make()
    for name in ABROAD:
        with suppress(ImportError):
            import_module(name)
    for part in PARTS:
        package = import_module(f"coursekit.{part}")
        for module in walk_packages(getattr(package, "__path__", ()), f"{package.__name__}."):
            with suppress(ImportError):
                import_module(module.name)
    catalogue.exercises()
    for name in bundled.skeleton_names():
        _ = bundled.get(name).size  # reads all of it
    _draw()


def _draw() -> None:
    with suppress(ImportError), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from matplotlib import pyplot

        figure, axes = pyplot.subplots()
        axes.set_title("warm")
        figure.savefig(io.BytesIO(), format="png")
        pyplot.close("all")


def _fonts() -> None:
    """A copy of the font list that the grader's account has, so that none is made anew."""
    known, mine = os.environ.pop("COURSEKIT_FONTS", ""), os.environ.get("MPLCONFIGDIR", "")
    if known and mine and Path(known).is_dir():
        with suppress(OSError):
            shutil.copytree(known, mine, dirs_exist_ok=True, ignore=shutil.ignore_patterns("tex.cache"))


def main() -> None:
    """Warms up, then serves."""
    control, nested = int(sys.argv[1]), sys.argv[2:] == ["nested"]
    _fonts()
    warm_up()
    gc.collect()
    gc.freeze()
    zygote.serve(control, notebook_shell.work, nested=nested)


if __name__ == "__main__":
    main()

"""The packages of the browser's Python, laid out as its site-packages: those of this very environment.

What is pure Python runs there as it runs here, so nothing is looked up or fetched: the site has the versions that this
installation was tested with. The kernel itself comes as wheels inside JupyterLite's kernel extension.

Neighbours: snapshot packs and freezes what is laid out here.
"""

import json
import shutil
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from coursekit import lab
from coursekit.errors import ToolMissing
from coursekit.language import _

PACKAGES = (
    *("anywidget", "asttokens", "click", "comm", "executing", "filelock", "ipython", "ipython-pygments-lexers"),
    *("ipywidgets", "markdown-it-py", "matplotlib-inline", "mdurl", "platformdirs", "prompt-toolkit", "psygnal"),
    *("pure-eval", "pygments", "rich", "stack-data", "traitlets", "typing-extensions", "wcwidth"),
)
KERNEL_WHEELS = ("ipykernel", "pyodide_kernel")
WAKING = ("coursekit_warm.py", "linux_errors.py")  # of runtime/: they lie beside the packages
# Built for another machine, of use to typing or testing alone, or of no use without a terminal or a desktop.
LEFT_OUT = ("*.so", "*.pyd", "*.pyi", "*.js.map", "py.typed", "__pycache__", "tests", "nbextension", "qt.py")
# Of coursekit: what JupyterLab and a teacher are given, and this room. Lessons are their openings alone.
NOT_OURS = ("data/lessons", "data/lab", "data/source", "site")


def lay_out(target: Path, extension: Path) -> None:
    """Copies everything to `target`; `extension` is the folder of JupyterLite's kernel. Raises: ToolMissing."""
    for name in PACKAGES:
        _copy_package(name, target)
    for name in KERNEL_WHEELS:
        [wheel] = (extension / "static" / "pypi").glob(f"{name}-*.whl")
        with zipfile.ZipFile(wheel) as opened:
            opened.extractall(target)
    _copy_coursekit(target / "coursekit")
    for name in WAKING:
        shutil.copy(Path(__file__).parent / "runtime" / name, target)


def _copy_package(name: str, target: Path) -> None:
    """All modules and data of a distribution, and of what pip knows of it only the name and version."""
    try:
        found = distribution(name)
    except PackageNotFoundError:
        raise ToolMissing(_("{name} is not installed: pip install 'coursekit[site]'").format(name=name)) from None
    for entry in found.files or ():
        parts = entry.parts
        if parts[0] in ("..", "/") or any(Path(part).match(left) for part in parts for left in LEFT_OUT):
            continue
        if ".dist-info" in parts[0] and entry.name != "METADATA":
            continue
        place = target.joinpath(*parts)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(str(entry.locate()), place)


def _copy_coursekit(target: Path) -> None:
    source = Path(__file__).parents[1]

    def left(folder: str, names: list[str]) -> set[str]:
        inside = Path(folder).relative_to(source)
        unwanted = {name for name in names if (inside / name).as_posix() in NOT_OURS}
        return unwanted | {name for name in names if any(Path(name).match(pattern) for pattern in LEFT_OUT)}

    shutil.copytree(source, target, ignore=left)
    for path in sorted(lab.LESSONS.glob("*/*/*.ipynb")):
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True)
        opening = {"cells": json.loads(path.read_text("utf-8"))["cells"][:1]}
        place.write_text(json.dumps(opening, ensure_ascii=False), encoding="utf-8")

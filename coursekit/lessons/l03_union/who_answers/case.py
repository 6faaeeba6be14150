"""Seven paths over three layers, each with what the layers store of it."""

from collections.abc import Mapping
from random import Random
from typing import Any, Literal

from coursekit.columns import left
from coursekit.exercises.forms import Choose, Fill
from coursekit.exercises.hands import Slab, Slabs
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

LAYERS = ("top", "middle", "base")
NOBODY = "nobody"
_FILES = (
    "/etc/hosts",
    "/etc/motd",
    "/etc/app.conf",
    "/etc/profile",
    "/srv/index.html",
    "/srv/logo.png",
    "/srv/robots.txt",
    "/opt/run.sh",
    "/opt/app.jar",
    "/usr/lib/libz.so",
    "/usr/lib/libssl.so",
    "/var/lib/state",
)
_COLUMNS = (  # what top, middle and base have of a path: f(ile), w(hiteout), - nothing
    "f--",
    "-f-",
    "--f",
    "ff-",
    "-ff",
    "fff",
    "f-f",
    "w-f",
    "wff",
    "-wf",
    "fwf",
    "wf-",
)
_KINDS: Mapping[str, Literal["file", "whiteout"]] = {"f": "file", "w": "whiteout"}
_ALWAYS = ("w-f", "-ff", "fwf")  # those that tell the beliefs apart


def make(random: Random) -> dict[str, Any]:
    """Seven paths over three layers, each with a column of its own kind."""
    kinds = [*_ALWAYS, *random.sample([each for each in _COLUMNS if each not in _ALWAYS], 4)]
    random.shuffle(kinds)
    paths = sorted(random.sample(_FILES, len(kinds)))
    return {"columns": dict(zip(paths, kinds, strict=True))}


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The layers side by side, a path a line."""
    signs = {"f": say("file"), "w": say("whiteout"), "-": "·"}
    wide = max(map(len, case["columns"])) + 3
    head = " " * wide + "".join(f"{name:<13}" for name in LAYERS)
    rows = [
        f"{path:<{wide}}" + "".join(left(signs[sign], 13) for sign in column)
        for path, column in case["columns"].items()
    ]
    return {"stack": "\n".join(line.rstrip() for line in [head, *rows])}


def form(case: Case, say: Say) -> Fill:
    """A layer for each path."""
    layers = {name: name for name in LAYERS} | {NOBODY: say("nobody")}
    paths = {path: path for path in case["columns"]}
    return Fill(paths, {"layer": Choose(layers)}, Slabs({"layer": tuple(_slab(case, at) for at in range(len(LAYERS)))}))


def _slab(case: Case, at: int) -> Slab:
    """A layer, with what it stores of each path."""
    kinds = {path: _KINDS[column[at]] for path, column in case["columns"].items() if column[at] in _KINDS}
    return Slab(LAYERS[at], f"layer-{len(LAYERS) - 1 - at}", kinds, key=LAYERS[at])


CASE = Asked(Kind.PREDICTION, points=3, make=make, view=view, form=form)

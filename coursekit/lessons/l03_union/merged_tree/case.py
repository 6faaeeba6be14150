"""Three directories over three layers, with whiteouts and an opaque directory."""

from collections.abc import Mapping
from functools import partial
from random import Random
from typing import Any

from coursekit.diagrams.picture import stack_scene
from coursekit.diagrams.scene import Scene
from coursekit.events import Event
from coursekit.exercises.forms import Pick
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say
from coursekit.lessons.l03_union.who_answers.case import LAYERS
from coursekit.lessons.stacks import DIRECTORY, OPAQUE, Node, Tree, as_layer, prefixes
from coursekit.vfs.overlay import Overlay

_NAMES = (
    "app.conf",
    "motd",
    "hosts",
    "notes",
    "index",
    "users",
    "rules",
    "cache",
    "state",
    "keys",
    "fonts",
    "logo",
    "menu",
    "readme",
)
_PLACES = ("/etc", "/srv", "/opt", "/var", "/usr")


def make(random: Random) -> dict[str, Any]:
    """Three directories over three layers: one opaque in the middle of its stack, one whited out, one merged."""
    opaque, gone, merged = random.sample(_PLACES, 3)
    names = random.sample(_NAMES, 9)
    base: Tree = {opaque: DIRECTORY, gone: DIRECTORY, merged: DIRECTORY}
    base |= {f"{opaque}/{names[0]}": b"0", f"{opaque}/{names[1]}": b"0", f"{gone}/{names[2]}": b"0"}
    base |= {f"{merged}/{name}": b"0" for name in names[3:6]}
    middle: Tree = {opaque: OPAQUE, f"{opaque}/{names[6]}": b"1", merged: DIRECTORY, f"{merged}/{names[3]}": None}
    top: Tree = {merged: DIRECTORY, f"{merged}/{names[4]}": None, f"{merged}/{names[7]}": b"2", gone: None}
    if random.random() < 0.5:
        top |= {opaque: DIRECTORY, f"{opaque}/{names[0]}": b"2"}  # brought back above the opaque one
    if random.random() < 0.5:
        middle |= {gone: DIRECTORY, f"{gone}/{names[8]}": b"1"}
    stack = [dict(sorted(tree.items())) for tree in (top, middle, base)]
    files = sorted({path for tree in stack for path in tree if path.count("/") > 1})
    return {"stack": stack, "files": files}


def view(case: Case, say: Say) -> Mapping[str, str]:
    """What each layer stores, top first."""
    wide = max(map(len, LAYERS)) + 2
    rows: list[str] = []
    for name, layer in zip(LAYERS, case["stack"], strict=True):
        parents = {above for path in layer for above in prefixes(path)[:-1]}
        told = [(path, node) for path, node in sorted(layer.items()) if node != DIRECTORY or path not in parents]
        shown = [_shown(path, node, say) for path, node in told] or [say("nothing")]
        rows += [f"{name:<{wide}}{shown[0]}", *(" " * wide + each for each in shown[1:])]
    return {"stack": "\n".join(rows)}


def _shown(path: str, node: Node, say: Say) -> str:
    if node is None:
        return say("whiteout", path=path)
    if node == OPAQUE:
        return say("opaque", path=path)
    return f"{path}/" if node == DIRECTORY else path


def _picture(case: Case, title: str) -> Scene:
    """The three layers, and a lookup of each file, to be run once the pick is made."""
    lowers = [as_layer(tree) for tree in case["stack"]]
    happened: list[Event] = []
    overlay = Overlay(lowerdir=lowers, upperdir=None, emit=happened.append)
    for path in case["files"]:
        overlay.exists(path)
    return stack_scene(
        lowers,
        happened=happened,
        paths=case["files"],
        names=["upperdir", *LAYERS],
        writable=False,
        title=title,
    )


def form(case: Case, say: Say) -> Pick:
    """Files, clicked."""
    return Pick({path: path for path in case["files"]}, partial(_picture, case, say("picture")))


CASE = Asked(Kind.PREDICTION, points=4, make=make, view=view, form=form)

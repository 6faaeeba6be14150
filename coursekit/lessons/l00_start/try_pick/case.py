"""Four layers, top first, of which several have the path that is read."""

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
from coursekit.layers.layer import Layer
from coursekit.vfs.overlay import Overlay

NAMES = ("app", "settings", "tools", "base")
_PATHS = ("/etc/motd", "/etc/hosts", "/srv/index.html", "/etc/issue")


def make(random: Random) -> dict[str, Any]:
    """Two or three of the layers have the path; the topmost has it now and then."""
    path, other = random.sample(_PATHS, 2)
    holders = sorted(random.sample(range(len(NAMES)), random.choice((2, 3))))
    return {"path": path, "other": other, "holders": [NAMES[at] for at in holders]}


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The path that is read."""
    return {"path": case["path"]}


def _picture(case: Case) -> Scene:
    """The read, on a real overlay without a writable layer."""
    layers = [
        Layer.of({case["path"] if name in case["holders"] else case["other"]: f"from {name}\n"}) for name in NAMES
    ]
    happened: list[Event] = []
    Overlay(lowerdir=layers, emit=happened.append).read_text(case["path"])
    return stack_scene(
        layers,
        happened=happened,
        paths=[case["path"], case["other"]],
        names=["container", *NAMES],
        title=f"cat {case['path']}",
    )


def form(case: Case, say: Say) -> Pick:
    """One layer, clicked."""
    return Pick({name: say("layer", name=name) for name in NAMES}, partial(_picture, case), many=False)


CASE = Asked(Kind.PREDICTION, points=1, make=make, view=view, form=form)

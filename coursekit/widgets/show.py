"""`show()`: the player on an engine object.

Uses diagrams for the scene and for what a click on a file tells, and player for the widget.
"""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from coursekit.container.container import Container
from coursekit.diagrams.details import details, layers_of
from coursekit.diagrams.html import scene_of
from coursekit.diagrams.scene import Scene
from coursekit.diagrams.stack import find
from coursekit.language import _, plural, series
from coursekit.layers.ports import Lower
from coursekit.vfs.event_log import EventLog
from coursekit.vfs.overlay import Overlay
from coursekit.widgets.player import Player


def show(thing: Any, *paths: str) -> Player:
    """The animated layer stack of `thing`; with `paths`, of these paths alone."""
    wanted = tuple(map(absolute, paths))
    scene = scene_of(thing, *wanted)
    if not isinstance(thing, Scene):
        scene = replace(scene, details={**details(thing, _told(scene)), **scene.details})
    notice = _notice(scene, wanted, [layer for layer, _name in layers_of(thing).values()])
    return Player(scene, notice=notice, aside=_way_back(thing) if len(scene.frames) > 1 else "")


def _way_back(thing: Any) -> str:
    """What stepping back is for a thing that lives on, and where things can be undone; '' for all others."""
    owner = thing.owner if isinstance(thing, EventLog) else thing
    if not isinstance(owner, Container | Overlay):
        return ""
    said = _("Stepping back shows what was, and undoes nothing. Undo, redo and start over on a copy: {command}")
    return said.format(command=_lab(owner))


def _lab(owner: Container | Overlay) -> str:
    """The line that opens the sandbox on a copy of `owner`, by the name that the notebook has for it."""
    python = sys.modules.get("IPython")
    shell = python.get_ipython() if python else None
    known = shell.user_ns.items() if shell else ()
    name = next((name for name, value in known if value is owner and not name.startswith("_")), "…")
    return f"ck.sandbox({name})"


def absolute(path: str) -> str:
    """A path as the tree has it, from the root: "etc//hosts/" is "/etc/hosts".

    Raises: TypeError for what is no text.
    """
    if not isinstance(path, str):
        raise TypeError(_("a path is text, such as '/etc/hosts', and not {path}").format(path=repr(path)))
    return "/" + "/".join(filter(None, path.split("/")))


def _told(scene: Scene) -> Iterable[str]:
    """What the boxes of a scene are about."""
    return dict.fromkeys(box.about for frame in (scene.frames[0], scene.frames[-1]) for box in frame.boxes if box.about)


def _notice(scene: Scene, paths: Sequence[str], layers: Sequence[Lower]) -> str:
    """What a person should know before looking: which paths are nowhere."""
    unknown = [path for path in paths if layers and not _is_known(path, scene, layers)]
    if not unknown:
        return ""
    return plural(
        "{paths} is in no layer, and nothing was done there. Is it spelt as in the tree?",
        "{paths} are in no layer, and nothing was done there. Is it spelt as in the tree?",
        len(unknown),
    ).format(paths=series(unknown))


def _is_known(path: str, scene: Scene, layers: Sequence[Lower]) -> bool:
    if any(find(lower, path) is not None for lower in layers):
        return True
    return any(path in frame.caption for frame in scene.frames[1:])

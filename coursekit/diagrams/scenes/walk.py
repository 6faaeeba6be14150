"""A path is looked up name by name: what is hidden on the way is never asked for below.

    /srv/app.py      /srv         a whiteout in the top layer: the search ends here
                     /srv/app.py  is not even asked for

The engine is asked on a mount of its own; its events are the steps.

Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from coursekit.diagrams.names import names_in_code
from coursekit.diagrams.picture import stack_scene
from coursekit.diagrams.scene import Scene
from coursekit.diagrams.stack import ancestors
from coursekit.events import Event
from coursekit.language import _, plural
from coursekit.layers.ports import Lower
from coursekit.vfs.overlay import Overlay


def name_by_name(lowerdir: Sequence[Lower | Mapping[str, Any]], path: str) -> Scene:
    """The lookup of `path` in a mount of `lowerdir` (**top first**; a dict becomes a Layer), a column for each name.

    Raises: ValueError for a path without a name.
    """
    way = [*ancestors(path), path.rstrip("/")]
    if not path.startswith("/") or not way[-1]:
        raise ValueError(_("a path begins with / and has a name, and this is {path}").format(path=repr(path)))
    heard: list[Event] = []
    merged = Overlay(lowerdir, upperdir=None, emit=heard.append)
    end = next((each for each in way if not merged.exists(each) or (each != path and not merged.is_dir(each))), "")
    known = names_in_code(lowerdir)
    names = [known.get(n) or _("lowerdir {n}").format(n=n + 1) for n in range(len(lowerdir))]
    scene = stack_scene(
        merged.lowerdir,
        happened=heard,
        paths=way,
        names=[_("upperdir"), *names],
        title=_("{path}, name by name").format(path=path),
        writable=False,
    )
    first, *rest = scene.frames
    said = plural(
        "{path} is looked up in one step: its one name.",
        "{path} is looked up in {n} steps, one for each name. Only where one is found is the next one asked for.",
        len(way),
    )
    frames = [replace(first, caption=said.format(path=path, n=len(way))), *rest]
    if end and end != way[-1]:
        said = _("There is no {above}, so no layer is even asked for {path}, whatever lies below: no such file.")
        if merged.exists(end):
            said = _("{above} is no directory, so no layer is even asked for {path}, whatever lies below.")
        frames.append(replace(frames[-1], caption=said.format(above=end, path=way[way.index(end) + 1])))
    return replace(scene, frames=tuple(frames))

"""Scenes of the layer stack: any list of events, and the note's picture of a union file system.

Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from coursekit.diagrams.html import few
from coursekit.diagrams.picture import silent, stack_scene
from coursekit.diagrams.scene import Frame, Scene
from coursekit.events import Event
from coursekit.fs.node import WHITEOUT
from coursekit.layers.layer import Layer
from coursekit.layers.ports import Lower
from coursekit.vfs.overlay import Overlay


def events(
    happened: Iterable[Event],
    lowerdir: Sequence[Lower | Mapping[str, Any]],
    *paths: str,
    upper: Lower | None = None,
    names: Sequence[str] = (),
    title: str = "What happened",
) -> Scene:
    """What `happened`, step by step, over `lowerdir` (**top first**; a dict becomes a Layer); with `paths`, of these.

    `upper` is upperdir as it is now, frozen, where it held something before; `names` are the layers', upperdir first.

    Raises: ValueError for an event of a layer that `lowerdir` does not have.
    """
    layers = [Layer.of(each) if isinstance(each, Mapping) else each for each in lowerdir]
    story = tuple(happened)
    for event in story:
        numbers = [*getattr(event, "layers", ()), getattr(event, "layer", 0), getattr(event, "from_layer", 0)]
        if max(numbers) > len(layers):
            raise ValueError(
                f"{event} is about layer {max(numbers)}, and lowerdir has {len(layers)}; give all, top first"
            )
    columns = paths if story or paths else few([*([upper] if upper else []), *layers])
    scene = stack_scene(layers, upper=upper, happened=story, paths=columns, names=names, title=title)
    return scene if story else silent(scene)


def union_picture() -> Scene:
    """The note's picture of UnionFS: three layers, read from the top, become one tree."""
    layers: list[Mapping[str, Any]] = [
        {"/srv/e": "new in the top layer", "/srv/c": WHITEOUT},
        {"/srv/b": "changed", "/srv/d": "new in the middle"},
        {"/srv/a": "of the base", "/srv/b": "of the base", "/srv/c": "of the base"},
    ]
    heard: list[Event] = []
    merged = Overlay(layers, upperdir=None, emit=heard.append)
    merged.listdir("/srv")
    answers = {f"/srv/{name}": merged.providers(f"/srv/{name}") for name in "abcde"}
    scene = stack_scene(
        merged.lowerdir,
        happened=heard,
        paths=list(answers),
        names=["upperdir", "top layer", "middle layer", "base"],
        notes=["read first", "read second", "read last"],
        title="Three layers, one tree",
        writable=False,
    )
    first, *rest = scene.frames
    first = replace(first, caption="Three layers, each with a few files in /srv. What does a process see there?")
    frames = [_so_far(frame, answers, depth) for depth, frame in enumerate((first, *rest))]
    return replace(scene, frames=tuple(frames))


def _so_far(frame: Frame, answers: Mapping[str, tuple[int, ...]], depth: int) -> Frame:
    """The frame with what the layers down to `depth` give to the merged view."""
    later = {path for path, layers in answers.items() if min(layers, default=len(answers)) > depth}
    hidden = {f"{kind}{path}" for kind in ("merged", "thread") for path in later if answers[path] or depth <= DEEPEST}
    return replace(frame, boxes=tuple(box for box in frame.boxes if box.id not in hidden))


DEEPEST = 3

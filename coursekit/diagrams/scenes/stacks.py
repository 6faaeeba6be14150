"""Scenes of the layer stack: any list of events, and the note's picture of a union file system.

Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from coursekit.diagrams.html import few
from coursekit.diagrams.knobs import Knob
from coursekit.diagrams.names import names_in_code
from coursekit.diagrams.picture import silent, stack_scene
from coursekit.diagrams.scene import Frame, Scene
from coursekit.events import Event
from coursekit.fs.node import WHITEOUT
from coursekit.language import _
from coursekit.layers.layer import Layer
from coursekit.layers.ports import Lower
from coursekit.vfs.overlay import Overlay


def events(
    happened: Iterable[Event],
    lowerdir: Sequence[Lower | Mapping[str, Any]],
    *paths: str,
    upper: Lower | None = None,
    names: Sequence[str] = (),
    title: str = "",
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
            said = _("{event} is about layer {n}, and lowerdir has {all}; give all, top first")
            raise ValueError(said.format(event=event, n=max(numbers), all=len(layers)))
    known = names_in_code(lowerdir)
    called = list(names) or [
        _("upperdir"),
        *(known.get(n) or _("lowerdir {n}").format(n=n + 1) for n in range(len(layers))),
    ]
    said = title or _("What happened")
    columns = paths if story or paths else few([*([upper] if upper else []), *layers])
    scene = stack_scene(layers, upper=upper, happened=story, paths=columns, names=called, title=said)
    return scene if story else silent(scene)


_UNION: dict[str, Mapping[str, Any]] = {
    "top": {"/srv/e": "new in the top layer", "/srv/c": WHITEOUT},
    "middle": {"/srv/b": "changed", "/srv/d": "new in the middle"},
    "base": {"/srv/a": "of the base", "/srv/b": "of the base", "/srv/c": "of the base"},
}


def union_picture() -> Scene:
    """The note's picture of UnionFS: three layers, read from the top, become one tree. Their order can be turned."""
    options = (("top", _("top layer")), ("middle", _("middle layer")), ("base", _("base")))
    order = tuple(_UNION)
    knob = Knob("order", _("Layers, top first"), options, order, "order")

    def turn(order: tuple[str, ...]) -> Scene:
        return _union(order, dict(options))

    return replace(turn(order), knobs=(knob,), turn=turn)


def _union(order: Sequence[str], names: Mapping[str, str]) -> Scene:
    heard: list[Event] = []
    merged = Overlay([_UNION[each] for each in order], upperdir=None, emit=heard.append)
    merged.listdir("/srv")
    answers = {f"/srv/{name}": merged.providers(f"/srv/{name}") for name in "abcde"}
    scene = stack_scene(
        merged.lowerdir,
        happened=heard,
        paths=list(answers),
        names=[_("upperdir"), *(names[each] for each in order)],
        notes=[_("read first"), _("read second"), _("read last")],
        title=_("Three layers, one tree"),
        writable=False,
    )
    first, *rest = scene.frames
    first = replace(first, caption=_("Three layers, each with a few files in /srv. What does a process see there?"))
    frames = [_so_far(frame, answers, depth) for depth, frame in enumerate((first, *rest))]
    return replace(scene, frames=tuple(frames))


def _so_far(frame: Frame, answers: Mapping[str, tuple[int, ...]], depth: int) -> Frame:
    """The frame with what the layers down to `depth` give to the merged view."""
    later = {path for path, layers in answers.items() if min(layers, default=len(answers)) > depth}
    hidden = {f"{kind}{path}" for kind in ("merged", "thread") for path in later if answers[path] or depth <= DEEPEST}
    return replace(frame, boxes=tuple(box for box in frame.boxes if box.id not in hidden))


DEEPEST = 3

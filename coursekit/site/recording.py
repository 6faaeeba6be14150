"""What the front page plays: four files of a real image deleted one after another, in a container and by `RUN rm`.

The engine does it once, while the site is built; the page only steps through what was recorded. Every figure is
measured on the bundled image.

Neighbours: front puts it on the page; js/front.js steps.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from coursekit.diagrams.picture import stack_scene
from coursekit.diagrams.scene import Box, Frame, Scene
from coursekit.events import Event
from coursekit.image.image import Image
from coursekit.image.open import open_image
from coursekit.image.units import human_size
from coursekit.language import _, later
from coursekit.layers.memory_upper import MemoryUpper
from coursekit.layers.ports import Lower
from coursekit.vfs.overlay import Overlay

IMAGE = "debian-nginx:bullseye"
FILES = (  # largest first: this is the order in which they go
    "/usr/lib/x86_64-linux-gnu/libicudata.so.67.1",
    "/usr/bin/bash",
    "/usr/sbin/nginx",
    "/docker-entrypoint.sh",
)
STEPS = ((2, later("COPY entrypoint")), (1, later("RUN apt-get install")), (0, later("ADD rootfs")))  # top first


@dataclass(frozen=True, slots=True)
class Story:
    """One way to delete: a frame before, and one after each file."""

    scene: Scene
    says: tuple[str, ...]


def front() -> dict[str, Any]:
    """The two stories, and the figures beside them; sizes as they are shown, `shares` of what is stored as numbers."""
    image = open_image(IMAGE)
    sizes = [Overlay.from_image(image).stat(path).st_size for path in FILES]
    stored = sum(layer.size_files for layer in image.layers)
    seen = [stored - sum(sizes[:count]) for count in range(len(FILES) + 1)]
    stories = {"container": _in_a_container(image, sizes), "layer": _in_a_layer(image, sizes)}
    return {
        "files": [{"name": _name(path), "size": _shown(size)} for path, size in zip(FILES, sizes, strict=True)],
        "seen": [_shown(size) for size in seen],
        "shares": [size / stored for size in seen],
        "stored": _shown(stored),
        "stories": {key: {"scene": each.scene.to_json(), "says": each.says} for key, each in stories.items()},
    }


def first_frame() -> tuple[Scene, str]:
    """What the page shows before any script has run, and its sentence."""
    image = open_image(IMAGE)
    sizes = [Overlay.from_image(image).stat(path).st_size for path in FILES]
    story = _in_a_container(image, sizes)
    return story.scene, story.says[0]


def _in_a_container(image: Image, sizes: Sequence[int]) -> Story:
    lowers, names = _layers(image)
    scene = _deleting(lowers, [_("container"), *names])
    gone = _("{name} is gone for the program: a whiteout hides it. The image still has its {size}. Nothing was freed.")
    return Story(scene, (_opening(sizes), *(_told(gone, sizes))))


def _in_a_layer(image: Image, sizes: Sequence[int]) -> Story:
    lowers, names = _layers(image)
    scene = _read_only(_deleting(lowers, ["RUN rm", *names]))
    gone = _("RUN rm adds a layer with a whiteout. Whoever pulls this image still pulls all {size} of {name}.")
    return Story(scene, (_opening(sizes), *(_told(gone, sizes))))


def _read_only(scene: Scene) -> Scene:
    """The top layer as one of the image's: what RUN wrote is read-only from then on, and inside the bracket."""

    def inside(frame: Frame) -> Frame:
        top = next(box for box in frame.boxes if box.role == "slab" and box.tone == "container")
        return replace(frame, boxes=tuple(_in_the_image(box, top) for box in frame.boxes))

    return replace(scene, frames=tuple(map(inside, scene.frames)))


def _in_the_image(box: Box, top: Box) -> Box:
    if box.role == "bracket":
        return replace(box, y=top.y, height=box.height + box.y - top.y)
    if box.tone != "container":
        return box
    return replace(box, tone="layer-3", sub=_("read-only") if box.sub == _("writable") else box.sub)


def _layers(image: Image) -> tuple[list[Lower], list[str]]:
    return [image.layers[index].lower for index, _name in STEPS], [_(name) for _index, name in STEPS]


def _deleting(lowers: Sequence[Lower], names: Sequence[str]) -> Scene:
    """A frame before, and one after each file is gone, with what changed in it marked."""
    happened: list[Event] = []
    merged = Overlay(lowers, upperdir=MemoryUpper(), emit=happened.append)
    for path in FILES:
        merged.unlink(path)
    whole = stack_scene(lowers, happened=happened, paths=FILES, names=names, title=_("The layers of an nginx image"))
    return replace(whole, frames=tuple(_after_each(whole.frames)))


def _after_each(frames: Sequence[Frame]) -> list[Frame]:
    """The first frame, and of the others those in which one more whiteout appeared."""
    kept, known = [frames[0]], 0
    for frame in frames:
        if (whiteouts := sum(box.role == "whiteout" for box in frame.boxes)) > known:
            known = whiteouts
            kept.append(frame)
    return kept


def _opening(sizes: Sequence[int]) -> str:
    return _("An nginx image, opened. Delete its largest file: what becomes of its {size}?").format(
        size=_shown(sizes[0])
    )


def _told(text: str, sizes: Sequence[int]) -> list[str]:
    return [text.format(name=_name(path), size=_shown(size)) for path, size in zip(FILES, sizes, strict=True)]


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _shown(size: int) -> str:
    """A size with a space before its unit, as a page sets it: "28.4 MB"."""
    return re.sub(r"(?<=\d)(?=[kMG]?B)", " ", human_size(size))

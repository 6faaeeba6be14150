"""How the engine's objects look: the scene of an Overlay, a Layer, an Image or a Container, and its HTML.

Uses fs, union, image and container; draws nothing itself.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

from coursekit.container.container import Container
from coursekit.diagrams.captions import byte_count
from coursekit.diagrams.columns import chosen
from coursekit.diagrams.names import layer_name, names_in_code
from coursekit.diagrams.picture import silent, stack_scene
from coursekit.diagrams.scene import Scene
from coursekit.diagrams.svg import figure
from coursekit.errors import ImageError
from coursekit.fs.node import Directory, Whiteout
from coursekit.image.image import Image, ImageLayer
from coursekit.language import _, plural
from coursekit.layers.layer import Layer
from coursekit.layers.ports import Lower
from coursekit.vfs.event_log import EventLog
from coursekit.vfs.overlay import Overlay

FEW = 5


def html(thing: Any) -> str:
    """The last frame of `scene_of(thing)` as an HTML figure, with every step in words."""
    return figure(scene_of(thing))


def scene_of(thing: Any, *paths: str) -> Scene:
    """The scene of an engine object; with `paths`, of these columns. A scene is its own.

    Raises: TypeError for what has no picture.
    """
    match thing:
        case Scene():
            return thing
        case EventLog(owner=Container() as owner):
            scene = _container(owner, paths, thing)
            return scene if thing else silent(scene)
        case EventLog(owner=Overlay() as owner):
            scene = _overlay(owner, paths, thing)
            return scene if thing else silent(scene)
        case Container():
            return _container(thing, paths, thing.events)
        case Overlay():
            return _overlay(thing, paths, thing.events)
        case Image():
            return _image(thing, paths)
        case ImageLayer():
            return stack_scene(
                [thing.lower],
                paths=paths or few([thing.lower]),
                names=["upperdir", layer_name(thing)],
                title=_("Layer {digest}").format(digest=thing.diff_id),
                writable=False,
            )
        case Layer():
            return stack_scene([thing], paths=paths or few([thing]), title=_("One layer"), writable=False)
        case _:
            said = _("{kind} has no picture; an Overlay, Layer, Image or Container has")
            raise TypeError(said.format(kind=type(thing).__name__))


def _container(container: Container, paths: Sequence[str], story: EventLog) -> Scene:
    rootfs, happened = container.rootfs, tuple(story)
    layers = container.image.layers[::-1]
    names = [_("container layer"), *map(layer_name, layers)]
    upper = rootfs.upper.freeze() if rootfs.upper is not None else None
    lowers = [*([upper] if upper else []), *rootfs.lowerdir]
    columns = paths or chosen(happened, lowers) or few(lowers)
    title = _("Container {name} on {image}").format(
        name=container.name, image=container.image.name or container.image.id
    )
    return stack_scene(
        rootfs.lowerdir,
        upper=upper,
        happened=happened,
        later=story.later,
        paths=columns,
        names=names,
        notes=_notes(layers),
        title=title,
    )


def _overlay(overlay: Overlay, paths: Sequence[str], story: EventLog) -> Scene:
    upper = overlay.upper.freeze() if overlay.upper is not None else None
    layers, happened = [*([upper] if upper else []), *overlay.lowerdir], tuple(story)
    columns = paths or chosen(happened, layers) or few(layers)
    writable, title = upper is not None, _("An overlay mount")
    return stack_scene(
        overlay.lowerdir,
        upper=upper,
        happened=happened,
        later=story.later,
        paths=columns,
        names=overlay_names(overlay),
        title=title,
        writable=writable,
    )


def overlay_names(overlay: Overlay) -> list[str]:
    """What the layers of a mount are called, upperdir first: as the learner's code calls them, else by number."""
    known = names_in_code(overlay.given)
    return [_("upperdir"), *(known.get(n) or _("lowerdir {n}").format(n=n + 1) for n in range(len(overlay.lowerdir)))]


def _image(image: Image, paths: Sequence[str]) -> Scene:
    layers = image.layers[::-1]
    lowers, names = lowers_of(layers), ["upperdir", *map(layer_name, layers)]
    said = plural("Image {name}, {n} layer", "Image {name}, {n} layers", len(lowers))
    title, columns = said.format(name=image.name or image.id, n=len(lowers)), paths or few(lowers)
    return stack_scene(lowers, paths=columns, names=names, notes=_notes(layers), title=title, writable=False)


def lowers_of(layers: Sequence[ImageLayer]) -> list[Lower]:
    """The trees of `layers`; empty ones for a published image, of which only the metadata is here."""
    try:
        return [layer.lower for layer in layers]
    except ImageError:
        return [Layer.of({}) for _ in layers]


def _notes(layers: Sequence[ImageLayer]) -> list[str]:
    return [_("read-only · {size}").format(size=byte_count(layer.size_files)) for layer in layers]


def few(lowers: Sequence[Lower]) -> list[str]:
    """Up to FEW paths worth a column: what the upper layers hold, then the lower ones."""
    found: dict[str, None] = {}
    for lower in lowers:
        for path in _leaves(lower):
            found.setdefault(path)
            if len(found) == FEW:
                return list(found)
    return list(found)


def _leaves(lower: Lower) -> Iterator[str]:
    """Paths of what is no directory (whiteouts too, and opaque directories), nearest to the root first."""
    waiting = deque([("", 0)])
    while waiting:
        above, entry = waiting.popleft()
        for name, below in sorted(lower.children(entry).items()):
            match lower.node(below):
                case Directory(opaque=False):
                    waiting.append((f"{above}/{name}", below))
                case Directory() | Whiteout() | _:
                    yield f"{above}/{name}"

"""What a click on a file in a stack tells: for each layer that has it, what it is there and what is in it.

    /etc/hosts    container layer: file, 181 B, mode 0644, its contents …
                  base: file, 174 B …

Which of them a process sees differs from step to step, so the player says that, from the boxes of the step it shows.

Neighbours: stack (what is where), html (how layers are called).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from coursekit.container.container import Container
from coursekit.diagrams.captions import byte_count
from coursekit.diagrams.html import lowers_of, overlay_names
from coursekit.diagrams.names import layer_name
from coursekit.diagrams.scene import Detail, Held
from coursekit.diagrams.stack import find
from coursekit.errors import ContentMissing
from coursekit.fs.node import Device, Directory, File, Metadata, Node, Symlink, Whiteout, metadata
from coursekit.image.image import Image, ImageLayer
from coursekit.language import _, plural
from coursekit.layers.layer import Layer
from coursekit.layers.ports import Lower
from coursekit.vfs.event_log import EventLog
from coursekit.vfs.overlay import Overlay

MOST = 2_000  # bytes of a file that are shown
_INTERNAL = ("trusted.overlay.", "user.overlay.")  # the engine's own notes, as overlayfs keeps its
_ODD = re.compile(r"[^\n\t\x20-\x7e\u00a0-\uffff]")


def details(thing: Any, paths: Iterable[str]) -> dict[str, Detail]:
    """What a click on each of `paths` tells, in the layers of an engine object as they are now."""
    found = layers_of(thing)
    return {path: detail(found, path) for path in paths if found}


def layers_of(thing: Any) -> dict[int, tuple[Lower, str]]:
    """The layers that an engine object shows, with their names, by number: upperdir 0, the topmost below it 1.

    Empty for what has none.
    """
    match thing:
        case Container(rootfs=rootfs, image=image):
            below = [layer_name(layer) for layer in image.layers[::-1]]
            return _numbered(_stacked(rootfs), [_("container layer"), *below], 0)
        case EventLog(owner=owner):
            return layers_of(owner)
        case Overlay(upper=None):
            return _numbered(thing.lowerdir, overlay_names(thing)[1:], 1)
        case Overlay():
            return _numbered(_stacked(thing), overlay_names(thing), 0)
        case Image(layers=layers):
            return _numbered(lowers_of(layers[::-1]), [layer_name(each) for each in layers[::-1]], 1)
        case ImageLayer():
            return {1: (thing.lower, layer_name(thing))}
        case Layer():
            return {1: (thing, _("the layer"))}
    return {}


def _numbered(lowers: Sequence[Lower], names: Sequence[str], first: int) -> dict[int, tuple[Lower, str]]:
    return dict(enumerate(zip(lowers, names, strict=True), start=first))


def _stacked(overlay: Overlay) -> list[Lower]:
    upper = [overlay.upper.freeze()] if overlay.upper is not None else []
    return [*upper, *overlay.lowerdir]


def detail(layers: Mapping[int, tuple[Lower, str]], path: str) -> Detail:
    """What is known of `path` in these layers, upperdir among them, by number, **top first**."""
    found = ((number, name, find(lower, path)) for number, (lower, name) in layers.items())
    held = tuple(_held(number, name, node) for number, name, node in found if node is not None)
    return Detail(title=path, layers=held)


def _held(number: int, name: str, node: Node) -> Held:
    if isinstance(node, Whiteout):
        return Held(layer=number, name=name, text=_("a whiteout hides it"))
    return Held(layer=number, name=name, text=_line(node), facts=_facts(node), contents=_contents(node))


def _line(node: Node) -> str:
    match node:
        case Directory(opaque=True):
            return _("an opaque directory: it hides what lies below")
        case File(content=content):
            size, mode = byte_count(content.size), _mode(node.meta)
            return _("file, {size}, mode {mode}").format(size=size, mode=mode)
        case _other:
            return _("{kind}, mode {mode}").format(kind=_kind(node), mode=_mode(metadata(node)))


def _facts(node: Node) -> tuple[tuple[str, str], ...]:
    meta = metadata(node)
    facts = [(_("kind"), _kind(node)), (_("mode"), _mode(meta)), (_("owner"), f"{meta.uid}:{meta.gid}")]
    if isinstance(node, File):
        size = node.content.size
        facts.append((_("size"), plural("{n:,} byte", "{n:,} bytes", size).format(n=size)))
    changed = datetime.fromtimestamp(meta.mtime_ns // 10**9, UTC)
    facts.append((_("changed"), f"{changed:%Y-%m-%d %H:%M:%S} UTC"))
    facts += [
        (_("xattr {name}").format(name=name), value[:80].decode(errors="backslashreplace"))
        for name, value in meta.xattrs.items()
        if not name.startswith(_INTERNAL)
    ]
    return tuple(facts)


def _kind(node: Node) -> str:
    match node:
        case Symlink(target=target):
            return _("symlink to {target}").format(target=target)
        case Device(kind=kind, major=major, minor=minor):
            return f"{kind.value} {major}, {minor}"
        case File():
            return _("file")
        case Directory():
            return _("directory")
        case _other:
            return _("whiteout")


def _mode(meta: Metadata) -> str:
    return f"{meta.mode:04o}"


def _contents(node: Node) -> str:
    """The beginning of a text file, or a word on why there is none."""
    if not isinstance(node, File) or not node.content.size:
        return ""
    try:
        raw = node.content.read(0, MOST)
    except ContentMissing as missing:
        return str(missing)
    text = raw.decode(errors="replace").rstrip("\ufffd")
    if len(_ODD.findall(text)) > len(text) / 20:
        return _("not text; it begins {bytes}").format(bytes=raw[:32].hex(" "))
    more = node.content.size - len(raw)
    shown = _ODD.sub("\u00b7", text)
    return _("{text}\n… and {more} more").format(text=shown, more=byte_count(more)) if more > 0 else shown

"""What a click on a file in a stack tells: what it is, what is in it, and what each layer did to it.

    /etc/hosts    file, 0644 root:root, 174 B        as the topmost layer that has it has it
                  base: file, 174 B                  its history, base first
                  container layer: file, 181 B

Neighbours: stack (what is where), html (how layers are called).
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from coursekit.container.container import Container
from coursekit.diagrams.captions import byte_count
from coursekit.diagrams.html import lowers_of
from coursekit.diagrams.names import layer_name
from coursekit.diagrams.scene import Detail
from coursekit.diagrams.stack import Cells, Stack, cells_of, find
from coursekit.errors import ContentMissing
from coursekit.fs.node import Device, Directory, File, Metadata, Node, Symlink, Whiteout, metadata
from coursekit.image.image import Image, ImageLayer
from coursekit.layers.layer import Layer
from coursekit.layers.ports import Lower
from coursekit.vfs.event_log import EventLog
from coursekit.vfs.overlay import Overlay

MOST = 2_000  # bytes of a file that are shown
_ODD = re.compile(r"[^\n\t\x20-\x7e\u00a0-\uffff]")


def details(thing: Any, paths: Iterable[str]) -> dict[str, Detail]:
    """What a click on each of `paths` tells, in the layers of an engine object as they are now."""
    found = layers_of(thing)
    layers, names = [layer for layer, _ in found], [name for _, name in found]
    return {path: detail(layers, names, path) for path in paths if found}


def layers_of(thing: Any) -> list[tuple[Lower, str]]:
    """The layers that an engine object shows, with their names, mount order (**top first**); none for what has none."""
    match thing:
        case Container(rootfs=rootfs, image=image):
            below = [layer_name(layer) for layer in image.layers[::-1]]
            return list(zip(_stacked(rootfs), ["container layer", *below], strict=True))
        case EventLog(owner=owner):
            return layers_of(owner)
        case Overlay():
            stacked, below = _stacked(thing), [f"lowerdir {n}" for n in range(1, len(thing.lowerdir) + 1)]
            return list(zip(stacked, below if thing.upper is None else ["upperdir", *below], strict=True))
        case Image(layers=layers):
            return list(zip(lowers_of(layers[::-1]), map(layer_name, layers[::-1]), strict=True))
        case ImageLayer():
            return [(thing.lower, layer_name(thing))]
        case Layer():
            return [(thing, "the layer")]
    return []


def _stacked(overlay: Overlay) -> list[Lower]:
    upper = [overlay.upper.freeze()] if overlay.upper is not None else []
    return [*upper, *overlay.lowerdir]


def detail(lowers: Sequence[Lower], names: Sequence[str], path: str) -> Detail:
    """What is known of `path` in these layers, upperdir among them; both in mount order, **top first**."""
    found = [find(lower, path) for lower in lowers]
    history = [_line(name, node) for name, node in zip(names, found, strict=True) if node is not None]
    layer = Stack([Cells(cells_of(lower, [path])) for lower in lowers]).provider(path)
    node = found[layer] if layer is not None else None
    if layer is None or node is None:
        gone = "deleted: a whiteout hides it, or a directory above it" if history else "in no layer"
        return Detail(title=path, facts=(("seen", f"no such file ({gone})"),), history=tuple(history[::-1]))
    facts = (("seen", f"as {names[layer]} has it"), *_facts(node))
    return Detail(title=path, facts=facts, contents=_contents(node), history=tuple(history[::-1]))


def _line(name: str, node: Node) -> str:
    match node:
        case Whiteout():
            return f"{name}: a whiteout hides it"
        case Directory(opaque=True):
            return f"{name}: directory, opaque: hides what lies below"
        case File(content=content):
            return f"{name}: file, {byte_count(content.size)}, mode {_mode(node.meta)}"
        case _:
            return f"{name}: {_kind(node)}, mode {_mode(metadata(node))}"


def _facts(node: Node) -> tuple[tuple[str, str], ...]:
    meta = metadata(node)
    facts = [("kind", _kind(node)), ("mode", _mode(meta)), ("owner", f"{meta.uid}:{meta.gid}")]
    if isinstance(node, File):
        facts.append(("size", f"{node.content.size:,} bytes"))
    changed = datetime.fromtimestamp(meta.mtime_ns // 10**9, UTC)
    facts.append(("changed", f"{changed:%Y-%m-%d %H:%M:%S} UTC"))
    facts += [(f"xattr {name}", value[:80].decode(errors="backslashreplace")) for name, value in meta.xattrs.items()]
    return tuple(facts)


def _kind(node: Node) -> str:
    match node:
        case Symlink(target=target):
            return f"symlink to {target}"
        case Device(kind=kind, major=major, minor=minor):
            return f"{kind.value} {major}, {minor}"
        case _:
            return type(node).__name__.lower()


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
        return f"not text; it begins {raw[:32].hex(' ')}"
    more = node.content.size - len(raw)
    return _ODD.sub("\u00b7", text) + (f"\n… and {byte_count(more)} more" if more > 0 else "")

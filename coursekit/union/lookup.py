"""Lookup: which object a name in a merged directory stands for.

    upper    hosts → found, unless it is a whiteout (then: nothing, whatever lies below)
    lower    hosts → the merged index of the lower layers answers
    a directory in both is one merged directory, unless the upper one is opaque

Source: Linux fs/overlayfs/namei.c; Documentation/filesystems/overlayfs.rst, "Upper and Lower".
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from coursekit.events import Probed
from coursekit.fs.node import Device, Directory, File, Node, Symlink, Whiteout
from coursekit.layers.ports import Handle
from coursekit.layers.whiteout import as_whiteout
from coursekit.union.follow_redirect import leads_elsewhere
from coursekit.union.inode import Inode
from coursekit.union.merge import LowerEntry


def lookup(parent: Inode, name: str) -> Inode | None:
    """The object that `name` stands for in a directory; None for nothing."""
    known = parent.names.get(name)
    if known is not None:
        if known.key is not None:
            known.parent, known.name = parent, name
        return known
    sb = parent.sb
    handle = None
    if parent.upper is not None:
        handle = sb.upper_layer.child(parent.upper, name)
    below = None if parent.below is None else sb.index.names(parent.below).get(name)
    if handle is None:
        if below is None:
            return None
        if below.refused is not None:
            raise below.refused
        return sb.attach(parent, name, sb.make(None, below))
    node = sb.upper_layer.node(handle)
    if isinstance(node, Whiteout):
        return None
    return sb.attach(parent, name, sb.make(handle, _shows_through(parent, name, node, below)))


def look_up_all(directory: Inode) -> None:
    """Look up every name that only lower layers have, in one go: who lists a directory mostly asks for all of it."""
    sb = directory.sb
    if directory.upper is not None or directory.below is None or sb.hardlinks is not None or sb.emit is not None:
        return
    names, make, attach = directory.names, sb.make_below, sb.attach
    for name, below in sb.index.names(directory.below).items():
        if name not in names and below.refused is None:
            attach(directory, name, make(below))


def _shows_through(parent: Inode, name: str, node: Node, below: LowerEntry | None) -> LowerEntry | None:
    """What of the lower layers belongs to an object in upperdir: a directory below a directory that is not opaque.

    A note of upperdir says where else it may lie, and of a file that its data does.
    """
    if leads_elsewhere(node, parent.sb.notes):
        return parent.sb.index.below_upper(parent.below, name, node)
    if below is None or not isinstance(node, Directory) or node.opaque:
        return None
    if below.refused is not None:
        raise below.refused
    return below if below.is_dir else None


def visible_below(parent: Inode, name: str) -> bool:
    """The lower layers show something under the name: were it taken from upperdir only, it would come back."""
    return parent.below is not None and name in parent.sb.index.names(parent.below)


def whiteout_above(parent: Inode, name: str) -> bool:
    """Upperdir holds a whiteout of the name."""
    if parent.upper is None:
        return False
    handle: Handle | None = parent.sb.upper_layer.child(parent.upper, name)
    return handle is not None and isinstance(parent.sb.upper_layer.node(handle), Whiteout)


Found = Literal["file", "directory", "symlink", "device", "whiteout", "opaque", "nothing"]


def seen_as(node: Node | None) -> Found:
    """The word for what a layer holds.

    >>> seen_as(None), seen_as(Whiteout())
    ('nothing', 'whiteout')
    """
    match node:
        case None:
            return "nothing"
        case File():
            return "file"
        case Directory(opaque=opaque):
            return "opaque" if opaque else "directory"
        case Symlink():
            return "symlink"
        case Device():
            return "device"
        case Whiteout():
            return "whiteout"


def providers(
    layers: Sequence[Callable[[str], Node | None]],
    candidates: Iterable[int],
    name: str,
    probed: Callable[[int, Node | None], None] = lambda layer, node: None,
) -> tuple[int, ...]:
    """Of the `candidates` that provide the parent directory, those that provide `name`, top first.

    `layers[i]` says what layer i holds under a name of that directory; `probed` hears of every layer asked.

    >>> top, base = {"hosts": Whiteout()}, {"hosts": Whiteout(), "motd": Symlink(None, "x")}
    >>> providers([top.get, base.get], (0, 1), "hosts"), providers([top.get, base.get], (0, 1), "motd")
    ((), (1,))
    """
    found: list[int] = []
    for index in candidates:
        node = layers[index](name)
        probed(index, node)
        match node:
            case None:
                continue
            case Whiteout():
                break
            case Directory(opaque=opaque):
                found.append(index)
                if opaque:
                    break
            case _:  # a file ends the search, and is hidden under a directory
                if not found:
                    found.append(index)
                break
    return tuple(found)


def provided_by(inode: Inode) -> tuple[int, ...]:
    """The layers that make up an object, in mount order, top first; upperdir is 0."""
    upper = () if inode.upper is None else (0,)
    below = () if inode.below is None or (inode.upper is not None and not inode.is_dir) else inode.below.stack
    return upper + tuple(layer for layer, _ in below)


def probe(parent: Inode, name: str) -> None:
    """Tell the listener which layers a lookup asks, top down, and what each of them says."""
    sb = parent.sb
    if sb.emit is None:
        return
    emit, path = sb.emit, sb.path(parent, name)
    asked = {layer: stored_in(parent, layer) for layer in provided_by(parent)}

    def probed(layer: int, node: Node | None) -> None:
        emit(Probed(path=path, layer=layer, found=seen_as(node)))

    last = max(asked, default=-1)
    providers([asked.get(layer, lambda name: None) for layer in range(last + 1)], asked, name, probed)


def stored_in(parent: Inode, layer: int) -> Callable[[str], Node | None]:
    """What one layer of a merged directory holds, by name."""
    sb = parent.sb
    if layer == 0:
        return lambda name: _stored_above(parent, name)
    assert parent.below is not None
    entry = dict(parent.below.stack)[layer]
    lower = sb.index.lowers[layer - 1]
    names = lower.children(entry)
    return lambda name: as_whiteout(lower.node(names[name]), sb.notes) if name in names else None


def _stored_above(parent: Inode, name: str) -> Node | None:
    handle = parent.sb.upper_layer.child(parent.upper, name)
    return None if handle is None else parent.sb.upper_layer.node(handle)

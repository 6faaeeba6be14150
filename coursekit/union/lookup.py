"""Lookup: which object a name in a merged directory stands for.

    upper    hosts → found, unless it is a whiteout (then: nothing, whatever lies below)
    lower    hosts → the merged index of the lower layers answers
    a directory in both is one merged directory, unless the upper one is opaque

The rule by which a search ends or goes on is in search.py; here upperdir is put above the merged lower layers.

Source: Linux fs/overlayfs/namei.c; Documentation/filesystems/overlayfs.rst, "Upper and Lower".
"""

from contextlib import suppress
from typing import Literal

from coursekit.events import Probed
from coursekit.fs.node import Device, Directory, File, Node, Symlink, Whiteout
from coursekit.layers.ports import Handle
from coursekit.layers.whiteout import as_whiteout
from coursekit.union.inode import Inode
from coursekit.union.search import heed, leads_elsewhere


def lookup(parent: Inode, name: str) -> Inode | None:
    """The object that `name` stands for in a directory; None for nothing."""
    known = parent.names.get(name)
    if known is not None:
        if known.index_key is not None:
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
    taken, ends = heed(node, False)
    if not taken:
        return None
    # What the lower layers show is already merged, so the search goes on with one answer for all of them; unless a note
    # says that the object lies elsewhere there: then the layers are asked one by one.
    if leads_elsewhere(node, sb.notes):
        below = sb.index.below_upper(parent.below, name, node)
    elif ends or below is None:
        below = None
    elif below.refused is not None:
        raise below.refused
    elif not heed(below.node, True)[0]:
        below = None
    return sb.attach(parent, name, sb.make(handle, below))


def look_up_all(directory: Inode) -> None:
    """Look up every name that only lower layers have, in one go: a caller that lists a directory usually stats it all."""
    sb = directory.sb
    if directory.upper is not None or directory.below is None or sb.hardlinks is not None or sb.emit is not None:
        return
    names, make, attach = directory.names, sb.make_below, sb.attach
    for name, below in sb.index.names(directory.below).items():
        if name not in names and below.refused is None:
            attach(directory, name, make(below))


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


def provided_by(inode: Inode) -> tuple[int, ...]:
    """The layers that make up an object, in mount order, top first; upperdir is 0.

    Those of a merged directory; of anything else one, or of a file whose data is further below than its metadata
    (metacopy) two: that of the metadata and that of the data.
    """
    below = () if inode.below is None else tuple(layer for layer, _ in inode.below.stack)
    layers = below if inode.upper is None else (0, *below)
    return layers if inode.is_dir or len(layers) < 2 else (layers[0], layers[-1])


def asked(parent: Inode, name: str) -> list[tuple[int, Node | None]]:
    """The layers that a lookup asks, in this order, each with what it has stored there: None for nothing.

    The search is made anew: what a directory remembers of its names does not say how they were found. Where it ends
    in a refusal, the record ends there.
    """
    sb = parent.sb
    search = sb.index.search(parent.below, name)
    handle = None
    if parent.upper is not None:
        handle = sb.upper_layer.child(parent.upper, name)
        search.upper(None if handle is None else sb.upper_layer.node(handle))
    with suppress(OSError):
        search.down()
    if handle is None and search.found and sb.hardlinks is not None:  # index=on: it may be up by another name
        layer, entry = search.found[0]
        raised = sb.hardlinks.find((layer, sb.index.lowers[layer - 1].inode(entry)))
        if raised is not None:
            node, last = sb.upper_layer.node(raised.handle), search.asked[-1]
            search.asked.append((0, node))
            if leads_elsewhere(node, sb.notes):
                search.asked.append(last)
    return search.asked


def probe(parent: Inode, name: str) -> None:
    """Tell the listener which layers a lookup asks, and what each of them says."""
    sb = parent.sb
    if sb.emit is None:
        return
    path = sb.path(parent, name)
    for layer, stored in asked(parent, name):
        node = stored if stored is None or layer == 0 else as_whiteout(stored, sb.notes)
        sb.emit(Probed(path=path, layer=layer, found=seen_as(node)))

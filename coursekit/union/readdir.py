"""Readdir: the names of a merged directory, upper ones first, each once, whiteouts left out.

    upper  motd(whiteout) new        →  new hosts passwd
    lower  hosts motd passwd

A directory that comes from a single layer is listed as that layer stores it: Linux then shows even the name of a
whiteout that hides nothing, and `stat` of it says ENOENT.

Floor 2 (union). Source: Linux fs/overlayfs/readdir.c; Documentation/filesystems/overlayfs.rst, "readdir".
"""

from coursekit.events import Listed
from coursekit.fs.node import Whiteout
from coursekit.union.inode import Inode
from coursekit.union.lookup import provided_by


def readdir(directory: Inode) -> tuple[str, ...]:
    """The names in a directory, without `.` and `..`: those of upperdir first, then layer by layer."""
    sb = directory.sb
    if sb.emit is not None:
        sb.emit(Listed(path=directory.path, layers=provided_by(directory)))
    if directory.listing is None:
        directory.listing = _merged(directory) if directory.merged else _stored(directory)
    return directory.listing


def _merged(directory: Inode) -> tuple[str, ...]:
    """The visible names of several layers."""
    sb = directory.sb
    assert directory.below is not None
    below = sb.index.names(directory.below)
    if directory.upper is None:
        return tuple(below)
    node_of = sb.upper_layer.node
    above = sb.upper_layer.children(directory.upper)
    shown = [name for name, handle in above.items() if not isinstance(node_of(handle), Whiteout)]
    return (*shown, *(name for name in below if name not in above))


def _stored(directory: Inode) -> tuple[str, ...]:
    """All names of the only layer, whiteouts too."""
    if directory.upper is not None:
        return tuple(directory.sb.upper_layer.children(directory.upper))
    assert directory.below is not None
    return directory.sb.index.stored(directory.below)


def is_empty(directory: Inode) -> bool:
    """Nothing hinders its removal. In a directory of upperdir alone a whiteout does, as on Linux."""
    return not readdir_silently(directory)


def readdir_silently(directory: Inode) -> tuple[str, ...]:
    """The names, without telling the listener: for the engine's own questions."""
    if directory.listing is None:
        directory.listing = _merged(directory) if directory.merged else _stored(directory)
    return directory.listing

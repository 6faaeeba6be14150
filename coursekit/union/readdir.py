"""Readdir: the names of a merged directory, upper ones first, each once, whiteouts left out.

    upper  motd(whiteout) new        →  new hosts passwd
    lower  hosts motd passwd

A directory that comes from a single layer is listed as that layer stores it: Linux then shows even the name of a
whiteout that hides nothing, and `stat` of it says ENOENT.

Source: Linux fs/overlayfs/readdir.c; Documentation/filesystems/overlayfs.rst, "readdir".
"""

from stat import S_IFDIR

from coursekit.events import Listed
from coursekit.fs.node import Whiteout
from coursekit.union.inode import Inode
from coursekit.union.lookup import look_up_all, lookup, provided_by


def readdir(directory: Inode) -> tuple[str, ...]:
    """The names in a directory, without `.` and `..`: those of upperdir first, then layer by layer."""
    sb = directory.sb
    if sb.emit is not None:
        sb.emit(Listed(path=directory.path, layers=provided_by(directory)))
    if directory.listing is None:
        directory.listing = visible(directory) if filters(directory) else stored(directory)
    return directory.listing


def filters(directory: Inode) -> bool:
    """Linux looks for whiteouts in a listing only where there may be some: several layers, or a copied-up directory."""
    if directory.merged or directory.sb.notes.origin in directory.meta.xattrs:
        return True
    return directory.upper is not None and directory.sb.upper_layer.origin(directory.upper) is not None


def visible(directory: Inode) -> tuple[str, ...]:
    """The names of all layers of a directory, whiteouts left out."""
    sb = directory.sb
    below: tuple[str, ...] = ()
    if directory.below is not None:
        names = sb.index.names(directory.below)
        hidden = directory.below.hidden or {}
        below = (*names, *(name for name, listed in hidden.items() if listed))
    if directory.upper is None:
        return below
    node_of = sb.upper_layer.node
    above = sb.upper_layer.children(directory.upper)
    shown = [name for name, handle in above.items() if not isinstance(node_of(handle), Whiteout)]
    return (*shown, *(name for name in below if name not in above))


def stored(directory: Inode) -> tuple[str, ...]:
    """All names of a directory that comes from one layer, whiteouts too."""
    if directory.upper is not None:
        return tuple(directory.sb.upper_layer.children(directory.upper))
    assert directory.below is not None
    return directory.sb.index.stored(directory.below)


def kinds(directory: Inode) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the directories and of all else in a directory, each sorted."""
    names = readdir(directory)
    if directory.kinds is None or directory.kinds[0] is not names:
        look_up_all(directory)
        known = directory.names
        directories: list[str] = []
        others: list[str] = []
        for name in sorted(names):
            inode = known.get(name) or lookup(directory, name)
            (directories if inode is not None and inode.type == S_IFDIR else others).append(name)
        directory.kinds = names, tuple(directories), tuple(others)
    return directory.kinds[1], directory.kinds[2]


def is_empty(directory: Inode, *, covers: bool) -> bool:
    """Nothing hinders its removal: whiteouts do not, but in a directory of upperdir alone that `covers` nothing below.

    Linux leaves that one to the file system of upperdir, for which a whiteout is a file. Nor does it take an empty file
    with the whiteout xattr for a whiteout here.
    """
    if directory.below is None:
        return not (visible(directory) if covers else stored(directory))
    above = {} if directory.upper is None else directory.sb.upper_layer.children(directory.upper)
    return not visible(directory) and all(name in above for name in directory.below.hidden or ())

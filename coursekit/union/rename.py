"""Rename: a name moves within upperdir, and leaves a whiteout where something lies below.

    rename /etc/a → /etc/b      upper  —        →   upper  a (whiteout)  b
                                lower  a            lower  a

A directory that a lower layer provides does not move (EXDEV; mv then copies it): all its children would have to come
along; with redirect_dir=on a note says where they are (redirect.py). A directory of upperdir does, and becomes opaque
under a merged parent, so that nothing below its new name shows through.

Source: Linux fs/overlayfs/dir.c (ovl_rename); fs/namei.c (vfs_rename, do_renameat2).
"""

import errno

from coursekit.events import MadeOpaque, Renamed
from coursekit.fs.node import Directory
from coursekit.layers.libc import RENAME_EXCHANGE, RENAME_WHITEOUT
from coursekit.union.copy_up import copy_up
from coursekit.union.hardlinks import count_links
from coursekit.union.inode import Inode
from coursekit.union.lookup import visible_below
from coursekit.union.readdir import is_empty
from coursekit.union.redirect import note_redirect
from coursekit.union.remove import sweep, tell_whiteout
from coursekit.union.superblock import refuse


def rename(source: Inode, name: str, old: Inode, target: Inode, new_name: str, new: Inode | None, flags: int) -> None:
    """Move `old` from `name` in directory `source` to `new_name` in `target`, where `new` may be in its way."""
    exchange = bool(flags & RENAME_EXCHANGE)
    _may_rename(old, target, new, exchange)
    if old is new:
        return
    if flags & RENAME_WHITEOUT:  # overlayfs keeps it to itself
        refuse(errno.EINVAL)
    if not _can_move(old) or (exchange and new is not None and not _can_move(new)):
        refuse(errno.EXDEV)
    full = new is not None and not exchange and new.is_dir and not is_empty(new, covers=False)
    if full and new is not None and new.below is not None:
        refuse(errno.ENOTEMPTY)
    before = source.sb.path(source, name)
    for inode in (old, target, new if exchange else None):
        if inode is not None:
            copy_up(inode, data=False)
    if new is not None and not exchange and new.index_key is not None:
        copy_up(new, data=False)
        count_links(new, -1)
    _note_move(old, source, target)
    if full:  # upperdir alone has the directory in the way: its own file system is asked, and that only now
        refuse(errno.ENOTEMPTY)
    if exchange and new is not None:
        _note_move(new, target, source)
        _exchange(source, name, old, target, new_name, new)
        _tell(before, old, exchanged=True)
    else:
        _move(source, name, old, target, new_name, new)
        _tell(before, old)
        if visible_below(source, name):
            tell_whiteout(source, name)


def _tell(before: str, old: Inode, *, exchanged: bool = False) -> None:
    if old.sb.emit is not None:
        old.sb.emit(Renamed(source=before, target=old.path, exchanged=exchanged))


def check_paths(old: Inode, source: Inode, new: Inode | None, target: Inode, exchange: bool) -> None:
    """Refuse to move a directory below itself, or something onto a directory above it."""
    if _is_above(old, target):
        refuse(errno.EINVAL)
    if new is not None and _is_above(new, source):
        refuse(errno.EINVAL if exchange else errno.ENOTEMPTY)


def _is_above(inode: Inode, directory: Inode) -> bool:
    above: Inode | None = directory
    while above is not None:
        if above is inode:
            return True
        above = above.parent
    return False


def _may_rename(old: Inode, target: Inode, new: Inode | None, exchange: bool) -> None:
    """A directory replaces directories only, and a file anything else."""
    if new is None or exchange or old is new:
        return
    if old.is_dir and not new.is_dir:
        refuse(errno.ENOTDIR)
    if new.is_dir and not old.is_dir:
        refuse(errno.EISDIR)


def _can_move(inode: Inode) -> bool:
    """All but directories that a lower layer has a part in, unless a note may say where that is (redirect_dir=on)."""
    return inode.sb.features.redirect or not (inode.is_dir and inode.below is not None)


def _note_move(inode: Inode, source: Inode, target: Inode) -> None:
    """What upperdir must know of an object before it moves: where it lies below, or that nothing does."""
    if inode.below is not None:
        note_redirect(inode, same_directory=source is target)
    else:
        _close_below(inode, target)


def _close_below(inode: Inode, parent: Inode) -> None:
    """A directory that comes under a merged parent becomes opaque, whatever lies below its new name."""
    node = inode.node
    if isinstance(node, Directory) and not node.opaque and parent.below is not None:
        inode.sb.upper_layer.set_opaque(inode.upper)
        inode.status = None
        if inode.sb.emit is not None:
            inode.sb.emit(MadeOpaque(path=inode.path))


def _move(source: Inode, name: str, old: Inode, target: Inode, new_name: str, new: Inode | None) -> None:
    sb = source.sb
    if new is not None and new.is_dir:
        sweep(new)
    sb.upper_layer.move(source.upper, name, target.upper, new_name, whiteout=visible_below(source, name))
    if new is not None:  # it has lost this name
        sb.detach(target, new_name)
        new.ctime_ns = sb.now()
    source.names.pop(name, None)
    sb.forget_paths(old)
    sb.attach(target, new_name, old)
    old.status, old.ctime_ns = None, sb.now()
    sb.touched(source)
    sb.touched(target)


def _exchange(source: Inode, name: str, old: Inode, target: Inode, new_name: str, new: Inode) -> None:
    sb = source.sb
    sb.upper_layer.exchange(source.upper, name, target.upper, new_name)
    sb.forget_paths(old)
    sb.forget_paths(new)
    sb.attach(target, new_name, old)
    sb.attach(source, name, new)
    for inode in (old, new):
        inode.status, inode.ctime_ns = None, sb.now()
    sb.touched(source)
    sb.touched(target)

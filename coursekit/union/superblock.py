"""Superblock: the state of one mounted union, on which the rules work; and the life of an inode.

It holds the layers, the Inodes seen so far, the clock and who listens; it decides nothing. Each rule is a function of
its own file that takes it: lookup.py, readdir.py, create.py, copy_up.py, remove.py, rename.py, link.py, attributes.py.

The life of an inode, which README.md tells at length:

    made      lookup has found what a name stands for           `make`, `make_below`
    attached  it stands at that name, or after a rename here    `attach`
    raised    its first change has brought it to upperdir       `raise_up`: the Inode stays, and whoever has it open
    detached  the name is gone, or stands for something else    `detach`: `parent` and `name` stay, for messages
    released  it has no name, no open file, no count in the index           `release`: upperdir may forget it

What `stat` says is computed once and kept in `Inode.status`; whatever changes an object sets that to None.

Source: Linux fs/overlayfs/super.c, inode.c (ovl_get_inode), ovl_entry.h.
"""

import errno
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from typing import Any, NoReturn

from coursekit.events import Emit
from coursekit.fs.node import Metadata
from coursekit.fs.paths import join
from coursekit.layers.ports import Handle, Key, Lower, Upper
from coursekit.union.caller import ROOT
from coursekit.union.hardlinks import shared_inode
from coursekit.union.inode import Inode
from coursekit.union.merge import PLAIN, LowerEntry, MergedIndex
from coursekit.union.options import Features
from coursekit.union.status import status

_devices = count(0x2A)


def refuse(code: int) -> NoReturn:
    """Fail as Linux does; the system call that was made puts the path to it."""
    raise OSError(code, os.strerror(code))


class Superblock:
    """Layers, inodes, clock and listener of one overlay."""

    def __init__(
        self,
        lowers: Sequence[Lower],
        upper: Upper | None,
        emit: Emit | None,
        now: Callable[[], int],
        features: Features = PLAIN,
    ) -> None:
        """`lowers` top first; no `upper` is a read-only mount."""
        self.index = MergedIndex.of(lowers, features)
        # One number space for all layers, interleaved and counted from the base, so that a layer on top moves nobody.
        self._slots = len(self.index.lowers) + 1
        self.features = features
        self.caller = ROOT  # for whom the next operation is done: a mount sets it before each
        self.notes = features.notes
        self.upper = upper
        self.emit = emit
        self.now = now
        self.device = next(_devices)
        self.hardlinks = upper.hardlinks if upper is not None and features.index else None
        self.shared: dict[Key, Inode] = {}  # index=on: files with several names below (hardlinks.py)
        self.walked: dict[str, Inode] = {}  # walked path prefixes (walk.py)
        self.walked_from: dict[str, set[str]] = {}  # of such a prefix those that were walked from it
        self.raised: list[Inode] | None = None  # what was copied up, for a mount that wants to know and empties it
        self._by_handle: dict[Handle, Inode] = {}
        self.root = self.make(None if upper is None else upper.root, self.index.root)
        self.root.ino = self.ino_below(self.index.root)  # also with an upperdir: the root keeps its lower number
        self.walked[""] = self.root

    @property
    def upper_layer(self) -> Upper:
        """The upperdir of a writable mount; EROFS otherwise."""
        return self.upper if self.upper is not None else refuse(errno.EROFS)

    def want_write(self) -> Upper:
        """The upperdir; EROFS where there is none."""
        return self.upper_layer

    # -- inodes

    def ino_below(self, below: LowerEntry) -> int:
        """The st_ino of an object that comes from the lower layers; the same at every mount of the same layers."""
        layer, entry = below.stack[0]
        slots = self._slots
        return (self.index.lowers[layer - 1].inode(entry) + 1) * slots + slots - layer

    def ino_upper(self, handle: Handle) -> int:
        """The st_ino of an object in upperdir: its origin's, where it was copied up."""
        origin = self.upper_layer.origin(handle)
        return (self.upper_layer.number(handle) + 1) * self._slots if origin is None else origin

    def make(self, handle: Handle | None, below: LowerEntry | None) -> Inode:
        """The Inode of an object in upperdir, in the lower layers, or (a directory) in both."""
        if handle is None:
            assert below is not None
            shared = None if self.hardlinks is None else shared_inode(self, below)
            return self.make_below(below) if shared is None else shared
        known = self._by_handle.get(handle)
        if known is None:
            node = self.upper_layer.node(handle)
            ino = self.ino_below(below) if below is not None and below.is_dir else self.ino_upper(handle)
            known = Inode(self, node, ino, upper=handle, below=below)
            self._by_handle[handle] = known
            key = None if self.hardlinks is None else self.hardlinks.key(handle)
            if self.hardlinks is not None and key is not None and (kept := self.hardlinks.find(key)):
                known.index_key, known.index_links, self.shared[key] = key, kept.links, known
        return known

    def make_below(self, below: LowerEntry) -> Inode:
        """A new Inode of what the lower layers show."""
        return Inode(self, below.node, self.ino_below(below), upper=None, below=below)

    def raise_up(self, inode: Inode, handle: Handle) -> None:
        """The object is in upperdir from now on, and the Inode stays the same."""
        inode.upper = handle
        inode.status = None
        self._by_handle[handle] = inode
        self.tell_raised(inode)

    def tell_raised(self, inode: Inode) -> None:
        """A copy-up, of the object or of its data alone, has changed what stat says of it."""
        if self.raised is not None:
            self.raised.append(inode)

    def attach(self, parent: Inode, name: str, inode: Inode) -> Inode:
        """Put an Inode at a name."""
        parent.names[name] = inode
        inode.parent, inode.name = parent, name
        return inode

    def detach(self, parent: Inode, name: str) -> None:
        """Take an Inode from its name, and let go of it when nobody has it open."""
        inode = parent.names.pop(name, None)
        if inode is not None:
            self.forget_paths(inode)
            inode.status = None
            self.release(inode)

    def release(self, inode: Inode) -> None:
        """Let upperdir forget an object that has neither a name nor an open file."""
        handle = inode.upper
        if handle is None or inode.opened or inode.index_links or self.upper_layer.nlink(handle):
            return
        self._by_handle.pop(handle, None)
        self.upper_layer.forget(handle)

    def forget_paths(self, inode: Inode) -> None:
        """Drop the path prefixes whose walk passed through a directory or symlink that moves or goes."""
        forgotten = list(inode.prefixes or ())
        inode.prefixes = None
        while forgotten:
            prefix = forgotten.pop()
            self.walked.pop(prefix, None)
            forgotten.extend(self.walked_from.pop(prefix, ()))

    # -- times and attributes

    def set_meta(self, inode: Inode, **changes: Any) -> None:
        """Change metadata of an object in upperdir; its ctime becomes now."""
        self.upper_layer.set_meta(inode.upper, replace(inode.meta, **changes))
        inode.status = None
        inode.ctime_ns = self.now()

    def written(self, inode: Inode) -> None:
        """The contents of a file in upperdir changed: its times are now."""
        meta, now = inode.meta, self.now()
        self.upper_layer.set_meta(inode.upper, Metadata(meta.mode, meta.uid, meta.gid, now, meta.xattrs))
        inode.status = None
        inode.ctime_ns = now

    def touched(self, directory: Inode) -> None:
        """A name came or went: the directory's mtime is now."""
        directory.listing = None
        self.set_meta(directory, mtime_ns=self.now())

    def stat(self, inode: Inode) -> os.stat_result:
        """What `stat` says of an inode, computed once until it changes."""
        if inode.status is None:
            inode.status = status(inode, self.nlink(inode), self.device)
        return inode.status

    def nlink(self, inode: Inode) -> int:
        """1 for a merged directory, as overlayfs says; else the count of the layer that provides it, or the index's."""
        if inode.index_key is not None:
            return inode.index_links
        if inode.upper is None:
            assert inode.below is not None
            stack = inode.below.stack
            if len(stack) > 1 and inode.is_dir:
                return 1
            layer, entry = stack[0]
            return self.index.lowers[layer - 1].nlink(entry)
        return 1 if inode.is_dir and inode.below is not None else self.upper_layer.nlink(inode.upper)

    def path(self, parent: Inode, name: str) -> str:
        """The path of a name in a directory of the merged tree."""
        return join(parent.path, name)

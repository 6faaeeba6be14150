"""Overlay: layers seen as one file system, written only at the top.

    overlay = Overlay(lowerdir=[app, base])      # top first; a fresh upperdir in memory
    overlay.write_text("/etc/motd", "hello")     # copied up or created in upperdir; app and base stay as they are
    overlay.providers("/etc")                    # (0, 1, 2): upperdir and both lower layers

Its methods have the names of `os` and `pathlib` (syscalls.py, pathlike.py); a failure is the OSError that Linux gives.

Where a program enters. Source: Linux Documentation/filesystems/overlayfs.rst.
"""

import errno
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from coursekit.errors import os_error
from coursekit.events import Emit
from coursekit.fs.node import Metadata, metadata
from coursekit.layers.directory_lower import DirectoryLower, overlapping
from coursekit.layers.layer import Layer
from coursekit.layers.memory_upper import MemoryUpper
from coursekit.layers.ports import Lower, Upper
from coursekit.layers.xattr_names import Notes
from coursekit.showing import Shown, in_a_notebook
from coursekit.union.caller import Caller
from coursekit.union.changes import Change, changes
from coursekit.union.inode import Inode
from coursekit.union.lookup import provided_by
from coursekit.union.options import MountOptions
from coursekit.union.superblock import Superblock
from coursekit.vfs.event_log import Story
from coursekit.vfs.looking import AnyPath
from coursekit.vfs.pathlike import Pathlike
from coursekit.vfs.permission import Permission
from coursekit.vfs.walk import Walker

if TYPE_CHECKING:
    from coursekit.image.image import Image

EVENT_LIMIT = 20_000
MAX_LAYERS = 500  # lowerdirs in one mount, as Linux
LayerLike: TypeAlias = "Lower | Mapping[str, Any] | os.PathLike[str]"  # a path: that directory, read lazily


class _Fresh:
    """Stands for an upperdir that was not given."""


_FRESH: Any = _Fresh()


class Overlay(Pathlike, Shown):
    """One merged tree over any number of immutable layers."""

    def __init__(
        self,
        lowerdir: Sequence[LayerLike],
        upperdir: Upper | None = _FRESH,
        *,
        options: str | MountOptions = "",
        emit: Emit | None = None,
        now: Callable[[], int] = time.time_ns,
        umask: int = 0o022,
    ) -> None:
        """`lowerdir` **top first**; a dict becomes a Layer, a Path the directory there.

        `upperdir` None is read-only, a new MemoryUpper if not given; DirectoryUpper is one on a disk. `options` as
        mount(8) takes them: redirect_dir, metacopy, index, userxattr … `emit` hears every step; in a notebook, where
        nobody else does, `events` keeps the last ones for `show()`. `now` is the clock, in nanoseconds. Simplified:
        Linux wants an upperdir or two lowerdirs, while one lowerdir alone will do here.

        Raises: OSError with EINVAL for no layer or more than 500, ELOOP for directories that overlap.
        """
        self.options = MountOptions.parse(options) if isinstance(options, str) else options
        features = self.options.features(writable=upperdir is not None)
        self.lowerdir = _as_lowers(lowerdir, features.notes)
        if upperdir is not _FRESH and upperdir is not None:
            upperdir.serves(features, self.lowerdir)
        self.upper: Upper | None = MemoryUpper(root=_root_metadata(self.lowerdir)) if upperdir is _FRESH else upperdir
        self.umask = umask
        self.events = Story(self, EVENT_LIMIT)
        if emit is None and in_a_notebook():
            emit = self.events.hear
        self.sb = Superblock(self.lowerdir, self.upper, emit, now, features)
        self._walker = Walker(self.sb)
        self._mounted: dict[str, Overlay] = {}
        self._warm = self.sb.directories if emit is None else {}

    @classmethod
    def from_image(cls, image: "Image", **named: Any) -> "Overlay":
        """The rootfs of an image. The only place that turns image order (base first) into mount order (top first)."""
        lowers = [layer.lower for layer in reversed(image.layers)]
        return cls(lowers or [Layer.of({})], **named)

    @classmethod
    def mounted(cls, options: str | MountOptions, **named: Any) -> "Overlay":
        """What `mount -t overlay overlay -o OPTIONS` would mount: directories of this machine.

        Raises: OSError as mount(2); a lowerdir alone, which Linux refuses, will do here.
        """
        from coursekit.layers.directory_upper import DirectoryUpper

        said = MountOptions.parse(options) if isinstance(options, str) else options
        said.features(writable=said.upperdir is not None)
        lowerdir = [Path(one) for one in said.lowerdir]
        if said.upperdir is None:
            return cls(lowerdir, None, options=said, **named)
        if said.workdir is None:
            raise OSError(errno.EINVAL, "an upperdir needs a workdir, empty and on the same file system")
        upper = DirectoryUpper(said.upperdir, said.workdir, userxattr=said.userxattr, volatile=said.volatile)
        try:
            return cls(lowerdir, upper, options=said, **named)
        except BaseException:
            upper.close()
            raise

    def providers(self, path: AnyPath, *, follow_symlinks: bool = False) -> tuple[int, ...]:
        """The layers that make up the object at `path`, mount order, top first: 0 is upperdir, 1 the first lowerdir.

        Empty for nothing. Several for a merged directory alone.
        """
        try:
            return provided_by(self._walker.find(os.fsdecode(path), follow=follow_symlinks))
        except OSError:
            return ()

    def changes(self) -> tuple[Change, ...]:
        """What differs from the layers below, sorted by path, as `docker diff` prints it."""
        return changes(self)

    def mount(self, path: AnyPath, fs: "Overlay", *, source: AnyPath = "/") -> None:
        """Let another overlay appear at a directory, as a volume does: what lies there is covered.

        With `source`, only that directory or file of it appears, as a bind mount does: a file at a file, a directory at
        a directory.

        What is written there bypasses this union. Simplified: one overlay is mounted at one place of a tree, and what
        is mounted in it does not come along.

        Raises: OSError with ENOENT, ENOTDIR where kinds do not agree, EBUSY where something is mounted.
        """
        text = os.fsdecode(path)
        covered = self._walker.find(text)
        root = fs.sb.root if source == "/" else fs._walker.find(os.fsdecode(source))
        if covered.is_dir != root.is_dir:
            raise os_error(errno.ENOTDIR, text)
        if fs is self or root in self._walker.covered or covered.sb is not self.sb or covered is self.sb.root:
            raise os_error(errno.EBUSY, text)
        self._walker.mount(covered, root)
        self._warm = {}
        self._mounted[covered.path] = fs

    @contextmanager
    def acting(self, caller: Caller) -> Iterator[None]:
        """For as long as it lasts, calls by path are this caller's, here and in what is mounted: whose is what is made,
        and what is refused.
        """
        blocks = [self.sb, *(fs.sb for fs in self._mounted.values())]
        before, permission, warm = [sb.caller for sb in blocks], self._walker.permission, self._warm
        for sb in blocks:
            sb.caller = caller
        if not (caller.privileged and permission is None):
            self._walker.permission, self._warm = None if caller.privileged else Permission(caller), {}
        try:
            yield
        finally:
            self._walker.permission, self._warm = permission, warm
            for sb, one in zip(blocks, before, strict=True):
                sb.caller = one

    @property
    def mounts(self) -> Mapping[str, "Overlay"]:
        """What is mounted where."""
        return dict(self._mounted)

    @property
    def emit(self) -> Emit | None:
        """Who hears every step."""
        return self.sb.emit

    @property
    def root(self) -> Inode:
        """The root directory, where a program that works on inodes starts."""
        return self.sb.root

    def child(self, directory: Inode, name: str) -> Inode | None:
        """What a name in a directory stands for, through a mount if one is there; None for nothing."""
        return self._walker.child(directory, name)

    def __repr__(self) -> str:
        lowers = f"{len(self.lowerdir)} {'lowerdir' if len(self.lowerdir) == 1 else 'lowerdirs'}"
        if self.upper is None:
            return f"<Overlay of {lowers}, read-only>"
        return f"<Overlay of {lowers}, upperdir {_counted(self.upper)}>"


def _as_lowers(lowerdir: Iterable[LayerLike], notes: Notes) -> tuple[Lower, ...]:
    """Dicts made layers; the number of layers and overlapping directories checked as mount(2) does."""
    if isinstance(lowerdir, Mapping):
        raise TypeError("lowerdir is a sequence of layers, top first; for one layer write [layer]")
    lowers = tuple(_as_lower(one, notes) for one in lowerdir)
    if not 1 <= len(lowers) <= MAX_LAYERS:
        raise os_error(errno.EINVAL, f"lowerdir ({len(lowers)} layers; 1 to {MAX_LAYERS} can be mounted)")
    twice = overlapping([lower for lower in lowers if isinstance(lower, DirectoryLower)])
    if twice is not None:
        raise os_error(errno.ELOOP, twice)
    return lowers


def _as_lower(one: LayerLike, notes: Notes) -> Lower:
    if isinstance(one, Mapping):
        return Layer.of(one)
    return DirectoryLower(one, notes) if isinstance(one, os.PathLike) else one


def _root_metadata(lowers: Sequence[Lower]) -> Metadata:
    """A fresh upperdir's root looks like the topmost lower one."""
    return metadata(lowers[0].node(0))


def _counted(upper: Upper) -> str:
    """How many names an upperdir stores."""
    names = 0
    todo = [upper.root]
    while todo:
        children = upper.children(todo.pop())
        names += len(children)
        todo.extend(children.values())
    return f"with {names} {'name' if names == 1 else 'names'}" if names else "empty"

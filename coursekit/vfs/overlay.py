"""Overlay: layers seen as one file system, written only at the top.

    overlay = Overlay(lowerdir=[app, base])      # top first; a fresh upperdir in memory
    overlay.write_text("/etc/motd", "hello")     # copied up or created in upperdir; app and base stay as they are
    overlay.providers("/etc")                    # (0, 1, 2): upperdir and both lower layers

Where a program enters. The methods have the names of `os` and `pathlib`, and a failure is the OSError that Linux
gives, with the path as the caller wrote it. Paths are absolute; a relative one starts at the root.

    path ──walk──▶ inode                    what is there:  stat, open, chmod, getxattr …
    path ──walk──▶ (parent inode, name)     what a rule of coursekit/union makes, moves or removes there

What is added here is what Linux adds above every file system: the order of the checks, trailing slashes, the umask,
and who may. What overlayfs itself decides is decided in coursekit/union, a rule a file.

Source: Linux Documentation/filesystems/overlayfs.rst; fs/namei.c, fs/open.c, fs/stat.c; the manual pages of section 2.
"""

import errno
import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeAlias, TypeVar

from coursekit.errors import os_error
from coursekit.events import Emit, Refused
from coursekit.fs import linux_numbers
from coursekit.fs.node import DEVICE_KINDS, Directory, File, Symlink, metadata
from coursekit.fs.paths import join
from coursekit.language import _
from coursekit.layers.directory_lower import DirectoryLower, overlapping
from coursekit.layers.layer import Layer
from coursekit.layers.libc import RENAME_EXCHANGE, RENAME_NOREPLACE, RENAME_WHITEOUT
from coursekit.layers.memory_upper import MemoryUpper
from coursekit.layers.ports import MAX_LAYERS, Lower, Upper
from coursekit.layers.xattr_names import OverlayXattrs
from coursekit.showing import Shown, in_a_notebook
from coursekit.union import attributes, create, remove, xattrs
from coursekit.union.caller import Caller
from coursekit.union.changes import Change, changes
from coursekit.union.inode import Inode
from coursekit.union.link import link
from coursekit.union.lookup import lookup, probe, provided_by
from coursekit.union.options import MountOptions
from coursekit.union.readdir import kinds, readdir
from coursekit.union.rename import check_paths, rename
from coursekit.union.superblock import Superblock, refuse
from coursekit.vfs.dir_entry import DirEntry
from coursekit.vfs.event_log import EventLog
from coursekit.vfs.open_file import OpenFile, open_inode
from coursekit.vfs.permission import AS_ROOT, READ, SEARCH, WRITE, Permission
from coursekit.vfs.walk import NO_NAMES, PATH_MAX, Place, Walker

EVENT_LIMIT = 20_000  # events that a notebook's overlay keeps
AnyPath: TypeAlias = str | bytes | os.PathLike[str]
LayerLike: TypeAlias = "Lower | Mapping[str, Any] | os.PathLike[str]"  # a path: that directory, read lazily

P = ParamSpec("P")
R = TypeVar("R")
Method = Callable[Concatenate["Overlay", AnyPath, P], R]
_TWO_PATHS = ("rename", "link")
_NOT_CACHED = ("", ".", "..")  # as a last component: these take a walk
_SHORT = 60  # characters: a path of no more has no name that is too long
_NO_ENTRY = os.strerror(errno.ENOENT)


class ImageLayer(Protocol):
    """What a mount needs of an image's layer."""

    @property
    def lower(self) -> Lower:
        """It as a lowerdir."""


class LayeredImage(Protocol):
    """What a mount needs of an image."""

    @property
    def layers(self) -> Sequence[ImageLayer]:
        """Base first."""


class _Fresh:
    """Stands for an upperdir that was not given."""


_FRESH: Any = _Fresh()


def syscall(method: Method[P, R]) -> Method[P, R]:
    """A method whose failures name its path, and tell the listener what was refused."""

    @wraps(method)
    def call(self: "Overlay", path: AnyPath, /, *args: P.args, **named: P.kwargs) -> R:
        try:
            return method(self, os.fsdecode(path), *args, **named)
        except OSError as failure:
            if failure.filename is None:
                failure.filename = os.fsdecode(path)
            if method.__name__ in _TWO_PATHS:
                failure.filename2 = args[0] if args else named.get("target")
            if self.sb.emit is not None:
                operation = method.__name__.strip("_")
                self.sb.emit(Refused(operation=operation, path=os.fsdecode(path), code=failure.errno or 0))
            raise

    return call


class Overlay(Shown):
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
        self.given = tuple(lowerdir)  # as the caller has them: a picture calls them as the code does
        self.lowerdir = _as_lowers(lowerdir, features.notes)
        if upperdir is not _FRESH and upperdir is not None:
            upperdir.serves(self.lowerdir, features.notes, index=features.index)
        if upperdir is _FRESH:  # its root directory looks like the topmost lower one
            upperdir = MemoryUpper(root=metadata(self.lowerdir[0].node(0)))
        self.upper = upperdir
        self.umask = umask
        self.events = EventLog(self, EVENT_LIMIT)
        if emit is None and in_a_notebook():
            emit = self.events.hear
        self.sb = Superblock(self.lowerdir, self.upper, emit, now, features)
        self._walker = Walker(self.sb)
        self._mounted: dict[str, Overlay] = {}
        # Path prefixes that may be answered without a walk. It stays empty where each step must be seen or asked for:
        # with a listener, with something mounted, for a caller who is not root.
        self._dcache = self.sb.walked if emit is None else {}

    @classmethod
    def from_image(cls, image: LayeredImage, **named: Any) -> "Overlay":
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
            raise OSError(errno.EINVAL, _("an upperdir needs a workdir, empty and on the same file system"))
        upper = DirectoryUpper(said.upperdir, said.workdir, userxattr=said.userxattr, volatile=said.volatile)
        try:
            return cls(lowerdir, upper, options=said, **named)
        except BaseException:
            upper.close()
            raise

    @property
    def emit(self) -> Emit | None:
        """Who hears every step."""
        return self.sb.emit

    @property
    def root(self) -> Inode:
        """The root directory, where a program that works on inodes starts."""
        return self.sb.root

    def __repr__(self) -> str:
        lowers = f"{len(self.lowerdir)} {'lowerdir' if len(self.lowerdir) == 1 else 'lowerdirs'}"
        if self.upper is None:
            return f"<Overlay of {lowers}, read-only>"
        return f"<Overlay of {lowers}, upperdir {_counted(self.upper)}>"

    # -- what is mounted here, and who calls ---------------------------------------------------------------------------

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
        self._dcache = {}
        self._mounted[covered.path] = fs

    @property
    def mounts(self) -> Mapping[str, "Overlay"]:
        """What is mounted where."""
        return dict(self._mounted)

    @contextmanager
    def acting(self, caller: Caller) -> Iterator[None]:
        """For as long as it lasts, calls by path are this caller's, here and in what is mounted: whose is what is made,
        and what is refused.
        """
        blocks = [self.sb, *(fs.sb for fs in self._mounted.values())]
        before, permission, dcache = [sb.caller for sb in blocks], self._walker.permission, self._dcache
        for sb in blocks:
            sb.caller = caller
        if not (caller.privileged and permission is None):
            self._walker.permission, self._dcache = None if caller.privileged else Permission(caller), {}
        try:
            yield
        finally:
            self._walker.permission, self._dcache = permission, dcache
            for sb, one in zip(blocks, before, strict=True):
                sb.caller = one

    @property
    def _permission(self) -> Permission:
        """Who calls; root, who may do all, where it is not to be asked."""
        return self._walker.permission or AS_ROOT

    # -- finding -------------------------------------------------------------------------------------------------------

    def child(self, directory: Inode, name: str) -> Inode | None:
        """What a name in a directory stands for, through a mount if one is there; None for nothing."""
        return self._walker.child(directory, name)

    def _cached(self, path: AnyPath) -> Inode | None:
        """The object at a path whose directory was walked before; None if that needs a walk.

        One dict for the directory part and one for the name: what the kernel's dcache is for.

        Raises: FileNotFoundError where that directory has no such name.
        """
        if not isinstance(path, str):
            return None
        prefix, _, name = path.rpartition("/")
        if name in _NOT_CACHED or len(path) > _SHORT or "\0" in name or not self._dcache:
            return None
        directory = self._dcache.get(prefix) or self._walker.one_name_further(prefix)
        if directory is None:
            return None
        inode = lookup(directory, name)
        if inode is None:
            raise FileNotFoundError(errno.ENOENT, _NO_ENTRY, path)
        return inode

    def _place(self, path: str, follow: bool = False, creating: bool = False) -> Place:
        """Where a path leads, its last component looked up before the listener's eyes."""
        place = self._walker.walk(path, follow=follow, creating=creating)
        if place.is_name:
            probe(place.parent, place.name)
        return place

    def _find(self, path: str, follow: bool = True) -> Inode:
        """The object at a path, which must exist."""
        if self.sb.emit is not None:
            return self._found(self._place(path, follow or path.endswith("/")))
        return self._walker.find(path, follow=follow)

    def _found(self, place: Place) -> Inode:
        if place.inode is None:
            refuse(errno.ENOENT)
        if place.slash and not place.inode.is_dir:
            refuse(errno.ENOTDIR)
        return place.inode

    def _directory(self, path: str) -> Inode:
        """The directory at a path, which the caller may list."""
        inode = self._find(path)
        if not inode.is_dir:
            refuse(errno.ENOTDIR)
        self._permission.ask(inode, READ)
        return inode

    def _free(self, path: str, *, directory: bool = False) -> Place:
        """A name that is free; only a directory may be made under one that ends in a slash."""
        place = self._place(path)
        if not place.is_name or place.inode is not None:
            refuse(errno.EEXIST)
        if place.slash and not directory:
            refuse(errno.ENOENT)
        return place

    def _new(self, path: str, *, directory: bool = False) -> Place:
        """A name that is free, where the caller may make one."""
        place = self._free(path, directory=directory)
        self._permission.ask_name(place.parent)
        return place

    # -- looking -------------------------------------------------------------------------------------------------------

    def stat(self, path: AnyPath, *, follow_symlinks: bool = True) -> os.stat_result:
        """What the object at `path` is; with `follow_symlinks` false, a symlink itself."""
        if not follow_symlinks:
            return self.lstat(path)
        inode = self._cached(path)
        if inode is None or inode.is_symlink:
            return self._stat(path, True)
        return inode.status or inode.sb.stat(inode)

    def lstat(self, path: AnyPath) -> os.stat_result:
        """What the object at `path` is, a symlink itself."""
        # The shortest way first, and without a call: whoever walks a tree asks this of every name in it.
        try:
            prefix, _, name = path.rpartition("/")  # type: ignore[union-attr,arg-type]  # what is no str goes slowly
            inode = self._dcache[prefix].names[name]  # type: ignore[index]
        except (KeyError, AttributeError, TypeError):
            found = self._cached(path)
            return self._stat(path, False) if found is None else found.sb.stat(found)
        return inode.status or inode.sb.stat(inode)

    @syscall
    def _stat(self, path: AnyPath, follow: bool) -> os.stat_result:
        inode = self._find(str(path), follow)
        return inode.sb.stat(inode)

    @syscall
    def access(self, path: AnyPath, mode: int = os.F_OK) -> bool:
        """Whether the caller may. Root may all but execute what nobody may, and write to a read-only mount."""
        try:
            inode = self._find(str(path))
        except OSError:
            return False
        if mode & os.W_OK and inode.sb.upper is None and (inode.is_file or inode.is_dir):
            return False
        wanted = mode & (READ | WRITE | SEARCH)  # the bits of R_OK, W_OK and X_OK
        return self._permission.allows(inode, wanted)

    @syscall
    def listdir(self, path: AnyPath = "/") -> list[str]:
        """The names in a directory, sorted."""
        return sorted(readdir(self._directory(str(path))))

    def scandir(self, path: AnyPath = "/") -> Iterator[DirEntry]:
        """The entries of a directory, sorted by name."""
        text = os.fsdecode(path)
        directory = self._directory(text)
        return iter([DirEntry(directory, name, text) for name in sorted(readdir(directory))])

    @syscall
    def readlink(self, path: AnyPath) -> str:
        """The target of a symlink, as written."""
        node = self._find(str(path), follow=False).node
        return node.target if isinstance(node, Symlink) else refuse(errno.EINVAL)

    def exists(self, path: AnyPath, *, follow_symlinks: bool = True) -> bool:
        """Whether something is there; a dangling symlink is nothing unless it is not followed."""
        return self._type(path, follow_symlinks) != 0

    def is_dir(self, path: AnyPath, *, follow_symlinks: bool = True) -> bool:
        """Whether a directory is there."""
        return self._type(path, follow_symlinks) == stat.S_IFDIR

    def is_file(self, path: AnyPath, *, follow_symlinks: bool = True) -> bool:
        """Whether a regular file is there."""
        return self._type(path, follow_symlinks) == stat.S_IFREG

    def is_symlink(self, path: AnyPath) -> bool:
        """Whether a symlink is there."""
        return self._type(path, follow=False) == stat.S_IFLNK

    def _type(self, path: AnyPath, follow: bool = True) -> int:
        """The S_IF… of what is there, 0 for nothing: these questions never fail."""
        try:
            return self._find(os.fsdecode(path), follow).type
        except OSError:
            return 0

    def providers(self, path: AnyPath, *, follow_symlinks: bool = False) -> tuple[int, ...]:
        """The layers that make up the object at `path`, mount order, top first: 0 is upperdir, 1 the first lowerdir.

        Empty for nothing. Several for a merged directory; two for a file whose data is further below than its metadata.
        """
        try:
            return provided_by(self._walker.find(os.fsdecode(path), follow=follow_symlinks))
        except OSError:
            return ()

    def changes(self) -> tuple[Change, ...]:
        """What differs from the layers below, sorted by path, as `docker diff` prints it."""
        return changes(self.sb)

    # -- opening -------------------------------------------------------------------------------------------------------

    @syscall
    def open(self, path: AnyPath, flags: int = os.O_RDONLY, mode: int = 0o666) -> OpenFile:
        """An open file; O_CREAT makes it with `mode` less the umask.

        What happens to a lower file that is opened for writing is told in open_file.py: it is copied up at once.
        """
        text = str(path)
        if flags & os.O_CREAT:
            return self._open_or_create(text, flags, mode)
        inode = self._found(self._place(text, follow=not flags & linux_numbers.O_NOFOLLOW or text.endswith("/")))
        self._permission.ask_open(inode, flags)
        return open_inode(inode, flags)

    def _open_or_create(self, path: str, flags: int, mode: int) -> OpenFile:
        if flags & linux_numbers.O_DIRECTORY:
            refuse(errno.EINVAL)
        place = self._place(path, follow=not flags & (os.O_EXCL | linux_numbers.O_NOFOLLOW), creating=True)
        if not place.is_name:
            refuse(errno.EEXIST if flags & os.O_EXCL else errno.EISDIR)
        if place.inode is None:
            self._permission.ask_name(place.parent)
            inode = create.create_file(place.parent, place.name, mode & ~self.umask)
            return open_inode(inode, flags, created=True)
        if flags & os.O_EXCL:
            refuse(errno.EEXIST)
        self._permission.ask_open(place.inode, flags)
        return open_inode(place.inode, flags)

    # -- names: making -------------------------------------------------------------------------------------------------

    @syscall
    def touch(self, path: AnyPath, mode: int = 0o666) -> None:
        """Make an empty file, or set the times of what is there to now; as touch(1)."""
        place = self._place(str(path), follow=True)
        if place.inode is not None or place.slash:
            inode = self._found(place)
            inode.sb.want_write()
            self._permission.ask_times(inode, now=True)
            now = inode.sb.now()
            attributes.set_times(inode, atime_ns=now, mtime_ns=now)
        else:
            self._permission.ask_name(place.parent)
            create.create_file(place.parent, place.name, mode & ~self.umask)

    @syscall
    def put(self, path: AnyPath, node: File | Directory | Symlink) -> None:
        """A new object with contents (by reference) and metadata at once, which no system call does."""
        place = self._new(str(path), directory=isinstance(node, Directory))
        create.create_node(place.parent, place.name, node)

    @syscall
    def mkdir(self, path: AnyPath, mode: int = 0o777) -> None:
        """A new directory."""
        place = self._new(str(path), directory=True)
        create.make_directory(place.parent, place.name, mode & ~self.umask)

    def symlink(self, target: AnyPath, path: AnyPath) -> None:
        """A new symlink at `path` that leads to `target`."""
        self._symlink(path, target)

    @syscall
    def _symlink(self, path: AnyPath, target: AnyPath) -> None:
        text = os.fsdecode(target)
        if not text:
            refuse(errno.ENOENT)
        if len(os.fsencode(text)) >= PATH_MAX:
            refuse(errno.ENAMETOOLONG)
        place = self._new(str(path))
        create.make_symlink(place.parent, place.name, text)

    @syscall
    def mknod(self, path: AnyPath, mode: int = 0o600, device: int = 0) -> None:
        """A new special file, or with no type in `mode` a regular one."""
        kind = stat.S_IFMT(mode)
        if kind == stat.S_IFDIR:
            refuse(errno.EPERM)
        if kind not in (0, stat.S_IFREG) and kind not in DEVICE_KINDS:
            refuse(errno.EINVAL)
        place = self._new(str(path))
        self._permission.ask_device(kind)
        permissions = mode & 0o7777 & ~self.umask
        if kind in (0, stat.S_IFREG):
            create.create_file(place.parent, place.name, permissions)
            return
        numbered = kind in (stat.S_IFCHR, stat.S_IFBLK)
        major, minor = (linux_numbers.major(device), linux_numbers.minor(device)) if numbered else (0, 0)
        create.make_device(place.parent, place.name, permissions, DEVICE_KINDS[kind], major, minor)

    def mkfifo(self, path: AnyPath, mode: int = 0o666) -> None:
        """A new named pipe."""
        self.mknod(path, mode | stat.S_IFIFO)

    @syscall
    def link(self, path: AnyPath, target: AnyPath, *, follow_symlinks: bool = False) -> None:
        """A second name, `target`, for the file at `path`."""
        source = self._find(str(path), follow_symlinks)
        place = self._free(os.fsdecode(target))
        self._permission.ask_link(source)
        self._permission.ask_name(place.parent)
        link(source, place.parent, place.name)

    # -- names: removing and moving ------------------------------------------------------------------------------------

    @syscall
    def unlink(self, path: AnyPath) -> None:
        """Take away a name that is no directory."""
        directory, name = self._walker.end(str(path))
        if name in NO_NAMES:
            refuse(errno.EISDIR)
        directory.sb.want_write()
        self._unlink(self._place(str(path)))

    def _unlink(self, place: Place) -> None:
        inode = self._unmounted(place)
        if inode is None:
            refuse(errno.ENOENT)
        if place.slash:
            refuse(errno.EISDIR if inode.is_dir else errno.ENOTDIR)
        self._may_go(place)
        remove.unlink(place.parent, place.name, inode)

    @syscall
    def rmdir(self, path: AnyPath) -> None:
        """Take away an empty directory."""
        directory, name = self._walker.end(str(path))
        if name in NO_NAMES:
            refuse({"/": errno.EBUSY, ".": errno.EINVAL}.get(name, errno.ENOTEMPTY))
        directory.sb.want_write()
        self._rmdir(self._place(str(path)))

    def _rmdir(self, place: Place) -> None:
        inode = self._unmounted(place)
        self._may_go(place)
        if inode is None:
            refuse(errno.ENOENT)
        remove.remove_directory(place.parent, place.name, inode)

    def _may_go(self, place: Place) -> None:
        """Whether the caller may take a name away."""
        if place.inode is not None:
            self._permission.ask_removal(place.parent, place.inode)

    def _unmounted(self, place: Place) -> Inode | None:
        """What is at a place; EBUSY if something is mounted there."""
        return refuse(errno.EBUSY) if place.inode in self._walker.covered else place.inode

    @syscall
    def rename(self, path: AnyPath, target: AnyPath, *, flags: int = 0) -> None:
        """Move the name `path` to `target`; `flags` are renameat2's RENAME_NOREPLACE 1 and RENAME_EXCHANGE 2."""
        known = RENAME_NOREPLACE | RENAME_EXCHANGE | RENAME_WHITEOUT
        if flags & ~known or (flags & RENAME_EXCHANGE and flags != RENAME_EXCHANGE):
            refuse(errno.EINVAL)
        (source, name), (directory, new_name) = [self._walker.end(os.fsdecode(each)) for each in (path, target)]
        if source.sb is not directory.sb:
            refuse(errno.EXDEV)
        if name in NO_NAMES:
            refuse(errno.EBUSY)
        if new_name in NO_NAMES:
            refuse(errno.EEXIST if flags & RENAME_NOREPLACE else errno.EBUSY)
        source.sb.want_write()
        self._rename(self._place(str(path)), self._place(os.fsdecode(target)), flags)

    def _rename(self, old: Place, new: Place, flags: int) -> None:
        """The checks of do_renameat2 that come before the rule, in its order."""
        moved = old.inode if old.inode is not None else refuse(errno.ENOENT)
        if flags & RENAME_NOREPLACE and new.inode is not None:
            refuse(errno.EEXIST)
        if flags & RENAME_EXCHANGE and new.inode is None:
            refuse(errno.ENOENT)
        exchange = bool(flags & RENAME_EXCHANGE)
        if not moved.is_dir and (old.slash or (new.slash and not exchange)):
            refuse(errno.ENOTDIR)
        if exchange and new.slash and new.inode is not None and not new.inode.is_dir:
            refuse(errno.ENOTDIR)
        check_paths(moved, old.parent, new.inode, new.parent, exchange)
        self._unmounted(old)
        self._unmounted(new)
        if moved is not new.inode:  # else nothing happens, whoever asks
            self._may_go(old)
            self._may_come(moved, old, new)
            if exchange and new.inode is not None:
                self._may_come(new.inode, new, old)
        rename(old.parent, old.name, moved, new.parent, new.name, new.inode, flags)

    def _may_come(self, moved: Inode, old: Place, new: Place) -> None:
        """Whether the caller may let `moved` take the place of `new`; a directory writes its `..` where it moves."""
        if new.inode is None:
            self._permission.ask_name(new.parent)
        self._may_go(new)
        if moved.is_dir and old.parent is not new.parent:
            self._permission.ask(moved, WRITE)

    # -- attributes ----------------------------------------------------------------------------------------------------

    def _writable(self, path: str, follow: bool = True) -> Inode:
        """The object at a path, on a mount that can be written to (else EROFS, which Linux gives before EPERM)."""
        inode = self._find(path, follow)
        inode.sb.want_write()
        return inode

    @syscall
    def chmod(self, path: AnyPath, mode: int, *, follow_symlinks: bool = True) -> None:
        """Change the permission bits; those of a symlink cannot be (EOPNOTSUPP)."""
        inode = self._writable(str(path), follow_symlinks)
        if inode.is_symlink:
            refuse(errno.EOPNOTSUPP)
        self._permission.ask_owner(inode)
        attributes.set_mode(inode, mode)

    @syscall
    def chown(self, path: AnyPath, uid: int, gid: int, *, follow_symlinks: bool = True) -> None:
        """Change owner and group; -1 leaves one as it is."""
        inode = self._writable(str(path), follow_symlinks)
        self._permission.ask_giving(inode, uid, gid)
        attributes.set_owner(inode, uid, gid)

    @syscall
    def utime(
        self,
        path: AnyPath,
        times: tuple[float, float] | None = None,
        *,
        ns: tuple[int, int] | None = None,
        follow_symlinks: bool = True,
    ) -> None:
        """Set the times, (access, change), in seconds or nanoseconds; now if neither is given."""
        if times is not None and ns is not None:
            raise ValueError("utime: give times or ns, not both")
        inode = self._writable(str(path), follow_symlinks)
        self._permission.ask_times(inode, now=times is None and ns is None)
        if ns is None:
            now = inode.sb.now()
            ns = (now, now) if times is None else (int(times[0] * 1_000_000_000), int(times[1] * 1_000_000_000))
        attributes.set_times(inode, atime_ns=ns[0], mtime_ns=ns[1])

    @syscall
    def truncate(self, path: AnyPath, size: int) -> None:
        """Cut a file, or lengthen it by a hole."""
        if size < 0:
            refuse(errno.EINVAL)
        inode = self._find(str(path))
        if not inode.is_file:
            refuse(errno.EISDIR if inode.is_dir else errno.EINVAL)
        inode.sb.want_write()
        self._permission.ask(inode, WRITE)
        attributes.set_size(inode, size)

    @syscall
    def getxattr(self, path: AnyPath, name: str, *, follow_symlinks: bool = True) -> bytes:
        """The value of an extended attribute; ENODATA if it has none of that name."""
        return xattrs.get_xattr(self._find(str(path), follow_symlinks), name)

    @syscall
    def listxattr(self, path: AnyPath, *, follow_symlinks: bool = True) -> list[str]:
        """The names of the extended attributes, sorted."""
        return xattrs.list_xattrs(self._find(str(path), follow_symlinks))

    @syscall
    def setxattr(self, path: AnyPath, name: str, value: bytes, flags: int = 0, *, follow_symlinks: bool = True) -> None:
        """Set an extended attribute; `flags` are XATTR_CREATE, XATTR_REPLACE."""
        inode = self._writable(str(path), follow_symlinks)
        self._permission.ask_attribute(inode, name)
        xattrs.set_xattr(inode, name, value, flags)

    @syscall
    def removexattr(self, path: AnyPath, name: str, *, follow_symlinks: bool = True) -> None:
        """Take an extended attribute away."""
        inode = self._writable(str(path), follow_symlinks)
        self._permission.ask_attribute(inode, name)
        xattrs.remove_xattr(inode, name)

    # -- whole files ---------------------------------------------------------------------------------------------------

    def read_bytes(self, path: AnyPath) -> bytes:
        """The contents of a file."""
        with self.open(path) as file:
            return file.read()

    def read_text(self, path: AnyPath, encoding: str = "utf-8", errors: str = "strict") -> str:
        """The contents of a file as text."""
        return self.read_bytes(path).decode(encoding, errors)

    def write_bytes(self, path: AnyPath, data: bytes) -> int:
        """Make or replace a file's contents; how many bytes were written."""
        with self.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) as file:
            return file.write(data)

    def write_text(self, path: AnyPath, text: str, encoding: str = "utf-8") -> int:
        """Make or replace a file's contents by text; how many bytes were written."""
        return self.write_bytes(path, text.encode(encoding))

    # -- whole trees ---------------------------------------------------------------------------------------------------
    #
    # A tree may be deeper than a path can be long (PATH_MAX), and far deeper than Python recurses: these go from inode
    # to inode, and keep their own list of what is still to do.

    def walk(self, top: AnyPath = "/") -> Iterator[tuple[str, list[str], list[str]]]:
        """(path, directory names, other names) of every directory, parents first, names sorted; as os.walk.

        The caller may prune the directory names. Symlinks are among the others, and not followed.
        """
        path = os.fsdecode(top)
        todo = [(path, self._directory(path))] if self.is_dir(path) else []
        while todo:
            path, directory = todo.pop()
            names, others = kinds(directory)
            directories = list(names)
            yield path, directories, list(others)
            for name in reversed(directories):
                inode = self._walker.child(directory, name)
                if inode is not None and inode.is_dir:
                    todo.append((join(path, name), inode))

    def makedirs(self, path: AnyPath, mode: int = 0o777, exist_ok: bool = False) -> None:
        """A directory with this mode, and with the usual one those above it that are missing."""
        text = os.fsdecode(path)
        missing = [text]
        above = text.rstrip("/").rpartition("/")[0]
        while above and not self.exists(above):
            missing.append(above)
            above = above.rstrip("/").rpartition("/")[0]
        for one in reversed(missing):
            try:
                self.mkdir(one, mode if one is text else 0o777)
            except FileExistsError:  # "/new/.." is there once "/new" is
                if (one is text and not exist_ok) or not self.is_dir(one):
                    raise

    @syscall
    def rmtree(self, path: AnyPath) -> None:
        """A directory and all below it; a symlink is refused, as by shutil. The first failure ends it."""
        top = self._place(str(path))
        if top.inode is None:
            refuse(errno.ENOENT)
        if not top.inode.is_dir:
            refuse(errno.ENOTDIR)
        found = [top]
        for place in found:  # grows on the way: what is in a directory comes behind it, and so goes before it
            directory = place.inode
            if directory is None or not directory.is_dir:
                continue
            self._permission.ask(directory, READ | SEARCH)
            for name in sorted(readdir(directory), reverse=True):
                with suppress(OSError):  # listed, and refused: it leads where the mount may not follow
                    found.append(Place(directory, name, self._walker.child(directory, name), slash=False))
        for place in reversed(found[1:]):
            if place.inode is not None:  # a whiteout that is listed is none
                remove_name = self._rmdir if place.inode.is_dir else self._unlink
                remove_name(place)
        self.rmdir(path)


def _as_lowers(lowerdir: Iterable[LayerLike], notes: OverlayXattrs) -> tuple[Lower, ...]:
    """Dicts made layers; the number of layers and overlapping directories checked as mount(2) does."""
    if isinstance(lowerdir, Mapping):
        raise TypeError(_("lowerdir is a sequence of layers, top first; for one layer write [layer]"))
    lowers = tuple(_as_lower(one, notes) for one in lowerdir)
    if not 1 <= len(lowers) <= MAX_LAYERS:
        said = _("lowerdir ({n} layers; 1 to {most} can be mounted)")
        raise os_error(errno.EINVAL, said.format(n=len(lowers), most=MAX_LAYERS))
    twice = overlapping([lower for lower in lowers if isinstance(lower, DirectoryLower)])
    if twice is not None:
        raise os_error(errno.ELOOP, twice)
    return lowers


def _as_lower(one: LayerLike, notes: OverlayXattrs) -> Lower:
    if isinstance(one, Mapping):
        return Layer.of(one)
    return DirectoryLower(one, notes) if isinstance(one, os.PathLike) else one


def _counted(upper: Upper) -> str:
    """How many names an upperdir stores."""
    names = 0
    todo = [upper.root]
    while todo:
        children = upper.children(todo.pop())
        names += len(children)
        todo.extend(children.values())
    return f"with {names} {'name' if names == 1 else 'names'}" if names else "empty"

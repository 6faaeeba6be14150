"""Mounting: an overlay, an image or a container at a directory of this machine.

    overlay of directories   lowerdir=A:B,upperdir=U,workdir=W, as the kernel takes them
    image                    read-only; or with an upperdir and a workdir that keep what is written
    container                its merged tree; what is written is the container's at every fsync, and when the mount ends

Neighbours: `device`, `server`, `background`.
"""

import errno
import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from coursekit.errors import CourseError, NotFound, ToolMissing
from coursekit.fuse import device, server
from coursekit.fuse.background import Ended, ended_by_signals, in_background, to_system_log
from coursekit.fuse.operations import Operations
from coursekit.language import _
from coursekit.layers.directory_upper import DirectoryUpper
from coursekit.union.options import MountOptions
from coursekit.vfs.overlay import Overlay

if TYPE_CHECKING:
    from coursekit.image.manifest import Platform
    from coursekit.image.store import Store

PATIENCE, PAUSE = 30.0, 0.005  # seconds to wait for an upperdir in use, and between two looks
_OURS = (
    "rw",
    "ro",
    "nodev",
    "nosuid",
    "noexec",
    "dev",
    "suid",
    "exec",
    "allow_other",
    "default_permissions",
    "noatime",
    "atime",
    "relatime",
    "sync",
    "async",
    "dirsync",
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be mounted where. `source` is an image or a container, and a mere label where there is a lowerdir."""

    source: str
    mountpoint: Path
    overlay: MountOptions = field(default_factory=MountOptions)
    mount: tuple[str, ...] = ()
    log_file: Path | None = None  # mount option log=FILE: where to tell what went wrong, instead of the system's log
    platform: "Platform | None" = None  # of an image for several platforms

    @classmethod
    def of(cls, source: str, mountpoint: Path, options: str) -> "Wish":
        """From an option string as mount(8) hands it over. Raises: OSError with EINVAL; CourseError."""
        rest: list[str] = []
        overlay = MountOptions.parse(options, rest)
        told = [each for each in rest if not each.startswith(("x-", "X-", "user=", "_netdev")) and each]
        log = [Path(each.removeprefix("log=")).absolute() for each in told if each.startswith("log=")]
        told = [each for each in told if not each.startswith("log=")]
        strange = [each for each in told if each not in _OURS]
        if strange:
            ours = ", ".join((*_OURS, "log=FILE"))
            raise CourseError(
                _("unknown mount option {strange}; there are overlayfs's own and {ours}").format(
                    strange=repr(strange[0]), ours=ours
                )
            )
        return cls(source, mountpoint, overlay, tuple(told), log[-1] if log else None)

    @property
    def log(self) -> server.Log | None:
        """Who writes into the log that was asked for; None where none was."""
        return None if self.log_file is None else partial(_append, self.log_file)

    @property
    def read_only(self) -> bool:
        """Whether nothing may be written."""
        return "ro" in self.mount


def _append(path: Path, line: str) -> None:
    with open(path, "a") as file:
        print(line, file=file)


def mount(wish: Wish, store: "Store | None", *, foreground: bool = False) -> int | None:
    """Mounts, and returns the server's process id when the mount is live; in the foreground, None when it is gone.

    Raises: CourseError in one line for what cannot be mounted there; OSError as mount(2) of an overlay does.
    """
    if sys.platform != "linux" and (reason := device.why_not()):
        raise ToolMissing(reason)
    if not wish.mountpoint.is_dir():
        raise CourseError(
            _("mountpoint {place} is not a directory that exists; make it with mkdir").format(place=wish.mountpoint)
        )

    def work(log: server.Log, live: Callable[[], None]) -> None:
        device.raise_limit()
        gc.set_threshold(
            100_000, 50, 100
        )  # a tree's objects live as long as the mount: to look through them is in vain
        with ExitStack() as last, tree(wish, store) as found:
            mounted = device.mount(wish.mountpoint, wish.source, _options(wish, found))
            last.callback(mounted.close)  # after the tree: a new mount may wait for its upperdir
            _serve(mounted, found, wish.log or log, live)

    if foreground:
        ended_by_signals()
        with suppress(Ended):
            work(_to_stderr, lambda: None)
        return None
    return in_background(partial(work, to_system_log))


def _to_stderr(line: str) -> None:
    print(f"coursekit: {line}", file=sys.stderr, flush=True)


@dataclass(frozen=True, slots=True)
class Tree:
    """A merged tree, and what fsync has to do besides: to keep a container as it is then."""

    overlay: Overlay
    keep: Callable[[], None] = lambda: None


def _options(wish: Wish, found: Tree) -> list[str]:
    """The options of the FUSE mount."""
    options = [each for each in wish.mount if each != "ro"]
    if found.overlay.upper is None or wish.read_only:
        options.append("ro")
    if "default_permissions" not in options:
        options.append("default_permissions")  # the kernel decides who may what, from the modes that we tell
    if os.geteuid() == 0 and "allow_other" not in options:
        options.append("allow_other")
    return options


def _serve(mounted: device.Mounted, found: Tree, log: server.Log, live: Callable[[], None]) -> None:
    operations = Operations(found.overlay)
    operations.keep = found.keep
    operations.pass_through(mounted.descriptor)

    def ready() -> None:
        device.read_ahead(mounted)
        live()

    try:
        with _giving_way(mounted, found.overlay):
            server.serve(mounted.descriptor, operations, log, ready)
    finally:
        mounted.unmount()
        operations.close()


@contextmanager
def _giving_way(mounted: device.Mounted, overlay: Overlay) -> Iterator[None]:
    """Meanwhile the server ends when a new mount wants its upperdir, and its own was taken away here.

    It may live on all the same, where a mount namespace was copied before or a program still uses it. The kernel lets
    both mounts write then, and calls the result undefined.
    """
    import fcntl  # Windows and browsers have none, and import this module all the same

    def wanted(number: int, frame: FrameType | None) -> None:
        if not mounted.here():
            raise Ended

    if not isinstance(overlay.upper, DirectoryUpper):
        yield
        return
    signal.signal(signal.SIGIO, wanted)
    watched = os.open(overlay.upper.places[1], os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with suppress(OSError):  # a kernel without dnotify
            fcntl.fcntl(watched, fcntl.F_NOTIFY, fcntl.DN_CREATE | fcntl.DN_MULTISHOT)
        yield
    finally:
        signal.signal(signal.SIGIO, signal.SIG_IGN)
        os.close(watched)


@contextmanager
def tree(wish: Wish, store: "Store | None") -> Iterator[Tree]:
    """The merged tree that is wished for, its changes kept at the end. Raises: CourseError, OSError."""
    if wish.overlay.lowerdir:
        with _overlay(wish, [Path(each).absolute() for each in wish.overlay.lowerdir]) as overlay:
            yield Tree(overlay)
        return
    if store is not None and wish.overlay.upperdir is None:
        with _container(store, wish) as found:
            if found is not None:
                yield found
                return
    from coursekit.image.open import open_image  # here: a mount of directories is live sooner without it

    image = open_image(wish.source, store=store, platform=wish.platform)
    lowerdir = [layer.lower for layer in reversed(image.layers)]
    with _overlay(wish, lowerdir) as overlay:
        yield Tree(overlay)


@contextmanager
def _overlay(wish: Wish, lowerdir: Sequence[object]) -> Iterator[Overlay]:
    options = wish.overlay
    if (options.upperdir is None) != (options.workdir is None):
        missing = "workdir" if options.workdir is None else "upperdir"
        raise CourseError(_("upperdir and workdir go together: {missing}= is missing").format(missing=missing))
    if options.upperdir is None or options.workdir is None or wish.read_only:
        yield Overlay(lowerdir, None, options=options)  # type: ignore[arg-type]
        return
    with _upper(options.upperdir, options.workdir, options) as upper:
        yield Overlay(lowerdir, upper, options=options)  # type: ignore[arg-type]


def _upper(upperdir: str, workdir: str, options: MountOptions) -> DirectoryUpper:
    """The upperdir. umount(8) returns before the server of a mount has let go of its own, so one in use is waited for.

    Raises: OSError with EBUSY for one that stays in use.
    """
    ask, end = 0.0, time.monotonic() + PATIENCE
    while True:
        try:
            return DirectoryUpper(upperdir, workdir, userxattr=options.userxattr, volatile=options.volatile)
        except OSError as failure:
            now = time.monotonic()
            if failure.errno != errno.EBUSY or now > end:
                raise
        if now >= ask:
            ask = now + 1
            _want(workdir)
        time.sleep(PAUSE)


def _want(workdir: str) -> None:
    """Lets the server that has a workdir know that it is wanted (`_giving_way`): a name comes and goes there."""
    name = os.path.join(workdir, f"#wanted-{os.getpid()}")
    with suppress(OSError):
        os.mkdir(name)
        os.rmdir(name)


@contextmanager
def _container(store: "Store", wish: Wish) -> Iterator[Tree | None]:
    """The tree of the container of that name, or None if there is none."""
    from coursekit.container.containers import Containers

    containers = Containers(store)
    try:
        found = containers.get(wish.source)
    except NotFound:
        yield None
        return
    if wish.read_only:
        with found.quietly():
            yield Tree(found.rootfs)
        return
    with containers.changing(wish.source) as container, container.quietly():
        yield Tree(container.rootfs, lambda: containers.keep(container))

"""The process that asks the kernel: it mounts an overlay in a namespace of its own and does what it is told inside.

    test ──requests──▶ worker ── unshare(mount namespace), tmpfs on its scratch directory
         ◀──replies──          ├ lower0 lower1 … upper work
                               └ merged: overlay, nodev, and the worker's root while it works

`merged` is the worker's root directory (chroot), so that no absolute symlink and no `..` leads to the host's files;
devices cannot be opened there (nodev), and a fifo never blocks (O_NONBLOCK). When the worker dies, by whatever cause,
its namespace and all mounts vanish with it. Requests and replies are `marshal` values behind their length.

A program of its own, started by `kernel`. Source: mount(2), chroot(2), mount_namespaces(7).
"""

import itertools
import marshal
import os
import shutil
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from coursekit.layers import disk_entries as stored
from coursekit.layers.libc import called, libc
from coursekit.proving.kernel_calls import PLAIN, Inside

CLONE_NEWNS, MS_NODEV, MS_REC, MS_SLAVE, MNT_DETACH = 0x20000, 0x4, 0x4000, 0x80000, 0x2


class Mounts:
    """Overlay mounts, one at a time, each on a tmpfs (or a directory below `base`) of its own."""

    def __init__(self, base: str | None) -> None:
        self.libc = libc()
        called(self.libc.unshare(CLONE_NEWNS))
        called(self.libc.mount(b"none", b"/", None, MS_REC | MS_SLAVE, None))  # what others unmount goes here too
        self.base = base or tempfile.gettempdir()
        self.on_tmpfs = base is None
        self.root = os.open("/", os.O_RDONLY | os.O_DIRECTORY)
        self.counted = itertools.count()
        self.inside: Inside | None = None
        self.scratch = self.base

    def mount(self, lowerdir: list[list[stored.Entry]], upperdir: list[stored.Entry] | None, options: str) -> None:
        """Writes the layers (`lowerdir` top first), mounts them and goes inside."""
        self.unmount()
        if self.on_tmpfs:
            self._mount(b"tmpfs", self.base, 0, "size=1g,mode=0755")
            self.scratch = self.base
        else:
            self.scratch = os.path.join(self.base, f"run{next(self.counted)}")
            os.mkdir(self.scratch)
        self.inside = Inside()
        os.chdir(self.scratch)
        names = [f"l{number}" for number in range(len(lowerdir))]
        for name, found in zip(names, lowerdir, strict=True):
            os.mkdir(name)
            stored.write(found, os.path.join(self.scratch, name))
        said = f"lowerdir={':'.join(names)}{options and ','}{options}"
        if upperdir is not None:
            os.mkdir("upper")
            os.mkdir("work")
            stored.write(upperdir, os.path.join(self.scratch, "upper"))
            said += ",upperdir=upper,workdir=work"
        os.mkdir("merged")
        self._mount(b"overlay", "merged", MS_NODEV, said)
        self.remounted = (names, said)
        self.enter()

    def _mount(self, kind: bytes, place: str, flags: int, options: str) -> None:
        called(self.libc.mount(kind, os.fsencode(place), kind, flags, options.encode()), place)

    def enter(self) -> None:
        os.chdir(os.path.join(self.scratch, "merged"))
        os.chroot(".")

    @contextmanager
    def outside(self) -> Iterator[str]:
        """The scratch directory, with the host's root as root."""
        os.fchdir(self.root)
        os.chroot(".")
        try:
            yield self.scratch
        finally:
            self.enter()

    def remount(self) -> None:
        """Unmounts and mounts the same layers again: nothing is left in the kernel's caches of the overlay."""
        assert self.inside is not None
        self.inside.close_all()
        with self.outside():
            os.chdir(self.scratch)
            called(self.libc.umount2(b"merged", MNT_DETACH))
            self._mount(b"overlay", "merged", MS_NODEV, self.remounted[1])

    def stored(self, name: str) -> list[stored.Entry]:
        with self.outside() as scratch:
            return stored.read(os.path.join(scratch, name))

    def unmount(self) -> None:
        if self.inside is None:
            return
        self.inside.close_all()
        self.inside = None
        os.fchdir(self.root)
        os.chroot(".")
        self.libc.umount2(os.fsencode(os.path.join(self.scratch, "merged")), MNT_DETACH)
        if self.on_tmpfs:
            called(self.libc.umount2(os.fsencode(self.base), MNT_DETACH))
        else:
            shutil.rmtree(self.scratch)

    def do(self, operations: list[tuple[str, tuple[Any, ...], dict[str, Any]]]) -> list[tuple[Any, ...]]:
        """The answers of `operations`, in order: ("ok", value) or ("error", errno, text)."""
        return [self._answer(name, args, named) for name, args, named in operations]

    def _answer(self, name: str, args: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        call = PLAIN.get(name) or getattr(self.inside, name)
        try:
            return ("ok", call(*args, **named))
        except OSError as failure:
            return ("error", failure.errno, str(failure))


def receive(stream: IO[bytes]) -> Any:
    """The next value of a stream; EOFError at its end."""
    head = stream.read(8)
    if len(head) < 8:
        raise EOFError
    return marshal.loads(stream.read(int.from_bytes(head, "big")))


def send(stream: IO[bytes], value: Any) -> None:
    """Writes one value, and its length before it."""
    data = marshal.dumps(value)
    stream.write(len(data).to_bytes(8, "big") + data)
    stream.flush()


def serve(base: str | None, kind: type[Mounts] = Mounts) -> None:
    """Answers requests (verb, arguments) from standard input until it ends. `kind` mounts what is asked for."""
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    os.umask(0o022)  # the engine's own, whatever the caller's is
    mounts = kind(base)
    while True:
        try:
            verb, args = receive(requests)
        except EOFError:
            return mounts.unmount()
        reply: tuple[Any, ...]
        try:
            reply = ("ok", getattr(mounts, verb)(*args))
        except OSError as failure:
            reply = ("error", failure.errno, traceback.format_exc())
        except Exception:
            reply = ("error", 0, traceback.format_exc())
        send(replies, reply)

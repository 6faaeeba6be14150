"""The engine's two doors: over an upperdir in memory, and over one on a disk. The third, a kernel mount, is `Kernel`.

A door answers questions (see answers.py) and shows its upperdir as stored entries. `swap` puts another upperdir in place
of its own: what the kernel wrote, the engine goes on with.
"""

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from coursekit.fs import linux_numbers
from coursekit.layers import disk_entries as stored
from coursekit.layers.directory_upper import DirectoryUpper
from coursekit.layers.disk_entries import Entry, entries
from coursekit.layers.memory_upper import MemoryUpper
from coursekit.layers.ports import Lower, Upper
from coursekit.proving.entry_layer import EntryLayer
from coursekit.proving.kernel import EMPTY
from coursekit.union.options import MountOptions
from coursekit.union.superblock import refuse
from coursekit.vfs.open_file import OpenFile
from coursekit.vfs.overlay import Overlay

Question = tuple[str, tuple[Any, ...], dict[str, Any]]
Answer = tuple[Any, ...]  # ("ok", value) or ("error", errno)


class Engine:
    """An Overlay over the memory upper that answers questions."""

    name = "engine"

    def __init__(self, lowerdir: Sequence[Lower], *, writable: bool = True, options: str = "") -> None:
        self.lowerdir = lowerdir
        self.options = MountOptions.parse(options)
        self.notes = self.options.features(writable=writable).notes
        self.upper: Upper | None = self.fresh() if writable else None
        self.files: dict[int, OpenFile] = {}
        self.mount()

    def fresh(self) -> Upper:
        return MemoryUpper()

    def mount(self) -> None:
        self.overlay = Overlay(self.lowerdir, upperdir=self.upper, options=self.options)

    def remount(self) -> None:
        """The same layers in a new Overlay."""
        self.close_files()
        self.mount()

    def swap(self, found: list[Entry]) -> None:
        """Another upperdir in place of this one, and all mounted anew."""
        self.close_files()
        self.upper = MemoryUpper.from_lower(EntryLayer(found, self.notes))
        self.mount()

    def upperdir(self) -> list[Entry]:
        """What the upper holds, as it would lie on a disk."""
        assert self.upper is not None
        return entries(self.upper.freeze(), self.notes)

    def close(self) -> None:
        """All that it has open."""
        self.close_files()

    def close_files(self) -> None:
        for number in tuple(self.files):
            self.fd_close(number)

    def answer(self, asked: Question) -> Answer:
        name, args, named = asked
        call: Callable[..., Any] = getattr(self, name, None) or getattr(self.overlay, name)
        try:
            return "ok", self._plain(call(*args, **named))
        except OSError as failure:
            return "error", failure.errno, str(failure)
        except Exception as failure:  # a crash of the engine is an answer that no kernel gives
            return "error", repr(failure)

    @staticmethod
    def _plain(value: Any) -> Any:
        if hasattr(value, "st_mode"):
            return {field: getattr(value, field) for field in dir(value) if field.startswith("st_")}
        return value

    def listdir(self, path: str) -> list[str]:
        return sorted(self.overlay.listdir(path))

    def listxattr(self, path: str, **named: Any) -> list[str]:
        return sorted(self.overlay.listxattr(path, **named))

    def readdir(self, path: str) -> list[tuple[str, int, int]]:
        """As getdents answers: name, inode, d_type."""
        found = self.overlay.open(path, os.O_RDONLY | linux_numbers.O_DIRECTORY)
        try:
            return sorted(_dirent(one) for one in found.readdir())
        finally:
            found.close()

    def open(self, number: int, path: str, flags: int = 0, mode: int = 0o666) -> None:
        self.fd_close(number)
        self.files[number] = self.overlay.open(path, flags, mode)

    def fd_close(self, number: int) -> None:
        if number in self.files:
            self.files.pop(number).close()

    def fd_readdir(self, number: int, count: int = -1) -> list[tuple[str, int, int]]:
        return [_dirent(one) for one in self._file(number).readdir(count)]

    def __getattr__(self, name: str) -> Any:
        """What an open file does, by its number."""
        if not name.startswith("fd_"):
            raise AttributeError(name)
        return lambda number, *args, **named: getattr(self._file(number), name[3:])(*args, **named)

    def _file(self, number: int) -> OpenFile:
        return self.files[number] if number in self.files else refuse(errno.EBADF)


class OnDisk(Engine):
    """An Overlay over an upperdir in the kernel's format, in a directory of its own."""

    name = "engine over a disk"

    def fresh(self) -> Upper:
        return self._written([*EMPTY])

    def _written(self, found: list[Entry]) -> DirectoryUpper:
        self.base = Path(tempfile.mkdtemp(prefix="coursekit-upper-", dir=roomy()))
        for part in ("upper", "work"):
            (self.base / part).mkdir()
        stored.write(found, str(self.base / "upper"))
        return self._opened()

    def _opened(self) -> DirectoryUpper:
        return DirectoryUpper(self.base / "upper", self.base / "work", userxattr=self.options.userxattr)

    def remount(self) -> None:
        self.close_files()
        if isinstance(self.upper, DirectoryUpper):
            self.upper.close()
            self.upper = self._opened()
        self.mount()

    def swap(self, found: list[Entry]) -> None:
        self.close()
        self.upper = self._written(found)
        self.mount()

    def upperdir(self) -> list[Entry]:
        return stored.read(str(self.base / "upper"))

    def close(self) -> None:
        self.close_files()
        if isinstance(self.upper, DirectoryUpper):
            self.upper.close()
            shutil.rmtree(self.base)


def roomy() -> str | None:
    """A place in memory if there is one: the tests' own fsyncs cost nothing there."""
    return "/dev/shm" if os.path.isdir("/dev/shm") else None


def _dirent(one: Any) -> tuple[str, int, int]:
    return (one.name, one.inode(), one.kind)


class EngineView:
    """A door as a behaviour sees it: the methods of Overlay, and of a KernelOverlay its upperdir and remount."""

    def __init__(self, door: Engine) -> None:
        self._door = door

    def upperdir(self) -> list[Entry]:
        return self._door.upperdir()

    def remount(self) -> None:
        self._door.remount()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._door.overlay, name)

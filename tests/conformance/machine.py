"""The random machine: engine and kernel are asked the same questions, one by one, and must never differ.

The rules that draw the questions (names, attributes, open files, a new mount); `mounted` asks them. Paths are chosen
among those that are known to be there (`choosing`), so that most questions get an answer and few an ENOENT.
"""

import os
import posixpath
import stat

from coursekit.layers.disk_entries import FORMATS
from coursekit.layers.libc import RENAME_EXCHANGE, RENAME_NOREPLACE, RENAME_WHITEOUT
from tests.conformance import drawing as st
from tests.conformance.choosing import (
    DATA,
    DIRECTORY,
    FILE,
    FLAGS,
    MODES,
    MOVABLE,
    NEW,
    OWNERS,
    SHORT,
    SIZES,
    SLOT,
    THERE,
    XATTRS,
    Place,
)
from tests.conformance.drawing import rule
from tests.conformance.drawn import TARGETS
from tests.conformance.mounted import OPTIONS
from tests.conformance.stories import Stories

SPECIAL = (*((stat.S_IFCHR, 0) for _ in range(4)), *((kind, 0x103) for kind in (*FORMATS, 0)), (stat.S_IFBLK, 0))


class Machine(Stories):
    """What may be asked."""

    # --- names --------------------------------------------------------------------------------------------------------

    @rule(where=NEW, mode=st.sampled_from((0o755, 0o755, 0o777, 0o2755, 0o700)))
    def mkdir(self, where: Place, mode: int) -> None:
        path = self.path(where)
        self.ask("mkdir", path, mode)

    @rule(where=DIRECTORY)
    def rmdir(self, where: Place) -> None:
        self.ask("rmdir", self.path(where))

    @rule(where=FILE)
    def unlink(self, where: Place) -> None:
        self.ask("unlink", self.path(where))

    @rule(where=DIRECTORY, again=st.booleans())
    def remove_all(self, where: Place, again: bool) -> None:
        """`rm -r`, and perhaps a new directory in its place."""
        path = self.path(where).rstrip("/")
        if path:
            self._remove(path, 0)
            if again:
                self.ask("mkdir", path, 0o755)

    def _remove(self, path: str, depth: int) -> None:
        listed = self.ask("listdir", path)
        if listed[0] == "ok" and depth < 4:
            for name in listed[1]:
                self._remove(f"{path}/{name}", depth + 1)
            self.ask("rmdir", path)
        else:
            self.ask("unlink", path)

    @rule(source=MOVABLE, goal=NEW, flags=st.sampled_from((0, 0, 0, RENAME_NOREPLACE)))
    def rename(self, source: Place, goal: Place, flags: int) -> None:
        path = self.path(goal)
        self.ask("rename", self.path(source), path, flags=flags)

    @rule(
        source=THERE,
        goal=THERE,
        flags=st.sampled_from((0, 0, 0, 0, RENAME_EXCHANGE, RENAME_EXCHANGE, RENAME_NOREPLACE, RENAME_WHITEOUT, 3, 8)),
    )
    def rename_onto(self, source: Place, goal: Place, flags: int) -> None:
        self.ask("rename", self.path(source), self.path(goal), flags=flags)

    @rule(source=THERE, name=SHORT, other=THERE)
    def rename_ancestor(self, source: Place, name: str, other: Place) -> None:
        """The directory above a name, elsewhere."""
        above = posixpath.dirname(self.path(source).rstrip("/"))
        if above != "/":
            target = posixpath.join(posixpath.dirname(self.path(other)), name)
            self.ask("rename", above, target)

    @rule(source=FILE, goal=NEW, follow=st.sampled_from((False, False, True)))
    def link(self, source: Place, goal: Place, follow: bool) -> None:
        path = self.path(goal)
        self.ask("link", self.path(source), path, follow_symlinks=follow)

    @rule(text=st.sampled_from(TARGETS), where=NEW)
    def symlink(self, text: str, where: Place) -> None:
        path = self.path(where)
        self.ask("symlink", text, path)

    @rule(where=NEW, what=st.sampled_from(SPECIAL))
    def mknod(self, where: Place, what: tuple[int, int]) -> None:
        kind, device = what
        path = self.path(where)
        if kind == stat.S_IFIFO and device:
            self.ask("mkfifo", path, 0o666)
        else:
            self.ask("mknod", path, kind | 0o644, device)

    # --- attributes ---------------------------------------------------------------------------------------------------

    @rule(where=THERE, mode=st.sampled_from(MODES))
    def chmod(self, where: Place, mode: int) -> None:
        self.ask("chmod", self.path(where), mode)

    @rule(where=THERE | FILE, owner=OWNERS, follow=st.booleans())
    def chown(self, where: Place, owner: tuple[int, int], follow: bool) -> None:
        self.ask("chown", self.path(where), *owner, follow_symlinks=follow)

    @rule(where=THERE, seconds=st.integers(7, 9), follow=st.booleans())
    def utime(self, where: Place, seconds: int, follow: bool) -> None:
        self.ask("utime", self.path(where), ns=(10**9, seconds * 10**9 + 1), follow_symlinks=follow)

    @rule(where=FILE, size=st.sampled_from((*SIZES, -1)))
    def truncate(self, where: Place, size: int) -> None:
        self.ask("truncate", self.path(where), size)

    @rule(
        where=THERE,
        name=st.sampled_from(XATTRS),
        value=st.sampled_from((b"", b"y", b"long" * 9)),
        flags=st.sampled_from((0, 0, 1, 2)),
        follow=st.booleans(),
    )
    def setxattr(self, where: Place, name: str, value: bytes, flags: int, follow: bool) -> None:
        self.ask("setxattr", self.path(where), name, value, flags, follow_symlinks=follow)

    @rule(where=THERE, name=st.sampled_from(XATTRS), follow=st.booleans())
    def removexattr(self, where: Place, name: str, follow: bool) -> None:
        self.ask("removexattr", self.path(where), name, follow_symlinks=follow)

    @rule(where=THERE, name=st.sampled_from(XATTRS), follow=st.booleans())
    def read_xattrs(self, where: Place, name: str, follow: bool) -> None:
        self.ask("getxattr", self.path(where), name, follow_symlinks=follow)
        self.ask("listxattr", self.path(where), follow_symlinks=follow)

    @rule(where=THERE, mode=st.sampled_from((os.F_OK, os.R_OK, os.W_OK, os.X_OK)))
    def look(self, where: Place, mode: int) -> None:
        path = self.path(where)
        self.ask("stat", path)
        self.ask("access", path, mode)
        self.ask("readlink", path)
        self.ask("readdir", path)

    # --- open files ---------------------------------------------------------------------------------------------------

    @rule(slot=SLOT, where=FILE, flags=FLAGS)
    def open(self, slot: int, where: Place, flags: int) -> None:
        self._open(slot, self.path(where), flags)

    @rule(slot=SLOT, where=NEW, flags=FLAGS)
    def create(self, slot: int, where: Place, flags: int) -> None:
        self._open(slot, self.path(where), flags | os.O_CREAT)

    @rule(slot=SLOT, where=THERE)
    def open_to_read(self, slot: int, where: Place) -> None:
        self._open(slot, self.path(where), os.O_RDONLY)

    @rule(pick=SLOT)
    def close(self, pick: int) -> None:
        if self.slots:
            number = self._pick(pick)
            del self.slots[number]
            self.ask("fd_close", number)

    @rule(pick=SLOT, length=st.sampled_from((*SIZES, -1)), offset=st.sampled_from((None, *SIZES)))
    def read(self, pick: int, length: int, offset: int | None) -> None:
        self._fd(pick, *(("read", length) if offset is None else ("pread", max(length, 0), offset)))

    @rule(pick=SLOT, data=DATA, offset=st.sampled_from((None, None, None, *SIZES)))
    def write(self, pick: int, data: bytes, offset: int | None) -> None:
        self._fd(pick, *(("write", data) if offset is None else ("pwrite", data, offset)))

    @rule(pick=SLOT, offset=st.sampled_from((*SIZES, -1, -9)), whence=st.sampled_from((0, 0, 1, 2, 3, 4, 9)))
    def seek(self, pick: int, offset: int, whence: int) -> None:
        if (
            self.slots.get(self._pick(pick), ("", ""))[0] == "file"
        ):  # where a directory stands is its file system's affair
            self._fd(pick, "seek", offset, whence)

    @rule(pick=SLOT, size=st.sampled_from((*SIZES, -1)))
    def ftruncate(self, pick: int, size: int) -> None:
        self._fd(pick, "truncate", size)

    @rule(pick=SLOT, mode=st.sampled_from(MODES), what=st.sampled_from(("fchmod", "fchown", "fsetxattr")))
    def change_open(self, pick: int, mode: int, what: str) -> None:
        """Not of a removed directory: Linux brings it up over whatever has its name by now, which is not followed."""
        arguments = {"fchmod": (mode,), "fchown": (mode % 5 - 1, mode % 3), "fsetxattr": ("user.f", b"f")}[what]
        if not self._is_removed_directory(self._pick(pick)):
            self._fd(pick, what, *arguments)

    # --- all at once --------------------------------------------------------------------------------------------------

    @rule(how=st.sampled_from(("", "", "remount", "swap", "stack", "alone")), options=st.sampled_from(OPTIONS))
    def remount(self, how: str, options: str) -> None:
        """Unmounted and mounted again, with the other side's upperdir, or with that as a layer: all is still there."""
        if not how or not self.script.writable:
            return
        if "index=on" in self.pair.options and how == "swap":  # nobody can take the index along
            how = "remount"
        if how in ("stack", "alone"):
            same_notes = ("userxattr" in options) == ("userxattr" in self.pair.options)
            possible = same_notes and (self.kernel.INDEX or "index" not in options)
            self.mounted_again(how, options if possible else self.pair.options)
        else:
            self.mounted_again(how)

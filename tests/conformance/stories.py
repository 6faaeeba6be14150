"""Short stories for the random machine: a few questions in a row that a rule is likely to trip over.

Two descriptors of one file, a name that changes under an open file, a directory watched while it changes, a directory
made above lower layers and moved about. Left to chance alone, these would come together too seldom.
"""

import os
import posixpath
import stat
from typing import Any

from coursekit.layers.libc import RENAME_EXCHANGE
from coursekit.proving.comparable import question
from tests.conformance import drawing as st
from tests.conformance.choosing import DATA, DIRECTORY, FILE, FLAGS, MOVABLE, NEW, SHORT, SIZES, SLOT, Place
from tests.conformance.drawing import rule
from tests.conformance.drawn import TARGETS
from tests.conformance.mounted import Mounted

DISTURBANCES = ("unlink", "rename", "write", "chmod", "truncate", "ancestor", "link")
TOUCHES = ("link", "link", "removexattr", "setxattr", "chown", "exclusive")
ONE, OTHER = 6, 7  # descriptors of the stories' own


class Stories(Mounted):
    """Rules that ask several questions."""

    @rule(slot=SLOT, where=DIRECTORY, name=SHORT, there=st.booleans())
    def watch(self, slot: int, where: Place, name: str, there: bool) -> None:
        """A directory is open while a name comes or goes; then it is read on, and from its start."""
        path = self.path(where)
        self._open(slot, path, os.O_RDONLY | os.O_DIRECTORY)
        if slot in self.slots:
            self.ask("fd_readdir", slot)
            self.ask(*(("unlink", f"{path}/{name}") if there else ("mknod", f"{path}/{name}", stat.S_IFREG | 0o644, 0)))
            self.ask("fd_seek", slot, 0)
            self.ask("fd_readdir", slot)

    @rule(slot=SLOT, where=NEW, refill=st.booleans())
    def remove_while_open(self, slot: int, where: Place, refill: bool) -> None:
        """A directory is removed while it is open, and perhaps made again."""
        path = self.path(where)
        self.ask("mkdir", path, 0o755)
        self._open(slot, path, os.O_RDONLY | os.O_DIRECTORY)
        self.ask("rmdir", path)
        if refill:
            self.ask("mkdir", path, 0o755)
        if slot in self.slots:
            self.ask("fd_readdir", slot)

    @rule(where=FILE, data=DATA, offset=st.sampled_from(SIZES), flags=st.sampled_from((0, os.O_APPEND, os.O_APPEND)))
    def two_descriptors(self, where: Place, data: bytes, offset: int, flags: int) -> None:
        """One reads what the other writes, at its position and elsewhere."""
        path = self.path(where)
        if self.ask("open", ONE, path, os.O_RDONLY)[0] == "ok":
            self.ask("fd_read", ONE, 3)
        if self.ask("open", OTHER, path, os.O_RDWR | flags)[0] == "ok":
            for asked in (("pwrite", data, offset), ("write", data), ("write", b"end")):
                self.ask(f"fd_{asked[0]}", OTHER, *asked[1:])
                self.ask("fd_pread", ONE, 9000, 0)
                self.pair.ask(question("fd_fstat", ONE))
        self.ask("fd_close", ONE)
        self.ask("fd_close", OTHER)

    @rule(where=NEW, inside=SHORT, goal=NEW | DIRECTORY, flags=st.sampled_from((0, 0, 0, RENAME_EXCHANGE)))
    def move_new_directory(self, where: Place, inside: str, goal: Place, flags: int) -> None:
        """A directory that is made here moves to a new name or onto another directory; the walk goes through both."""
        path, target = self.path(where), self.path(goal)
        self.ask("mkdir", path, 0o755)
        self.ask("mknod", f"{path}/{inside}", stat.S_IFREG | 0o644, 0)
        self.ask("rename", path, target, flags=flags)
        self.pair.ask(question("lstat", f"{path}/{inside}"))
        self.pair.ask(question("lstat", f"{target}/{inside}"))

    @rule(where=NEW, text=st.sampled_from(TARGETS), name=SHORT, make=st.booleans())
    def through_symlink(self, where: Place, text: str, name: str, make: bool) -> None:
        """A new symlink, and what its target holds."""
        path = self.path(where)
        self.ask("symlink", text, path)
        self.ask("stat", path)
        self.ask("stat", f"{path}/{name}")
        self.ask(*(("mkdir", f"{path}/{name}") if make else ("open", ONE, path, os.O_RDWR | os.O_CREAT)))

    @rule(where=FILE, how=st.sampled_from(TOUCHES), goal=NEW)
    def touch_file(self, where: Place, how: str, goal: Place) -> None:
        """One change of a file, or one that is refused."""
        path = self.path(where)
        match how:
            case "link":
                self.ask("link", path, self.path(goal))
            case "removexattr":
                self.ask("removexattr", path, "user.none")
            case "setxattr":
                self.ask("setxattr", path, "user.none", b"", os.XATTR_REPLACE)
            case "chown":
                self.ask("chown", path, -1, -1)
            case "exclusive":
                self.ask("open", ONE, path, os.O_RDWR | os.O_CREAT | os.O_EXCL)

    @rule(pick=st.integers(0, 40), how=st.sampled_from(("change", "change", "hide", "hide", "replace")))
    def twins_part(self, pick: int, how: str) -> None:
        """Of two names of one file both change it, or one goes; then the other is looked at, also in a new mount."""
        pairs = self.twins()
        if not pairs:
            return
        one, other = pairs[pick % len(pairs)]
        match how:
            case "change":
                self.ask("chmod", one, 0o640)
                self.ask("chown", other, 7, 7)
            case "hide":
                self.ask("unlink", one)
            case "replace":
                self.ask("open", ONE, "/new", os.O_RDWR | os.O_CREAT)
                self.ask("rename", "/new", one)
        self.look_at(other)
        if self.script.writable:
            self.mounted_again("remount")

    @rule(where=DIRECTORY, pick=st.integers(0, 9), then=st.sampled_from(("back", "remount", "stack", "nofollow")))
    def move_above_and_below(self, where: Place, pick: int, then: str) -> None:
        """A directory moves, and one that it holds moves out of it: with redirect_dir=on two notes, read again."""
        path = self.path(where).rstrip("/")
        inner = [one for one, kind in self.known.items() if kind == "directory" and posixpath.dirname(one) == path]
        if path and inner:
            name = posixpath.basename(inner[pick % len(inner)])
            self.ask("rename", path, "/moved")
            self.ask("rename", f"/moved/{name}", "/out")
            self.pair.ask(question("readdir", "/out"))
            if then == "back":
                self.ask("rename", "/moved", path)
            elif self.script.writable:
                below = {"stack": self.pair.options, "nofollow": "redirect_dir=nofollow"}.get(then)
                if below is None or "userxattr" in self.pair.options:
                    self.mounted_again("remount")
                else:
                    self.mounted_again("stack", below)

    @rule(one=MOVABLE, other=MOVABLE)
    def exchange(self, one: Place, other: Place) -> None:
        self.ask("rename", self.path(one), self.path(other), flags=RENAME_EXCHANGE)

    @rule(where=DIRECTORY, name=SHORT, how=st.sampled_from(("mkdir", "mknod", "symlink", "open")))
    def inherit(self, where: Place, name: str, how: str) -> None:
        """What is made in a setgid directory."""
        path = self.path(where)
        self.ask("chown", path, -1, 9)
        self.ask("chmod", path, 0o2775)
        below = f"{path}/{name}"
        match how:
            case "mkdir":
                self.ask("mkdir", below, 0o777)
            case "mknod":
                self.ask("mknod", below, stat.S_IFREG | 0o6755, 0)
            case "symlink":
                self.ask("symlink", "a", below)
            case "open":
                self.ask("open", ONE, below, os.O_RDWR | os.O_CREAT, 0o6755)

    @rule(slot=SLOT, where=DIRECTORY)
    def open_directory(self, slot: int, where: Place) -> None:
        self._open(slot, self.path(where), os.O_RDONLY | os.O_DIRECTORY)
        if slot in self.slots:
            self.ask("fd_readdir", slot)

    @rule(pick=SLOT)
    def scan(self, pick: int) -> None:
        """An open directory from its start; of anything else an error."""
        self._fd(pick, "seek", 0)
        self._fd(pick, "readdir")

    @rule(pick=SLOT, slot=SLOT, flags=FLAGS)
    def open_again(self, pick: int, slot: int, flags: int) -> None:
        """A second descriptor of what is open."""
        self._pick(pick)
        self._open(slot, self._opened_path(pick), flags)

    @rule(pick=SLOT, how=st.sampled_from(DISTURBANCES), name=SHORT)
    def disturb(self, pick: int, how: str, name: str) -> None:
        """Something happens to the name, or above it, of what is open; then the open file is looked at."""
        number = self._pick(pick)
        path = self._opened_path(pick)
        directory = self.slots.get(number, ("", ""))[0] == "directory"
        above = posixpath.dirname(path.rstrip("/"))
        match how:
            case "unlink":
                self.ask("rmdir" if directory else "unlink", path)
            case "rename" | "link":
                self.ask(how, path, posixpath.join(above, name))
            case "write":
                self.ask("open", OTHER, posixpath.join(path, name) if directory else path, os.O_RDWR | os.O_CREAT)
                self.ask("fd_write", OTHER, b"disturbed")
            case "chmod":
                self.ask("chmod", path, 0o711)
            case "truncate":
                self.ask("truncate", path, 5000)
            case "ancestor":
                self.ask("rename", above, posixpath.join(posixpath.dirname(above), name))
        self._fd(pick, "seek", 0)
        self._fd(pick, *(("readdir",) if directory else ("read", -1)))

    # --- open files, kept by a number of ours -------------------------------------------------------------------------

    def _open(self, slot: int, path: str, flags: int) -> None:
        self.slots.pop(slot, None)
        if self.ask("open", slot, path, flags, 0o666)[0] == "ok":
            self.slots[slot] = str(self.pair.ask(question("fd_fstat", slot))[1]["kind"]), path

    def _opened_path(self, pick: int) -> str:
        return list(self.slots.values())[pick % len(self.slots)][1] if self.slots else "/new"

    def _is_removed_directory(self, number: int) -> bool:
        kind, path = self.slots.get(number, ("", ""))
        if kind != "directory":
            return False
        here, named = self.pair.ask(question("fd_fstat", number)), self.pair.ask(question("stat", path))
        return named[0] != "ok" or named[1]["inode"] != here[1]["inode"]

    def _fd(self, pick: int, name: str, *args: Any) -> None:
        number = self._pick(pick)
        if number in self.slots:
            self.ask(f"fd_{name}", number, *args)
            self.pair.ask(question("fd_fstat", number))

    def _pick(self, pick: int) -> int:
        """One of the open files; where none is open, one is opened first."""
        if not self.slots:
            files = [path for path, kind in self.known.items() if kind == "file"] or ["/new"]
            self._open(pick, files[pick % len(files)], os.O_RDWR | os.O_CREAT)
        return list(self.slots)[pick % len(self.slots)] if self.slots else pick

"""Pathlike: what `pathlib`, `os` and `shutil` build out of system calls, for a merged tree.

Everything here is made of the methods of Syscalls, and has no semantics of its own.
"""

import errno
import os
import stat
from collections.abc import Iterator

from coursekit.errors import os_error
from coursekit.fs.paths import join
from coursekit.union.readdir import kinds, readdir
from coursekit.vfs.dir_entry import DirEntry
from coursekit.vfs.looking import AnyPath
from coursekit.vfs.syscalls import Syscalls

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


class Pathlike(Syscalls):
    """Whole files, whole trees, and questions that never fail."""

    # -- whole files

    def read_bytes(self, path: AnyPath) -> bytes:
        """The contents of a file."""
        with self.open(path) as file:
            return file.read()

    def read_text(self, path: AnyPath, encoding: str = "utf-8", errors: str = "strict") -> str:
        """The contents of a file as text."""
        return self.read_bytes(path).decode(encoding, errors)

    def write_bytes(self, path: AnyPath, data: bytes) -> int:
        """Make or replace a file's contents; how many bytes were written."""
        with self.open(path, _CREATE) as file:
            return file.write(data)

    def write_text(self, path: AnyPath, text: str, encoding: str = "utf-8") -> int:
        """Make or replace a file's contents by text; how many bytes were written."""
        return self.write_bytes(path, text.encode(encoding))

    # -- questions

    def _mode(self, path: AnyPath, follow: bool = True) -> int:
        """st_mode, 0 where there is nothing."""
        try:
            inode = self._find(os.fsdecode(path), follow)
        except OSError:
            return 0
        return inode.type

    def exists(self, path: AnyPath, *, follow_symlinks: bool = True) -> bool:
        """Whether something is there; a dangling symlink is nothing unless it is not followed."""
        return self._mode(path, follow_symlinks) != 0

    def is_dir(self, path: AnyPath, *, follow_symlinks: bool = True) -> bool:
        """Whether a directory is there."""
        return self._mode(path, follow_symlinks) == stat.S_IFDIR

    def is_file(self, path: AnyPath, *, follow_symlinks: bool = True) -> bool:
        """Whether a regular file is there."""
        return self._mode(path, follow_symlinks) == stat.S_IFREG

    def is_symlink(self, path: AnyPath) -> bool:
        """Whether a symlink is there."""
        return self._mode(path, follow=False) == stat.S_IFLNK

    # -- whole trees

    def scandir(self, path: AnyPath = "/") -> Iterator[DirEntry]:
        """The entries of a directory, sorted by name."""
        text = os.fsdecode(path)
        directory = self._directory(text)
        return iter([DirEntry(directory, name, text) for name in sorted(readdir(directory))])

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
        """A directory and those above it that are missing."""
        text = os.fsdecode(path)
        above = text.rstrip("/").rpartition("/")[0]
        if above and not self.exists(above):
            self.makedirs(above, exist_ok=True)
        try:
            self.mkdir(text, mode)
        except FileExistsError:
            if not exist_ok or not self.is_dir(text):
                raise

    def rmtree(self, path: AnyPath) -> None:
        """A directory and all below it; a symlink is refused, as by shutil."""
        text = os.fsdecode(path)
        if not stat.S_ISDIR(self.lstat(text).st_mode):
            raise os_error(errno.ENOTDIR, text)
        for entry in self.scandir(text):
            if entry.is_dir():
                self.rmtree(entry.path)
            elif entry.inode():  # a whiteout that is listed is none
                self.unlink(entry.path)
        self.rmdir(text)

    def mkfifo(self, path: AnyPath, mode: int = 0o666) -> None:
        """A new named pipe."""
        self.mknod(path, mode | stat.S_IFIFO)

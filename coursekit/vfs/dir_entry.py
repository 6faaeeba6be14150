"""DirEntry: one name that a directory listing gave, as `os.scandir` gives them."""

import errno
import os
import stat

from coursekit.errors import os_error
from coursekit.fs.node import WHITEOUT, Whiteout, file_type
from coursekit.fs.paths import join
from coursekit.union.inode import Inode
from coursekit.union.lookup import asked, lookup


class DirEntry:
    """A name in a directory; what it stands for is looked up when asked."""

    __slots__ = ("_directory", "_path", "name")

    def __init__(self, directory: Inode, name: str, path: str | None = None) -> None:
        """`path` is that of the directory as the caller gave it."""
        self._directory, self.name, self._path = directory, name, path

    @property
    def path(self) -> str:
        """The path of the entry."""
        return join(self._directory.path if self._path is None else self._path, self.name)

    @property
    def kind(self) -> int:
        """The d_type of readdir(3): DT_DIR is 4, DT_REG 8, DT_LNK 10; DT_CHR 2 for a listed whiteout."""
        inode = self._inode()
        if inode is not None:
            return inode.type >> 12
        # Listed, and not to be found: a whiteout, or something that is refused. The search met it first of all.
        stored = next((node for _, node in asked(self._directory, self.name) if node is not None), WHITEOUT)
        return (stat.S_IFCHR if isinstance(stored, Whiteout) else file_type(stored)) >> 12

    def inode(self) -> int:
        """The st_ino; 0 for a whiteout that a listing shows."""
        inode = self._inode()
        return 0 if inode is None else inode.ino

    def is_dir(self) -> bool:
        """It is a directory, not a symlink to one."""
        inode = self._inode()
        return inode is not None and inode.is_dir

    def is_file(self) -> bool:
        """It is a regular file."""
        inode = self._inode()
        return inode is not None and inode.is_file

    def is_symlink(self) -> bool:
        """It is a symbolic link."""
        inode = self._inode()
        return inode is not None and inode.is_symlink

    def stat(self) -> os.stat_result:
        """As lstat."""
        inode = self._inode()
        if inode is None:
            raise os_error(errno.ENOENT, self.path)
        return inode.sb.stat(inode)

    def _inode(self) -> Inode | None:
        try:
            return lookup(self._directory, self.name)
        except OSError:  # listed, and refused: it leads where the mount may not follow
            return None

    def __repr__(self) -> str:
        return f"<DirEntry {self.name!r}>"

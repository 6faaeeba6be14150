"""Walk: from a path to the inodes it names, one component at a time.

    /var/run/nginx.pid      var → directory; run → symlink to /run: start over with /run/nginx.pid

Absolute targets start at the overlay's own root, and `..` stops there, as in a chroot. The directory part of a path is
remembered, and a longer one is walked from there. Each such prefix is noted at the directories and symlinks that its
own steps passed through: when one of these moves or goes, it is forgotten, and with it all that was walked from it
(Superblock.forget_paths).

Source: path_resolution(7); Linux fs/namei.c.
"""

import errno
import os
from dataclasses import dataclass, field

from coursekit.errors import os_error
from coursekit.fs.node import Symlink
from coursekit.fs.paths import MAX_LINKS
from coursekit.union.inode import Inode
from coursekit.union.lookup import lookup
from coursekit.union.superblock import Superblock
from coursekit.vfs.permission import SEARCH, Permission

NAME_MAX = 255  # bytes in a name
NO_NAMES = ("/", ".", "..")  # what a path may end in beside a name
PATH_MAX = 4096  # bytes in a path, with the zero that ends it


@dataclass(slots=True)
class Place:
    """Where a path leads: a name in a directory, and what it stands for."""

    parent: Inode
    name: str  # "/", "." or ".." where the path ends in no name
    inode: Inode | None  # None: nothing there
    slash: bool  # the path ends in a slash, so only a directory will do

    @property
    def is_name(self) -> bool:
        """The path ends in a name that can be made, removed or moved."""
        return self.name not in NO_NAMES


@dataclass(slots=True)
class _Journey:
    """A walk under way."""

    at: Inode
    links: int = 0
    passed: list[Inode] = field(default_factory=list)
    foreign: bool = False  # it went through a mount: not to be remembered


class Walker:
    """Resolves paths in one overlay and what is mounted in it."""

    def __init__(self, sb: Superblock) -> None:
        """Paths start at the root of `sb`."""
        self.sb = sb
        self.mounts: dict[Inode, Inode] = {}  # directory covered → root mounted on it
        self.covered: dict[Inode, Inode] = {}
        self.permission: Permission | None = None  # who walks, if that is to be asked
        self._links: dict[str, int] = {}  # symlinks passed, of remembered prefixes that passed any

    def mount(self, directory: Inode, root: Inode) -> None:
        """Let `root` appear in place of `directory`."""
        self.mounts[directory] = root
        self.covered[root] = directory
        self.sb.walked = {"": self.sb.root}
        self.sb.walked_from = {}

    def child(self, directory: Inode, name: str) -> Inode | None:
        """What a name stands for, through a mount if one is there."""
        inode = lookup(directory, name)
        return inode if inode is None else self._top(inode)

    def walk(self, path: str, *, follow: bool, creating: bool = False) -> Place:
        """Where `path` leads; `follow` says whether a symlink at its very end counts.

        `creating` is O_CREAT: a slash behind the last name, written or from a symlink, is EISDIR at once.

        Raises: OSError with ENOENT, ENOTDIR, EACCES, ELOOP or ENAMETOOLONG, for all but a missing last name.
        """
        self._check(path)
        prefix, name, slash = _split(path)
        if not name:
            return Place(self.sb.root, "/", self._top(self.sb.root), slash=True)
        journey = self._directory(prefix, path)
        return self._finish(journey, name, slash, follow, path, creating)

    def end(self, path: str) -> tuple[Inode, str]:
        """The directory that `path` leads to, and its last component as text, which nobody has looked up yet."""
        self._check(path)
        prefix, name, _ = _split(path)
        return self._directory(prefix, path).at, name or "/"

    def find(self, path: str, *, follow: bool = True) -> Inode:
        """The object at `path`; ENOENT where there is none, ENOTDIR where a slash follows what is no directory."""
        place = self.walk(path, follow=follow or path.endswith("/"))
        if place.inode is None:
            raise os_error(errno.ENOENT, path)
        if place.slash and not place.inode.is_dir:
            raise os_error(errno.ENOTDIR, path)
        return place.inode

    def _check(self, path: str) -> None:
        if not path:
            raise os_error(errno.ENOENT, path)
        if "\0" in path:
            raise ValueError("embedded null byte")
        if len(path) * 4 >= PATH_MAX and len(os.fsencode(path)) >= PATH_MAX:
            raise os_error(errno.ENAMETOOLONG, path)

    def _directory(self, prefix: str, path: str) -> _Journey:
        """A journey that has come to the directory part of `path`, from the longest part that was walked before."""
        directories = self.sb.walked if self.permission is None else {"": self.sb.root}
        start, todo = prefix, []
        while start not in directories:  # the root, "", always is
            start, _, name = start.rpartition("/")
            if name:
                todo.append(name)
        journey = _Journey(self._top(directories[start]), self._links.get(start, 0))
        if start != prefix:
            self._go(journey, todo, path)
            if not journey.foreign:
                self._remember(start, prefix, journey)
        return journey

    def one_name_further(self, prefix: str) -> Inode | None:
        """The directory at a prefix that is one plain name longer than one walked before, remembered from now on.

        None where that is not so: then it takes a walk.
        """
        start, _, name = prefix.rpartition("/")
        above = self.sb.walked.get(start)
        if above is None or self.mounts or name in ("", ".", "..") or len(name) * 4 > NAME_MAX or "\0" in name:
            return None
        inode = lookup(above, name)
        if inode is None or not inode.is_dir:
            return None
        self._remember(start, prefix, _Journey(inode, self._links.get(start, 0), [inode]))
        return inode

    def _remember(self, start: str, prefix: str, journey: _Journey) -> None:
        self.sb.walked[prefix] = journey.at
        if start:
            self.sb.walked_from.setdefault(start, set()).add(prefix)
        if journey.links:
            self._links[prefix] = journey.links
        else:
            self._links.pop(prefix, None)
        for inode in journey.passed:
            if inode.prefixes is None:
                inode.prefixes = set()
            inode.prefixes.add(prefix)

    def _go(self, journey: _Journey, todo: list[str], path: str) -> None:
        """Walk `todo` (last component first); each must lead to a directory."""
        while todo:
            name = todo.pop()
            if self.permission is not None:
                self.permission.ask(journey.at, SEARCH)
            if name in (".", ".."):
                if name == "..":
                    journey.at = self._up(journey.at)
                continue
            inode = self._step(journey, name, path)
            if inode is None:
                raise os_error(errno.ENOENT, path)
            journey.passed.append(inode)
            if inode.is_symlink:
                todo.extend(self._target(journey, inode, path))
            elif inode.is_dir:
                journey.at = inode
            else:
                raise os_error(errno.ENOTDIR, path)

    def _finish(
        self, journey: _Journey, name: str, slash: bool, follow: bool, path: str, creating: bool = False
    ) -> Place:
        """The last component, through symlinks if they are followed."""
        while True:
            if self.permission is not None:
                self.permission.ask(journey.at, SEARCH)
            if name in (".", ".."):
                at = journey.at if name == "." else self._up(journey.at)
                return Place(at, name, at, slash)
            if creating and slash:
                raise os_error(errno.EISDIR, path)
            inode = self._step(journey, name, path)
            if inode is None or not inode.is_symlink or not follow:
                return Place(journey.at, name, inode, slash)
            todo = self._target(journey, inode, path)
            slash = slash or _symlink(inode).endswith("/")
            if not todo:
                return Place(journey.at, "/", journey.at, slash=True)
            name, todo = todo[0], todo[1:]
            self._go(journey, todo, path)

    def _step(self, journey: _Journey, name: str, path: str) -> Inode | None:
        """What `name` stands for in the directory come to, through a mount if one is there."""
        if len(name) * 4 > NAME_MAX and len(os.fsencode(name)) > NAME_MAX:
            raise os_error(errno.ENAMETOOLONG, path)
        inode = lookup(journey.at, name)
        if self.mounts and inode in self.mounts:
            journey.foreign = True
            return self.mounts[inode]
        return inode

    def _target(self, journey: _Journey, link: Inode, path: str) -> list[str]:
        """The components of a symlink, last first; an absolute one leads the journey back to the root."""
        journey.links += 1
        if journey.links > MAX_LINKS:
            raise os_error(errno.ELOOP, path)
        target = _symlink(link)
        if target.startswith("/"):
            journey.at = self._top(self.sb.root)
        return [name for name in reversed(target.split("/")) if name]

    def _up(self, directory: Inode) -> Inode:
        """The parent; the root is its own."""
        directory = self.covered.get(directory, directory)
        return self._top(directory.parent or directory)

    def _top(self, directory: Inode) -> Inode:
        """What is mounted on a directory, or the directory."""
        return self.mounts.get(directory, directory) if self.mounts else directory


def _split(path: str) -> tuple[str, str, bool]:
    """The directory part, the last component, and whether a slash follows it; no component in a path of slashes.

    >>> _split("/etc/hosts"), _split("/etc/"), _split("//")
    (('/etc', 'hosts', False), ('', 'etc', True), ('', '', True))
    """
    stripped = path.rstrip("/")
    prefix, _, name = stripped.rpartition("/")
    return prefix, name, stripped != path


def _symlink(inode: Inode) -> str:
    node = inode.node
    assert isinstance(node, Symlink)
    return node.target

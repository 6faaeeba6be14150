"""Volumes: trees beside the union, mounted into a container; they live on when it is removed.

    container   /data  ──mounted──>  volume "3f1c…"       not in upperdir, not in `diff`, not in a commit

A new volume gets a copy of what the image has at the mount point, as docker does.

Source: docker docs, "Volumes: populate a volume using a container".
"""

import stat
from dataclasses import dataclass, field

from coursekit.layers.layer import Layer
from coursekit.layers.memory_upper import MemoryUpper
from coursekit.layers.ports import Lower
from coursekit.shell.real_path import join
from coursekit.vfs.overlay import Overlay

EMPTY = Layer.of({})


@dataclass(eq=False)
class Volume:
    """A named tree; an anonymous one has 64 hexadecimal digits for a name."""

    name: str
    tree: Overlay = field(default_factory=lambda: Overlay([EMPTY]))
    filled: bool = False  # something was copied in, or it was mounted before
    digest: str = ""  # of what was kept last
    seen: str = ""  # a mark of the file that it was read from, or written to

    @property
    def anonymous(self) -> bool:
        return len(self.name) == 64 and all(char in "0123456789abcdef" for char in self.name)

    @classmethod
    def restored(cls, name: str, stored: Lower) -> "Volume":
        """The volume as it was kept."""
        return cls(name, Overlay([EMPTY], MemoryUpper.from_lower(stored)), filled=True)

    def frozen(self) -> Lower:
        """The tree as it is now, to be kept."""
        upper = self.tree.upper
        assert isinstance(upper, MemoryUpper)
        return upper.freeze()

    def fill_from(self, rootfs: Overlay, path: str) -> None:
        """Copy up the image's content at `path`, once, if there is any and the volume is empty."""
        if self.filled or self.tree.listdir("/"):
            self.filled = True
            return
        self.filled = True
        copy_tree(rootfs, path, self.tree, "/")


@dataclass(frozen=True, slots=True)
class Mount:
    """A volume at its place in a container."""

    volume: Volume
    path: str
    read_only: bool = False

    @property
    def tree(self) -> Overlay:
        """What is to be mounted; read-only where that was asked for."""
        if not self.read_only:
            return self.volume.tree
        return Overlay([self.volume.frozen(), EMPTY], upperdir=None)

    def __str__(self) -> str:
        return self.volume.name


def copy_tree(source: Overlay, path: str, target: Overlay, into: str) -> None:
    """Copy what is below a directory into another tree, with owners, modes and times. `into` must exist."""
    for name in source.listdir(path):
        here, there = join(path, name), join(into, name)
        status = source.lstat(here)
        mode = status.st_mode
        if stat.S_ISDIR(mode):
            target.mkdir(there)
            copy_tree(source, here, target, there)
        elif stat.S_ISLNK(mode):
            target.symlink(source.readlink(here), there)
        elif stat.S_ISREG(mode):
            target.write_bytes(there, source.read_bytes(here))
        else:
            target.mknod(there, mode, status.st_rdev)
        target.chown(there, status.st_uid, status.st_gid, follow_symlinks=False)
        if not stat.S_ISLNK(mode):
            target.chmod(there, stat.S_IMODE(mode))
        target.utime(there, ns=(status.st_mtime_ns, status.st_mtime_ns), follow_symlinks=False)
    top = source.lstat(path)
    target.chown(into, top.st_uid, top.st_gid)
    target.chmod(into, stat.S_IMODE(top.st_mode))

"""Export: the merged tree as one flat tar.

Layers, history and configuration are lost on the way, which is how `export` differs from `save`.

Source: docker export.
"""

import io
import stat
import tarfile
from collections.abc import Iterator
from typing import IO

from coursekit.errors import ContentMissing, ImageError
from coursekit.fs import linux_numbers
from coursekit.fs.node import File
from coursekit.layers.ports import Lower
from coursekit.shell.real_path import Status, identity, join
from coursekit.vfs.overlay import Overlay

TYPES = {
    stat.S_IFDIR: tarfile.DIRTYPE,
    stat.S_IFLNK: tarfile.SYMTYPE,
    stat.S_IFCHR: tarfile.CHRTYPE,
    stat.S_IFBLK: tarfile.BLKTYPE,
    stat.S_IFIFO: tarfile.FIFOTYPE,
    stat.S_IFREG: tarfile.REGTYPE,
}


def export(tree: Overlay, file: IO[bytes]) -> None:
    """Write the whole tree, sorted by path. What is mounted in it is left out, its mount points stay.

    Raises: ImageError for a file whose bytes are not here.
    """
    own = tree.lstat("/").st_dev
    write(tree, file, ((path, path.lstrip("/"), status) for path, status in entries(tree, "/", own)))


def entries(tree: Overlay, top: str, device: int | None = None) -> Iterator[tuple[str, Status]]:
    """All below a directory, each directory before its names; other file systems only as empty mount points."""
    waiting = [join(top, name) for name in sorted(tree.listdir(top), reverse=True)]
    while waiting:
        path = waiting.pop()
        status: Status = tree.lstat(path)
        yield path, status
        if stat.S_ISDIR(status.st_mode) and (device is None or status.st_dev == device):
            waiting += [join(path, name) for name in sorted(tree.listdir(path), reverse=True)]


def write(tree: Overlay, file: IO[bytes], wanted: Iterator[tuple[str, str, Status]]) -> None:
    """Write (path, name in the tar, status) as a tar; the second name of a file becomes a hard link."""
    own = tree.lstat("/").st_dev
    seen: dict[tuple[int, int], str] = {}
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path, name, status in wanted:
            if stat.S_IFMT(status.st_mode) not in TYPES:
                continue  # a socket: no tar holds one
            member = described(tree, path, name, status)
            mounted = status.st_dev != own
            if stat.S_ISREG(status.st_mode) and not mounted:
                first = seen.setdefault(identity(status), name)
                if first != name:
                    member.type, member.linkname, member.size = tarfile.LNKTYPE, first, 0
            if not member.isreg() or mounted:
                member.size = 0
                tar.addfile(member)
                continue
            try:
                tar.addfile(member, io.BytesIO(tree.read_bytes(path)))
            except ContentMissing as error:
                raise ImageError(f"{path} cannot be written: {error.strerror}") from error


def described(tree: Overlay, path: str, name: str, status: Status) -> tarfile.TarInfo:
    """The tar header of one object."""
    member = tarfile.TarInfo(name)
    headers: dict[str, str] = {}
    member.type = TYPES[stat.S_IFMT(status.st_mode)]
    member.mode = stat.S_IMODE(status.st_mode)
    member.uid, member.gid = status.st_uid, status.st_gid
    seconds, rest = divmod(status.st_mtime_ns, 10**9)
    member.mtime = seconds
    if rest:
        headers["mtime"] = f"{seconds}.{rest:09d}".rstrip("0")
    if member.isreg():
        member.size = status.st_size
    elif member.issym():
        member.linkname = tree.readlink(path)
    elif member.isdev():
        member.devmajor, member.devminor = linux_numbers.major(status.st_rdev), linux_numbers.minor(status.st_rdev)
    if not member.issym():
        for key in tree.listxattr(path):
            headers[f"SCHILY.xattr.{key}"] = tree.getxattr(path, key).decode("utf-8", "surrogateescape")
    member.pax_headers = headers
    return member


def bytes_in(lower: Lower) -> int:
    """The sizes of all files in a layer, each file once."""
    found: dict[int, int] = {}
    waiting = [0]
    while waiting:
        for child in lower.children(waiting.pop()).values():
            node = lower.node(child)
            if isinstance(node, File):
                found[lower.inode(child)] = node.content.size
            waiting.append(child)
    return sum(found.values())

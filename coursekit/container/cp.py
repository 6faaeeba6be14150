"""cp: files and directories between this machine and a container, or a tar on either side.

    cp file   C:/dir          dir exists: /dir/file               cp C:/file dir      dir/file
    cp dir    C:/new          /new is a copy of dir               cp C:/dir/. here    the contents of dir
    cp dir/.  C:/dir          the contents of dir                 cp C:/dir -         a tar

Symbolic links inside the container are followed within its own root, so that no copy ever leaves it.

Simplified: what is copied in belongs to root (docker keeps owners with -a alone, too).

Source: docker cp reference; docker/cli container/cp.go; the rules of cp -a.
"""

import errno
import os
import posixpath
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from coursekit.container.export import entries, write
from coursekit.errors import CourseError, ImageError, NotFound
from coursekit.fs import linux_numbers
from coursekit.shell.real_path import Status, join, real_path
from coursekit.vfs.overlay import Overlay

Place = str | os.PathLike[str]


def copy_in(tree: Overlay, source: Place | IO[bytes], target: str) -> None:
    """Copy `source` into the tree. Raises: NotFound, CourseError, ImageError for a bad tar."""
    if not isinstance(source, (str, os.PathLike)):
        unpack(tree, source, target)
        return
    path = Path(source)
    text = os.fspath(source)
    if not path.exists() and not path.is_symlink():
        raise NotFound(f"lstat {path.absolute()}: no such file or directory")
    contents = text == "." or text.endswith("/.")
    into, name = destination(
        tree, target, path.absolute().resolve().name if text in (".", "..") else path.name, path.is_dir(), contents
    )
    try:
        put(tree, path, posixpath.join(into, name) if name else into)
    except OSError as error:
        raise CourseError(f"copying {text} to {error.filename or target}: {error.strerror}") from error


def destination(tree: Overlay, target: str, name: str, directory: bool, contents: bool) -> tuple[str, str]:
    """The directory that gets it, and under what name: "" for a directory's contents. Raises: CourseError."""
    wanted = target if target.startswith("/") else f"/{target}"
    try:
        path = real_path(tree, wanted, missing=1)
    except OSError as error:
        raise NotFound(
            f"Could not find the file {posixpath.dirname(wanted)} in the container: {error.strerror}"
        ) from None
    status = lookup(tree, path)
    if status is not None and stat.S_ISDIR(status.st_mode):
        return path, "" if contents else name
    if wanted.endswith(("/", "/.")) and not (directory and status is None):
        raise CourseError("no such directory" if status is None else "not a directory")
    if status is not None and directory:
        raise CourseError("cannot copy directory" + f" to the file {wanted}")
    return posixpath.dirname(path), posixpath.basename(path)


def lookup(tree: Overlay, path: str) -> Status | None:
    try:
        return tree.lstat(path)
    except OSError:
        return None


def put(tree: Overlay, source: Path, target: str) -> None:
    """Copy one object of this machine, and all below it, to the very path `target`."""
    waiting: list[tuple[Path, str, os.stat_result | None]] = [(source, target, None)]  # a status: all below is copied
    while waiting:
        source, target, done = waiting.pop()
        status = done or source.lstat()
        if done is None:
            existing = lookup(tree, target)
            if stat.S_ISDIR(status.st_mode):
                if existing is None:
                    tree.mkdir(target)
                elif not stat.S_ISDIR(existing.st_mode):
                    raise OSError(errno.EEXIST, "cannot overwrite a file with a directory", target)
                waiting.append((source, target, status))
                children = sorted(source.iterdir(), reverse=True)
                waiting += [(child, join(target, child.name), None) for child in children]
                continue
            if existing is not None:
                if stat.S_ISDIR(existing.st_mode):
                    raise OSError(errno.EISDIR, "cannot overwrite a directory with a file", target)
                tree.unlink(target)
            if stat.S_ISLNK(status.st_mode):
                tree.symlink(os.readlink(source), target)
                continue
            if not stat.S_ISREG(status.st_mode):
                raise OSError(errno.EINVAL, "neither file, directory nor symbolic link", str(source))
            tree.write_bytes(target, source.read_bytes())
        tree.chown(target, 0, 0)
        tree.chmod(target, stat.S_IMODE(status.st_mode))
        tree.utime(target, ns=(status.st_mtime_ns, status.st_mtime_ns))


def unpack(tree: Overlay, stream: IO[bytes], target: str) -> None:
    """Unpack a tar into a directory of the tree; no name and no link in it leads out of that tree."""
    wanted = target if target.startswith("/") else f"/{target}"
    try:
        top = real_path(tree, wanted)
    except OSError:
        raise NotFound(f"Could not find the file {wanted} in the container") from None
    if not stat.S_ISDIR(tree.lstat(top).st_mode):
        raise CourseError("extraction point is not a directory")
    try:
        with tarfile.open(fileobj=stream, mode="r|*") as tar:
            for member in tar:
                extract(tree, tar, member, top)
    except (tarfile.TarError, EOFError, UnicodeDecodeError) as error:
        raise ImageError(f"what was given is no tar: {error}") from error
    except OSError as error:
        raise CourseError(f"unpacking {error.filename or target}: {error.strerror}") from error


def inside(tree: Overlay, top: str, name: str) -> str:
    """Where a name of the tar comes to lie: below `top`, or nowhere. Raises: ImageError."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if ".." in parts or name.startswith("/"):
        raise ImageError(f"the tar has the name {name!r}, which leads out of the directory it is unpacked in")
    here = top
    for part in parts[:-1]:
        here = join(here, part)
        status = lookup(tree, here)
        if status is None:
            tree.mkdir(here)
        elif stat.S_ISLNK(status.st_mode):
            here = real_path(tree, here)  # within the container: it is the container's own link
    return join(here, parts[-1]) if parts else top


def extract(tree: Overlay, tar: tarfile.TarFile, member: tarfile.TarInfo, top: str) -> None:
    """Make one object of the tar."""
    path = inside(tree, top, member.name)
    existing = lookup(tree, path)
    if existing is not None and not (member.isdir() and stat.S_ISDIR(existing.st_mode)):
        if stat.S_ISDIR(existing.st_mode):
            raise CourseError(f"cannot overwrite directory {path} with non-directory")
        tree.unlink(path)
        existing = None
    if member.isdir():
        if existing is None:
            tree.mkdir(path)
    elif member.issym():
        tree.symlink(member.linkname, path)
    elif member.islnk():
        tree.link(inside(tree, top, member.linkname), path)
    elif member.isreg():
        data = tar.extractfile(member)
        tree.write_bytes(path, data.read() if data else b"")
    elif member.isfifo():
        tree.mkfifo(path)
    elif member.isdev():
        kind = stat.S_IFCHR if member.ischr() else stat.S_IFBLK
        tree.mknod(path, kind | 0o600, linux_numbers.makedev(member.devmajor, member.devminor))
    if member.islnk():
        return
    tree.chown(path, member.uid, member.gid, follow_symlinks=False)
    if not member.issym():
        tree.chmod(path, member.mode & 0o7777)
        when = int(float(member.mtime) * 10**9)
        tree.utime(path, ns=(when, when))


def copy_out(tree: Overlay, source: str, target: Place | IO[bytes], follow: bool = False) -> None:
    """Copy an object of the tree to this machine, or as a tar into `target`. Raises: NotFound, CourseError."""
    wanted = source if source.startswith("/") else f"/{source}"
    contents = wanted.endswith("/.")
    last = posixpath.basename(wanted.rstrip("/")) if not contents else "."
    try:
        parent = real_path(tree, posixpath.dirname(wanted.rstrip("/")) or "/")
        path = real_path(tree, wanted) if follow or contents or last in ("", "..") else join(parent, last)
        status: Status = tree.lstat(path)
        if wanted.endswith("/") and stat.S_ISLNK(status.st_mode):
            path = real_path(tree, wanted)
            status = tree.lstat(path)
    except OSError:
        raise NotFound(f"Could not find the file {wanted} in the container") from None
    if not isinstance(target, (str, os.PathLike)):
        write(tree, target, members(tree, path, "." if contents else last or "/", status))
        return
    to = Path(target)
    name = "" if contents else last or "root"
    if to.is_dir():
        to = to / name if name else to
    elif os.fspath(target).endswith(("/", "/.")) and not stat.S_ISDIR(status.st_mode):
        raise CourseError(f"no such directory: {target}")
    elif not to.absolute().parent.is_dir():
        raise NotFound(f"invalid output path: directory {str(to.absolute().parent)!r} does not exist")
    elif to.exists() and stat.S_ISDIR(status.st_mode):
        raise CourseError(f"cannot copy directory {wanted} to the file {to}")
    fetch(tree, path, to, status)


def members(tree: Overlay, path: str, name: str, status: Status) -> Iterator[tuple[str, str, Status]]:
    """An object and all below it, each with its name in the tar."""
    yield path, name, status
    if stat.S_ISDIR(status.st_mode):
        for below, entry in entries(tree, path):
            yield below, f"{name}/{below[len(path.rstrip('/')) + 1 :]}", entry


def fetch(tree: Overlay, path: str, target: Path, status: Status) -> None:
    """Copy one object, and all below it, to the very path `target`. Owners stay behind, modes and times come along."""
    waiting = [(path, target, status, False)]  # the last: all below it is copied
    try:
        while waiting:
            path, target, status, done = waiting.pop()
            if stat.S_ISDIR(status.st_mode) and not done:
                target.mkdir(exist_ok=True)
                waiting.append((path, target, status, True))
                for name in reversed(tree.listdir(path)):
                    child = join(path, name)
                    waiting.append((child, target / name, tree.lstat(child), False))
                continue
            if stat.S_ISLNK(status.st_mode):
                target.unlink(missing_ok=True)
                target.symlink_to(tree.readlink(path))
                continue
            if stat.S_ISREG(status.st_mode):
                data = tree.read_bytes(path)
                if target.is_symlink():
                    target.unlink()
                target.write_bytes(data)
            elif not done:
                continue  # a device or fifo: nothing that an unprivileged person could make
            target.chmod(stat.S_IMODE(status.st_mode) & 0o777)
            os.utime(target, ns=(status.st_mtime_ns, status.st_mtime_ns))
    except CourseError:
        raise
    except OSError as error:
        raise CourseError(f"cannot write {error.filename or target}: {error.strerror}") from error

"""COPY and ADD: from the context, a stage or another image into the tree that is being built.

    COPY a b /dir/       /dir/a  /dir/b          COPY file /new     /new
    COPY dir /dir/       what is in dir          ADD x.tar /dir/    what is in the tar

Contents go by reference, so a file of an image whose bytes are elsewhere can be copied too. From the context all
belongs to root; from a stage or an image owners stay, as BuildKit leaves them. Modes and times of files stay.

Source: Dockerfile reference, COPY and ADD; tonistiigi/fsutil copy; recorded from BuildKit.
"""

import hashlib
import io
import posixpath
import stat
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, replace

from coursekit.builder.context import Context, join
from coursekit.container.cp import unpack
from coursekit.errors import BuildError, ContentMissing
from coursekit.fs.content import Content, Missing
from coursekit.fs.node import Directory, File, Metadata, Node, Symlink, Whiteout
from coursekit.layers.memory_upper import frozen_content
from coursekit.shell.real_path import lookup, real_path
from coursekit.vfs.overlay import Overlay


@dataclass(frozen=True, slots=True)
class Way:
    """How things are copied: `owner` None keeps what they have, `mode` None too."""

    owner: tuple[int, int] | None = None
    mode: int | None = None
    unpacks: bool = False  # ADD
    squash: bool = True  # all to root, unless `owner` says otherwise


def node_at(tree: Overlay, path: str) -> Node:
    """What is at a path, symlinks not followed, contents as they are now."""
    node = tree._walker.find(path, follow=False).node
    return replace(node, content=frozen_content(node.content)) if isinstance(node, File) else node


def copy(context: Context, sources: list[str], tree: Overlay, target: str, way: Way) -> None:
    """Copy `sources`, absolute in the context, to `target`, absolute in the tree. Raises: BuildError, OSError."""
    into = target.endswith("/") or tree.is_dir(target)
    for source in sources:
        source = real_path(context.tree, source)
        if context.tree.is_dir(source):
            _make_directory(tree, target, way)
            _copy_below(context, source, tree, real_path(tree, target), way)
        elif way.unpacks and (data := _as_tar(context.tree, source)) is not None:
            _make_directory(tree, target, way)
            unpack(tree, io.BytesIO(data), real_path(tree, target))
        else:
            place = join(target, posixpath.basename(source)) if into else target
            _make_directory(tree, posixpath.dirname(place), way)
            _put(context.tree, source, tree, place, way)


def _copy_below(context: Context, source: str, tree: Overlay, target: str, way: Way) -> None:
    first: dict[tuple[int, int], str] = {}
    for path in context.below(source):
        place = join(target, path[len(source.rstrip("/")) + 1 :])
        status = context.tree.lstat(path)
        name = (status.st_dev, status.st_ino)
        if stat.S_ISREG(status.st_mode) and status.st_nlink > 1 and name in first:
            _clear(tree, place)
            tree.link(first[name], place)
            continue
        _put(context.tree, path, tree, place, way)
        first[name] = place


def _make_directory(tree: Overlay, path: str, way: Way) -> None:
    """Make a directory, and those above it that are missing; new ones get the owner that was asked for."""
    path = path.rstrip("/")
    missing: list[str] = []
    while path.strip("/") and not tree.is_dir(path):
        if lookup(tree, path) is not None:
            raise BuildError(f"cannot copy to non-directory: {path}")
        missing.append(path)
        path = posixpath.dirname(path)
    for one in reversed(missing):
        tree.mkdir(one, 0o755)
        if way.owner:
            tree.chown(one, *way.owner)


def _put(source: Overlay, path: str, tree: Overlay, place: str, way: Way) -> None:
    """Copy one object to the very name `place`; a directory without what is in it."""
    node = node_at(source, path)
    if isinstance(node, Whiteout) or not isinstance(node, (File, Directory, Symlink)):
        raise BuildError(f"{path} is a special file: it cannot be copied")
    meta = _meta(node.meta, way, is_link=isinstance(node, Symlink))
    existing = lookup(tree, place, follow=False)
    if isinstance(node, Directory):
        if tree.is_dir(place):
            return
        if existing is not None:
            raise BuildError(f"cannot copy to non-directory: {place}")
        tree.put(place, Directory(meta))
        return
    if existing is not None and stat.S_ISDIR(existing.st_mode):
        raise BuildError(f"cannot copy a file over the directory {place}")
    if existing is not None:
        place = _through(tree, place)
        _clear(tree, place)
    tree.put(place, replace(node, meta=meta))


def _through(tree: Overlay, place: str) -> str:
    return join(real_path(tree, posixpath.dirname(place) or "/"), posixpath.basename(place))


def _clear(tree: Overlay, place: str) -> None:
    if lookup(tree, place, follow=False) is not None:
        tree.unlink(place)


def _meta(meta: Metadata, way: Way, *, is_link: bool) -> Metadata:
    owner = way.owner or ((0, 0) if way.squash else (meta.uid, meta.gid))
    mode = meta.mode if way.mode is None or is_link else way.mode
    return replace(meta, uid=owner[0], gid=owner[1], mode=mode)


def _as_tar(tree: Overlay, path: str) -> bytes | None:
    """The bytes of a tar, compressed or not; None for a file that is none."""
    try:
        data = tree.read_bytes(path)
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:*"):
            return data
    except (tarfile.TarError, EOFError, OSError):
        return None


def fingerprint(context: Context, sources: list[str]) -> dict[str, str]:
    """What decides whether a copy is the same as before, by path: kind, mode, owner, contents; no times."""
    return {path: _print_of(context.tree, path) for source in sources for path in _selected(context, source)}


def _selected(context: Context, source: str) -> Iterator[str]:
    yield source
    real = real_path(context.tree, source)
    if context.tree.is_dir(real):
        yield from context.below(real)


def _print_of(tree: Overlay, path: str) -> str:
    node = node_at(tree, path)
    if isinstance(node, Whiteout):
        return "whiteout"
    about = f"{node.meta.mode:o} {node.meta.uid}:{node.meta.gid}"
    match node:
        case File(content=content):
            return f"file {about} {digest_of(content)}"
        case Symlink(target=target):
            return f"symlink {target}"
        case Directory():
            return f"directory {about}"
    return f"special {about}"


def digest_of(content: Content) -> str:
    """sha256 of the contents, also of those whose bytes are elsewhere."""
    if isinstance(content, Missing):
        return content.digest
    found = hashlib.sha256()
    try:
        for start in range(0, content.size, 1 << 20):
            found.update(content.read(start, 1 << 20))
    except ContentMissing as error:
        found.update(error.digest.encode())
    return f"sha256:{found.hexdigest()}"

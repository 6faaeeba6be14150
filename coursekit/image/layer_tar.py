"""A layer as a tar: the OCI changeset that others apply, or a container's upperdir kept for its next start.

    OCI changeset                               overlay format
    etc/                                        ./  etc/
    etc/.wh.gone      a whiteout, first         etc/gone    a character device 0/0
    etc/.wh..wh..opq  an opaque directory       etc/        with the xattr trusted.overlay.opaque
    etc/hosts                                   etc/hosts

The same tree gives the same bytes. Given the layers `below`, an opaque directory is spelled as one whiteout for each
name that it hides, which is the form OCI asks exporters for. The overlay format keeps holes, sockets, and references to
contents that are elsewhere (a skeleton's), so that a container can be put away and taken up again.

Headers are ustar where it fits, with a PAX header before it for what does not.

Neighbours: tar_reader and tar_tree read all this back.
Source: OCI image-spec layer.md, "Representing Changes" and "Whiteouts"; Linux overlayfs.rst; POSIX.1-2017 pax.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from coursekit.errors import ImageError
from coursekit.fs.content import Content, Missing
from coursekit.fs.extents import PAGE, Patched
from coursekit.fs.node import NO_XATTRS, Device, DeviceKind, Directory, File, Metadata, Symlink, Whiteout
from coursekit.image.compression import CHUNK
from coursekit.image.resolve_against_lower import Place, look
from coursekit.image.sources import BufferSource, MappedFile
from coursekit.image.tar_reader import BLOCK, DEFAULT, Limits, checksum, scan
from coursekit.image.tar_tree import MISSING, OPAQUE_NAME, OVERLAY_OPAQUE, PRIVATE, SOCKET, WHITEOUT_PREFIX, index_of
from coursekit.layers.ports import Lower
from coursekit.layers.tar_index import TarIndex

END = bytes(2 * BLOCK)


def header(
    name: str,
    kind: bytes,
    *,
    mode: int = 0o644,
    uid: int = 0,
    gid: int = 0,
    mtime_ns: int = 0,
    size: int = 0,
    link: str = "",
    device: tuple[int, int] = (0, 0),
    xattrs: Mapping[str, bytes] | None = None,
    records: Mapping[str, bytes] | None = None,
) -> bytes:
    """The header blocks of one member; `records` are further PAX records.

    >>> len(header("etc/hosts", b"0", size=5)), len(header("x" * 200, b"0"))
    (512, 1536)
    """
    path, target = name.encode("utf-8", "surrogateescape"), link.encode("utf-8", "surrogateescape")
    seconds, fraction = divmod(mtime_ns, 10**9)
    records = {**(records or {}), **{f"SCHILY.xattr.{key}": value for key, value in (xattrs or {}).items()}}
    prefix, base = _split(path)
    if base is None:
        records["path"] = path
    if len(target) > 100:
        records["linkpath"] = target
    for key, value, most in (("uid", uid, 7), ("gid", gid, 7), ("size", size, 11)):
        if value >= 8**most:
            records[key] = str(value).encode()
    if fraction or not 0 <= seconds < 8**11:
        records["mtime"] = _time(mtime_ns)
    block = _ustar(
        base if base is not None else path[:100],
        prefix,
        kind,
        mode,
        _fit(uid, 7),
        _fit(gid, 7),
        _fit(size, 11),
        _fit(seconds, 11),
        target[:100],
        device,
    )
    return _pax(records) + block if records else block


def padding(size: int) -> bytes:
    """The zeros after `size` bytes of contents."""
    return bytes(-size % BLOCK)


def _pax(records: Mapping[str, bytes]) -> bytes:
    data = b"".join(_record(key.encode("utf-8", "surrogateescape"), records[key]) for key in sorted(records))
    return _ustar(b"PaxHeaders/0", b"", b"x", 0o644, 0, 0, len(data), 0, b"", (0, 0)) + data + padding(len(data))


def _record(key: bytes, value: bytes) -> bytes:
    """ "LENGTH key=value\\n", where the length counts itself."""
    rest = len(key) + len(value) + 3
    length = rest + len(str(rest))
    if len(str(length)) != len(str(rest)):
        length = rest + len(str(length))
    return b"%d %s=%s\n" % (length, key, value)


def _ustar(
    name: bytes,
    prefix: bytes,
    kind: bytes,
    mode: int,
    uid: int,
    gid: int,
    size: int,
    mtime: int,
    link: bytes,
    device: tuple[int, int],
) -> bytes:
    block = b"".join(
        (
            name.ljust(100, b"\0"),
            b"%07o\0%07o\0%07o\0" % (mode, uid, gid),
            b"%011o\0%011o\0" % (size, mtime),
            b" " * 8,
            kind,
            link.ljust(100, b"\0"),
            b"ustar\00000",
            bytes(64),
            b"%07o\0%07o\0" % device,
            prefix.ljust(155, b"\0"),
            bytes(12),
        )
    )
    return block[:148] + b"%06o\0 " % checksum(block) + block[156:]


def _split(path: bytes) -> tuple[bytes, bytes | None]:
    """(prefix, name) of a ustar header; no name if the path does not fit, or is no ASCII."""
    if not path.isascii():
        return b"", None
    if len(path) <= 100:
        return b"", path
    cut = path.rfind(b"/", 0, min(156, len(path) - 1))
    if cut > 0 and len(path) - cut - 1 <= 100:
        return path[:cut], path[cut + 1 :]
    return b"", None


def _fit(value: int, digits: int) -> int:
    return value if 0 <= value < 8**digits else 0


def _time(mtime_ns: int) -> bytes:
    seconds, fraction = divmod(abs(mtime_ns), 10**9)
    text = f"{'-' if mtime_ns < 0 else ''}{seconds}.{fraction:09d}"
    return text.rstrip("0").rstrip(".").encode()


HOLE = 1 << 16  # bytes of holes from which on a file is written as sparse, in the overlay format
_KINDS = {DeviceKind.CHAR: b"3", DeviceKind.BLOCK: b"4", DeviceKind.FIFO: b"6", DeviceKind.SOCKET: b"6"}


def write(
    lower: Lower, fileobj: BinaryIO, *, overlay_format: bool = False, below: Sequence[Lower] | None = None
) -> int:
    """Write `lower` as a tar into `fileobj`; the bytes written come back. `below` is **top first**; see `blocks`.

    Raises: ImageError, before anything is written, for what a tar cannot hold.
    """
    size = 0
    for block in blocks(lower, overlay_format=overlay_format, below=below):
        fileobj.write(block)
        size += len(block)
    return size


def blocks(lower: Lower, *, overlay_format: bool = False, below: Sequence[Lower] | None = None) -> Iterator[bytes]:
    """The tar of `lower`, piece by piece.

    `below`, **top first**, are the layers that it stands on; where they are given, opaque directories become explicit
    whiteouts, and whiteouts that hide nothing are left out.
    """
    if overlay_format:
        return _written(_Upperdir(lower))
    _require_contents(lower)
    return _written(_Changeset(lower, below=below))


def read(data: bytes, *, overlay_format: bool = False, limits: Limits = DEFAULT) -> TarIndex:
    """The tree in the bytes of a tar. Raises: ImageError for what is no layer."""
    members = scan(data, limits)
    return index_of(members, BufferSource(data), len(data), limits=limits, overlay_format=overlay_format)


def read_file(path: Path, *, overlay_format: bool = False, limits: Limits = DEFAULT) -> TarIndex:
    """The tree in a tar on the disk; contents stay there, by reference. Raises: OSError, ImageError."""
    source = MappedFile(path, path.stat().st_size)
    data = source.map()
    return index_of(scan(data, limits), source, len(data), limits=limits, overlay_format=overlay_format)


def _written(export: "_Changeset") -> Iterator[bytes]:
    yield from export.root()
    yield from export.directory(0, "", export.places)
    yield END


def _require_contents(lower: Lower) -> None:
    """Refuse a layer with files whose bytes are not here, and name them all."""
    absent = [path for path, node in walk(lower) if isinstance(node, File) and is_absent(node.content)]
    if absent:
        names = ", ".join(absent[:5]) + (f" and {len(absent) - 5} more" if len(absent) > 5 else "")
        raise ImageError(f"the bytes of {names} are not here (the image is a skeleton), so they cannot be written")


def is_absent(content: Content) -> bool:
    """Are bytes of these contents elsewhere, and not written over?"""
    if isinstance(content, Patched) and is_absent(content.base):
        return any(index not in content.pages for index in range(-(-content.limit // PAGE)))
    return isinstance(content, Missing)


def walk(lower: Lower) -> Iterator[tuple[str, object]]:
    """Path and node of every entry below the root, names sorted."""
    waiting = [("", 0)]
    while waiting:
        path, entry = waiting.pop()
        if entry:
            yield path, lower.node(entry)
        names = sorted(lower.children(entry).items(), reverse=True)
        waiting += [(f"{path}/{name}", child) for name, child in names]


@dataclass
class _Changeset:
    """One layer on its way into a tar; `first` is the first path of each file."""

    lower: Lower
    below: Sequence[Lower] | None = None
    first: dict[int, str] = field(default_factory=dict)

    @property
    def places(self) -> list[Place] | None:
        """The root directory below; None if nobody said what is below."""
        return None if self.below is None else [(lower, 0) for lower in self.below]

    def root(self) -> Iterator[bytes]:
        """Nothing: no tool writes the root into a changeset."""
        return iter(())

    def directory(self, entry: int, prefix: str, places: list[Place] | None, hidden: bool = False) -> Iterator[bytes]:
        """What is in a directory, whiteouts first. With `hidden`, all below it is covered by an opaque directory."""
        children = sorted(self.lower.children(entry).items())
        node = self.lower.node(entry)
        opaque = hidden or (isinstance(node, Directory) and node.opaque)
        yield from self.whiteouts(children, prefix, places, opaque)
        for name, child in children:
            inner = None if places is None else look(places, name)
            yield from self.entry(child, name, prefix, inner, opaque and places is not None)

    def whiteouts(
        self, children: list[tuple[str, int]], prefix: str, places: list[Place] | None, opaque: bool
    ) -> Iterator[bytes]:
        """The markers for what this directory hides."""
        own = dict(children)
        names = {name for name, child in children if isinstance(self.lower.node(child), Whiteout)}
        if places is not None:
            if opaque:
                names |= {name for lower, place in places for name in lower.children(place)} - own.keys()
            names = {name for name in names if look(places, name)}
        elif opaque:
            yield header(prefix + OPAQUE_NAME, b"0", mode=0)
        for name in sorted(names):
            yield header(prefix + WHITEOUT_PREFIX + name, b"0", mode=0)

    def entry(self, entry: int, name: str, prefix: str, places: list[Place] | None, hidden: bool) -> Iterator[bytes]:
        """One node, and what is in it."""
        node = self.lower.node(entry)
        if isinstance(node, Whiteout):
            return
        path = prefix + name
        if name.startswith(WHITEOUT_PREFIX):
            raise ImageError(f"/{path} cannot be in an image: names that start with {WHITEOUT_PREFIX} mean whiteouts")
        if isinstance(node, Directory):
            yield self.header(path + "/", b"5", node.meta)
            yield from self.directory(entry, path + "/", places, hidden)
            return
        yield from self.leaf(entry, node, path)

    def leaf(self, entry: int, node: File | Symlink | Device, path: str) -> Iterator[bytes]:
        """A file, a symlink, a device, or a hard link to one that was written before."""
        first = self.first.setdefault(self.lower.inode(entry), path)
        if first != path:
            yield self.header(path, b"1", node.meta, link=first)
            return
        match node:
            case Symlink(meta=meta, target=target):
                yield self.header(path, b"2", meta, link=target)
            case Device(meta=meta, kind=kind):
                if self.takes(kind):
                    yield self.header(path, _KINDS[kind], meta, device=(node.major, node.minor))
            case File(meta=meta, content=content):
                yield from self.file(path, meta, content)

    def file(self, path: str, meta: Metadata, content: Content) -> Iterator[bytes]:
        """A regular file, holes as zeros."""
        yield self.header(path, b"0", meta, size=content.size)
        yield from packed(content, 0, content.size)
        yield padding(content.size)

    def takes(self, kind: DeviceKind) -> bool:
        """Can the tar hold such a special file? There are no sockets in one."""
        return kind is not DeviceKind.SOCKET

    def xattrs(self, meta: Metadata) -> Mapping[str, bytes]:
        """The attributes to write: not overlayfs's own."""
        return {key: value for key, value in meta.xattrs.items() if not key.startswith(PRIVATE)}

    def header(
        self,
        path: str,
        kind: bytes,
        meta: Metadata,
        *,
        size: int = 0,
        link: str = "",
        device: tuple[int, int] = (0, 0),
        records: Mapping[str, bytes] = NO_XATTRS,
    ) -> bytes:
        """The header of a node; that of a further hard link has no attributes of its own."""
        xattrs = {} if kind == b"1" else self.xattrs(meta)
        return header(
            path,
            kind,
            mode=meta.mode,
            uid=meta.uid,
            gid=meta.gid,
            mtime_ns=meta.mtime_ns,
            size=size,
            link=link,
            device=device,
            xattrs=xattrs,
            records=records,
        )


class _Upperdir(_Changeset):
    """The overlay format: all that an upperdir holds, and files of which only size and digest are known."""

    def root(self) -> Iterator[bytes]:
        node = self.lower.node(0)
        assert isinstance(node, Directory)
        yield self.directory_header("./", node)

    def directory_header(self, path: str, node: Directory) -> bytes:
        """A directory's header with its opaque mark."""
        extra = {OVERLAY_OPAQUE: b"y"} if node.opaque else {}
        return self.header(path, b"5", replace(node.meta, xattrs={**node.meta.xattrs, **extra}))

    def whiteouts(
        self, children: list[tuple[str, int]], prefix: str, places: list[Place] | None, opaque: bool
    ) -> Iterator[bytes]:
        for name, child in children:
            if isinstance(self.lower.node(child), Whiteout):
                yield header(prefix + name, b"3", mode=0)

    def entry(self, entry: int, name: str, prefix: str, places: list[Place] | None, hidden: bool) -> Iterator[bytes]:
        node = self.lower.node(entry)
        if isinstance(node, Directory):
            yield self.directory_header(f"{prefix}{name}/", node)
            yield from self.directory(entry, f"{prefix}{name}/", None)
        elif not isinstance(node, Whiteout):
            yield from self.leaf(entry, node, prefix + name)

    def file(self, path: str, meta: Metadata, content: Content) -> Iterator[bytes]:
        ranges = list(content.data())
        if is_absent(content):
            base, limit, ranges = _absent_base(content)
            known = {"size": base.size, "digest": base.digest, "path": base.path, "how": base.how, "limit": limit}
            known |= {"packed": base.packed} if base.packed else {}
            meta = replace(meta, xattrs={**meta.xattrs, MISSING: json.dumps(known).encode()})
        elif content.size - sum(end - start for start, end in ranges) < HOLE:
            yield from super().file(path, meta, content)
            return
        stored = sum(end - start for start, end in ranges)
        places = "\n".join([str(len(ranges)), *(f"{start}\n{end - start}" for start, end in ranges), ""]).encode()
        places += padding(len(places))
        sparse = {"GNU.sparse.major": b"1", "GNU.sparse.minor": b"0", "GNU.sparse.realsize": b"%d" % content.size}
        yield self.header(path, b"0", meta, size=len(places) + stored, records=sparse)
        yield places
        for start, end in ranges:
            yield from packed(content, start, end)
        yield padding(stored)

    def leaf(self, entry: int, node: File | Symlink | Device, path: str) -> Iterator[bytes]:
        if isinstance(node, Device) and node.kind is DeviceKind.SOCKET:
            node = replace(node, meta=replace(node.meta, xattrs={**node.meta.xattrs, SOCKET: b"y"}))
        yield from super().leaf(entry, node, path)

    def takes(self, kind: DeviceKind) -> bool:
        return True

    def xattrs(self, meta: Metadata) -> Mapping[str, bytes]:
        return meta.xattrs


def packed(content: Content, start: int, end: int) -> Iterator[bytes]:
    """The bytes of a range, at most CHUNK at a time."""
    while start < end:
        piece = content.read(start, min(CHUNK, end - start))
        if not piece:
            raise ImageError(f"contents of {content.size:,} bytes end at byte {start:,}")
        yield piece
        start += len(piece)


def _absent_base(content: Content) -> tuple[Missing, int, list[tuple[int, int]]]:
    """The absent contents below, how much of them shows, and the ranges that were written over them."""
    if isinstance(content, Missing):
        return content, content.size, []
    assert isinstance(content, Patched)
    base, limit, below = _absent_base(content.base)
    ranges = {start // PAGE: (start, min(end, content.limit)) for start, end in below if start < content.limit}
    for index, page in content.pages.items():
        ranges[index] = (index * PAGE, min(index * PAGE + len(page), content.size))
    return base, min(limit, content.limit), [ranges[index] for index in sorted(ranges)]

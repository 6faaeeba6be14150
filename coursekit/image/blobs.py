"""Blobs: where the bytes behind a digest lie. One port, three places: a layout's folder, memory, an archive's members.

Whoever reads a blob gets it verified: `read_blob` for documents; layers are hashed while they stream (layer_cache.py).
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from coursekit.errors import ImageError
from coursekit.fs.content import Source
from coursekit.image.compression import CHUNK
from coursekit.image.digest import Digest
from coursekit.image.document import MAX_BYTES
from coursekit.image.manifest import Descriptor


class Blobs(Protocol):
    """Read access to blobs by digest; nothing is verified here."""

    def size(self, digest: Digest) -> int | None:
        """The blob's length in bytes; None if it is not there."""

    def blocks(self, digest: Digest) -> Iterator[bytes]:
        """The blob's bytes, in pieces."""


@dataclass(frozen=True, slots=True)
class MemoryBlobs:
    """Blobs held as bytes."""

    blobs: dict[Digest, bytes] = field(default_factory=dict)

    def size(self, digest: Digest) -> int | None:
        data = self.blobs.get(digest)
        return None if data is None else len(data)

    def blocks(self, digest: Digest) -> Iterator[bytes]:
        data = memoryview(self.blobs[digest])
        return (bytes(data[at : at + CHUNK]) for at in range(0, len(data), CHUNK))

    def put(self, data: bytes) -> Digest:
        """Keep `data`; its digest comes back."""
        digest = Digest.of(data)
        self.blobs[digest] = data
        return digest


@dataclass(frozen=True, slots=True)
class LayoutBlobs:
    """The blobs/ of an OCI image layout. Symlinks are refused: they could point anywhere."""

    root: Path

    def path(self, digest: Digest) -> Path:
        """Where the blob lies, or would."""
        return self.root / "blobs" / digest.algorithm / digest.encoded

    def size(self, digest: Digest) -> int | None:
        try:
            with open(self._open(digest), "rb") as file:
                return os.fstat(file.fileno()).st_size
        except FileNotFoundError:
            return None

    def blocks(self, digest: Digest) -> Iterator[bytes]:
        try:
            descriptor = self._open(digest)
        except FileNotFoundError:  # it was there when its size was asked for
            raise ImageError(f"the blob {digest} has just been removed") from None
        with open(descriptor, "rb", buffering=0) as file:
            while block := file.read(CHUNK):
                yield block

    def _open(self, digest: Digest) -> int:
        path = self.path(digest)
        for folder in (path.parent.parent, path.parent, path):
            if folder.is_symlink():
                raise ImageError(f"{folder} is a symlink; an image layout holds its blobs itself")
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        try:
            descriptor = os.open(path, flags)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise ImageError(f"{path} cannot be read: {error.strerror}") from None
        with suppress(AttributeError):
            if not os.path.isfile(descriptor):
                os.close(descriptor)
                raise ImageError(f"{path} is no regular file")
        return descriptor


@dataclass(frozen=True, slots=True)
class MemberBlobs:
    """Blobs inside an archive: (start, size) in `source`, the archive's bytes."""

    source: Source
    members: Mapping[Digest, tuple[int, int]]

    def size(self, digest: Digest) -> int | None:
        place = self.members.get(digest)
        return None if place is None else place[1]

    def blocks(self, digest: Digest) -> Iterator[bytes]:
        start, size = self.members[digest]
        return (self.source.read(start + at, min(CHUNK, size - at)) for at in range(0, size, CHUNK))


@dataclass(frozen=True, slots=True)
class JoinedBlobs:
    """Blobs of several places; the first that has one answers."""

    places: tuple[Blobs, ...]

    def size(self, digest: Digest) -> int | None:
        sizes = (place.size(digest) for place in self.places)
        return next((size for size in sizes if size is not None), None)

    def blocks(self, digest: Digest) -> Iterator[bytes]:
        place = next((place for place in self.places if place.size(digest) is not None), self.places[0])
        return place.blocks(digest)


def check_size(blobs: Blobs, descriptor: Descriptor, what: str) -> None:
    """Raise ImageError unless the blob is there with the size that its descriptor gives."""
    size = blobs.size(descriptor.digest)
    if size is None:
        raise ImageError(f"{what} is missing: no blob {descriptor.digest}")
    if size != descriptor.size:
        raise ImageError(f"{what} should have {descriptor.size:,} bytes by its descriptor, and has {size:,}")


def read_blob(blobs: Blobs, descriptor: Descriptor, what: str) -> bytes:
    """A document's bytes, size and digest verified."""
    if descriptor.size > MAX_BYTES:
        raise ImageError(f"{what} claims {descriptor.size:,} bytes; no more than {MAX_BYTES:,} are read")
    check_size(blobs, descriptor, what)
    return descriptor.digest.verify(b"".join(blobs.blocks(descriptor.digest)), what)

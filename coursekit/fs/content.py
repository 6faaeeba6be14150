"""Contents by reference: where the bytes of a file are, without holding them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from coursekit.errors import ContentMissing


class Content(Protocol):
    """The bytes of a regular file; immutable."""

    @property
    def size(self) -> int:
        """Length in bytes."""

    def read(self, offset: int, length: int) -> bytes:
        """Up to `length` bytes from `offset`; fewer, or none, at the end."""

    def data(self) -> Iterator[tuple[int, int]]:
        """The ranges (start, end) that are no holes, ascending and disjoint. Holes read as zeros."""


class Source(Protocol):
    """A readable run of bytes: memory, an mmap, or a blob that is decompressed again."""

    def read(self, offset: int, length: int) -> bytes:
        """Exactly `length` bytes from `offset`."""


@dataclass(frozen=True, slots=True)
class Bytes:
    """Contents held in memory."""

    value: bytes = b""

    @property
    def size(self) -> int:
        return len(self.value)

    def read(self, offset: int, length: int) -> bytes:
        return self.value[offset : offset + length]

    def data(self) -> Iterator[tuple[int, int]]:
        if self.value:
            yield 0, len(self.value)


class Slice(NamedTuple):  # made in a third of a frozen dataclass's time, once for every file of an image
    """`size` bytes of a `source`, from `start` on: a file inside a raw tar."""

    source: Source
    start: int
    size: int

    def read(self, offset: int, length: int) -> bytes:
        length = min(length, self.size - offset)
        return self.source.read(self.start + offset, length) if length > 0 else b""

    def data(self) -> Iterator[tuple[int, int]]:
        if self.size:
            yield 0, self.size


@dataclass(frozen=True, slots=True)
class Missing:
    """Contents of which size and digest are known, and the bytes are elsewhere (a skeleton image)."""

    size: int
    digest: str  # sha256:<hex>
    path: str
    how: str  # where the bytes can be had
    packed: int = 0  # bytes that they take compressed by gzip, as was measured; 0 if nobody did

    def read(self, offset: int, length: int) -> bytes:
        raise ContentMissing(self.path, self.how, self.digest)

    def data(self) -> Iterator[tuple[int, int]]:
        if self.size:
            yield 0, self.size


@dataclass(frozen=True, slots=True)
class Hole:
    """Contents that are `size` zeros and take no room."""

    size: int

    def read(self, offset: int, length: int) -> bytes:
        return bytes(max(min(length, self.size - offset), 0))

    def data(self) -> Iterator[tuple[int, int]]:
        return iter(())


EMPTY = Bytes()

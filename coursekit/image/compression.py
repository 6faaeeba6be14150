"""Undoing a blob's compression, as a stream: gzip, bzip2, xz (also several members), zstd (also several frames), or none.

What a blob is, its first bytes say; media types are often wrong, and docker looks at the bytes as well. Layers are gzip
or zstd by OCI's word, and bzip2 or xz too where docker and podman read them. Native code (isal, zstandard) is used where
it is installed, else the standard library.

Source: RFC 1952 (gzip), 2.2 "members"; RFC 8878 (zstd), 3.1 "frames".
"""

import zlib
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import Any, Protocol

from coursekit.errors import ImageError, ToolMissing

CHUNK = 1 << 20  # bytes taken and given at a time
XZ_MEMORY = 128 << 20  # bytes: `xz -9` wants 65 MiB


class Compression(Enum):
    """How a layer is stored; the value is the suffix of its OCI media type (OCI has none for bzip2 and xz)."""

    NONE = ""
    GZIP = "+gzip"
    ZSTD = "+zstd"
    BZIP2 = "+bzip2"
    XZ = "+xz"


class Inflater(Protocol):
    """One gzip member or zstd frame being undone, as bz2.BZ2Decompressor does it."""

    @property
    def eof(self) -> bool:
        """Has the member ended?"""

    @property
    def unused_data(self) -> bytes:
        """What follows the member."""

    @property
    def needs_input(self) -> bool:
        """Is all that was given used up?"""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Up to `max_length` bytes more."""


def detect(head: bytes) -> Compression:
    """How data that begins with `head` is compressed.

    >>> detect(b"\\x1f\\x8b\\x08")
    <Compression.GZIP: '+gzip'>
    """
    if head[:2] == b"\x1f\x8b":
        return Compression.GZIP
    is_skippable = len(head) >= 4 and 0x50 <= head[0] <= 0x5F and head[1:4] == b"\x2a\x4d\x18"
    if head[:4] == b"\x28\xb5\x2f\xfd" or is_skippable:
        return Compression.ZSTD
    if head[:3] == b"BZh":
        return Compression.BZIP2
    if head[:6] == b"\xfd7zXZ\0":
        return Compression.XZ
    return Compression.NONE


def decompressed(blocks: Iterable[bytes], what: str) -> Iterator[bytes]:
    """The plain bytes of `blocks`, in pieces of at most CHUNK; `what` names the blob in messages.

    Raises: ImageError for damaged or truncated data, and for anything but zeros after the last member.
    """
    source = iter(blocks)
    head = b""
    for block in source:
        head += block
        if len(head) >= 8:
            break
    match detect(head):
        case Compression.NONE:
            yield from _plain(head, source)
        case Compression.GZIP:
            yield from _members(head, source, _gzip_inflater(), what)
        case Compression.ZSTD:
            yield from _members(head, source, _zstd_inflater(), what)
        case Compression.BZIP2:
            yield from _members(head, source, _bzip2_inflater(), what)
        case Compression.XZ:
            yield from _members(head, source, _xz_inflater(), what)


def _plain(head: bytes, source: Iterator[bytes]) -> Iterator[bytes]:
    if head:
        yield head
    yield from source


def _members(head: bytes, source: Iterator[bytes], make: Callable[[], Inflater], what: str) -> Iterator[bytes]:
    pending, inflater = head, make()
    while True:
        try:
            piece = inflater.decompress(pending, CHUNK)
        except Exception as error:  # zlib.error, isal's, zstd's: each library has its own
            if isinstance(error, MemoryError):
                raise
            raise ImageError(f"{what} cannot be decompressed: {error}") from None
        if piece:
            yield piece
        pending = b""
        if inflater.eof:
            pending = _next_member(inflater.unused_data, source)
            if not pending:
                return
            if detect(pending) is Compression.NONE:
                raise ImageError(f"{what} has something else after its compressed data: {pending[:8].hex()}")
            inflater = make()
        elif inflater.needs_input:
            pending = next(source, b"")
            if not pending:
                raise ImageError(f"{what} is truncated: its compressed data ends too early")


def _next_member(rest: bytes, source: Iterator[bytes]) -> bytes:
    """What follows a member, without the zeros that pad it; empty at the end."""
    rest = rest.lstrip(b"\0")
    while len(rest) < 8:
        block = next(source, b"")
        if not block:
            break
        rest = (rest + block).lstrip(b"\0")
    return rest


class _ZlibInflater:
    """zlib's decompressor with the words of bz2's."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail and not self._inner.eof

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


class _ZstandardInflater:
    """The zstandard package's decompressor; fed in small bites, since it cannot bound what it gives."""

    BITE = 2048  # one bite is at most 64 MiB of zeros

    def __init__(self, module: Any) -> None:
        self._inner = module.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
        self._pending = memoryview(b"")

    @property
    def eof(self) -> bool:
        return bool(self._inner.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._inner.unused_data) + bytes(self._pending)

    @property
    def needs_input(self) -> bool:
        return not self._pending and not self.eof

    def decompress(self, data: bytes, max_length: int) -> bytes:
        if data:
            self._pending = memoryview(bytes(self._pending) + data)
        given: list[bytes] = []
        size = 0
        while self._pending and size < max_length and not self.eof:
            piece = self._inner.decompress(self._pending[: self.BITE])
            self._pending = self._pending[self.BITE :]
            given.append(piece)
            size += len(piece)
        return b"".join(given)


def _gzip_inflater() -> Callable[[], Inflater]:
    try:
        from isal import igzip_lib
    except ImportError:
        return _ZlibInflater
    return lambda: igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)


def _zstd_inflater() -> Callable[[], Inflater]:
    try:
        import zstandard
    except ImportError:
        pass
    else:
        return lambda: _ZstandardInflater(zstandard)
    try:
        from compression import zstd  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        raise ToolMissing("this layer is compressed with zstd: pip install zstandard, or use Python 3.14") from None
    make: Callable[[], Inflater] = zstd.ZstdDecompressor
    return make


def _bzip2_inflater() -> Callable[[], Inflater]:
    try:
        from bz2 import BZ2Decompressor
    except ImportError:
        raise ToolMissing("this is compressed with bzip2, and this Python was built without bz2") from None
    return BZ2Decompressor


def _xz_inflater() -> Callable[[], Inflater]:
    try:
        from lzma import FORMAT_XZ, LZMADecompressor
    except ImportError:
        raise ToolMissing("this is compressed with xz, and this Python was built without lzma") from None
    return lambda: LZMADecompressor(FORMAT_XZ, memlimit=XZ_MEMORY)


def gzip_compressed(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """`blocks` as one gzip member without a time stamp: equal input, equal output on one machine."""
    try:
        from isal import isal_zlib

        deflater: Any = isal_zlib.compressobj(level=2, wbits=31)
    except ImportError:
        deflater = zlib.compressobj(level=6, wbits=31)
    for block in blocks:
        yield deflater.compress(block)
    yield deflater.flush()

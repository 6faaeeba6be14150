"""A file that is being written: pages of new bytes over contents that never change.

    base   AAAAAAAA|AAAAAAAA|AAAAAAAA|AAAA      a lower file, by reference
    pages           |bbbbbbAA|                   only what a write touched, 4 KiB at a time
    reads  AAAAAAAA|bbbbbbAA|AAAAAAAA|AAAA

So one byte written into a 64 MB file costs one page, and memory follows what was written. Bytes beyond `limit` (where a
truncation cut the base) and beyond the last page are holes: they read as zeros and take no blocks.

A page is an immutable `bytes`, replaced when it is written: a frozen copy shares them all.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from coursekit.fs.content import EMPTY, Bytes, Content, Slice

PAGE = 4096


def blocks(content: Content) -> int:
    """The 512-byte blocks that `content` takes on a disk with pages of 4 KiB; holes take none (`st_blocks`).

    >>> blocks(Bytes(b"x")), blocks(EMPTY)
    (8, 0)
    """
    if isinstance(content, (Slice, Bytes)):
        return -(-content.size // PAGE) * (PAGE // 512)
    pages, counted = 0, 0  # `counted`: pages below this one are in `pages` already
    for start, end in content.data():
        first, stop = max(start // PAGE, counted), -(-end // PAGE)
        if stop > first:
            pages += stop - first
            counted = stop
    return pages * (PAGE // 512)


def merge_ranges(ranges: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Ranges in any order as ascending ones that neither overlap nor touch.

    >>> list(merge_ranges([(8, 9), (0, 4), (4, 6)]))
    [(0, 6), (8, 9)]
    """
    end = -1
    start = 0
    for first, last in sorted(ranges):
        if first > end:
            if end > start:
                yield start, end
            start = first
        end = max(end, last)
    if end > start:
        yield start, end


class Patched:
    """Pages over a base: the immutable form, which a layer holds."""

    __slots__ = ("base", "limit", "pages", "size")

    base: Content
    limit: int  # bytes of `base` that still show
    pages: Mapping[int, bytes]
    size: int  # bytes

    def __init__(self, base: Content, limit: int, pages: Mapping[int, bytes], size: int) -> None:
        """`limit` is at most the size of `base`."""
        self.base, self.limit, self.pages, self.size = base, limit, pages, size

    def read(self, offset: int, length: int) -> bytes:
        """Up to `length` bytes from `offset`; holes as zeros."""
        end = min(offset + length, self.size)
        if offset >= end:
            return b""
        if not self.pages and end <= self.limit:
            return self.base.read(offset, end - offset)
        return b"".join(self._runs(offset, end))

    def _runs(self, offset: int, end: int) -> Iterator[bytes]:
        """The bytes between, page by page where written and in long runs where not."""
        while offset < end:
            index, skip = divmod(offset, PAGE)
            page = self.pages.get(index)
            stop = (index + 1) * PAGE
            if page is None:
                while stop < end and stop // PAGE not in self.pages:
                    stop += PAGE
            stop = min(stop, end)
            length = stop - offset
            yield self._base(offset, stop) if page is None else page[skip : skip + length].ljust(length, b"\0")
            offset = stop

    def _base(self, start: int, end: int) -> bytes:
        shown = max(min(end, self.limit) - start, 0)
        return (self.base.read(start, shown) if shown else b"").ljust(end - start, b"\0")

    def data(self) -> Iterator[tuple[int, int]]:
        """The ranges that are no holes."""
        ranges = [(start, min(end, self.limit)) for start, end in self.base.data() if start < self.limit]
        ranges += [(index * PAGE, min((index + 1) * PAGE, self.size)) for index in self.pages]
        return merge_ranges(ranges)


class Extents(Patched):
    """Pages over a base: the form that can be written."""

    __slots__ = ()

    pages: dict[int, bytes]

    def __init__(self, base: Content = EMPTY) -> None:
        """Starts as all of `base`, by reference."""
        super().__init__(base, base.size, {}, base.size)

    def write(self, offset: int, data: bytes) -> None:
        """Put `data` at `offset`; what lies between the old end and `offset` becomes a hole."""
        if not (offset or self.size):
            self.base, self.limit, self.size = Bytes(bytes(data)), len(data), len(data)
            return
        end = offset + len(data)
        at = offset
        while at < end:
            index, skip = divmod(at, PAGE)
            stop = min((index + 1) * PAGE, end)
            self.pages[index] = self._spliced(index, skip, bytes(data[at - offset : stop - offset]))
            at = stop
        self.size = max(self.size, end)

    def _spliced(self, index: int, skip: int, piece: bytes) -> bytes:
        """The page with `piece` put in."""
        if len(piece) == PAGE:
            return piece
        page = self.pages.get(index)
        if page is None:
            start = index * PAGE
            shown = min(start + PAGE, self.limit) - start
            page = self.base.read(start, shown) if shown > 0 else b""
        return page[:skip].ljust(skip, b"\0") + piece + page[skip + len(piece) :]

    def truncate(self, size: int) -> None:
        """Cut the file, or lengthen it by a hole."""
        if size < self.size:
            self.limit = min(self.limit, size)
            last, rest = divmod(size, PAGE)
            if rest and last in self.pages:
                self.pages[last] = self.pages[last][:rest]
            for index in [index for index in self.pages if index * PAGE >= size]:
                del self.pages[index]
        self.size = size

    @property
    def untouched(self) -> Content | None:
        """The base, as long as nothing was changed."""
        return self.base if not self.pages and self.limit == self.size == self.base.size else None

    def frozen(self) -> Content:
        """These contents as they are now; later writes do not show in them."""
        untouched = self.untouched
        if untouched is not None:
            return untouched
        return Patched(self.base, self.limit, MappingProxyType(dict(self.pages)), self.size)

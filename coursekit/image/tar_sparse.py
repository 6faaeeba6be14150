"""Sparse files in a tar: a map of where data are, then the data without the holes between them.

    GNU "S"    map in the header (four places) and in blocks after it (21 each)
    PAX 0.0    GNU.sparse.offset and .numbytes, repeated      PAX 0.1   GNU.sparse.map=0,512,8192,512
    PAX 1.0    the map is text before the data, padded to a block

OCI says that layers should not use them; GNU tar writes them all the same, so they are read, and never written.

Source: GNU tar manual, "Storing Sparse Files".
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from coursekit.errors import ImageError
from coursekit.image.tar_header import BLOCK, number, pax_number

Extents = tuple[tuple[int, int], ...]
_MAX_EXTENTS = 1_000_000


class Buffer(Protocol):
    """Bytes or an mmap: something that gives bytes for a slice."""

    def __getitem__(self, part: slice, /) -> bytes:
        """The bytes of that part."""

    def __len__(self) -> int:
        """How many bytes there are."""


@dataclass(frozen=True, slots=True)
class Sparse:
    """A sparse file's map: (start in the file, length) of its data, its size, and where the data lie in the tar."""

    extents: Extents
    size: int
    offset: int


def gnu_sparse(tar: Buffer, block: bytes, at: int) -> Sparse:
    """The map in a GNU "S" header; `at` is the offset after it."""
    extents = list(_slots(block[386:482]))
    more = block[482] not in (0, 0x30)
    while more:
        block_after = tar[at : at + BLOCK]
        if len(block_after) < BLOCK or len(extents) > _MAX_EXTENTS:
            raise ImageError(f"the tar is truncated in a sparse file's map at offset {at:,}")
        extents += _slots(block_after[:504])
        more = block_after[504] not in (0, 0x30)
        at += BLOCK
    return Sparse(_without_ends(extents), number(block[483:495], "a size"), at)


def pax_sparse(tar: Buffer, records: dict[str, bytes], at: int) -> Sparse | None:
    """The map that a PAX header gives, in itself or before the data at `at`; None if the file is not sparse."""
    if records.get("GNU.sparse.major") == b"1":
        numbers, at = _leading_map(tar, at)
    elif "GNU.sparse.map" in records:
        numbers = [pax_number(value, "a sparse map") for value in records["GNU.sparse.map"].split(b",")]
    else:
        return None
    if len(numbers) % 2:
        raise ImageError("a sparse file's map has an odd number of places")
    size = records.get("GNU.sparse.realsize") or records.get("GNU.sparse.size") or b""
    pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
    return Sparse(_without_ends(pairs), pax_number(size, "a sparse file's size"), at)


def check_extents(found: Sparse, stored: int, name: str) -> None:
    """Raise ImageError unless the data ranges ascend, lie within the file, and add up to what is stored."""
    ascending = all(start + length <= after for (start, length), (after, _) in pairwise(found.extents))
    inside = all(start >= 0 and length >= 0 and start + length <= found.size for start, length in found.extents)
    if not ascending or not inside or found.size < 0 or sum(length for _, length in found.extents) != stored:
        raise ImageError(f"the map of the sparse file {name!r} contradicts itself")


def _slots(field: bytes) -> list[tuple[int, int]]:
    pairs = ((field[at : at + 12], field[at + 12 : at + 24]) for at in range(0, len(field) - 23, 24))
    return [(number(start, "a sparse map"), number(length, "a sparse map")) for start, length in pairs if start[0]]


def _leading_map(tar: Buffer, at: int) -> tuple[list[int], int]:
    """The numbers before the data, one a line, the first their count in pairs; and where the data begin."""
    read = b""
    start = at
    wanted = 1
    while read.count(b"\n") < wanted:
        block = tar[at : at + BLOCK]
        if len(block) < BLOCK or len(read) > 40 * _MAX_EXTENTS:
            raise ImageError(f"the tar is truncated in a sparse file's map at offset {start:,}")
        read += block
        at += BLOCK
        if wanted == 1 and b"\n" in read:
            count = pax_number(read.split(b"\n", 1)[0], "a sparse map's length")
            if count > _MAX_EXTENTS:
                raise ImageError(f"a sparse file's map claims {count:,} places")
            wanted = 1 + 2 * count
    return [pax_number(line, "a sparse map") for line in read.split(b"\n")[1:wanted]], at


def _without_ends(pairs: list[tuple[int, int]]) -> Extents:
    """The map without the empty range that marks the file's end."""
    return tuple((start, length) for start, length in pairs if length)

"""A tar, read with suspicion: its members one after the other, and where their contents lie. Nothing is extracted.

    [header][contents, padded] [x header][records][header][contents] … [zeros][zeros]
             └── offset, size                └─ these speak for the next header

    0      100   108  116  124   136    148       156  157   257     265    297    329   337   345     500
    | name | mode| uid| gid| size | mtime| checksum|type| link| magic | uname | gname| major| minor| prefix |

Numbers are octal text, or base-256 where the first bit is set. Names longer than that come in headers of their own, PAX
("x", "g") or GNU ("L", "K"), put before the header that they belong to. A sparse file has a map of where its data are,
then the data without the holes between them:

    GNU "S"    map in the header (four places) and in blocks after it (21 each)
    PAX 0.0    GNU.sparse.offset and .numbytes, repeated      PAX 0.1   GNU.sparse.map=0,512,8192,512
    PAX 1.0    the map is text before the data, padded to a block

OCI says that layers should not use them; GNU tar writes them all the same.

Every layer and every docker-save archive passes here; tar_tree makes a tree of a layer's members.
Source: POSIX.1-2017 pax, "ustar Interchange Format" and "pax Extended Header"; GNU tar manual, "Basic Tar Format",
"GNU Extensions to the Archive Format", "Storing Sparse Files".
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from struct import Struct
from typing import Any, NamedTuple, Protocol
from zlib import adler32

from coursekit.errors import ImageError

BLOCK = 512
ZEROS = bytes(BLOCK)
_EVEN = int.from_bytes(b"\x00\xff" * (BLOCK // 2), "big")


def checksum(block: bytes) -> int:
    """The sum of a header's bytes, its checksum field counted as spaces.

    Two digit sums in base 65536, which is the remainder of a division by 65535: ten times faster than adding bytes.

    >>> checksum(bytes(512)), checksum(b"\\xff" * 512) == 255 * 504 + 256
    (256, True)
    """
    number = int.from_bytes(block, "big")
    return (number & _EVEN) % 65535 + (number >> 8 & _EVEN) % 65535 - sum(block[148:156]) + 256


def number(field: bytes, what: str) -> int:
    """The number in a header field; an empty one is 0, and base-256 may be negative.

    >>> number(b"0000644\\0", "mode"), number(b"\\x80\\0\\0\\0\\0\\0\\x01\\0", "size")
    (420, 256)
    """
    if field[0] & 0x80:
        value = int.from_bytes(field, "big", signed=True)
        return value if field[0] & 0x40 else value & (1 << 8 * len(field) - 1) - 1
    text = field.partition(b"\0")[0].strip(b" ")
    if not text:
        return 0
    if text.strip(b"01234567"):
        raise ImageError(f"a tar header gives {field!r} as {what}, which is no octal number")
    return int(text, 8)


def text(field: bytes) -> str:
    """A name in a header field, up to the first NUL; what is no UTF-8 is kept by surrogate escapes."""
    return field.partition(b"\0")[0].decode("utf-8", "surrogateescape")


_TIME_RECORD = re.compile(rb"(\d{1,3}) mtime=(-?[\d.]+)\n")


def pax_records(data: bytes) -> dict[str, bytes]:
    """The records of an extended header, "LENGTH key=value\\n" each; the last of a key wins.

    >>> pax_records(b"13 uid=70000\\n14 path=a b/c\\n") == {"uid": b"70000", "path": b"a b/c"}
    True
    """
    only_time = _TIME_RECORD.fullmatch(data)
    if only_time and int(only_time[1]) == len(data):
        return {"mtime": only_time[2]}
    records: dict[str, bytes] = {}
    sparse: list[bytes] = []
    at = 0
    while at < len(data):
        space = data.find(b" ", at, at + 20)
        length = data[at:space] if space > 0 else b""
        end = at + int(length) if length.isdigit() else 0
        key, equals, value = data[space + 1 : end - 1].partition(b"=")
        if not space < end <= len(data) or data[end - 1 : end] != b"\n" or not equals or not key:
            return {} if not data.strip(b"\0") else _bad_record(data, at)
        if key in (b"GNU.sparse.offset", b"GNU.sparse.numbytes"):  # version 0.0 repeats these keys, in order
            sparse.append(value)
        records[key.decode("utf-8", "surrogateescape")] = value
        at = end
    if sparse:
        records["GNU.sparse.map"] = b",".join(sparse)
    return records


def _bad_record(data: bytes, at: int) -> dict[str, bytes]:
    raise ImageError(f"a PAX record is no 'LENGTH key=value' line: {data[at : at + 40]!r}")


def pax_number(value: bytes, what: str) -> int:
    """A whole number in a PAX record."""
    if not value.isdigit() or len(value) > 20:
        raise ImageError(f"a PAX header gives {value[:40]!r} as {what}, which is no number")
    return int(value)


def pax_time(value: bytes) -> int:
    """A time in a PAX record, in nanoseconds since 1970.

    >>> pax_time(b"1350244992.023960108"), pax_time(b"-1.5")
    (1350244992023960108, -1500000000)
    """
    whole, _, fraction = value.partition(b".")
    negative = whole.startswith(b"-")
    seconds = whole.lstrip(b"-") or b"0"
    if not seconds.isdigit() or len(seconds) > 20 or (fraction and not fraction.isdigit()):
        raise ImageError(f"a PAX header gives {value[:40]!r} as mtime, which is no time")
    nanoseconds = int(seconds) * 10**9 + int(fraction[:9].ljust(9, b"0"))
    return -nanoseconds if negative else nanoseconds


MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one layer. The defaults pass every real image and stop a bomb in seconds."""

    raw_size: int = 16 << 30  # bytes of the uncompressed tar
    ratio: int = 250  # uncompressed to compressed, once there are more than `free` bytes
    free: int = 512 * MIB  # a log of zeros compresses a thousandfold, and is honest
    entries: int = 2_000_000
    path: int = 4096  # bytes, as Linux's PATH_MAX
    name: int = 255  # bytes, as NAME_MAX
    extended_header: int = MIB  # bytes of one PAX or GNU header


DEFAULT = Limits()


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


XATTR = "SCHILY.xattr."
FILES = (b"0", b"\0", b"7", b"S")
LINKS = (b"1", b"2")
_MAX_TIME = (1 << 63) - 1  # nanoseconds; a time beyond it becomes 1970
Owner = tuple[int, int, int]  # mode, uid, gid
_FIELDS = Struct("100s24s12s12s8sc100s6s82x155s8x4s")  # name, owner, size, mtime, sum, type, link, magic, prefix, tail
_XSTAR = b"tar\0"  # at the end of a header of star's, whose prefix is shorter
_PLAIN = frozenset((b"0", b"\0", b"7", b"1", b"2", b"5", b"6"))  # types that one header describes
_WITH_CONTENTS = frozenset((b"0", b"\0", b"7"))


class Member(NamedTuple):
    """One member as its headers describe it; the name is as written, and not to be trusted."""

    name: str
    type: bytes  # "0" file, "1" hard link, "2" symlink, "3" char, "4" block, "5" directory, "6" fifo
    mode: int  # 0 … 0o7777
    uid: int
    gid: int
    mtime_ns: int
    size: int  # of the file, holes included
    offset: int  # of the contents in the tar
    link: str
    device: tuple[int, int] = (0, 0)
    xattrs: dict[str, bytes] | None = None
    extents: Extents | None = None  # a sparse file's data: (start in the file, length), packed one after the other


def scan(tar: Buffer, limits: Limits = DEFAULT) -> Iterator[Member]:
    """The members of `tar`, in its order.

    100,000 small files are 100,000 headers, so one loop reads plain ones: fields by one struct, what repeats (sizes,
    times, owners) parsed once, checksums by zlib. Whatever is out of the ordinary goes through `_Extended`.

    Raises: ImageError for what is truncated, overlong, or no tar.
    """
    extended = _Extended(tar, limits)
    at, end, count = 0, len(tar), 0
    view = memoryview(tar)  # type: ignore[arg-type]
    unpack, new = _FIELDS.unpack_from, tuple.__new__
    sums, owners, sizes, times = _Parsed(_sum), _Parsed(_owner), _Parsed(_size), _Parsed(_mtime)
    while at < end:
        if end - at < BLOCK:
            raise ImageError(f"the tar is truncated: {end - at} bytes of a header at offset {at:,}")
        name, owner, size_field, mtime, check, kind, link, magic, prefix, tail = unpack(view, at)
        if adler32(view[at : at + BLOCK]) & 0xFFFF != sums[check]:
            if _is_end(tar, at):
                break
            if not _has_signed_sum(tar[at : at + BLOCK]):
                raise ImageError(f"no tar header at offset {at:,}: its checksum is wrong")
        count += 1
        if count > limits.entries:
            raise ImageError(f"the tar has more than {limits.entries:,} entries")
        size = sizes[size_field]
        if kind in _PLAIN and not extended.is_pending:
            cut = name.find(0)
            path = str(name if cut < 0 else name[:cut], "utf-8", "surrogateescape")
            if prefix[0] and magic == b"ustar\0":
                path = f"{text(prefix[:131] if tail == _XSTAR else prefix)}/{path}"
            target = ""
            if kind not in _WITH_CONTENTS:
                size = 0
                target = text(link) if kind in LINKS else ""
            offset, stored = at + BLOCK, size
            when = extended.take_time() if extended.pax else times[mtime]
            member = new(Member, (path, kind, *owners[owner], when, size, offset, target, (0, 0), None, None))
        elif kind in b"xgLK":
            at = extended.take(kind, at + BLOCK, size)
            continue
        else:
            member, stored = extended.apply(tar[at : at + BLOCK], kind, owners[owner], at + BLOCK, size)
            offset = member.offset
        if stored < 0 or offset + stored > end:
            raise ImageError(f"the tar is truncated: {member.name!r} claims {stored:,} bytes, {end - at:,} are left")
        yield member
        at = offset + (stored + BLOCK - 1) // BLOCK * BLOCK
    extended.finish()


class _Parsed(dict[bytes, Any]):
    """What a header's fields say, each parsed once: of 100,000 files few have an owner, size or time of their own."""

    def __init__(self, parse: Callable[[bytes], Any]) -> None:
        super().__init__()
        self.parse = parse

    def __missing__(self, field: bytes) -> Any:
        value = self[field] = self.parse(field)
        return value


def _sum(field: bytes) -> int:
    """The low half of the Adler-32 of a header with this checksum field: one more than the sum of its bytes.

    The checksum counts its own eight bytes as spaces. Adler-32 takes the sum modulo 65521, which no header of text
    reaches; -1 for what is no number.
    """
    digits = field[:7].strip(b" \0")
    if not digits or digits.strip(b"01234567"):
        return -1
    return (int(digits, 8) - 8 * 32 + sum(field) + 1) % 65521


def _has_signed_sum(block: bytes) -> bool:
    """Is the checksum that of signed bytes, as old Sun systems wrote it? It differs for names that are no ASCII."""
    digits = block[148:155].strip(b" \0")
    signed = checksum(block) - 256 * sum(byte > 127 for byte in block[:148] + block[156:])
    return bool(digits) and not digits.strip(b"01234567") and int(digits, 8) == signed


def _is_end(tar: Buffer, at: int) -> bool:
    """Do the zeros that end a tar begin here?"""
    if tar[at : at + BLOCK] != ZEROS:
        return False
    if tar[at + BLOCK : at + 2 * BLOCK].strip(b"\0"):
        raise ImageError(f"the tar has data after a lone zero block at offset {at:,}")
    return True


def _owner(field: bytes) -> Owner:
    mode, uid, gid = number(field[:8], "a mode"), number(field[8:16], "a uid"), number(field[16:], "a gid")
    return mode & 0o7777, _id(uid), _id(gid)


def _size(field: bytes) -> int:
    return number(field, "a size")


def _mtime(field: bytes) -> int:
    return _bounded(number(field, "an mtime") * 10**9)


def _id(value: int) -> int:
    """An owner as chown() takes it, in 32 bits; -1 leaves it as it is, which is root's where root unpacks.

    >>> _id(33), _id(-2), _id(-1)
    (33, 4294967294, 0)
    """
    return 0 if value & 0xFFFFFFFF == 0xFFFFFFFF else value & 0xFFFFFFFF


@dataclass(slots=True)
class _Extended:
    """What extended headers said so far, for the next member. Global ones ("g") are passed over, as docker does."""

    tar: Buffer
    limits: Limits
    pax: dict[str, bytes] = field(default_factory=dict)
    name: str | None = None
    link: str | None = None
    is_pending: bool = False  # does more than a time wait for the next member?

    def take(self, kind: bytes, at: int, size: int) -> int:
        """Read the extended header whose data are at `at`; where the next header is comes back."""
        if size < 0 or size > self.limits.extended_header:
            raise ImageError(f"an extended tar header claims {size:,} bytes; {self.limits.extended_header:,} are read")
        data = self.tar[at : at + size]
        if len(data) < size:
            raise ImageError(f"the tar is truncated in an extended header at offset {at:,}")
        match kind:
            case b"x":
                self.pax = pax_records(data)
                self.is_pending = self.is_pending or list(self.pax) != ["mtime"] or not self.pax["mtime"]
            case b"g":
                pass
            case b"L":
                self.name, self.is_pending = text(data), True
            case _:
                self.link, self.is_pending = text(data), True
        return at + (size + BLOCK - 1) // BLOCK * BLOCK

    def take_time(self) -> int:
        """The time that a PAX header gives which gives nothing else: most of those that GNU tar and Go write."""
        return _bounded(pax_time(self.pax.pop("mtime")))

    def finish(self) -> None:
        """Raise where an extended header is the last thing in the tar."""
        if self.pax or self.name is not None or self.link is not None:
            raise ImageError("the tar is truncated: an extended header speaks for a member that is not there")

    def apply(self, block: bytes, kind: bytes, owner: Owner, at: int, size: int) -> tuple[Member, int]:
        """The member of a plain header, corrected by the extended ones; and the bytes that it takes in the tar."""
        self.is_pending = False
        name = text(block[:100]) if self.name is None else self.name
        if block[345] and block[257:263] == b"ustar\0" and self.name is None:
            length = 131 if block[508:512] == _XSTAR else 155
            name = text(block[345 : 345 + length]) + "/" + name
        link = ""
        if kind in LINKS:
            link = text(block[157:257]) if self.link is None else self.link
        for key, long in (("path", self.name), ("linkpath", self.link)):
            if long is not None:  # of both kinds for one member, GNU's counts: as Go reads them
                self.pax.pop(key, None)
        self.name = self.link = None
        mtime_ns = _mtime(block[136:148])
        device = _device(block) if kind in b"34" else (0, 0)
        member = Member(name, kind, *owner, mtime_ns, size, at, link, device)
        if kind == b"S":
            member, size = self._sparse(member, size, gnu_sparse(self.tar, block, at))
        elif self.pax:
            member, size = self._pax(member, size)
        if member.type in b"123456":  # these have no contents, whatever their size says
            return (member._replace(size=0), 0) if member.size else (member, 0)
        return member, size

    def _pax(self, member: Member, size: int) -> tuple[Member, int]:
        records = {key: value for key, value in self.pax.items() if value}
        empty = {key: value for key, value in self.pax.items() if key.startswith(XATTR)}
        self.pax = {}
        member = member._replace(
            name=_pax_text(records["path"]) if "path" in records else member.name,
            link=_pax_text(records["linkpath"]) if "linkpath" in records and member.type in LINKS else member.link,
            uid=_id(_pax_owner(records["uid"], "uid")) if "uid" in records else member.uid,
            gid=_id(_pax_owner(records["gid"], "gid")) if "gid" in records else member.gid,
            mtime_ns=_bounded(pax_time(records["mtime"])) if "mtime" in records else member.mtime_ns,
            size=pax_number(records["size"], "size") if "size" in records else member.size,
            xattrs={key[len(XATTR) :]: value for key, value in empty.items()} or None,
        )
        found = pax_sparse(self.tar, records, member.offset)
        if found and member.type in FILES:
            if "GNU.sparse.name" in records:
                member = member._replace(name=_pax_text(records["GNU.sparse.name"]))
            return self._sparse(member, member.size, found)
        return member, member.size

    def _sparse(self, member: Member, stored: int, found: Sparse) -> tuple[Member, int]:
        """The member as a file with holes; its data in the tar are `stored` bytes, the map among them or not."""
        if found.size > self.limits.raw_size:
            raise ImageError(f"the sparse file {member.name!r} claims {found.size:,} bytes")
        if found.offset > member.offset and member.type != b"S":  # the map is part of the stored bytes
            stored -= found.offset - member.offset
        check_extents(found, stored, member.name)
        return member._replace(type=b"0", size=found.size, offset=found.offset, extents=found.extents), stored


def _pax_owner(value: bytes, what: str) -> int:
    """A user or group in a PAX record, which Go's tar takes with a sign."""
    return -pax_number(value[1:], what) if value.startswith(b"-") else pax_number(value, what)


def _device(block: bytes) -> tuple[int, int]:
    """The device's numbers, cut to the 12 and 20 bits that mknod() keeps."""
    return number(block[329:337], "a device") & 0xFFF, number(block[337:345], "a device") & 0xFFFFF


def _pax_text(value: bytes) -> str:
    if b"\0" in value:
        raise ImageError(f"a PAX header gives a name with a NUL byte: {value[:40]!r}")
    return value.decode("utf-8", "surrogateescape")


def _bounded(mtime_ns: int) -> int:
    return mtime_ns if -_MAX_TIME < mtime_ns < _MAX_TIME else 0

"""The members of a tar, one after the other: names, numbers, and where the contents lie. Nothing is extracted.

    [header][contents, padded] [x header][records][header][contents] … [zeros][zeros]
             └── offset, size                └─ these speak for the next header

Every layer and every docker-save archive passes here. Speed matters (8,000 headers in some 30 ms), so one loop reads
plain headers, and the extended ones go through methods of `_Extended`.

Neighbours: tar_header below; tar_tree makes a tree of the members.
Source: POSIX.1-2017 pax; GNU tar manual, "GNU Extensions to the Archive Format".
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from coursekit.errors import ImageError
from coursekit.image.limits import DEFAULT, Limits
from coursekit.image.tar_header import BLOCK, ZEROS, checksum, number, pax_number, pax_records, pax_time, text
from coursekit.image.tar_sparse import Buffer, Extents, Sparse, check_extents, gnu_sparse, pax_sparse

XATTR = "SCHILY.xattr."
FILES = (b"0", b"\0", b"7", b"S")
LINKS = (b"1", b"2")
_MAX_TIME = (1 << 63) - 1  # nanoseconds; a time beyond it becomes 1970
Owner = tuple[int, int, int]  # mode, uid, gid


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

    Raises: ImageError for what is truncated, overlong, or no tar.
    """
    extended = _Extended(tar, limits)
    at, end = 0, len(tar)
    owners: dict[bytes, Owner] = {}  # mode, uid and gid repeat: 24 bytes parsed once
    count = 0
    while at < end:
        block = tar[at : at + BLOCK]
        if len(block) < BLOCK:
            raise ImageError(f"the tar is truncated: {len(block)} bytes of a header at offset {at:,}")
        if block == ZEROS:
            if tar[at + BLOCK : at + 2 * BLOCK].strip(b"\0"):
                raise ImageError(f"the tar has data after a lone zero block at offset {at:,}")
            break
        if block[148:155].strip(b" \0").rjust(7, b"0") != b"%07o" % checksum(block):
            raise ImageError(f"no tar header at offset {at:,}: its checksum is wrong")
        count += 1
        if count > limits.entries:
            raise ImageError(f"the tar has more than {limits.entries:,} entries")
        kind = block[156:157]
        size = number(block[124:136], "a size")
        if kind in b"xgLK":
            at = extended.take(kind, at + BLOCK, size)
            continue
        owner = owners.get(block[100:124])
        if owner is None:
            owner = owners[block[100:124]] = _owner(block)
        member, stored = extended.apply(block, kind, owner, at + BLOCK, size)
        if stored < 0 or member.offset + stored > end:
            raise ImageError(f"the tar is truncated: {member.name!r} claims {stored:,} bytes, {end - at:,} are left")
        yield member
        at = member.offset + (stored + BLOCK - 1) // BLOCK * BLOCK
    extended.finish()


def _owner(block: bytes) -> Owner:
    mode, uid, gid = number(block[100:108], "a mode"), number(block[108:116], "a uid"), number(block[116:124], "a gid")
    return mode & 0o7777, _id(uid, "uid"), _id(gid, "gid")


def _id(value: int, what: str) -> int:
    if not 0 <= value < 1 << 32:
        raise ImageError(f"a {what} of {value} does not fit into 32 bits")
    return value


@dataclass(slots=True)
class _Extended:
    """What extended headers said so far, for the next member or, globally, for all that follow."""

    tar: Buffer
    limits: Limits
    everywhere: dict[str, bytes] = field(default_factory=dict)
    pax: dict[str, bytes] = field(default_factory=dict)
    name: str | None = None
    link: str | None = None

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
            case b"g":
                self.everywhere |= pax_records(data)
            case b"L":
                self.name = text(data)
            case _:
                self.link = text(data)
        return at + (size + BLOCK - 1) // BLOCK * BLOCK

    def finish(self) -> None:
        """Raise where an extended header is the last thing in the tar."""
        if self.pax or self.name is not None or self.link is not None:
            raise ImageError("the tar is truncated: an extended header speaks for a member that is not there")

    def apply(self, block: bytes, kind: bytes, owner: Owner, at: int, size: int) -> tuple[Member, int]:
        """The member of a plain header, corrected by the extended ones; and the bytes that it takes in the tar."""
        name = text(block[:100]) if self.name is None else self.name
        if block[345] and block[257:263] == b"ustar\0" and self.name is None:
            length = 131 if block[508:512] == b"tar\0" else 155
            name = text(block[345 : 345 + length]) + "/" + name
        link = ""
        if kind in LINKS:
            link = text(block[157:257]) if self.link is None else self.link
        self.name = self.link = None
        mtime_ns = number(block[136:148], "an mtime") * 10**9
        if not -_MAX_TIME < mtime_ns < _MAX_TIME:
            mtime_ns = 0
        device = _device(block, name) if kind in b"34" else (0, 0)
        member = Member(name, kind, *owner, mtime_ns, size, at, link, device)
        if kind == b"S":
            member, size = self._sparse(member, size, gnu_sparse(self.tar, block, at))
        elif self.pax or self.everywhere:
            member, size = self._pax(member, size)
        if member.type in b"123456":  # these have no contents, whatever their size says
            return (member._replace(size=0), 0) if member.size else (member, 0)
        return member, size

    def _pax(self, member: Member, size: int) -> tuple[Member, int]:
        records = {key: value for key, value in (self.everywhere | self.pax).items() if value}
        empty = {key: value for key, value in (self.everywhere | self.pax).items() if key.startswith(XATTR)}
        self.pax = {}
        member = member._replace(
            name=_pax_text(records["path"]) if "path" in records else member.name,
            link=_pax_text(records["linkpath"]) if "linkpath" in records and member.type in LINKS else member.link,
            uid=_id(pax_number(records["uid"], "uid"), "uid") if "uid" in records else member.uid,
            gid=_id(pax_number(records["gid"], "gid"), "gid") if "gid" in records else member.gid,
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


def _device(block: bytes, name: str) -> tuple[int, int]:
    major, minor = number(block[329:337], "a device"), number(block[337:345], "a device")
    if not (0 <= major < 1 << 12 and 0 <= minor < 1 << 20):
        raise ImageError(f"the device numbers {major}, {minor} of {name!r} are not Linux's")
    return major, minor


def _pax_text(value: bytes) -> str:
    if b"\0" in value:
        raise ImageError(f"a PAX header gives a name with a NUL byte: {value[:40]!r}")
    return value.decode("utf-8", "surrogateescape")


def _bounded(mtime_ns: int) -> int:
    return mtime_ns if -_MAX_TIME < mtime_ns < _MAX_TIME else 0

"""One header of a tar, read with suspicion.

    0      100   108  116  124   136    148       156  157   257     265    297    329   337   345     500
    | name | mode| uid| gid| size | mtime| checksum|type| link| magic | uname | gname| major| minor| prefix |

Numbers are octal text, or base-256 where the first bit is set. Names longer than that come in headers of their own, PAX
("x", "g") or GNU ("L", "K"), put before the header that they belong to (tar_scan.py).

Source: POSIX.1-2017 pax, "ustar Interchange Format" and "pax Extended Header"; GNU tar manual, "Basic Tar Format".
"""

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


def pax_records(data: bytes) -> dict[str, bytes]:
    """The records of an extended header, "LENGTH key=value\\n" each; the last of a key wins.

    >>> pax_records(b"13 uid=70000\\n14 path=a b/c\\n") == {"uid": b"70000", "path": b"a b/c"}
    True
    """
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

"""Headers of a tar, written: ustar where it fits, a PAX header before it for what does not. Equal input, equal bytes.

Neighbour: tar_header reads them. Source: POSIX.1-2017 pax.
"""

from collections.abc import Mapping

from coursekit.image.tar_header import BLOCK, checksum

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

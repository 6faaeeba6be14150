"""Changes: what upperdir makes different, as `docker diff` prints it.

    A  added       C  changed, or a directory in which something is       D  deleted, a removed tree in one line

The merged tree is compared with what the lower layers show, and only where upperdir has something. So a file copied up
and not changed is no change; and in a directory that was removed and made again, each old name is a D.

Source: moby archive/changes.go (ChangesDirs, addChanges); statDifferent in changes_unix.go, which
compares times and sizes where this also compares contents.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from coursekit.fs.content import Content
from coursekit.fs.node import Device, Directory, File, Node, Symlink, file_type, metadata
from coursekit.fs.paths import join
from coursekit.union.attributes import CAPABILITY
from coursekit.union.inode import Inode
from coursekit.union.lookup import lookup
from coursekit.union.merge import LowerEntry
from coursekit.union.readdir import visible
from coursekit.union.superblock import Superblock

_CHUNK = 1 << 20  # bytes compared at a time


class ChangeKind(Enum):
    """The letter that `docker diff` prints."""

    ADDED = "A"
    CHANGED = "C"
    DELETED = "D"


@dataclass(frozen=True, slots=True)
class Change:
    """One line of `docker diff`."""

    kind: ChangeKind
    path: str

    def __str__(self) -> str:
        return f"{self.kind.value} {self.path}"


@dataclass(slots=True)
class _Compared:
    """An object of upperdir, and what the lower layers show under its name."""

    inode: Inode
    before: LowerEntry | None
    path: str
    above: "_Compared | None" = None  # the directory it is in
    changed_inside: bool = False  # of a directory: something in it is a change


def changes(sb: Superblock) -> tuple[Change, ...]:
    """What differs between the merged tree and its lower layers, sorted by path."""
    if sb.root.upper is None:
        return ()
    found: list[Change] = []
    compared = [_Compared(sb.root, sb.root.below, "/")]
    for one in compared:  # grows on the way: a directory comes before what is in it
        compared.extend(_inside(one, found))
    for one in reversed(compared[1:]):
        if one.before is None:
            found.append(Change(ChangeKind.ADDED, one.path))
        elif one.changed_inside or differ(one.before.node, one.inode.node):
            found.append(Change(ChangeKind.CHANGED, one.path))
        else:
            continue
        if one.above is not None:
            one.above.changed_inside = True
    return tuple(sorted(found, key=lambda change: change.path))


def _inside(one: _Compared, found: list[Change]) -> Iterator[_Compared]:
    """What of a directory is in upperdir. The names that it had below and has no more go to `found`."""
    directory, before = one.inode, one.before
    if not directory.is_dir:
        return
    old = directory.sb.index.names(before) if before is not None and before.is_dir else {}
    for name in visible(directory):
        inode = lookup(directory, name)
        if inode is not None and inode.upper is not None:
            yield _Compared(inode, old.get(name), join(one.path, name), one)
    for name in old:
        if lookup(directory, name) is None:
            found.append(Change(ChangeKind.DELETED, join(one.path, name)))
            one.changed_inside = True


def differ(old: Node, new: Node) -> bool:
    """Whether docker would call the new node a change of the old one, or its contents differ.

    >>> from coursekit.fs.node import Metadata
    >>> differ(Directory(Metadata(mtime_ns=1)), Directory(Metadata(mtime_ns=2)))
    False
    >>> differ(Directory(Metadata(mode=0o755)), Directory(Metadata(mode=0o700)))
    True
    """
    if file_type(old) != file_type(new):
        return True
    one, other = _described(old), _described(new)
    if one != other:
        return True
    if isinstance(old, Directory):
        return False
    if not _same_time(metadata(old).mtime_ns, metadata(new).mtime_ns):
        return True
    return isinstance(old, File) and isinstance(new, File) and not same_content(old.content, new.content)


def _described(node: Node) -> tuple[object, ...]:
    meta = metadata(node)
    own: tuple[object, ...] = ()
    match node:
        case Symlink(target=target):
            own = (target,)
        case Device(major=major, minor=minor):
            own = (major, minor)
        case File(content=content):
            own = (content.size,)
    return (meta.mode, meta.uid, meta.gid, meta.xattrs.get(CAPABILITY), *own)


def _same_time(one: int, other: int) -> bool:
    """Equal, or equal to the second where one of them has no finer part: tar archives often do not.

    >>> _same_time(5_000_000_000, 5_123_000_000), _same_time(5_100_000_000, 5_123_000_000)
    (True, False)
    """
    (seconds, rest), (others, other_rest) = divmod(one, 1_000_000_000), divmod(other, 1_000_000_000)
    return seconds == others and (rest == other_rest or not rest or not other_rest)


def same_content(one: Content, other: Content) -> bool:
    """Whether two contents have the same bytes; one that is written over the other is read only where it differs.

    >>> from coursekit.fs.content import Bytes
    >>> same_content(Bytes(b"a"), Bytes(b"a")), same_content(Bytes(b"a"), Bytes(b"b"))
    (True, False)
    """
    if one is other or getattr(other, "untouched", None) is one:
        return True
    if one.size != other.size:
        return False
    return all(one.read(at, _CHUNK) == other.read(at, _CHUNK) for at in range(0, one.size, _CHUNK))

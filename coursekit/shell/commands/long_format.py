"""How a file's status is written: `-rwxr-xr-x`, sizes for people, times.

Source: coreutils, `ls -l`; the time zone is UTC, as in a container.
"""

import stat
from datetime import UTC, datetime

HALF_A_YEAR = 31556952 // 2  # seconds
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def permissions(mode: int) -> str:
    """The mode as `ls -l` writes it.

    >>> permissions(0o104755)
    '-rwsr-xr-x'
    """
    return stat.filemode(mode)


def moment(ns: int) -> datetime:
    """The time, in UTC; one that a calendar cannot hold becomes the nearest it can."""
    seconds = min(max(ns // 10**9, -62135596800), 253402300799)
    return datetime.fromtimestamp(seconds, UTC)


def listed_time(ns: int, now_ns: int) -> str:
    """The time as `ls -l` writes it: with the hour in the last half year, else with the year.

    >>> listed_time(0, 10**18)
    'Jan  1  1970'
    """
    when = moment(ns)
    day = f"{MONTHS[when.month - 1]} {when.day:2d}"
    age = (now_ns - ns) / 10**9
    return f"{day} {when.hour:02d}:{when.minute:02d}" if 0 <= age < HALF_A_YEAR else f"{day} {when.year:5d}"


def full_time(ns: int) -> str:
    """The time as `stat` and `ls --full-time` write it.

    >>> full_time(1)
    '1970-01-01 00:00:00.000000001 +0000'
    """
    return f"{moment(ns):%Y-%m-%d %H:%M:%S}.{ns % 10**9:09d} +0000"


def human(size: int, unit: int = 1024) -> str:
    """The size with at most three digits, rounded up, as `ls -h`, `du -h` and `df -h` write it.

    >>> human(999), human(1025), human(133_277_153)
    ('999', '1.1K', '128M')
    """
    if size < unit:
        return str(size)
    divisor = unit
    for letter in "KMGTPE":
        tenths = -(-size * 10 // divisor)
        if tenths < 100:
            return f"{tenths // 10}.{tenths % 10}{letter}"
        whole = -(-size // divisor)
        if whole < unit:
            return f"{whole}{letter}"
        divisor *= unit
    return f"{-(-size * unit // divisor)}E"


def kind(mode: int, size: int = 1) -> str:
    """The type in words, as `stat` says it."""
    names = {
        stat.S_IFREG: "regular file" if size else "regular empty file",
        stat.S_IFDIR: "directory",
        stat.S_IFLNK: "symbolic link",
        stat.S_IFIFO: "fifo",
        stat.S_IFCHR: "character special file",
        stat.S_IFBLK: "block special file",
        stat.S_IFSOCK: "socket",
    }
    return names.get(stat.S_IFMT(mode), "weird file")

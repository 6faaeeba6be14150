"""Which system calls copy a file up.

Source: Linux overlayfs.rst, "Non-directories", and what a 6.18 mount answered (tests/conformance, "copying").
"""

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong

_OPENS = ("wronly", "rdwr")
_METADATA = ("chmod-same", "chown", "utime", "xattr")
_READS = ("read", "stat", "getxattr")
COPIES = frozenset({*_OPENS, *_METADATA, "trunc", "link"})  # the file is in upperdir afterwards


def _copying(case: Case, *, more: tuple[str, ...] = (), less: tuple[str, ...] = ()) -> list[str]:
    return [letter for letter, call in case["calls"].items() if call in more or (call in COPIES and call not in less)]


KEY = Key(
    truth=_copying,
    wrong=(
        Wrong("reading-copies-up", lambda case: _copying(case, more=_READS)),
        Wrong("opening-is-free", lambda case: _copying(case, less=_OPENS)),
        Wrong("chmod-is-free", lambda case: _copying(case, less=_METADATA)),
    ),
)

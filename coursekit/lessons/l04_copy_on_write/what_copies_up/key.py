"""Which system calls copy a file up.

Source: Linux overlayfs.rst, "Non-directories", and what a 6.18 mount answered (tests/conformance, "copying").
"""

from collections.abc import Callable

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong

_OPENS = ("wronly", "rdwr")
_METADATA = ("chmod-same", "chown", "utime", "xattr")
_READS = ("read", "stat", "getxattr")
COPIES = frozenset({*_OPENS, *_METADATA, "trunc", "link"})  # the file is in upperdir afterwards


def _copying(case: Case, *, more: tuple[str, ...] = (), less: tuple[str, ...] = ()) -> list[str]:
    return [letter for letter, call in case["calls"].items() if call in more or (call in COPIES and call not in less)]


def _partly(**chosen: bool) -> Callable[[Case], dict[str, bool] | None]:
    """Calls that are chosen or not; None where the case has none of them."""

    def said(case: Case) -> dict[str, bool] | None:
        letters = {call.replace("-", "_"): letter for letter, call in case["calls"].items()}
        return {letters[call]: held for call, held in chosen.items() if call in letters} or None

    return said


def _unlike(predict: Callable[[Case], dict[str, bool] | None]) -> Callable[[Case], dict[str, bool] | None]:
    """A prediction, where the case tells it from that of somebody for whom all metadata is free."""

    def said(case: Case) -> dict[str, bool] | None:
        free = {letter for letter, call in case["calls"].items() if call in _METADATA}
        found = predict(case)
        return None if found is None or set(found) == free else found

    return said


KEY = Key(
    truth=_copying,
    wrong=(
        Wrong("reading-copies-up", lambda case: _copying(case, more=_READS)),
        Wrong("opening-is-free", lambda case: _copying(case, less=_OPENS)),
        Wrong("chmod-is-free", lambda case: _copying(case, less=_METADATA)),
        Wrong("opening-is-free", _partly(wronly=False), place="nothing-is-written"),
        Wrong("opening-is-free", _partly(rdwr=False), place="only-read"),
        Wrong("no-change-no-copy", _unlike(_partly(chmod_same=False, chown=False))),
        Wrong("no-change-no-copy", _unlike(_partly(chmod_same=False)), place="the-mode-it-has"),
        Wrong("no-change-no-copy", _unlike(_partly(chown=False)), place="the-owner-it-has"),
        Wrong("link-is-a-name", _partly(link=False)),
        Wrong("truncating-copies-nothing", _partly(trunc=False)),
        Wrong("refused-calls-copy", _partly(excl=True, removexattr=True)),
        Wrong("refused-calls-copy", _partly(excl=True), place="the-name-exists"),
        Wrong("asking-for-rights-copies", _partly(access=True)),
        Wrong("refused-calls-copy", _partly(removexattr=True), place="no-such-attribute"),
        Wrong("reading-copies-up", _partly(read=True), place="read-alone"),
        Wrong("chmod-is-free", _unlike(_partly(utime=False)), place="times"),
        Wrong("failing-calls-change-nothing", _unlike(_partly(xattr=False)), place="an-attribute-that-fails"),
    ),
)

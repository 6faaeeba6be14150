"""What a first byte costs, and when, by storage driver.

Source: `container.drivers`, where each figure has its own.
"""

from collections.abc import Callable
from typing import Any

from coursekit.container.drivers import DRIVERS
from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong

_BLOCK = 4096


def truth(case: Case) -> dict[str, Any]:
    """Bytes that each driver copies when a container is made, and before the byte is written."""
    found = {}
    for name in case["drivers"]:
        driver = DRIVERS[name]
        write = driver.first_byte(case["size"], offset=case["offset"])
        found[name] = {"run": driver.start(case["image"]), "write": write}
    return found


def _all_copy_files(case: Case) -> dict[str, Any]:
    return {name: {"write": case["size"]} for name in case["drivers"] if name not in ("overlay2", "vfs")}


def _cells(said: Callable[[str, Case], dict[str, int] | None]) -> Callable[[Case], dict[str, Any] | None]:
    """The cells that `said(driver, case)` fills."""

    def predicted(case: Case) -> dict[str, Any] | None:
        return {name: cells for name in case["drivers"] if (cells := said(name, case)) is not None} or None

    return predicted


def _blocks(name: str) -> bool:
    return name not in ("overlay2", "vfs")


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("copies-only-the-block", lambda case: {"overlay2": {"write": _BLOCK}}),
        Wrong("drivers-agree", _all_copy_files),
        Wrong("vfs-copies-on-write", lambda case: {"vfs": {"run": 0, "write": case["size"]}}),
        Wrong(
            "other-drivers-copy-at-start", _cells(lambda name, case: {"run": case["image"]} if _blocks(name) else None)
        ),
        Wrong(
            "one-block-size", _cells(lambda name, case: {"write": _BLOCK} if name in ("devicemapper", "zfs") else None)
        ),
        Wrong("one-byte-is-copied", _cells(lambda name, case: {"write": 1} if _blocks(name) else None)),
        Wrong(
            "overlay-copies-at-start", _cells(lambda name, case: {"run": case["image"]} if name == "overlay2" else None)
        ),
        Wrong(
            "overlay-copies-at-start",
            _cells(lambda name, case: {"run": case["size"]} if name == "overlay2" else None),
            place="the-file-at-start",
        ),
        Wrong("vfs-copies-again", _cells(lambda name, case: {"write": case["size"]} if name == "vfs" else None)),
        Wrong("vfs-copies-one-file", _cells(lambda name, case: {"run": case["size"]} if name == "vfs" else None)),
        Wrong(
            "vfs-copies-on-write",
            _cells(lambda name, case: {"run": 0, "write": case["image"]} if name == "vfs" else None),
            place="all-at-the-write",
        ),
        Wrong(
            "copies-only-the-block",
            _cells(lambda name, case: {"write": 1} if name == "overlay2" else None),
            place="one-byte",
        ),
        Wrong(
            "copies-only-the-block",
            _cells(lambda name, case: {"write": case["offset"]} if name == "overlay2" else None),
            place="to-the-offset",
        ),
    ),
)

"""How often a shared file lies in memory, by storage driver.

Source: `container.drivers`, where each figure has its own.
"""

from collections.abc import Callable
from typing import Any

from coursekit.container.drivers import DRIVERS
from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong


def _memory(case: Case, copies: Callable[[str], int]) -> dict[str, Any]:
    return {name: {"bytes": case["size"] * copies(name)} for name in case["drivers"]}


def truth(case: Case) -> dict[str, Any]:
    """Once where all paths lead to one inode or one cached block, else once for each container."""
    return _memory(case, lambda name: DRIVERS[name].page_cache_copies(case["containers"]))


def _only_unions_share(case: Case) -> dict[str, Any]:
    return _memory(case, lambda name: 1 if name == "overlay2" else case["containers"])


def _cells(copies: Callable[[str, Case], int | None]) -> Callable[[Case], dict[str, Any] | None]:
    """The cells of some drivers: how many copies there are in memory."""

    def said(case: Case) -> dict[str, Any] | None:
        found = {name: count for name in case["drivers"] if (count := copies(name, case)) is not None}
        return {name: {"bytes": case["size"] * count} for name, count in found.items()} or None

    return said


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("memory-per-container", lambda case: _memory(case, lambda name: case["containers"])),
        Wrong("memory-always-shared", lambda case: _memory(case, lambda name: 1)),
        Wrong("block-drivers-never-share", _only_unions_share),
        Wrong(
            "drivers-follow-the-disk",
            _cells(lambda name, case: 1 if name in ("btrfs", "devicemapper") and "vfs" in case["drivers"] else None),
        ),
        Wrong(
            "memory-per-image",
            _cells(lambda name, case: case["containers"] + 1 if name in ("vfs", "btrfs", "devicemapper") else None),
        ),
        Wrong("memory-per-image", _cells(lambda name, case: 2 if name == "overlay2" else None), place="once-more"),
        Wrong("files-are-not-in-memory", _cells(lambda name, case: 0 if name == "overlay2" else None)),
        Wrong(
            "memory-per-container",
            _cells(lambda name, case: case["containers"] if name == "overlay2" else None),
            place="with-overlay2",
        ),
    ),
)

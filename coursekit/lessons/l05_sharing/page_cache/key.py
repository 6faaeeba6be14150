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


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("memory-per-container", lambda case: _memory(case, lambda name: case["containers"])),
        Wrong("memory-always-shared", lambda case: _memory(case, lambda name: 1)),
        Wrong("block-drivers-never-share", _only_unions_share),
    ),
)

"""What a first byte costs, and when, by storage driver.

Source: `container.drivers`, where each figure has its own.
"""

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


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("copies-only-the-block", lambda case: {"overlay2": {"write": _BLOCK}}),
        Wrong("drivers-agree", _all_copy_files),
        Wrong("vfs-copies-on-write", lambda case: {"vfs": {"run": 0, "write": case["size"]}}),
    ),
)

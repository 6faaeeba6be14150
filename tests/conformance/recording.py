"""A disk that writes down what is done to it, and does the first so many steps again in another place.

A step is a call of `Disk`, with the paths as they were and descriptors by their number then.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from coursekit.layers.disk import Disk

CALLS = (
    "mkdir",
    "mknod",
    "symlink",
    "link",
    "rename",
    "unlink",
    "rmdir",
    "open",
    "close",
    "pwrite",
    "truncate",
    "fsync",
    "chmod",
    "chown",
    "utime",
    "setxattr",
    "removexattr",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One call, and the descriptor it gave if it was `open`."""

    name: str
    args: tuple[Any, ...]
    result: Any = None

    def __str__(self) -> str:
        return f"{self.name}{tuple(arg if not isinstance(arg, bytes) else f'{len(arg)} bytes' for arg in self.args)}"


class Recording(Disk):
    """A Disk whose calls are written down in `steps`."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[Step] = []

    def copy_range(self, source: int, descriptor: int, start: int, end: int) -> None:
        """As the writes it amounts to: the file it came from is not there when it is done again."""
        self.pwrite(descriptor, os.pread(source, end - start, start), start)


def _recorded(name: str) -> Any:
    def call(self: Recording, *args: Any) -> Any:
        result = getattr(Disk, name)(self, *args)
        self.steps.append(Step(name, args, result))
        return result

    return call


for _name in CALLS:
    setattr(Recording, _name, _recorded(_name))


def _there(arg: Any, was: str, now: str) -> Any:
    return arg.replace(was, now, 1) if isinstance(arg, str) and arg.startswith(was) else arg


def again(steps: Sequence[Step], was: str, now: str) -> None:
    """The steps once more, below another directory."""
    disk, descriptors = Disk(), dict[int, int]()
    try:
        for step in steps:
            args = [_there(arg, was, now) for arg in step.args]
            if isinstance(args[0], int):  # a descriptor from before the first step is not here: its file has a name
                if args[0] not in descriptors:
                    raise AssertionError(f"{step} is about a file that was opened before")
                args[0] = descriptors[args[0]]
            result = getattr(disk, step.name)(*args)
            if step.name == "open":
                descriptors[step.result] = result
            elif step.name == "close":
                descriptors.pop(step.args[0])
    finally:
        for descriptor in descriptors.values():
            os.close(descriptor)

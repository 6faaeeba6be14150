"""HardlinkIndex: which files of upperdir have several names below (mount option index=on).

    (layer 1, inode 7)  →  that file of upperdir, 2 names in the union

Linux keeps it in workdir/index, by file handles of the lower file system. Simplified: here the layer and the inode
number are the key, in memory alone. What is done with it is told in union/hardlinks.py.
"""

from dataclasses import dataclass
from typing import Any

Handle = Any  # what an Upper calls an object of its own; the engine compares and hashes it, and never looks inside
Key = tuple[int, int]  # of a lower file: its layer, and its inode there


@dataclass(slots=True)
class IndexedFile:
    """One file of upperdir that has several names below."""

    handle: Handle
    links: int  # names in the union


class HardlinkIndex:
    """What upperdir knows of the files that have several names below."""

    def __init__(self) -> None:
        """Empty."""
        self._files: dict[Key, IndexedFile] = {}
        self._keys: dict[Handle, Key] = {}

    def find(self, key: Key) -> IndexedFile | None:
        """The file that came from there."""
        return self._files.get(key)

    def key(self, handle: Handle) -> Key | None:
        """Where a file of upperdir came from."""
        return self._keys.get(handle)

    def put(self, key: Key, handle: Handle, links: int) -> None:
        """Keep a file, or with no name left let go of it."""
        if links:
            self._files[key], self._keys[handle] = IndexedFile(handle, links), key
        else:
            self._files.pop(key, None)
            self._keys.pop(handle, None)

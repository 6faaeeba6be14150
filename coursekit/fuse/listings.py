"""Listings: the names of a directory, each at a place that it keeps, so that reading can go on from any.

    place   1 "."   2 ".."   3 hosts   4 motd   7 new            5 and 6 were taken away

Directories have no handles here: the kernel says where it goes on, and nothing else. A name that is there all the time
is told once, whatever comes and goes meanwhile; one that came after the reading began is told by the next, as with
overlayfs.

Source: readdir(3); Linux fs/fuse/readdir.c.
"""

from bisect import bisect_right

FIRST = 3  # behind "." and ".."


class Listing:
    """The places of the names in one directory."""

    __slots__ = ("_end", "_names", "_next", "_order", "_places")

    def __init__(self) -> None:
        self._names: tuple[str, ...] | None = None  # as they were told last
        self._places: dict[str, int] = {}
        self._order: tuple[list[int], list[str]] = [], []
        self._next = FIRST
        self._end = 0  # the last place there was when reading began

    def after(self, place: int, names: tuple[str, ...]) -> list[tuple[int, str]]:
        """Those of the `names`, which are all that there are now, behind a place; 0 begins to read."""
        if names is not self._names:
            self._update(names)
        places, found = self._order
        if place < FIRST - 1:
            self._end = self._next - 1
        start, end = bisect_right(places, place), bisect_right(places, self._end)
        return list(zip(places[start:end], found[start:end], strict=True))

    def _update(self, names: tuple[str, ...]) -> None:
        old, self._places = self._places, {}
        kept = [name for name in names if name in old] if old else []
        if kept:
            kept.sort(key=old.__getitem__)
            self._places = {name: old[name] for name in kept}
        for name in names:
            if name not in old:
                self._places[name] = self._next
                self._next += 1
        self._names, self._order = names, (list(self._places.values()), list(self._places))

"""EventLog: what was done to a tree, in order; a list of events that can be shown, and any part of it.

    web.events[-8:].show()     the last steps alone, on the stack as it was before them

Neighbours: overlay and container keep one each; diagrams plays it.
"""

from collections.abc import Iterable
from typing import Any, SupportsIndex, overload

from coursekit.events import Event
from coursekit.showing import Shown


class EventLog(list[Event], Shown):
    """Events in order, up to `limit`, the oldest of which are dropped first.

    `owner` is the Overlay or Container that they happened to; `later` what happened to it after them.
    """

    __slots__ = ("later", "limit", "owner")

    def __init__(self, owner: Any, limit: int, happened: Iterable[Event] = (), later: tuple[Event, ...] = ()) -> None:
        super().__init__(happened)
        self.owner, self.limit, self.later = owner, limit, later

    def hear(self, event: Event) -> None:
        """One more."""
        self.append(event)
        if len(self) > self.limit:
            del self[: max(1, self.limit // 10)]

    @overload
    def __getitem__(self, key: SupportsIndex) -> Event: ...

    @overload
    def __getitem__(self, key: slice) -> list[Event]: ...

    def __getitem__(self, key: SupportsIndex | slice) -> Event | list[Event]:
        """An event; a part without gaps is a EventLog too."""
        if not isinstance(key, slice):
            return super().__getitem__(key)
        start, stop, step = key.indices(len(self))
        part = super().__getitem__(key)
        if step != 1:
            return part
        after = (*super().__getitem__(slice(max(start, stop), None)), *self.later)
        return EventLog(self.owner, self.limit, part, after)

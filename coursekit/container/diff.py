"""Changes as a container lists them."""

from collections.abc import Iterable, Iterator

from coursekit.language import _
from coursekit.union.changes import Change


class Changes(tuple[Change, ...]):
    """The lines of `docker diff`, sorted by path; shown one a line."""

    __slots__ = ()

    def __str__(self) -> str:
        return "\n".join(map(str, self))

    def __repr__(self) -> str:
        return str(self) or _("(no change)")


def seen_by_docker(changes: Iterable[Change]) -> Iterator[Change]:
    """The changes without the root directory's own line, which docker never prints."""
    return (change for change in changes if change.path != "/")

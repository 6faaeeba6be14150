"""What happened, as values: the engine emits them, diagrams play them.

An event is frozen, names paths as the merged tree does ("/etc/hosts"), and numbers layers in **mount order**: upperdir
is 0, the topmost lowerdir 1, and so on down. `emit` is handed in, never a global bus: in tests and diagrams it is
`events.append`, and None means that nobody listens (then nothing is built).

Floor 0: imports nothing of coursekit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """A lookup asked one layer for a path."""

    path: str
    layer: int
    found: Literal["file", "directory", "symlink", "device", "whiteout", "opaque", "nothing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A directory was read: the layers whose names were merged, top first."""

    path: str
    layers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Bytes of a file were read, from the layer that holds them; nothing was copied."""

    path: str
    layer: int
    size: int  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedUp:
    """A lower object was copied to upperdir."""

    path: str
    from_layer: int
    size: int  # bytes of data that an overlay mount copies: the price of the first write


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """A new object was made in upperdir."""

    path: str
    kind: Literal["file", "directory", "symlink", "device"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Bytes were written to a file in upperdir (`size` 0 and the new length for a truncation)."""

    path: str
    offset: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataChanged:
    """Mode, owner, times or an extended attribute changed in upperdir."""

    path: str
    what: Literal["mode", "owner", "times", "xattr"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """An object left upperdir."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhitedOut:
    """A whiteout was put in upperdir: the name in the layers below is hidden, and still there."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeOpaque:
    """A directory in upperdir became opaque: all that lies below it in lower layers is hidden."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """A name moved within upperdir."""

    source: str
    target: str
    exchanged: bool = False  # what had the target's name has the source's now


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A second name was given to a file in upperdir."""

    source: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """An operation failed with an errno, and changed nothing."""

    operation: str
    path: str
    code: int  # errno


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobFetched:
    """A blob was read from a layout, an archive or a registry, and its digest verified."""

    digest: str
    size: int  # bytes as stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """A container's upperdir became a layer of a new image."""

    diff_id: str
    size: int  # bytes of the layer's tar


Event = (
    Probed
    | Listed
    | Read
    | CopiedUp
    | Created
    | Written
    | MetadataChanged
    | Removed
    | WhitedOut
    | MadeOpaque
    | Renamed
    | Linked
    | Refused
    | BlobFetched
    | Committed
)
Emit = Callable[[Event], None]

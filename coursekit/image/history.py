"""How an image came about, as `docker history` prints it: newest first, rows without a layer among them.

Source: docker daemon/images/image_history.go; OCI image-spec config.md, "history".
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from coursekit.image.config import History, ImageConfig
from coursekit.image.digest import Digest
from coursekit.image.layer import ImageLayer

MISSING = "<missing>"


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One instruction of the build. `size` is in bytes of files; `layer` counts from the base, 0."""

    id: str  # the image's for the newest row, "<missing>" for all others
    created: str  # RFC 3339
    created_by: str
    size: int
    comment: str = ""
    empty_layer: bool = False
    layer: int | None = None  # None for a row without a layer


def rows(image_id: Digest, config: ImageConfig, layers: Sequence[ImageLayer]) -> tuple[HistoryRow, ...]:
    """The rows, newest first. An image without a history gets one row a layer."""
    found = list(_rows(config.history or (History(),) * len(layers), layers))[::-1]
    if not found:
        return ()
    newest = found[0]
    return (replace(newest, id=str(image_id)), *found[1:])


def _rows(history: Sequence[History], layers: Sequence[ImageLayer]) -> Iterator[HistoryRow]:
    number = -1
    for row in history:
        number += not row.empty_layer
        layer = None if row.empty_layer else number
        size = 0 if layer is None else layers[layer].size_files
        yield HistoryRow(MISSING, row.created, row.created_by, size, row.comment, row.empty_layer, layer)

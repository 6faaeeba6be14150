"""Where the rows of a stack stand: a slab for each layer, and a thin one for layers that hold nothing shown.

Pure.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

SLAB, THIN, SPACE, TOP, TILE = 68.0, 28.0, 24.0, 14.0, 40.0
GLASS = 36.0  # between the merged view and the first layer: room for what goes through it


@dataclass(frozen=True, slots=True)
class Row:
    """One slab: the layers (mount order) that it stands for, its top edge and its height."""

    layers: tuple[int, ...]
    y: float
    height: float

    @property
    def thin(self) -> bool:
        """It stands for layers that hold none of the paths shown."""
        return self.height == THIN

    @property
    def tile(self) -> float:
        """Top edge of the tiles on this slab."""
        return self.y + (self.height - TILE) / 2

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height


def rows(layers: Iterable[int], filled: Collection[int]) -> tuple[Row, ...]:
    """The slabs of `layers`, top first, below the merged view; neighbours that hold nothing share a thin one.

    >>> [row.layers for row in rows(range(5), {0, 4})]
    [(0,), (1, 2, 3), (4,)]
    """
    groups: list[list[int]] = []
    for layer in layers:
        if layer not in filled and groups and groups[-1][-1] not in filled:
            groups[-1].append(layer)
        else:
            groups.append([layer])
    placed, y = [], TOP + SLAB + GLASS
    for group in groups:
        height = SLAB if group[0] in filled or len(group) == 1 else THIN
        placed.append(Row(tuple(group), y, height))
        y += height + SPACE
    return tuple(placed)

"""Two images side by side: what each weighs, and what they have in common.

Published images are compared by their figures (`published_rows`), images at hand by their layers.
Source: coursekit/data/nginx.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coursekit.anatomy.facts import Figure, PublishedImage
from coursekit.anatomy.sizes import Sizes, image_sizes, layer_sizes
from coursekit.language import later

if TYPE_CHECKING:
    from coursekit.image.image import Image


@dataclass(frozen=True, slots=True)
class Pair:
    """One question asked of two images."""

    what: str
    left: Figure
    right: Figure

    @property
    def ratio(self) -> float:
        """How many times the left one is the right one."""
        return self.left.value / self.right.value


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two images at hand: sizes of each, and of the layers that both have."""

    left: Sizes
    right: Sizes
    common: Sizes
    common_layers: int

    @property
    def stored_once(self) -> int | None:
        """File bytes on a disk that holds both, shared layers once; None where a size is unknown."""
        sizes = (self.left.files, self.right.files, self.common.files)
        left, right, common = sizes
        return None if left is None or right is None or common is None else left + right - common


def compare_published(left: PublishedImage, right: PublishedImage) -> tuple[Pair, ...]:
    """Download, unpacked, base and added bytes of two published images."""
    return (
        Pair(later("travels (compressed)"), left.compressed, right.compressed),
        Pair(later("unpacked"), left.files, right.files),
        Pair(later("base layer, unpacked"), left.layers[0].files, right.layers[0].files),
        Pair(later("nginx layer, unpacked"), left.layers[1].files, right.layers[1].files),
    )


def compare(left: "Image", right: "Image") -> Comparison:
    """Two images at hand. A layer is common where both stand on the same layers below it (equal chain IDs)."""
    common, count = Sizes(0, 0, 0), 0
    for size, ours, theirs in zip(layer_sizes(left), left.layers, right.layers, strict=False):
        if ours.chain_id != theirs.chain_id:
            break
        common, count = common + size, count + 1
    return Comparison(image_sizes(left), image_sizes(right), common, count)

"""One layer has three sizes, and an image as many: what travels, what a tar holds, what the files hold.

    compressed   the blob in the registry; what `docker pull` downloads
    tar          the uncompressed layer with its headers and padding; what podman counts
    files        the sum of the regular files' bytes; what docker's classic store prints

`coursekit.image.units.human_size` prints bytes as docker does.
Source: coursekit/data/nginx/size_semantics.json.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coursekit.image.image import Image


@dataclass(frozen=True, slots=True)
class Sizes:
    """The three sizes in bytes; None where nobody has said or counted it."""

    compressed: int | None
    tar: int | None
    files: int | None

    def __add__(self, other: "Sizes") -> "Sizes":
        return Sizes(
            _plus(self.compressed, other.compressed), _plus(self.tar, other.tar), _plus(self.files, other.files)
        )


def layer_sizes(image: "Image") -> tuple[Sizes, ...]:
    """The sizes of each layer, base first."""
    return tuple(Sizes(layer.size_compressed, layer.size_tar, layer.size_files) for layer in image.layers)


def image_sizes(image: "Image") -> Sizes:
    """The sizes of the whole image: sums over its layers, each None as soon as one layer's is."""
    return sum(layer_sizes(image), Sizes(0, 0, 0))


def mebibytes(size: int) -> float:
    """Bytes in MiB (2**20), which is what many programs call MB.

    >>> round(mebibytes(133_277_153), 1)
    127.1
    """
    return size / 2**20


def _plus(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other

"""One layer has three sizes, and an image as many: what travels, what a tar holds, what the files hold.

    compressed   the blob in the registry; what `docker pull` downloads
    tar          the uncompressed layer with its headers and padding; what podman counts
    files        the sum of the regular files' bytes; what docker's classic store prints

Floor 4 (anatomy). Source: coursekit/data/nginx/size_semantics.json; docker/go-units, HumanSize (SI units, base 1000).
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coursekit.image.image import Image


_UNITS = ("B", "kB", "MB", "GB", "TB")
_THREE_DIGITS = Context(prec=3, rounding=ROUND_HALF_EVEN)


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


def si(size: int) -> str:
    """Bytes as docker prints them: three digits, powers of 1000.

    >>> [si(n) for n in (0, 1202, 4613, 133_277_153, 64_017_668)]
    ['0B', '1.2kB', '4.61kB', '133MB', '64MB']
    """
    value, unit = Decimal(size), 0
    while value >= 1000 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    rounded = value.normalize(_THREE_DIGITS)
    return f"{rounded:f}{_UNITS[unit]}"


def mebibytes(size: int) -> float:
    """Bytes in MiB (2**20), which is what many programs call MB.

    >>> round(mebibytes(133_277_153), 1)
    127.1
    """
    return size / 2**20


def _plus(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other

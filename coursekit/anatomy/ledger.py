"""The ledger: what the bytes of the 133 MB nginx image are for, each cause with its evidence.

    133,277,153 = base  +  nginx  +  modules and what they and the set-up pull in  +  scripts  +  kernel
                  layer 0  |------------- layer 1 -------------|                     layers 2-5   nowhere

Layer sizes are published to the byte. How layer 1 divides is inferred from the
bullseye image, whose packages are known.

Source: coursekit/data/nginx, by way of `facts`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from coursekit.anatomy.facts import Figure, nginx_package, packages, published
from coursekit.image.image_layer import Provenance

IMAGE = "nginx:1.21.3"


@dataclass(frozen=True, slots=True)
class Row:
    """One cause: its bytes, and where the evidence lies ("layer 0", "package nginx", "manifest")."""

    cause: str
    size: Figure
    evidence: str


def ledger() -> tuple[Row, ...]:
    """Causes of all 133,277,153 bytes, in the order in which they were laid down.

    >>> sum(row.size.value for row in ledger())
    133277153
    """
    layers = published(IMAGE).layers
    nginx, added = nginx_package(), layers[1].files.value
    rest = "layer 1 less the nginx package"
    scripts = sum(layer.files.value for layer in layers[2:])
    return (
        Row("base", layers[0].files, "layer 0"),
        Row("nginx", nginx, "package nginx"),
        Row("modules", Figure(added - nginx.value, Provenance.INFERRED, rest, margin=nginx.margin), "layer 1"),
        Row("scripts", Figure(scripts, Provenance.PUBLISHED, "layers 2 to 5"), "layers 2 to 5"),
        Row("kernel", Figure(0, Provenance.PUBLISHED, "packages_bullseye.json, not_installed"), "packages"),
    )


def by_cause() -> tuple[tuple[str, int], ...]:
    """Bytes that Debian's packages add to the *bullseye* image, by what asked for them; largest first.

    >>> by_cause()[0]
    ('nginx-module-xslt', 36033997)
    """
    sums: dict[str, int] = {}
    for package in packages():
        sums[package.cause] = sums.get(package.cause, 0) + package.files.value
    return tuple(sorted(sums.items(), key=lambda item: (-item[1], item[0])))


def coverage(sizes: Iterable[float], total: int = 133_277_153) -> float:
    """The part of `total` that `sizes` explain; above 1 something was counted twice.

    >>> round(coverage([69_250_672, 64_017_668]), 3)
    1.0
    """
    return sum(sizes) / total

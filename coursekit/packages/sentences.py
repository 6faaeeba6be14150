"""How apt words sizes and refusals.

Neighbour: apt. Source: apt 2.2.
"""

from coursekit.packages.package_index import Package
from coursekit.packages.solver import Plan
from coursekit.packages.unpack import LOADER


def broken(plan: Plan) -> list[str]:
    return [
        "Some packages could not be installed. This may mean that you have",
        "requested an impossible situation or if you are using the unstable",
        "distribution that some required packages have not yet been created",
        "or been moved out of Incoming.",
        "The following information may help to resolve the situation:",
        "",
        "The following packages have unmet dependencies:",
        *plan.unmet,
        "E: Unable to correct problems, you have held broken packages.",
    ]


def size_text(size: float) -> str:
    """A size as apt writes it, its B left out.

    >>> size_text(136_000), size_text(8_066_000), size_text(17_500_000), size_text(75_123), size_text(900)
    ('136 k', '8066 k', '17.5 M', '75.1 k', '900 ')
    """
    units = " kMGT"
    number = 0
    while True:
        if size < 100 and number:
            return f"{size:.1f} {units[number]}"
        if size < 10000:
            return f"{size:.0f} {units[number].strip()}"
        size /= 1000
        number += 1


def bytes_in(line: str) -> int:
    """The bytes that a Get line announces."""
    number, unit = line.rpartition("[")[2].rstrip("]").split()
    return round(float(number) * {"B": 1, "kB": 1000, "MB": 10**6}[unit])


def is_library(package: Package) -> bool:
    """Whether ldconfig runs after it."""
    return LOADER in package.grows

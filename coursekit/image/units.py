"""Sizes as docker writes them: powers of 1000, three significant digits, no space.

Pure. Source: docker/go-units size.go, HumanSizeWithPrecision.
"""

_UNITS = ("B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB")


def human_size(size: int | float, digits: int = 3) -> str:
    """`size` bytes in docker's words.

    >>> human_size(133_277_153), human_size(69_250_672), human_size(1202), human_size(0)
    ('133MB', '69.3MB', '1.2kB', '0B')
    """
    value, unit = float(size), 0
    while value >= 1000 and unit < len(_UNITS) - 1:
        value /= 1000
        unit += 1
    return f"{value:.{digits}g}{_UNITS[unit]}" if value < 10**digits else f"{value:.0f}{_UNITS[unit]}"

"""How much of an image is read before it counts as an attack."""

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one layer. The defaults pass every real image and stop a bomb in seconds."""

    raw_size: int = 16 << 30  # bytes of the uncompressed tar
    ratio: int = 250  # uncompressed to compressed, once there are more than `free` bytes
    free: int = 512 * MIB  # a log of zeros compresses a thousandfold, and is honest
    entries: int = 2_000_000
    path: int = 4096  # bytes, as Linux's PATH_MAX
    name: int = 255  # bytes, as NAME_MAX
    extended_header: int = MIB  # bytes of one PAX or GNU header


DEFAULT = Limits()

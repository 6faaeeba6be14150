"""Storage drivers: what the first changed byte of a file costs, and how often a file that all read lies in memory.

    first byte written into a file of the image      the same file read in three containers
    overlay2      all of the file                    one copy in the page cache
    vfs           nothing: all was copied at `run`   three: every container has files of its own
    devicemapper  64 KiB of the device               three: three devices, and a cache for each
    btrfs         4 KiB of the file                  three: three subvolumes, and inodes for each
    zfs           up to 128 KiB of the file          one, in ZFS's own cache (ARC)

Simplified: bytes of data alone, at default settings; no metadata, no compression, no read-ahead, and a file begins at
the edge of a block. containerd's snapshotters of Docker 29 (overlayfs, native, devmapper, btrfs, zfs) stand on the same
file systems. overlay2 and vfs are held against a real mount by tests/container/test_drivers.py; the others are
what their documentation says.

Neighbours: `union.copy_up` (overlay2's rule, at work). Source: each driver's `source`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from coursekit.language import _, later

_DOCS = "https://docs.docker.com/engine/storage/drivers"
_OLD = "moby/moby docs/userguide/storagedriver"
_AT = "@e0960bd8e7424fc653ba009a55b30d8f7e631e39 (2016-07-12)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """How one storage driver makes an image's files writable."""

    name: str
    does: str  # in a sentence, what it does at the first write
    source: tuple[str, ...]
    unit: int | None = None  # bytes that are copied at a time; None: the whole file
    of_device: bool = False  # the unit is cut from a device, so that a block may hold other files too
    copies_image: bool = False  # a new container is a full copy of its image
    one_cache: bool = False  # containers that read a file of the image share its pages in memory

    @property
    def says(self) -> str:
        """What it does at the first write, in the language in use."""
        return _(self.does)

    def start(self, image: int) -> int:
        """Bytes copied when a container of an image of `image` bytes is made.

        >>> DRIVERS["overlay2"].start(133_277_153), DRIVERS["vfs"].start(133_277_153)
        (0, 133277153)
        """
        return image if self.copies_image else 0

    def first_byte(self, size: int, *, offset: int = 0) -> int:
        """Bytes copied before the first byte is written at `offset` into a file of the image with `size` bytes.

        >>> [DRIVERS[name].first_byte(1_000_000) for name in ("overlay2", "devicemapper", "btrfs")]
        [1000000, 65536, 4096]

        Raises: ValueError for a negative size or offset.
        """
        if size < 0 or offset < 0:
            said = _("size and offset count bytes from 0; got size={size}, offset={offset}")
            raise ValueError(said.format(size=size, offset=offset))
        if self.copies_image:
            return 0
        if self.unit is None:
            return size
        begin = offset - offset % self.unit
        if begin >= size:
            return 0  # the block is a new one: nothing lies in it yet
        return self.unit if self.of_device else min(self.unit, size - begin)

    def page_cache_copies(self, containers: int) -> int:
        """How often one file of the image lies in memory once `containers` containers have read it.

        >>> DRIVERS["overlay2"].page_cache_copies(3), DRIVERS["btrfs"].page_cache_copies(3)
        (1, 3)
        """
        if containers < 0:
            raise ValueError(_("a number of containers is 0 or more; got {n}").format(n=containers))
        return min(containers, 1) if self.one_cache else containers


_ALL = (
    Driver(
        name="overlay2",
        does=later("copies the whole file up, once, before the first byte"),
        one_cache=True,
        source=(
            f"{_DOCS}/overlayfs-driver/, “Writing to a file for the first time”, “Page caching”",
            "Linux Documentation/filesystems/overlayfs.rst, “Non-directories”",
        ),
    ),
    Driver(
        name="vfs",
        does=later("copies the whole image when a container is made, and nothing at the first write"),
        copies_image=True,
        source=(f"{_DOCS}/vfs-driver/, “How the vfs storage driver works”",),
    ),
    Driver(
        name="devicemapper",
        does=later("copies the 64 KiB block of the thin device in which the byte lies (removed in Docker 25)"),
        unit=64 * 1024,
        of_device=True,
        source=(
            f"{_DOCS}/device-mapper-driver/, “Writing files”; removal: “Device Mapper storage driver (deprecated)”",
            f"{_OLD}/device-mapper-driver.md {_AT}, lines 127-131 (64 KB), 658-662 (memory)",
        ),
    ),
    Driver(
        name="btrfs",
        does=later("writes the 4 KiB block anew in another place (redirect-on-write)"),
        unit=4096,
        source=(
            f"{_DOCS}/btrfs-driver/, “Writing files”",
            f"{_OLD}/btrfs-driver.md {_AT}, lines 272-275 (page cache)",
            "Btrfs documentation, mkfs.btrfs(8), --sectorsize: 4KiB by default",
        ),
    ),
    Driver(
        name="zfs",
        does=later("writes the record of at most 128 KiB anew in another place"),
        unit=128 * 1024,
        one_cache=True,
        source=(
            f"{_DOCS}/zfs-driver/, “How the zfs storage driver works”, “ZFS Caching” (ARC, one copy for all clones)",
            f"{_OLD}/zfs-driver.md {_AT}, lines 88, 299-307",
            "OpenZFS documentation, zfsprops(7), recordsize: 128KB by default",
        ),
    ),
)

DRIVERS: Mapping[str, Driver] = MappingProxyType({driver.name: driver for driver in _ALL})
"""By docker's name for them, the usual one first."""

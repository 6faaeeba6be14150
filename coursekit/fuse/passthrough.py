"""Passthrough: the kernel reads a file of a lower directory itself, and asks this server no more than its opening.

    OPEN     ioctl BACKING_OPEN(descriptor) ──▶ number      the reply names it; all who have the file open share one
    RELEASE  the last one: ioctl BACKING_CLOSE(number)

Only of a read-only mount: whoever had a file open before a copy-up would read the old bytes, as with overlayfs before
Linux 4.19. It takes CAP_SYS_ADMIN and Linux 6.9; where it is refused, reads are served.

Source: Linux fs/fuse/passthrough.c, backing.c, iomode.c; include/uapi/linux/fuse.h (fuse_backing_map).
"""

import os
import platform
import re
import struct
import sys
from dataclasses import dataclass

from coursekit.layers.directory_lower import OnDisk

BACKING_OPEN, BACKING_CLOSE = 0x4010E501, 0x4004E502  # ioctls of /dev/fuse
_MAP, _NUMBER = struct.Struct("=iIQ"), struct.Struct("=I")


def can_pass_through() -> bool:
    """Whether this process and this kernel can, as far as can be told without a mount."""
    release = re.match(r"(\d+)\.(\d+)", platform.release())
    new = release is not None and (int(release[1]), int(release[2])) >= (6, 9)
    return sys.platform == "linux" and os.geteuid() == 0 and new


@dataclass(slots=True)
class _Backing:
    """What stands behind a node as long as it is open; 0 for a file that is served."""

    number: int
    opened: int = 0


class Passthrough:
    """The files of one mount that the kernel reads itself, by node."""

    def __init__(self, device: int) -> None:
        """`device` is its /dev/fuse."""
        self._device = device
        self._behind: dict[int, _Backing] = {}

    def opened(self, node: int, content: OnDisk) -> int:
        """The number of the file behind a node, which is opened once more; 0 where reads are to be served."""
        behind = self._behind.get(node)
        if behind is None:
            behind = self._behind[node] = _Backing(self._registered(content))
        behind.opened += 1
        return behind.number

    def released(self, node: int) -> None:
        """Somebody has closed what is behind a node, if anything is."""
        behind = self._behind.get(node)
        if behind is None:
            return
        behind.opened -= 1
        if not behind.opened:
            del self._behind[node]
            if behind.number:
                self._asked(BACKING_CLOSE, _NUMBER.pack(behind.number))

    def _registered(self, content: OnDisk) -> int:
        descriptor = content.open()
        try:
            return self._asked(BACKING_OPEN, _MAP.pack(descriptor, 0, 0))
        except OSError:  # root of a user namespace, or a file of an overlay
            return 0
        finally:
            os.close(descriptor)

    def _asked(self, what: int, argument: bytes) -> int:
        import fcntl  # Windows and browsers have none, and import this module all the same

        return int(fcntl.ioctl(self._device, what, bytearray(argument)))

"""The kernel's worker with another file system mounted: ours, through FUSE, over the same directories on the disk."""

import os
from contextlib import suppress
from pathlib import Path

from coursekit.container.fuse_mount import Wish, mount
from coursekit.proving import kernel_worker
from coursekit.proving.kernel import Kernel


class FuseMounts(kernel_worker.Mounts):
    """Overlays are served by coursekit."""

    server: int | None = None

    def _mount(self, kind: bytes, place: str, flags: int, options: str) -> None:
        if kind != b"overlay":
            return super()._mount(kind, place, flags, options)
        if self.server is not None:
            with suppress(ChildProcessError):
                os.waitpid(self.server, 0)  # it lets go of its upperdir when the mount before is gone
        self.server = mount(Wish.of("ours", Path(place).absolute(), f"{options},nodev"), None)


def serve(base: str | None) -> None:
    kernel_worker.serve(base, FuseMounts)


class Fuse(Kernel):
    """A mount of ours behind the kernel's door."""

    WORKER = "tests.conformance.fuse_worker"
    INDEX = False  # over a disk that takes the kernel's file handles

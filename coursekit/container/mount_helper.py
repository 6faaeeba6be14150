"""coursekit-fuse, which mount(8) calls; and a mount as it is asked for in words.

    mount -t fuse.coursekit-fuse x /mnt -o lowerdir=A:B,upperdir=U,workdir=W

It is a program of its own, apart from the command line: who mounts waits for all that is imported here.

Neighbour: `fuse_mount` does the work.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from coursekit.container import fuse_mount
from coursekit.errors import CourseError
from coursekit.language import _

if TYPE_CHECKING:
    from coursekit.image.manifest import Platform
    from coursekit.image.store import Store

REFUSED = 32  # mount(8)'s code for "mount failure"


def mount(
    source: str,
    mountpoint: Path,
    options: str,
    store: "Store | None",
    foreground: bool,
    platform: "Platform | None" = None,
) -> None:
    """Mounts `source` as told by an option string; without a store, the user's own. Raises: CourseError, in one line."""
    try:
        wish = replace(fuse_mount.Wish.of(source, mountpoint.absolute(), options), platform=platform)
        if store is None and not wish.overlay.lowerdir:
            from coursekit.image.store import Store  # here: a mount of directories is live sooner without it

            store = Store()
        fuse_mount.mount(wish, store, foreground=foreground)
    except OSError as failure:
        place = f" ({failure.filename})" if failure.filename else ""
        said = _("{source} cannot be mounted at {place}: {why}")
        why = f"{failure.strerror or failure}{place}"
        raise CourseError(said.format(source=source, place=mountpoint, why=why)) from failure


def main() -> None:
    """The console script coursekit-fuse."""
    parser = argparse.ArgumentParser(
        prog="coursekit-fuse",
        description="Mount an overlay of directories, an image or a container.",
    )
    parser.add_argument(
        "-o", dest="options", action="append", default=[], metavar="list", help="overlayfs's own, and mount(8)'s"
    )
    parser.add_argument("-f", dest="foreground", action="store_true", help="stay in the foreground")
    parser.add_argument("source", help="an image or a container; a mere label beside lowerdir=")
    parser.add_argument("mountpoint", type=Path)
    told = parser.parse_intermixed_args()
    try:
        mount(told.source, told.mountpoint, ",".join(told.options), None, told.foreground)
    except CourseError as failure:
        print(f"coursekit-fuse: {failure}", file=sys.stderr)
        sys.exit(REFUSED)

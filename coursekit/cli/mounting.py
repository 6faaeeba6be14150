"""mount and umount, and coursekit-fuse, which mount(8) calls.

    coursekit mount debian-nginx:bullseye /mnt          the merged tree of an image, read-only
    coursekit mount web /mnt                            a container's; what is written there is the container's
    mount -t fuse.coursekit-fuse x /mnt -o lowerdir=A:B,upperdir=U,workdir=W

Neighbour: container.fuse does the work.
"""

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coursekit.cli.spoken import CourseVerb
from coursekit.docker.client import Client
from coursekit.docker.command import DockerError, pass_client, platform_option
from coursekit.errors import CourseError
from coursekit.language import _

if TYPE_CHECKING:
    from coursekit.image.manifest import Platform
    from coursekit.image.store import Store


@click.command(cls=CourseVerb, name="mount")
@platform_option
@click.option("-o", "--options", default="", metavar="list", help="as mount(8) takes them: ro, upperdir=U,workdir=W …")
@click.option("-f", "--foreground", is_flag=True, help="stay, and return when it is unmounted")
@click.argument("source", metavar="IMAGE|CONTAINER")
@click.argument("mountpoint", metavar="DIR", type=click.Path(path_type=Path))
@pass_client
def mount(client: Client, source: str, mountpoint: Path, options: str, foreground: bool) -> None:
    """Mount the merged tree of an image or a container at a directory.

    An image is read-only, unless -o upperdir=U,workdir=W keeps what is written; what is written to a container is kept
    with it when it is unmounted. `coursekit umount DIR` ends it. It takes Linux and fuse3, and no root.
    """
    _mount(source, mountpoint, options, client.store, foreground, client.platform)


@click.command(cls=CourseVerb, name="umount")
@click.argument("mountpoint", metavar="DIR", type=click.Path(path_type=Path))
def umount(mountpoint: Path) -> None:
    """End a mount that `coursekit mount` made."""
    from coursekit.fuse import device

    if not os.path.ismount(mountpoint):
        raise DockerError(_("nothing is mounted at {place}").format(place=mountpoint))
    device.unmount(mountpoint)


def _mount(
    source: str,
    mountpoint: Path,
    options: str,
    store: "Store",
    foreground: bool,
    platform: "Platform | None" = None,
) -> None:
    from coursekit.container import fuse_mount as mounting

    try:
        wish = replace(mounting.Wish.of(source, mountpoint.absolute(), options), platform=platform)
        mounting.mount(wish, store, foreground=foreground)
    except OSError as failure:
        place = f" ({failure.filename})" if failure.filename else ""
        said = _("{source} cannot be mounted at {place}: {why}")
        why = f"{failure.strerror or failure}{place}"
        raise DockerError(said.format(source=source, place=mountpoint, why=why)) from failure


@click.command(name="coursekit-fuse", context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-o", "options", multiple=True, metavar="list", help="overlayfs's own options, and those of mount(8)")
@click.option("-f", "foreground", is_flag=True, help="stay in the foreground")
@click.argument("source")
@click.argument("mountpoint", type=click.Path(path_type=Path))
def helper(source: str, mountpoint: Path, options: tuple[str, ...], foreground: bool) -> None:
    """Mount an overlay of directories, an image or a container; SOURCE is a mere label beside lowerdir=."""
    from coursekit.image.store import Store

    try:
        _mount(source, mountpoint, ",".join(options), Store(), foreground)
    except CourseError as failure:
        click.echo(f"coursekit-fuse: {failure}", err=True)
        sys.exit(32)  # mount(8)'s code for "mount failure"


def main() -> None:
    """The console script coursekit-fuse."""
    helper(prog_name="coursekit-fuse")


VERBS = (mount, umount)

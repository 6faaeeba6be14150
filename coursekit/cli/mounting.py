"""mount and umount.

    coursekit mount debian-nginx:bullseye /mnt          the merged tree of an image, read-only
    coursekit mount web /mnt                            a container's; what is written there is the container's

Neighbour: container.mount_helper, which mount(8) calls, takes the same words.
"""

import os
from pathlib import Path

import click

from coursekit.cli.spoken import CourseVerb
from coursekit.docker.client import Client
from coursekit.docker.command import DockerError, pass_client, platform_option
from coursekit.language import _


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
    from coursekit.container import mount_helper

    mount_helper.mount(source, mountpoint, options, client.store, foreground, client.platform)


@click.command(cls=CourseVerb, name="umount")
@click.argument("mountpoint", metavar="DIR", type=click.Path(path_type=Path))
def umount(mountpoint: Path) -> None:
    """End a mount that `coursekit mount` made."""
    from coursekit.fuse import device

    if not os.path.ismount(mountpoint):
        raise DockerError(_("nothing is mounted at {place}").format(place=mountpoint))
    device.unmount(mountpoint)


VERBS = (mount, umount)

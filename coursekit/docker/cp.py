"""docker cp: files between this machine and a container.

Neighbour: container/cp, which copies. Output recorded from docker 28.2.
"""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coursekit.docker.client import Client
from coursekit.docker.command import DockerError, Verb, daemon, pass_client
from coursekit.docker.output import binary_output, check_output
from coursekit.errors import NotFound

if TYPE_CHECKING:
    pass


@click.command(cls=Verb, name="cp")
@click.option("-a", "--archive", is_flag=True, help="Archive mode (copy all uid/gid information)")
@click.option("-L", "--follow-link", is_flag=True, help="Always follow symbol link in SRC_PATH")
@click.option("-q", "--quiet", is_flag=True, help="Suppress progress output during copy")
@click.argument("source", metavar="CONTAINER:SRC_PATH|SRC_PATH|-")
@click.argument("target", metavar="DEST_PATH|-|CONTAINER:DEST_PATH")
@pass_client
def cp(client: Client, source: str, target: str, archive: bool, follow_link: bool, quiet: bool) -> None:
    """Copy files/folders between a container and the local filesystem."""
    out_of, from_path = split_place(source)
    into, to_path = split_place(target)
    if out_of and into:
        raise DockerError("copying between containers is not supported")
    if out_of:
        _copy_out(client, out_of, from_path, target, follow_link)
    elif into:
        _copy_in(client, into, source, to_path)
    else:
        raise DockerError("must specify at least one container source")


def split_place(text: str) -> tuple[str, str]:
    """The container and the path in CONTAINER:PATH; no container for a path on this machine.

    >>> split_place("web:/etc/motd"), split_place("./a:b"), split_place("-")
    (('web', '/etc/motd'), ('', './a:b'), ('', '-'))
    """
    container, colon, path = text.partition(":")
    here = text.startswith((".", "/", "~")) or not colon or os.path.isabs(text)
    return ("", text) if here else (container, path)


def _copy_out(client: Client, name: str, path: str, target: str, follow: bool) -> None:
    container = client.container(name)
    if target == "-":
        check_output(None, "cp")
        with binary_output(None) as written, open(written, "wb") as file:
            container.cp_out(path, file, follow)
        return
    parent = Path(target).absolute().parent
    if not Path(target).is_dir() and not parent.is_dir():
        raise DockerError(f'invalid output path: directory "{parent}" does not exist')
    try:
        container.cp_out(path, target, follow)
    except NotFound as error:
        raise DockerError(daemon(f"Could not find the file {path} in container {name}")) from error


def _copy_in(client: Client, name: str, source: str, path: str) -> None:
    container = client.container(name)
    if source != "-" and not os.path.lexists(source):
        raise DockerError(f"lstat {os.path.abspath(source)}: no such file or directory")
    try:
        container.cp_in(sys.stdin.buffer if source == "-" else source, path)
    except NotFound as error:
        missing = path if path.endswith("/") else os.path.dirname(path.rstrip("/")) or "/"
        raise DockerError(daemon(f"Could not find the file {missing} in container {name}")) from error

"""docker diff, commit and export: what a container changed, made an image, or taken away as a tar.

Output recorded from docker 28.2.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from coursekit.docker.client import Client
from coursekit.docker.command import DockerError, Verb, daemon, pass_client
from coursekit.docker.output import binary_output, check_output, print_lines, progress
from coursekit.errors import ImageError

if TYPE_CHECKING:
    pass


@click.command(cls=Verb, name="diff")
@click.argument("name", metavar="CONTAINER")
@pass_client
def diff(client: Client, name: str) -> None:
    """Inspect changes to files or directories on a container's filesystem."""
    print_lines(map(str, client.container(name).diff()))


@click.command(cls=Verb, name="commit")
@click.option("-a", "--author", metavar="string", default="", help='Author (e.g., "Ada <ada@example.org>")')
@click.option("-c", "--change", "changes", multiple=True, metavar="list", help="Apply Dockerfile instruction")
@click.option("-m", "--message", metavar="string", default="", help="Commit message")
@click.option("-p", "--pause", is_flag=True, default=True, hidden=True)
@click.argument("name", metavar="CONTAINER")
@click.argument("reference", required=False, metavar="[REPOSITORY[:TAG]]")
@pass_client
def commit(
    client: Client, name: str, reference: str | None, author: str, message: str, changes: Sequence[str], pause: bool
) -> None:
    """Create a new image from a container's changes."""
    from coursekit.container.commit import INSTRUCTIONS

    container = client.container(name)
    if reference is not None:
        normal_reference(reference)
    for change in changes:
        word = change.partition(" ")[0]
        if word.upper() not in INSTRUCTIONS:
            raise DockerError(
                daemon(f"{word.lower()} is not a valid change command; those are {', '.join(INSTRUCTIONS)}")
            )
    image = container.commit(reference, author=author, message=message, changes=list(changes))
    click.echo(str(image.id))


def normal_reference(text: str) -> str:
    """A name that an image may have. Raises: DockerError, worded as docker words it."""
    from coursekit.image.reference import normal_name

    try:
        return normal_name(text)
    except ImageError as error:
        name = text.partition(":")[0]
        capital = f"repository name (library/{name}) must be lowercase" if name != name.lower() else ""
        raise DockerError(f"invalid reference format: {capital or error}") from error


@click.command(cls=Verb, name="export")
@click.option("-o", "--output", "target", metavar="string", help="Write to a file, instead of STDOUT")
@click.argument("name", metavar="CONTAINER")
@pass_client
def export(client: Client, name: str, target: str | None) -> None:
    """Export a container's filesystem as a tar archive."""
    check_output(target, "export container")
    container = client.container(name)
    with binary_output(target) as path, progress(f"exporting {name}"), open(path, "wb") as file:
        container.export(file)

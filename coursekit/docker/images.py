"""The verbs about images: images, history, tag, rmi.

Neighbours: archives (load, save), containers, inside, inspect. Output recorded from docker 28.2.
"""

import fnmatch
import os
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import click

from coursekit.columns import cut
from coursekit.docker import formatters
from coursekit.docker.client import Client
from coursekit.docker.command import DockerError, Verb, daemon, each, pass_client, platform_option, table_options
from coursekit.docker.listing import Listing, Row
from coursekit.docker.output import print_lines
from coursekit.errors import Conflict, ImageError, NotFound
from coursekit.image.config import parse_time
from coursekit.image.reference import is_name, normal_name, split_name

if TYPE_CHECKING:
    from coursekit.image.image import Image

_IMAGES = {
    "Repository": "REPOSITORY",
    "Tag": "TAG",
    "Digest": "DIGEST",
    "ID": "IMAGE ID",
    "CreatedSince": "CREATED",
    "CreatedAt": "CREATED AT",
    "Size": "SIZE",
    "VirtualSize": "SIZE",
    "SharedSize": "SHARED SIZE",
    "UniqueSize": "UNIQUE SIZE",
    "Containers": "CONTAINERS",
}
_HISTORY = {
    "ID": "IMAGE",
    "CreatedSince": "CREATED",
    "CreatedAt": "CREATED AT",
    "CreatedBy": "CREATED BY",
    "Size": "SIZE",
    "Comment": "COMMENT",
}


def split(name: str | None) -> tuple[str, str]:
    """Repository and tag of a stored name; <none> for an image without one."""
    return split_name(name) if name else ("<none>", "<none>")


def with_tag(name: str) -> str:
    """The name as docker completes it in a refusal.

    >>> with_tag("nginx"), with_tag("nginx:1")
    ('nginx:latest', 'nginx:1')
    """
    return name if ":" in name.rpartition("/")[2] or "@" in name else f"{name}:latest"


def pattern(text: str) -> tuple[str, str]:
    """A repository, or a repository and a tag, to be matched.

    >>> pattern("nginx"), pattern("localhost:5000/web:1*")
    (('nginx', '*'), ('localhost:5000/web', '1*'))
    """
    return split_name(text) if ":" in text.rpartition("/")[2] else (text, "*")


@click.command(cls=Verb, name="images")
@click.option("-a", "--all", "everything", is_flag=True, help="Show all images (there are no hidden ones here)")
@click.option("--digests", is_flag=True, help="Show digests")
@click.option("-f", "--filter", "filters", multiple=True, metavar="filter", help="dangling, reference, label")
@table_options
@click.argument("repository", required=False, metavar="[REPOSITORY[:TAG]]")
@pass_client
def images(
    client: Client,
    repository: str | None,
    filters: Sequence[str],
    digests: bool,
    everything: bool,
    form: str,
    as_json: bool,
    quiet: bool,
    no_trunc: bool,
) -> None:
    """List images."""
    keep = [_image_filter(*pair) for pair in filter_pairs(filters)]
    there = client.store.images(with_bundled=client.bundled)
    found = [image for image in there if all(holds(image) for holds in keep)]
    if repository:
        found = [image for image in found if _matches(image, *pattern(repository))]
    found.sort(key=lambda image: image.config.created_at or formatters.LONG_AGO, reverse=True)
    columns = ("Repository", "Tag", *(["Digest"] if digests else []), "ID", "CreatedSince", "Size")
    damaged, rows = client.store.damaged(), []
    for image in found:
        try:
            rows.append(_image_row(image, client, whole=no_trunc))
        except ImageError as problem:  # a layer that cannot be read
            damaged[image.name or str(image.id)] = problem
    print_lines(Listing(_IMAGES, columns, rows).lines("json" if as_json else form, quiet=quiet))
    if damaged:
        raise DockerError("\n".join(map(str, damaged.values())))


def _matches(image: "Image", repository: str, tag: str) -> bool:
    name, label = split(image.name)
    return fnmatch.fnmatchcase(name, repository) and fnmatch.fnmatchcase(label, tag)


def _image_row(image: "Image", client: Client, *, whole: bool) -> Row:
    repository, tag = split(image.name)
    created = image.config.created_at
    return {
        "Containers": "N/A",
        "CreatedAt": formatters.moment(created) if created else "N/A",
        "CreatedSince": formatters.ago(created, client.now()),
        "Digest": "<none>",
        "ID": str(image.id) if whole else image.id.short,
        "Repository": repository,
        "SharedSize": "N/A",
        "Size": formatters.size(image.size),
        "Tag": tag,
        "UniqueSize": "N/A",
        "VirtualSize": formatters.size(image.size, 4),
    }


def filter_pairs(filters: Sequence[str]) -> Iterator[tuple[str, str]]:
    """`--filter name=value` taken apart. Raises: DockerError."""
    for text in filters:
        name, equals, value = text.partition("=")
        if not equals:
            raise DockerError(
                f'invalid argument "{text}" for "-f, --filter" flag: bad format of filter (expected name=value)', 125
            )
        yield name.strip().lower(), value.strip()


def has_label(labels: Any, wanted: str) -> bool:
    """Whether `wanted`, a key or key=value, is among the labels."""
    key, equals, value = wanted.partition("=")
    return key in labels and (not equals or labels[key] == value)


def _image_filter(name: str, value: str) -> Callable[["Image"], bool]:
    match name:
        case "dangling":
            return lambda image: (image.name is None) == (value.lower() in ("true", "1"))
        case "reference":
            return lambda image: _matches(image, *pattern(value))
        case "label":
            return lambda image: has_label(image.config.labels, value)
    raise DockerError(daemon(f"Invalid filter '{name}'; there are dangling, label and reference"))


@click.command(cls=Verb, name="history")
@platform_option
@click.option("-H/-N", "--human/--no-human", "human", default=True, help="Sizes and dates for people (default true)")
@table_options
@click.argument("image")
@pass_client
def history(client: Client, image: str, human: bool, form: str, as_json: bool, quiet: bool, no_trunc: bool) -> None:
    """Show the history of an image, newest first; a row without a layer has 0B."""
    rows = []
    for row in find_image(client, image).history:
        created_by = row.created_by if as_json or form == "json" else formatters.one_line(row.created_by)
        created = parse_time(row.created)
        rows.append(
            {
                "Comment": row.comment,
                "CreatedAt": formatters.rfc3339(created),
                "CreatedBy": created_by if no_trunc else cut(created_by, 45),
                "CreatedSince": formatters.ago(created, client.now()),
                "ID": row.id if no_trunc or row.id.startswith("<") else formatters.short_id(row.id),
                "Size": formatters.size(row.size) if human else str(row.size),
            }
        )
    columns = ("ID", "CreatedSince" if human else "CreatedAt", "CreatedBy", "Size", "Comment")
    print_lines(Listing(_HISTORY, columns, rows).lines("json" if as_json else form, quiet=quiet))


def find_image(client: Client, reference: str) -> "Image":
    """The image, or docker's refusal. Raises: DockerError, ImageError."""
    try:
        return client.image(reference)
    except NotFound as error:
        heads = accumulate(reference.split(":"), "{}:{}".format)
        if any(os.path.exists(os.path.expanduser(head)) for head in heads):
            raise DockerError(str(error)) from error  # it is there, and has not what was asked for
        if is_path(reference):
            raise DockerError(f"open {reference}: no such file or directory") from error
        raise DockerError(daemon(f"No such image: {with_tag(reference)}")) from error


def is_path(reference: str) -> bool:
    """Whether an image is asked for by its place on the disk."""
    return reference.startswith((".", "/", "~"))


@click.command(cls=Verb, name="tag")
@platform_option
@click.argument("source", metavar="SOURCE_IMAGE[:TAG]")
@click.argument("target", metavar="TARGET_IMAGE[:TAG]")
@pass_client
def tag(client: Client, source: str, target: str) -> None:
    """Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE."""
    image = find_image(client, source)
    try:
        if is_path(source):
            client.store.add(image, target)
        else:
            client.store.tag(source, target)
    except ImageError as error:
        raise DockerError(f'Error parsing reference: "{target}" is not a valid repository/tag: {error}') from error


@click.command(cls=Verb, name="rmi")
@click.option("-f", "--force", is_flag=True, help="Force removal of the image")
@click.option("--no-prune", is_flag=True, help="Do not delete untagged parents (there are none here)")
@click.argument("names", nargs=-1, required=True, metavar="IMAGE [IMAGE...]")
@pass_client
def rmi(client: Client, names: Sequence[str], force: bool, no_prune: bool) -> None:
    """Remove one or more images."""
    each(names, lambda name: _remove(client, name, force), forgiving=force)


def _remove(client: Client, name: str, force: bool) -> None:
    """Take a name or an image away, and say what was untagged and deleted."""
    try:
        image = client.store.get(name)
    except NotFound as error:
        raise NotFound(f"No such image: {with_tag(name)}") from error
    except ImageError:  # it cannot be read, and can be removed
        print_lines(client.store.remove(name, force=force))
        return
    by_name = image.name is not None and is_name(name) and normal_name(name) == image.name
    last = not by_name or client.store.names_of(image) == (image.name,)
    if last:
        _refuse_if_used(client, image, name if by_name else "")
    others = [other for other in client.store.images(with_bundled=False) if other.id != image.id]
    kept = {layer.chain_id for other in others for layer in other.layers}
    print_lines(client.store.remove(name, force=force))
    if last:
        for layer in reversed(image.layers):
            if layer.chain_id not in kept:
                click.echo(f"Deleted: {layer.chain_id}")


def _refuse_if_used(client: Client, image: "Image", name: str) -> None:
    """An image that a container stands on stays, by force too: the container keeps no copy of its layers."""
    for container in client.containers.list():
        if container.image.id != image.id:
            continue
        user, short = container.id[:12], image.id.short
        if name:
            raise Conflict(
                f'conflict: unable to remove repository reference "{name}" (must force) - container {user} '
                f"is using its referenced image {short}"
            )
        state = "running" if container.state == "running" else "stopped"
        raise Conflict(
            f"conflict: unable to delete {short} (cannot be forced) - image is being used by {state} container {user}"
        )

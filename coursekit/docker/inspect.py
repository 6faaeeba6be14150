"""docker inspect: everything about an image or a container, with docker's keys.

Output recorded from docker 28.2; what this house has no counterpart of (networks, cgroups …) is left out.
"""

import json
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from coursekit.docker import formatters
from coursekit.docker.client import Client
from coursekit.docker.command import DockerError, Verb, complain, daemon, pass_client, platform_option
from coursekit.docker.go_template import TemplateError, parse
from coursekit.docker.output import print_lines
from coursekit.errors import NotFound

if TYPE_CHECKING:
    from coursekit.image.config import ImageConfig
    from coursekit.image.image import Image


@click.command(cls=Verb, name="inspect")
@platform_option
@click.option("-f", "--format", "form", metavar="string", default="", help="json, or a Go template")
@click.option("-s", "--size", is_flag=True, help="SizeRw and SizeRootFs of a container")
@click.option("--type", "kind", type=click.Choice(["image", "container"]), help="only this kind of object")
@click.argument("names", nargs=-1, required=True, metavar="NAME|ID [NAME|ID...]")
@pass_client
def inspect(client: Client, names: Sequence[str], form: str, size: bool, kind: str | None) -> None:
    """Return low-level information on images and containers."""
    write = parse(form) if form not in ("", "json") else None
    found, missing = [], []
    for name in names:
        try:
            found.append(_described(client, name, kind, size))
        except NotFound:
            missing.append(name)
    if write is not None:
        for document in found:
            print_lines(_filled(write, document).split("\n"))
    elif form == "json":
        click.echo(formatters.go_json(found))
    else:
        click.echo(formatters.json_printable(json.dumps(found, indent=4, ensure_ascii=False)))
    for name in missing:
        complain(_not_found(name, kind))
    if missing:
        raise click.exceptions.Exit(1)


def _of_one_kind(kind: str) -> click.Command:
    """`docker image inspect` and `docker container inspect`: the same verb, kind given."""
    params = [param for param in inspect.params if param.name != "kind"]
    return Verb("inspect", callback=partial(_call_inspect, kind=kind), params=params, help=inspect.help)


def _call_inspect(kind: str, **given: Any) -> None:
    click.get_current_context().invoke(inspect, kind=kind, **given)


def _filled(write: Any, document: dict[str, Any]) -> str:
    try:
        return str(write(document))
    except TemplateError as error:
        raise DockerError(str(error)) from error


def _not_found(name: str, kind: str | None) -> str:
    match kind:
        case "container":
            return daemon(f"No such container: {name}")
        case "image":
            return daemon(f"No such image: {name}")
    return f"Error: No such object: {name}"


def _described(client: Client, name: str, kind: str | None, size: bool) -> dict[str, Any]:
    """A container's document or an image's, the container's first. Raises: NotFound."""
    if kind != "image":
        try:
            container = client.container(name)
            more = {"SizeRw": container.size, "SizeRootFs": container.size + container.image.size} if size else {}
            return {**container.inspect(), **more}
        except NotFound:
            if kind == "container":
                raise
    return image_document(client, client.image(name))


def image_document(client: Client, image: "Image") -> dict[str, Any]:
    """What `docker image inspect` says of an image."""
    config = image.config
    names = [other.name for other in client.store.images() if other.id == image.id and other.name]
    return {
        "Id": str(image.id),
        "RepoTags": sorted(names) if names else [image.name] if image.name else [],
        "RepoDigests": [],
        "Parent": "",
        "Comment": image.history[0].comment if image.history else "",
        "Created": config.created,
        "Author": config.author,
        "Config": config_document(config),
        "Architecture": config.architecture,
        "Os": config.os,
        "Size": image.size,
        "RootFS": {"Type": "layers", "Layers": [str(layer.diff_id) for layer in image.layers]},
    }


def config_document(config: "ImageConfig") -> dict[str, Any]:
    """The Config part, as the image has it."""
    return {
        "Hostname": "",
        "User": config.user,
        "ExposedPorts": {port: {} for port in config.exposed_ports},
        "Env": list(config.env),
        "Cmd": list(config.cmd) or None,
        "Volumes": {path: {} for path in config.volumes} or None,
        "WorkingDir": config.working_dir,
        "Entrypoint": list(config.entrypoint) or None,
        "Labels": dict(config.labels) or None,
        "StopSignal": config.stop_signal,
    }


image_inspect, container_inspect = _of_one_kind("image"), _of_one_kind("container")

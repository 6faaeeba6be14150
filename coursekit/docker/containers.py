"""The verbs about containers that exist: ps, start, stop, restart, rm.

Neighbours: creating (run, create), inside (exec, cp, diff, commit, export). Output recorded from docker 28.2.
"""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from coursekit.columns import cut
from coursekit.docker import formatters
from coursekit.docker.client import Client
from coursekit.docker.command import DockerError, Verb, complain, daemon, each, each_of, pass_client, table_options
from coursekit.docker.images import filter_pairs, has_label
from coursekit.docker.listing import Listing, Row
from coursekit.docker.output import print_lines
from coursekit.docker.run import attend
from coursekit.errors import Conflict, NotStarted

if TYPE_CHECKING:
    from coursekit.container.container import Container

_PS = {
    "ID": "CONTAINER ID",
    "Image": "IMAGE",
    "Command": "COMMAND",
    "RunningFor": "CREATED",
    "CreatedAt": "CREATED AT",
    "Status": "STATUS",
    "State": "STATE",
    "Ports": "PORTS",
    "Names": "NAMES",
    "Size": "SIZE",
    "Labels": "LABELS",
    "Mounts": "MOUNTS",
    "LocalVolumes": "LOCAL VOLUMES",
    "Networks": "NETWORKS",
    "Label": lambda key: key,
}
_STATES = ("created", "running", "exited")


@click.command(cls=Verb, name="ps")
@click.option("-a", "--all", "everything", is_flag=True, help="Show all containers (default shows just running)")
@click.option("-f", "--filter", "filters", multiple=True, metavar="filter", help="name, id, status, ancestor, label")
@click.option("-n", "--last", type=int, default=-1, help="Show n last created containers (includes all states)")
@click.option("-l", "--latest", is_flag=True, help="Show the latest created container (includes all states)")
@click.option("-s", "--size", is_flag=True, help="Display total file sizes")
@table_options
@pass_client
def ps(
    client: Client,
    everything: bool,
    filters: Sequence[str],
    last: int,
    latest: bool,
    size: bool,
    form: str,
    as_json: bool,
    quiet: bool,
    no_trunc: bool,
) -> None:
    """List containers."""
    if quiet and form not in ("", "table"):
        complain("WARNING: Ignoring custom format, because both --format and --quiet are set.")
        form = ""
    pairs = list(filter_pairs(filters))
    found = sorted(client.containers.list(), key=lambda container: container.created, reverse=True)
    last = 1 if latest else last
    if not everything and last < 0 and all(name != "status" for name, _ in pairs):
        found = [container for container in found if container.state == "running"]
    for name in dict.fromkeys(name for name, _ in pairs):
        keep = [_filter(name, value) for other, value in pairs if other == name]
        found = [container for container in found if any(holds(container) for holds in keep)]
    found = found[:last] if last >= 0 else found
    columns = ("ID", "Image", "Command", "RunningFor", "Status", "Ports", "Names", *(["Size"] if size else []))
    rows = [_row(client, container, whole=no_trunc) for container in found]
    print_lines(Listing(_PS, columns, rows).lines("json" if as_json else form, quiet=quiet))


def _row(client: Client, container: "Container", *, whole: bool) -> Row:
    labels = container.labels
    written = container.size
    return {
        "Command": formatters.quoted_command(container.argv, whole=whole),
        "CreatedAt": formatters.moment(container.created),
        "ID": container.id if whole else container.id[:12],
        "Image": image_shown(client, container),
        "Label": lambda key: labels.get(key, ""),
        "Labels": ",".join(f"{key}={value}" for key, value in sorted(labels.items())),
        "LocalVolumes": str(len(container.mounts)),
        "Mounts": ",".join(cut(mount.volume.name, 15) for mount in container.mounts),
        "Names": container.name,
        "Networks": "none",
        "Ports": "",
        "RunningFor": formatters.ago(container.created, client.now()),
        "Size": f"{formatters.size(written)} (virtual {formatters.size(container.image.size + written)})",
        "State": container.state,
        "Status": status(container, client),
    }


def image_shown(client: Client, container: "Container") -> str:
    """The IMAGE column: the name it was made from, as it was written then, while it still means the same image."""
    name = container.image_name
    current = client.store.find(name)
    if current is None or current.id != container.image.id:
        return container.image.id.short
    return name.removesuffix(":latest")


def status(container: "Container", client: Client) -> str:
    """The STATUS column: "Up 3 hours", "Exited (0) 9 hours ago", "Created"."""
    match container.state:
        case "running":
            return f"Up {formatters.age(client.now() - (container.started_at or container.created))}"
        case "exited":
            gone = formatters.age(client.now() - (container.finished_at or container.created))
            return f"Exited ({container.exit_code}) {gone} ago"
    return "Created"


def _expression(text: str) -> re.Pattern[str]:
    """A regular expression, as the filter `name` takes one. Raises: DockerError."""
    try:
        return re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise DockerError(daemon(f"error parsing regexp: {error}: `{text}`")) from error


def _stands_on(container: "Container", image: str) -> bool:
    return container.image_name in (image, f"{image}:latest") or container.image.id.encoded.startswith(image)


def _filter(name: str, value: str) -> Callable[["Container"], bool]:
    match name:
        case "name":
            wanted = _expression(value)
            return lambda container: wanted.search(container.name) is not None
        case "id":
            return lambda container: container.id.startswith(value)
        case "status" if value in _STATES:
            return lambda container: container.state == value
        case "status":
            raise DockerError(daemon(f"Invalid filter 'status={value}'; a container is {', '.join(_STATES)}"))
        case "exited":
            return lambda container: container.state == "exited" and str(container.exit_code) == value
        case "ancestor":
            return lambda container: _stands_on(container, value)
        case "label":
            return lambda container: has_label(container.labels, value)
    raise DockerError(daemon(f"Invalid filter '{name}'; there are ancestor, exited, id, label, name and status"))


@click.command(cls=Verb, name="start")
@click.option("-a", "--attach", is_flag=True, help="Attach STDOUT/STDERR: show what the command prints")
@click.option("-i", "--interactive", is_flag=True, help="Attach container's STDIN")
@click.argument("names", nargs=-1, required=True, metavar="CONTAINER [CONTAINER...]")
@pass_client
def start(client: Client, names: Sequence[str], attach: bool, interactive: bool) -> None:
    """Start one or more stopped containers."""
    if attach or interactive:
        if len(names) > 1:
            raise DockerError("you cannot start and attach multiple containers at once")
        raise click.exceptions.Exit(_start_attached(client, names[0], interactive=interactive))

    def act(name: str) -> None:
        with client.changing(name) as container:
            container.start()
        click.echo(name)

    failed = each_of(names, act)
    if failed:
        raise DockerError(f"Error: failed to start containers: {', '.join(failed)}")


def _start_attached(client: Client, name: str, *, interactive: bool) -> int:
    """Start a container and stay with it; the exit code of its first process."""
    tty = client.container(name).settings.tty
    if interactive and tty and not client.stdin and client.ask is None:
        raise DockerError(client.terminal)
    with client.changing(name) as container:
        container.start()
    return attend(client, container, (), interactive=interactive, tty=tty)


@click.command(cls=Verb, name="stop")
@click.option("-t", "--time", "--timeout", "seconds", type=int, default=10, help="Seconds to wait before killing")
@click.argument("names", nargs=-1, required=True, metavar="CONTAINER [CONTAINER...]")
@pass_client
def stop(client: Client, names: Sequence[str], seconds: int) -> None:
    """Stop one or more running containers."""

    def act(name: str) -> None:
        with client.changing(name) as container:
            container.stop(seconds)
        click.echo(name)

    each(names, act)


@click.command(cls=Verb, name="restart")
@click.option("-t", "--time", "--timeout", "seconds", type=int, default=10, help="Seconds to wait before killing")
@click.argument("names", nargs=-1, required=True, metavar="CONTAINER [CONTAINER...]")
@pass_client
def restart(client: Client, names: Sequence[str], seconds: int) -> None:
    """Restart one or more containers."""

    def act(name: str) -> None:
        try:
            with client.changing(name) as container:
                container.restart(seconds)
        except NotStarted as error:
            raise DockerError(daemon(f"Cannot restart container {name}: {error}")) from error
        click.echo(name)

    each(names, act)


@click.command(cls=Verb, name="rm")
@click.option("-f", "--force", is_flag=True, help="Force the removal of a running container")
@click.option("-v", "--volumes", is_flag=True, help="Remove anonymous volumes too")
@click.argument("names", nargs=-1, required=True, metavar="CONTAINER [CONTAINER...]")
@pass_client
def rm(client: Client, names: Sequence[str], force: bool, volumes: bool) -> None:
    """Remove one or more containers."""

    def act(name: str) -> None:
        container = client.container(name)
        if container.state == "running" and not force:
            raise Conflict(
                f'cannot remove container "/{container.name}": container is running: stop the container '
                "before removing or force remove"
            )
        container.remove(force, volumes)
        click.echo(name)

    each(names, act, forgiving=force)

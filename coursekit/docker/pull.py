"""`pull`: an image from a registry, told in docker's lines; on a terminal with a bar for each layer that travels.

Source: what `docker pull` prints where no terminal listens.
"""

import sys
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING

import click

from coursekit.docker.client import Client
from coursekit.docker.command import Verb, pass_client

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from coursekit.image.digest import Digest
    from coursekit.image.manifest import Descriptor


@click.command(cls=Verb, name="pull")
@click.option("--platform", metavar="string", help="Which one of an image for several platforms, such as linux/arm64")
@click.option("--plain-http", is_flag=True, help="Allow a registry without TLS that is not on this machine")
@click.option("-q", "--quiet", is_flag=True, help="Suppress verbose output")
@click.argument("name", metavar="NAME[:TAG|@DIGEST]")
@pass_client
def pull(client: Client, platform: str | None, plain_http: bool, quiet: bool, name: str) -> None:
    """Download an image from a registry into the store; only what is missing travels."""
    from coursekit.image.platform import parse_platform
    from coursekit.registry.address import Address
    from coursekit.registry.pull import pull as fetch

    address = Address.parse(name)
    wanted = parse_platform(platform) if platform else None
    if quiet:
        fetch(name, client.store, platform=wanted, plain_http=plain_http)
        click.echo(address.full)
        return
    before = {(one.id, one.name if address.name else None) for one in client.store.images(with_bundled=False)}
    if address.tag and ":" not in name.rpartition("/")[2]:
        click.echo(f"Using default tag: {address.tag}")
    with _Lines(address.wanted, address.repository) as lines:
        image = fetch(name, client.store, platform=wanted, plain_http=plain_http, watcher=lines)
    same = (image.id, address.name) in before
    shown = address.name or f"{address.familiar}@{address.digest}"
    click.echo(f"Digest: {lines.digest}")
    click.echo(f"Status: {'Image is up to date' if same else 'Downloaded newer image'} for {shown}")
    click.echo(address.full)


class _Lines:
    """A registry.pull.Watcher: docker's lines, and bars on a terminal."""

    def __init__(self, wanted: str, repository: str) -> None:
        self.digest: Digest | None = None
        self._head = f"{wanted}: Pulling from {repository}"
        self._bars: Progress | None = None
        self._tasks: dict[Digest, TaskID] = {}
        self._lock = Lock()

    def __enter__(self) -> "_Lines":
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

            columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
            self._bars = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bars.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bars is not None:
            self._bars.stop()

    def found(self, digest: "Digest") -> None:
        self.digest = digest
        click.echo(self._head)

    def started(self, layer: "Descriptor", *, there: bool) -> None:
        self._say(layer, "Already exists" if there else "Pulling fs layer")
        if self._bars is not None and not there:
            self._tasks[layer.digest] = self._bars.add_task(layer.digest.short, total=layer.size)

    def advanced(self, layer: "Descriptor", count: int) -> None:
        if self._bars is not None:
            self._bars.update(self._tasks[layer.digest], advance=count)

    def finished(self, layer: "Descriptor") -> None:
        self._say(layer, "Pull complete")

    def _say(self, layer: "Descriptor", what: str) -> None:
        with self._lock:  # a line is printed whole, whichever thread has it
            click.echo(f"{layer.digest.short}: {what}")

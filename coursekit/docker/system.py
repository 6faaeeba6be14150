"""docker system df: what the store takes on the disk.

A row more than docker's: "Layer Cache" is what the store keeps unpacked so that layers open fast; it may be
deleted at any time.
"""

import click

from coursekit.docker import formatters
from coursekit.docker.client import Client
from coursekit.docker.command import Verb, Verbs, pass_client
from coursekit.docker.listing import Listing, Row
from coursekit.docker.output import print_lines

_HEADINGS = {
    "Type": "TYPE",
    "TotalCount": "TOTAL",
    "Active": "ACTIVE",
    "Size": "SIZE",
    "Reclaimable": "RECLAIMABLE",
}


@click.group(cls=Verbs, name="system")
def system() -> None:
    """Manage the store."""


@system.command(cls=Verb, name="df")
@click.option("--format", "form", metavar="string", default="", help="table, json, or a Go template")
@click.option("--json", "as_json", is_flag=True, help="one JSON object a line: --format json")
@pass_client
def df(client: Client, form: str, as_json: bool) -> None:
    """Show disk usage."""
    rows = [_images(client), _containers(client), _volumes(client), _row("Build Cache", 0, 0, 0, 0), _cache(client)]
    print_lines(Listing(_HEADINGS, tuple(_HEADINGS), rows, "Type").lines("json" if as_json else form))


def _row(kind: str, total: int, active: int, size: int, free: int, *, percent: bool = True) -> Row:
    share = f" ({100 * free // size}%)" if size and percent else ""
    return {
        "Active": str(active),
        "Reclaimable": f"{formatters.size(free, 4)}{share}",
        "Size": formatters.size(size, 4),
        "TotalCount": str(total),
        "Type": kind,
    }


def _images(client: Client) -> Row:
    """Layers are counted once, however many images stand on them: bytes of files, as docker counts."""
    images = {image.id: image for image in client.store.images(with_bundled=False)}
    used = {container.image.id for container in client.containers.list()}
    sizes = {layer.chain_id: layer.size_files for image in images.values() for layer in image.layers}
    held = {layer.chain_id for image in images.values() if image.id in used for layer in image.layers}
    free = sum(size for chain_id, size in sizes.items() if chain_id not in held)
    return _row("Images", len(images), len(used & set(images)), sum(sizes.values()), free)


def _containers(client: Client) -> Row:
    found = client.containers.list()
    running = [container for container in found if container.state == "running"]
    size = sum(container.size for container in found)
    free = size - sum(container.size for container in running)
    return _row("Containers", len(found), len(running), size, free)


def _volumes(client: Client) -> Row:
    sizes = {path.stem: path.stat().st_size for path in (client.store.root / "volumes").glob("*.tar")}
    used = {mount.volume.name for container in client.containers.list() for mount in container.mounts}
    free = sum(size for name, size in sizes.items() if name not in used)
    return _row("Local Volumes", len(sizes), len(used & set(sizes)), sum(sizes.values()), free)


def _cache(client: Client) -> Row:
    size = client.store.disk_usage()["cache"]
    files = sum(1 for path in (client.store.root / "cache").rglob("*") if path.is_file())
    return _row("Layer Cache", files, 0, size, size, percent=False)

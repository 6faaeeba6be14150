"""The verbs that bring images in and out as one file: load and save.

Neighbours: images; image/archive reads and writes the files.
"""

import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

import click

from coursekit.docker.client import Client
from coursekit.docker.command import DockerError, Verb, pass_client, platform_option
from coursekit.docker.images import find_image
from coursekit.docker.output import binary_output, check_output, print_lines, progress
from coursekit.errors import ImageError

if TYPE_CHECKING:
    from coursekit.image.image import Image
    from coursekit.image.image_layer import ImageLayer


@click.command(cls=Verb, name="load")
@platform_option
@click.option("-i", "--input", "source", metavar="string", help="Read from an archive or a layout, instead of STDIN")
@click.option("-q", "--quiet", is_flag=True, help="Suppress the load output")
@pass_client
def load(client: Client, source: str | None, quiet: bool) -> None:
    """Load images from a tar archive (docker save's or OCI's) or an OCI image layout."""
    if source is None:
        if client.stdin == "" or (client.stdin is None and sys.stdin.isatty()):
            raise DockerError("requested load from stdin, but stdin is empty")
        given = sys.stdin.buffer if client.stdin is None else io.BytesIO(client.stdin.encode())
        _load_stream(client, given, "standard input")
    elif Path(source).is_fifo():
        with open(source, "rb") as given:
            _load_stream(client, given, source)
    else:
        _load(client, Path(source), source)


def _load_stream(client: Client, stream: BinaryIO, called: str) -> None:
    """Load what can be read only once: an archive is read here and there, so it becomes a file first."""
    with tempfile.NamedTemporaryFile(suffix=".tar") as file:
        shutil.copyfileobj(stream, file)
        file.flush()
        try:
            _load(client, Path(file.name), called)
        except ImageError as error:
            raise ImageError(str(error).replace(file.name, called)) from error


def _load(client: Client, path: Path, called: str) -> None:
    if not path.exists():
        raise DockerError(f"open {called}: no such file or directory")
    for image in _images_at(client, path):
        with progress(f"loading {image.name or called}", image.size_compressed) as advance:
            for layer in image.layers:
                layer.source.lower  # noqa: B018 - each is read and verified here, which is what takes its time
                advance(layer.size_compressed)
            stored = client.store.add(image)
        print_lines([f"Loaded image: {stored.name}" if stored.name else f"Loaded image ID: {stored.id}"])


def _images_at(client: Client, path: Path) -> "Sequence[Image]":
    """All images of an archive or of a layout. Raises: ImageError."""
    from coursekit.image import archive, layout
    from coursekit.image.blobs import LayoutBlobs

    if not path.is_dir():
        return archive.read(path, platform=client.platform, cache=client.store.cache)
    if not layout.is_layout(path):
        raise ImageError(f"{path} is a directory, but no image layout: it has no {layout.LAYOUT_FILE}")
    found = layout.read_all(
        layout.read_index(path), LayoutBlobs(path), str(path), platform=client.platform, cache=client.store.cache
    )
    return found or [layout.read(path, platform=client.platform)]


@click.command(cls=Verb, name="save")
@platform_option
@click.option("-o", "--output", "target", metavar="string", help="Write to a file, instead of STDOUT")
@click.option("--flavour", type=click.Choice(["docker", "oci"]), default="docker", help="Format of the archive")
@click.argument("images", nargs=-1, required=True, metavar="IMAGE [IMAGE...]")
@pass_client
def save(client: Client, images: Sequence[str], target: str | None, flavour: Literal["docker", "oci"]) -> None:
    """Save one or more images to a tar archive (streamed to STDOUT by default)."""
    from coursekit.image.archive import blocks

    check_output(target, "save image")
    found = [find_image(client, name) for name in images]
    written = blocks(found, flavour)
    total = sum((layer.size_tar or 0) if flavour == "docker" else layer.size_compressed for layer in _layers(found))
    bar = progress(f"saving {', '.join(images)}", total)
    with binary_output(target) as path, bar as advance, open(path, "wb") as file:
        for block in written:
            file.write(block)
            advance(len(block))
        file.flush()
        if os.path.isfile(path):
            os.fsync(file.fileno())


def _layers(images: "Sequence[Image]") -> "Iterable[ImageLayer]":
    """The layers of several images, each once."""
    return {layer.digest: layer for image in images for layer in image.layers if not layer.source.absent}.values()

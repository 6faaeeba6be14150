"""Looking into images and containers: layers, ls, cat, tree.

`layers --json` and `tree --json` are read by other programs: one JSON object a line, and their keys stay.
"""

import hashlib
import json
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from coursekit.cli.spoken import CourseVerb
from coursekit.columns import cut
from coursekit.docker import formatters
from coursekit.docker.client import Client
from coursekit.docker.command import DockerError, pass_client, platform_option
from coursekit.docker.images import find_image
from coursekit.docker.listing import align
from coursekit.docker.output import print_lines
from coursekit.errors import ContentMissing, ImageError, NotFound
from coursekit.language import _, later

if TYPE_CHECKING:
    from coursekit.image.image import Image, ImageLayer
    from coursekit.vfs.overlay import Overlay

_TYPES = {
    stat.S_IFREG: later("file"),
    stat.S_IFDIR: later("directory"),
    stat.S_IFLNK: later("symlink"),
    stat.S_IFCHR: later("char"),
    stat.S_IFBLK: later("block"),
    stat.S_IFIFO: later("fifo"),
}


def merged_tree(client: Client, reference: str) -> "Overlay":
    """The merged tree of a container, or of an image; without what is mounted in a container (/proc, volumes).

    Raises: DockerError, ImageError.
    """
    from coursekit.vfs.overlay import Overlay

    try:
        rootfs = client.container(reference).rootfs
        return Overlay(rootfs.lowerdir, rootfs.upper)
    except NotFound:
        return Overlay.from_image(find_image(client, reference), upperdir=None)


@click.command(cls=CourseVerb, name="layers")
@platform_option
@click.option("--json", "as_json", is_flag=True, help="one JSON object a line")
@click.argument("image")
@pass_client
def layers(client: Client, image: str, as_json: bool) -> None:
    """List the layers of an image, base first."""
    keys = (
        "digest",
        "diff_id",
        "chain_id",
        "media_type",
        "size_compressed",
        "size_tar",
        "size_files",
        "created_by",
        "added",
        "changed",
        "deleted",
    )
    rows = [{key: known(layer, key) for key in keys} for layer in find_image(client, image).layers]
    if as_json:
        write_json(rows)
        return
    heading = "LAYER\tDIFF ID\tDOWNLOAD\tFILES\tADDED\tCHANGED\tDELETED\tCREATED BY"
    lines = [
        "\t".join(
            map(
                str,
                (
                    index,
                    formatters.short_id(row["diff_id"]),
                    _size(row["size_compressed"]),
                    _size(row["size_files"]),
                    _count(row["added"]),
                    _count(row["changed"]),
                    _count(row["deleted"]),
                    cut(formatters.one_line(row["created_by"]), 60),
                ),
            )
        )
        for index, row in enumerate(rows)
    ]
    print_lines(align([heading, *lines]))


def _size(number: int | None) -> str:
    return _("unknown") if number is None else formatters.size(number)


def _count(number: int | None) -> str:
    return "?" if number is None else str(number)


def known(layer: "ImageLayer", key: str) -> Any:
    """What a layer says under `key`, as JSON has it; None where an image of published metadata does not know."""
    try:
        value = getattr(layer, key)
    except ImageError:
        return None
    return value if value is None or isinstance(value, int | str) else str(value)


def write_json(rows: Iterable[dict[str, Any]]) -> None:
    """One JSON object a line. A name that is no UTF-8 keeps its bytes as lone surrogates, escaped."""
    for row in rows:
        click.echo(json.dumps(row))


@click.command(cls=CourseVerb, name="tree")
@platform_option
@click.option("--json", "as_json", is_flag=True, help="one JSON object a line, with the digest of every file")
@click.argument("reference", metavar="IMAGE|CONTAINER")
@click.argument("path", default="/")
@pass_client
def tree(client: Client, reference: str, path: str, as_json: bool) -> None:
    """List every visible path of the merged tree, sorted, with the layer that it comes from."""
    rootfs = merged_tree(client, reference)
    paths = sorted(walk(rootfs, path))
    if as_json:
        write_json(tree_row(rootfs, each) for each in paths)
        return
    print_lines(align([long_line(rootfs, each, each) for each in paths]))


@click.command(cls=CourseVerb, name="ls")
@platform_option
@click.option("-a", "--all", "everything", is_flag=True, help="names that begin with a dot, too")
@click.option("-l", "long", is_flag=True, help="mode, owner, size, layer")
@click.option("--json", "as_json", is_flag=True, help="one JSON object a line, as tree has it")
@click.argument("reference", metavar="IMAGE|CONTAINER")
@click.argument("path", default="/")
@pass_client
def ls(client: Client, reference: str, path: str, everything: bool, long: bool, as_json: bool) -> None:
    """List a directory of the merged tree of an image or a container."""
    rootfs = merged_tree(client, reference)
    if stat.S_ISDIR(rootfs.stat(path).st_mode):
        names = sorted(name for name in rootfs.listdir(path) if everything or as_json or not name.startswith("."))
        found = [(name, f"{path.rstrip('/')}/{name}") for name in names]
    else:
        found = [(path, path)]
    if as_json:
        write_json(tree_row(rootfs, place) for _, place in found)
    elif long:
        print_lines(align([long_line(rootfs, place, name) for name, place in found]))
    else:
        print_lines(formatters.printable(name) for name, _ in found)


@click.command(cls=CourseVerb, name="cat")
@platform_option
@click.option("--layer", type=int, metavar="N", help="of an image, as layer N has them; 0 is the base")
@click.argument("reference", metavar="IMAGE|CONTAINER")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@pass_client
def cat(client: Client, reference: str, paths: Sequence[str], layer: int | None) -> None:
    """Print files of the merged tree of an image or a container; with --layer, of one layer alone.

    What a later layer deletes is still there in its own.
    """
    rootfs = merged_tree(client, reference) if layer is None else layer_tree(client, reference, layer)
    for path in paths:
        if stat.S_ISREG(rootfs.stat(path).st_mode):
            write_bytes(rootfs.read_bytes(path))
        else:
            kind = _(kind_of(rootfs.stat(path).st_mode))
            raise DockerError(_("{path}: not a regular file: {kind}").format(path=path, kind=kind))


def layer_tree(client: Client, reference: str, number: int) -> "Overlay":
    """One layer of an image, alone. Raises: DockerError."""
    from coursekit.vfs.overlay import Overlay

    return Overlay([image_layer(find_image(client, reference), number).lower], None)


def image_layer(image: "Image", number: int) -> "ImageLayer":
    """Layer `number` of an image, 0 is the base. Raises: DockerError."""
    if not 0 <= number < len(image.layers):
        none, some = (
            _("{image} has no layer {n}; it has none"),
            _("{image} has no layer {n}; it has layers 0 to {last}"),
        )
        said = some if image.layers else none
        name = image.name or image.id.short
        raise DockerError(said.format(image=name, n=number, last=len(image.layers) - 1))
    return image.layers[number]


def write_bytes(data: bytes) -> None:
    """Bytes as they are, where standard output takes bytes; else as text."""
    out = getattr(sys.stdout, "buffer", None)
    if out is None:
        click.echo(data.decode("utf-8", "replace"), nl=False)
        return
    sys.stdout.flush()
    out.write(data)
    out.flush()


def walk(rootfs: "Overlay", top: str) -> Iterator[str]:
    """All visible paths from `top` down, itself too; symlinks are not followed."""
    top = "/" + top.strip("/")
    waiting = [top]
    while waiting:
        path = waiting.pop()
        yield path
        if stat.S_ISDIR(rootfs.lstat(path).st_mode):
            waiting += [f"{path.rstrip('/')}/{name}" for name in rootfs.listdir(path)]


def layer_of(rootfs: "Overlay", path: str) -> int | None:
    """The layer that a path comes from, base = 0; a container's own layer is above them all."""
    found = rootfs.providers(path)
    return len(rootfs.lowerdir) - found[0] if found else None


def kind_of(mode: int) -> str:
    """The type of a file, in a word."""
    return _TYPES.get(stat.S_IFMT(mode), later("socket"))


def tree_row(rootfs: "Overlay", path: str) -> dict[str, Any]:
    """One path as `tree --json` tells it."""
    status = rootfs.lstat(path)
    kind = kind_of(status.st_mode)
    return {
        "path": path,
        "type": kind,
        "mode": f"{stat.S_IMODE(status.st_mode):04o}",
        "uid": status.st_uid,
        "gid": status.st_gid,
        "size": status.st_size,
        "mtime_ns": status.st_mtime_ns,
        "link": rootfs.readlink(path) if kind == "symlink" else None,
        "digest": file_digest(rootfs, path) if kind == "file" else None,
        "layer": layer_of(rootfs, path),
        "ino": status.st_ino,
    }


def file_digest(rootfs: "Overlay", path: str) -> str:
    """sha256 of a file's contents; of a skeleton's file the digest that it was listed with."""
    hasher = hashlib.sha256()
    try:
        with rootfs.open(path) as file:
            while block := file.read(1 << 20):
                hasher.update(block)
    except ContentMissing as error:
        return error.digest
    return f"sha256:{hasher.hexdigest()}"


def long_line(rootfs: "Overlay", path: str, name: str) -> str:
    """A line of `ls -l`, with the layer in front."""
    status = rootfs.lstat(path)
    arrow = f" -> {rootfs.readlink(path)}" if stat.S_ISLNK(status.st_mode) else ""
    owner = f"{status.st_uid}:{status.st_gid}"
    when = datetime.fromtimestamp(status.st_mtime_ns // 1_000_000_000, UTC).strftime("%Y-%m-%d %H:%M")
    cells = (layer_of(rootfs, path), stat.filemode(status.st_mode), owner, status.st_size, when)
    return "\t".join([*map(str, cells), formatters.printable(name + arrow)])


VERBS = (layers, ls, cat, tree)

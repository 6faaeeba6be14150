"""Who owns the bytes: the files of an image by Debian package, and by what asked for the package.

    var/lib/dpkg/info/NAME.list     the paths that a package put there
    (who asked for the package: see `wanted`)

A file that no package lists was made afterwards (a cache, a database, a script that COPY brought): its owner is the
directory that holds it, in brackets. Each inode counts once, a symlink as long as its target, as docker counts.

Reads the merged tree only; sizes are the files' own, so a skeleton image will do.
Source: Debian Policy, "deb control files"; dpkg-query(1).
"""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coursekit.errors import NotFound
from coursekit.fs.node import File, Symlink, stored_size
from coursekit.language import _
from coursekit.union.merge import LowerEntry, MergedIndex
from coursekit.vfs.overlay import Overlay

if TYPE_CHECKING:
    from coursekit.image.image import Image

INFO = "/var/lib/dpkg/info"


@dataclass(frozen=True, slots=True)
class Owner:
    """Bytes and files of one owner in one layer; `package` is False for a directory in brackets."""

    name: str
    layer: int  # base is 0
    size: int  # bytes
    count: int
    package: bool


@dataclass(frozen=True, slots=True)
class _Found:
    path: str
    size: int
    inode: tuple[int, int]
    layer: int


def owners(image: "Image") -> tuple[Owner, ...]:
    """Every owner of bytes that a container of `image` sees, largest first; one row for each layer it has files in.

    Raises: NotFound where the image has no dpkg database.
    """
    tree = Overlay.from_image(image)
    try:
        lists = sorted(name for name in tree.listdir(INFO) if name.endswith(".list"))
    except FileNotFoundError:
        name = image.name or image.id
        said = _("{name} has no dpkg database ({file}): its files have no recorded owners")
        raise NotFound(said.format(name=name, file=INFO)) from None
    found, links = _files(image)
    listed = {
        resolve(path, links): package_name(name)
        for name in lists
        for path in tree.read_text(f"{INFO}/{name}").splitlines()
    }
    sums: dict[tuple[str, int, bool], tuple[int, int]] = {}
    seen: set[tuple[int, int]] = set()
    for file in found:
        package = listed.get(file.path)
        key = (package or bracket(file.path), file.layer, package is not None)
        size, count = sums.get(key, (0, 0))
        sums[key] = (size + (0 if file.inode in seen else file.size), count + 1)
        seen.add(file.inode)
    rows = (Owner(name, layer, size, count, package) for (name, layer, package), (size, count) in sums.items())
    return tuple(sorted(rows, key=lambda row: (-row.size, row.name, row.layer)))


def package_name(filename: str) -> str:
    """The package of a file of /var/lib/dpkg/info.

    >>> package_name("libc6:amd64.list")
    'libc6'
    """
    return filename.removesuffix(".list").partition(":")[0]


def bracket(path: str) -> str:
    """The owner of a file that no package lists: its first two directories, in brackets.

    >>> bracket("/var/lib/dpkg/status"), bracket("/docker-entrypoint.sh")
    ('(/var/lib)', '(/)')
    """
    parts = path.split("/")[1:-1]
    return "(/" + "/".join(parts[:2]) + ")"


def resolve(path: str, links: Mapping[str, str]) -> str:
    """`path` with its directories followed through `links` (path of a symlink → where it leads, absolute).

    >>> resolve("/lib/x86_64/libc.so", {"/lib": "/usr/lib"})
    '/usr/lib/x86_64/libc.so'
    """
    head, _, tail = path.rpartition("/")
    prefix = ""
    for name in head.split("/")[1:]:
        prefix = f"{prefix}/{name}"
        prefix = links.get(prefix, prefix)
    return f"{prefix}/{tail}"


def _files(image: "Image") -> tuple[list[_Found], dict[str, str]]:
    """What a container sees: files and symlinks with their layer (base 0), and where each symlink leads, one step."""
    depth = len(image.layers)
    index = MergedIndex.of([layer.lower for layer in reversed(image.layers)])
    found: list[_Found] = []
    links: dict[str, str] = {}
    for path, below in _walk(index, "", index.root):
        node = below.node
        if isinstance(node, File | Symlink):
            found.append(_Found(path, stored_size(node), index.inode(below), depth - below.stack[0][0]))
        if isinstance(node, Symlink):
            links[path] = posixpath.normpath(posixpath.join(posixpath.dirname(path), node.target))
    return found, links


def _walk(index: MergedIndex, place: str, directory: LowerEntry) -> Iterator[tuple[str, LowerEntry]]:
    for name, below in sorted(index.names(directory).items()):
        yield f"{place}/{name}", below
        if below.is_dir:
            yield from _walk(index, f"{place}/{name}", below)

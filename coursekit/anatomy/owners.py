"""Who owns the bytes: the files of an image by Debian package, and by what asked for the package.

    var/lib/dpkg/info/NAME.list     the paths that a package put there
    (who asked for the package: see `wanted`)

A file that no package lists was made afterwards (a cache, a database, a script that COPY brought): its owner is the
directory that holds it, in brackets. Each inode counts once, a symlink as long as its target, as docker counts.

Floor 4 (anatomy). Reads the merged tree only; sizes are the files' own, so a skeleton image will do.
Source: Debian Policy, "deb control files"; dpkg-query(1).
"""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from stat import S_ISDIR, S_ISLNK, S_ISREG
from typing import TYPE_CHECKING

from coursekit.errors import NotFound
from coursekit.union.overlay import Overlay

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
        raise NotFound(f"{name} has no dpkg database ({INFO}): its files have no recorded owners") from None
    found, links = _files(tree, depth=len(image.layers))
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


def _files(tree: Overlay, depth: int) -> tuple[list[_Found], dict[str, str]]:
    """The files and symlinks of the tree with their layer (base 0), and where each symlink leads, one step."""
    found: list[_Found] = []
    links: dict[str, str] = {}
    for path in _walk(tree, "/"):
        stat = tree.lstat(path)
        if S_ISREG(stat.st_mode) or S_ISLNK(stat.st_mode):
            layer = depth - tree.providers(path)[0]
            found.append(_Found(path, stat.st_size, (stat.st_dev, stat.st_ino), layer))
        if S_ISLNK(stat.st_mode):
            links[path] = posixpath.normpath(posixpath.join(posixpath.dirname(path), tree.readlink(path)))
    return found, links


def _walk(tree: Overlay, top: str) -> Iterator[str]:
    for name in tree.listdir(top):
        path = posixpath.join(top, name)
        yield path
        if S_ISDIR(tree.lstat(path).st_mode):
            yield from _walk(tree, path)

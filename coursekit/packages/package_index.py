"""A bundled package index: which packages there are, what each brings, and what apt-get update leaves behind.

    coursekit/data/packages/NAME/
        index.json.gz     packages: control paragraph, size of the .deb, growth; updates: lists and caches as measured
        tree.json.gz      two layers a package in the columns of skeleton.py: its files, then info and traces
        digests.bin  contents.bin.gz     as in a skeleton

tests/real/packages.py writes what this reads, from Debian's archive.
"""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from coursekit.fs.content import Content, Missing
from coursekit.image.skeleton import Contents, SkeletonLayer
from coursekit.language import later
from coursekit.packages.control_fields import Fields, paragraphs, relations

HOW = later("the package index knows sizes and digests; apt-get download NAME, on a Debian machine, gets the whole")


class PackageContents(Contents):
    """Contents of packages: those that are elsewhere know what gzip makes of them."""

    def __init__(self, table: Mapping[str, list[int]], digests: bytes, held: Traversable) -> None:
        super().__init__(table, digests, held)
        self._packed = table["packed"]

    def of(self, row: int, path: str) -> Content:
        found = super().of(row, path)
        if isinstance(found, Missing):
            return Missing(found.size, found.digest, path, HOW, self._packed[row])
        return found


@dataclass(frozen=True, slots=True)
class Package:
    """One package of the archive. `files` is what its .deb holds, `more` what dpkg and its scripts add to that."""

    name: str
    fields: Fields
    size: int  # bytes of the .deb
    filename: str
    sha256: str
    files: SkeletonLayer = field(repr=False)
    more: SkeletonLayer = field(repr=False)
    grows: Mapping[str, int] = field(repr=False, default_factory=dict)

    @property
    def version(self) -> str:
        return self.fields["Version"]

    @property
    def architecture(self) -> str:
        return self.fields["Architecture"]

    @property
    def installed_size(self) -> int:
        """Bytes, as the package claims."""
        return int(self.fields.get("Installed-Size", "0")) * 1024

    @property
    def deb(self) -> str:
        """The name of its .deb in apt's cache."""
        return f"{self.name}_{self.version.replace(':', '%3a')}_{self.architecture}.deb"


@dataclass(frozen=True)
class Index:
    """All packages of an archive that are bundled."""

    packages: Mapping[str, Package]
    known: frozenset[str]  # further names that the real archive has
    updates: Mapping[str, Any]

    def providers(self, name: str) -> tuple[Package, ...]:
        """The packages that provide a virtual one, sorted by name."""
        return tuple(package for package in self.packages.values() if name in provided(package.fields))


def provided(fields: Mapping[str, str]) -> frozenset[str]:
    """The virtual packages that these fields provide."""
    return frozenset(choice[0].name for choice in relations(fields.get("Provides", "")))


@cache
def bullseye() -> Index:
    """The index of Debian 11 around nginx and curl."""
    return read(files("coursekit") / "data" / "packages" / "debian-bullseye")


def read(directory: Traversable) -> Index:
    """Read what tests/real/packages.py wrote."""
    document = json.loads(gzip.decompress((directory / "index.json.gz").read_bytes()))
    tree = json.loads(gzip.decompress((directory / "tree.json.gz").read_bytes()))
    digests, held = (directory / "digests.bin").read_bytes(), directory / "contents.bin.gz"
    contents = PackageContents(tree["contents"], digests, held)
    owners = [(mode, uid, gid) for mode, uid, gid in tree["owners"]]
    layers = [SkeletonLayer(columns, contents, owners, tree["mtimes"]) for columns in tree["layers"]]
    packages = {}
    for number, one in enumerate(document["packages"]):
        fields = paragraphs(one["control"])[0]
        packages[one["name"]] = Package(
            one["name"],
            fields,
            one["size"],
            one["filename"],
            one["sha256"],
            layers[2 * number],
            layers[2 * number + 1],
            one["grows"],
        )
    return Index(packages, frozenset(document["known"]), document["updates"])

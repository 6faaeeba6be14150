"""What is known about the published nginx images of autumn 2021: every figure with its status and its source.

    measured    counted by this program, in an image at hand
    published   printed by the maker or by docker itself; exact, or rounded to the digits that were printed
    inferred    computed from published figures, or carried over from a neighbouring version

Reads coursekit/data/nginx and nothing else; the images themselves are opened by `coursekit.image`.
Source: coursekit/data/nginx/README.md; each file there names the sources of its rows.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from coursekit.errors import NotFound
from coursekit.image.image_layer import Provenance
from coursekit.language import _, series


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of bytes, known to ± `margin`."""

    value: int
    status: Provenance
    source: str
    margin: int = 0

    def agrees(self, value: float) -> bool:
        """Whether `value` lies within the margin.

        >>> Figure(100, Provenance.INFERRED, "doctest", margin=5).agrees(104)
        True
        """
        return abs(value - self.value) <= self.margin


@dataclass(frozen=True, slots=True)
class PublishedLayer:
    """One layer of a published image. `files` is the sum of its file bytes, as docker prints it."""

    index: int  # base is 0
    digest: str  # of the blob, as it travels
    diff_id: str | None  # of the uncompressed tar; None where no source has it
    compressed: Figure
    files: Figure


@dataclass(frozen=True, slots=True)
class PublishedImage:
    """An image of which the manifest and the sizes are known, and not the files. Layers base first."""

    name: str
    release: str  # what /etc/os-release in it says, in short
    image_id: str
    manifest_digest: str
    compressed: Figure  # all layers, as they travel
    files: Figure  # all layers, unpacked: SIZE of `docker images` in the classic store
    layers: tuple[PublishedLayer, ...]


@dataclass(frozen=True, slots=True)
class Package:
    """A Debian package of the bullseye image that the nginx layer added."""

    name: str
    cause: str  # what asked for it: an nginx module, curl, ca-certificates, gettext-base
    files: Figure  # its regular files, without the paths that a slim image leaves out


RELEASES = {
    "nginx:1.21.3": "Debian 10 (buster)",
    "nginx:1.21.4": "Debian 11 (bullseye)",
    "nginx:1.21.3-alpine": "Alpine 3.14",
}
_FILES = {
    "nginx:1.21.3": "nginx_1.21.3_buster_133MB.json",
    "nginx:1.21.4": "nginx_1.21.4_bullseye.json",
    "nginx:1.21.3-alpine": "alpine.json",
}


def published_names() -> tuple[str, ...]:
    """The images that `published` knows, sorted."""
    return tuple(sorted(_FILES))


@cache
def published(name: str) -> PublishedImage:
    """The published image of that name.

    >>> published("nginx:1.21.3").files.value
    133277153

    Raises: NotFound for a name without published figures.
    """
    if name not in _FILES:
        said = _("there are no published figures for {name}; there are for {known}")
        raise NotFound(said.format(name=repr(name), known=series(published_names())))
    facts = read(_FILES[name])
    return _alpine(name, facts) if name.endswith("alpine") else _debian(name, facts)


@cache
def packages() -> tuple[Package, ...]:
    """What the nginx layer of the bullseye image added from Debian's archive, largest first."""
    facts = read("packages_bullseye.json")
    causes = {
        package: cause.removesuffix(" (inferred)")
        for cause, group in facts["groups"].items()
        for package in group["packages"]
    }
    found = [Package(row["package"], causes[row["package"]], _package_bytes(row)) for row in facts["added_packages"]]
    return tuple(sorted(found, key=lambda package: (-package.files.value, package.name)))


def nginx_package() -> Figure:
    """Installed bytes of nginx.org's own `nginx` package, between those of its neighbours in version."""
    low, high = 3_116_000, 3_132_000  # apt prints 3116 kB for 1.20.1, 3132 kB for 1.22.1
    source = "packages_bullseye.json, nginx_deb: apt's output for the versions before and after"
    return Figure((low + high) // 2, Provenance.INFERRED, source, margin=(high - low) // 2)


def read(name: str) -> Any:
    """A file of coursekit/data/nginx, parsed."""
    return json.loads(files("coursekit").joinpath("data", "nginx", name).read_text(encoding="utf-8"))


def raw(name: str) -> bytes:
    """A file of coursekit/data/nginx byte for byte: its digest is the published one."""
    return files("coursekit").joinpath("data", "nginx", name).read_bytes()


def _debian(name: str, facts: dict[str, Any]) -> PublishedImage:
    source = _FILES[name]
    rows = [row for row in facts["history"] if not row["empty_layer"]]
    layers = tuple(
        PublishedLayer(
            index=row["layer_index"],
            digest=row["blob_digest"],
            diff_id=row["diff_id"],
            compressed=Figure(row["compressed_bytes"], Provenance.PUBLISHED, f"{source}: manifest"),
            files=_layer_files(facts, row, source),
        )
        for row in rows
    )
    return PublishedImage(
        name=name,
        release=RELEASES[name],
        image_id=facts["image_id"],
        manifest_digest=facts["manifest_digest_amd64"],
        compressed=Figure(facts["compressed_layers_bytes"], Provenance.PUBLISHED, f"{source}: manifest"),
        files=Figure(facts["size_unpacked_bytes"], Provenance.PUBLISHED, f"{source}: docker inspect"),
        layers=layers,
    )


def _layer_files(facts: dict[str, Any], row: dict[str, Any], source: str) -> Figure:
    """The layer's file bytes. Where three digits were printed, the base is taken at these and layer 1 is the rest."""
    if row["size_bytes"] is not None:
        return Figure(row["size_bytes"], Provenance.PUBLISHED, f"{source}: layer {row['layer_index']}")
    base = 80_400_000  # docker history printed 80.4MB
    value = base if row["layer_index"] == 0 else facts["layer0_plus_layer1_bytes"] - base
    return Figure(value, Provenance.INFERRED, f"{source}: {facts['bounds_note']}", margin=50_000)


def _alpine(name: str, facts: dict[str, Any]) -> PublishedImage:
    source = _FILES[name]
    total, base = 22_900_000, 5_600_000  # docker printed 22.9MB and 5.6MB
    rows = facts["layers"]
    scripts = sum(row.get("size_bytes", 0) for row in rows)
    sizes = {
        0: Figure(base, Provenance.PUBLISHED, f"{source}: docker history, two digits", margin=50_000),
        1: Figure(total - base - scripts, Provenance.INFERRED, f"{source}: the total less the others", margin=100_000),
    }
    layers = tuple(
        PublishedLayer(
            index=index,
            digest=row["blob"],
            diff_id=row.get("diff_id"),
            compressed=Figure(row["compressed_bytes"], Provenance.PUBLISHED, f"{source}: manifest"),
            files=sizes.get(index) or Figure(row["size_bytes"], Provenance.PUBLISHED, f"{source}: layer {index}"),
        )
        for index, row in enumerate(rows)
    )
    return PublishedImage(
        name=name,
        release=RELEASES[name],
        image_id=facts["image_id"],
        manifest_digest=facts["manifest_digest_amd64"],
        compressed=Figure(facts["compressed_bytes"], Provenance.PUBLISHED, f"{source}: manifest"),
        files=Figure(total, Provenance.PUBLISHED, f"{source}: docker images, three digits", margin=50_000),
        layers=layers,
    )


def _package_bytes(row: dict[str, Any]) -> Figure:
    version = row["metadata_version"]
    status = Provenance.PUBLISHED if row["exact_version_match"] else Provenance.INFERRED
    return Figure(row["file_bytes_after_slim_excludes"], status, f"the .deb of {row['package']} {version}")

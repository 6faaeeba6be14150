"""Published images of autumn 2021, as metadata: manifest, config, history and sizes; their files are not here.

nginx:1.21.3 (Debian 10, 133 MB): manifest and config are byte for byte those that were published, so their digests
are the real manifest digest and image ID. nginx:1.21.4 (Debian 11, 141 MB): the manifest is byte for byte; the config
is put together from facts, without the fields that nobody recorded, so its bytes do not have the published digest,
which is known all the same and given as the image's ID.

Source: coursekit/data/nginx/README.md, and the `source` of each file there.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NoReturn

from coursekit.errors import ImageError, NotFound
from coursekit.image.blobs import MemoryBlobs
from coursekit.image.config import ImageConfig, parse_time
from coursekit.image.document import dump
from coursekit.image.image import Image, image_layers
from coursekit.image.image_layer import Provenance
from coursekit.image.manifest import Manifest
from coursekit.language import _, series

INSTEAD = "debian-nginx:bullseye"
_FACTS = {
    "nginx:1.21.3": ("nginx_1.21.3_buster_133MB.json", "nginx_1.21.3_buster_manifest.raw.json"),
    "nginx:1.21.4": ("nginx_1.21.4_bullseye.json", "nginx_1.21.4_bullseye_manifest.raw.json"),
}
_CONFIG = {"nginx:1.21.3": "nginx_1.21.3_buster_config.raw.json"}


def names() -> tuple[str, ...]:
    """The published images' names, sorted."""
    return tuple(sorted(_FACTS))


def facts(name: str) -> Mapping[str, Any]:
    """What is recorded of a published image. Raises: NotFound."""
    if name not in _FACTS:
        said = _("no published image is called {name}; there are {known}")
        raise NotFound(said.format(name=repr(name), known=series(names())))
    found: Mapping[str, Any] = json.loads(_read(_FACTS[name][0]))
    return found


@cache
def image(name: str) -> Image:
    """A published image. Its layers have sizes; reading a file of one is an ImageError that says why."""
    found = facts(name)
    manifest = Manifest.parse(_read(_FACTS[name][1]), f"the manifest of {name}")
    exact = name in _CONFIG
    config = ImageConfig.parse(_read(_CONFIG[name]) if exact else _config_of(found), f"the config of {name}")
    sources = [PublishedSource(name, row, found) for row in found["history"] if not row["empty_layer"]]
    blobs = MemoryBlobs({manifest.digest: manifest.raw})
    if exact:
        blobs.blobs[config.image_id] = config.raw
    return Image(name, manifest, config, image_layers(manifest, config, sources), blobs)


def config_is_exact(found: Image) -> bool:
    """Are the config's bytes those that were published, so that their digest is the image's ID?"""
    return found.config.image_id == found.id


class PublishedSource:
    """A layer source of which the sizes are known and nothing else."""

    size_tar = None

    def __init__(self, name: str, row: Mapping[str, Any], found: Mapping[str, Any]) -> None:
        self._name = name
        known = row["size_bytes"]
        self.size_files: int = _inferred(row, found) if known is None else known
        self.provenance = Provenance.INFERRED if known is None else Provenance.PUBLISHED
        said = _("of {name} the course has what was published about it, and none of its files")
        self.absent = said.format(name=name)

    @property
    def lower(self) -> NoReturn:
        """Raises ImageError: the files of a published image are not here."""
        said = _(
            "{name} is here as published metadata: manifest, config, history and sizes, but no files; open {other} for "
            "an image of the same kind with its files"
        )
        raise ImageError(said.format(name=self._name, other=INSTEAD))


def _inferred(row: Mapping[str, Any], found: Mapping[str, Any]) -> int:
    """Bytes of a layer of which three digits were printed, such that the two unknown ones add up to their exact sum.

    The base is taken at the digits printed for it, within its bounds; the next layer is the rest.
    """
    digits = next(other for other in found["history"] if other.get("layer_index") == 0)["size_display"]
    base = round(float(digits.removesuffix("MB")) * 10**6)
    rest: int = found["layer0_plus_layer1_bytes"] - base
    return base if row["layer_index"] == 0 else rest


def _config_of(found: Mapping[str, Any]) -> bytes:
    """A config with what is known of one, in the order of Docker's."""
    history = [
        {
            key: value
            for key, value in {
                "created": _time(row["created"]),
                "created_by": row["created_by"],
                "empty_layer": row["empty_layer"],
            }.items()
            if value
        }
        for row in found["history"]
    ]
    diff_ids = [row["diff_id"] for row in found["history"] if not row["empty_layer"]]
    return dump(
        {
            "architecture": found["architecture"],
            "config": found["config"],
            "created": found["created"],
            "docker_version": found["docker_version"],
            "history": history,
            "os": found["os"],
            "rootfs": {"type": "layers", "diff_ids": diff_ids},
        }
    )


def _time(text: str) -> str:
    when = parse_time(text)
    return text if "T" in text or when is None else when.isoformat().replace("+00:00", "Z")


def _read(name: str) -> bytes:
    return (files("coursekit") / "data" / "nginx" / name).read_bytes()

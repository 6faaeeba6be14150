"""Descriptor: a blob's name tag, and the media types that say what is in it.

Source: OCI image-spec descriptor.md, media-types.md; Docker "Image Manifest Version 2, Schema 2".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from coursekit.image.digest import Digest
from coursekit.image.document import Json, as_object, as_size, as_text, as_text_map

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar"
DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar"

ABSENT_LAYER = "application/vnd.coursekit.layer.v1.tar+gzip"  # absent.py: the tar is not the real one's

INDEXES = frozenset({OCI_INDEX, DOCKER_INDEX})
MANIFESTS = frozenset({OCI_MANIFEST, DOCKER_MANIFEST})
CONFIGS = frozenset({OCI_CONFIG, DOCKER_CONFIG})
REF_NAME = "org.opencontainers.image.ref.name"
CONTAINERD_NAME = "io.containerd.image.name"
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Platform:
    """An operating system and a machine, in Go's words: linux/amd64, linux/arm64/v8."""

    os: str
    architecture: str
    variant: str = ""

    def __str__(self) -> str:
        return "/".join(part for part in (self.os, self.architecture, self.variant) if part)


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What a manifest or index says of a blob: what it is, its digest, its size in bytes as stored."""

    media_type: str
    digest: Digest
    size: int
    annotations: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    platform: Platform | None = None

    @classmethod
    def parse(cls, value: object, what: str) -> "Descriptor":
        """The descriptor in a JSON value; `what` names it in messages."""
        document = as_object(value, what)
        return cls(
            media_type=as_text(document.get("mediaType"), f"the mediaType of {what}"),
            digest=Digest.parse(document.get("digest")),
            size=as_size(document.get("size"), f"the size of {what}"),
            annotations=as_text_map(document.get("annotations"), f"the annotations of {what}"),
            platform=_platform(document, what),
        )

    @property
    def name(self) -> str | None:
        """The image name that an index's entry carries: containerd's full one before the tag."""
        return self.annotations.get(CONTAINERD_NAME) or self.annotations.get(REF_NAME)

    def as_oci(self) -> "Descriptor":
        """A layer's descriptor in OCI's words: the bytes are the same.

        >>> digest = Digest.of(b"")
        >>> Descriptor(DOCKER_LAYER + ".gzip", digest, 0).as_oci().media_type
        'application/vnd.oci.image.layer.v1.tar+gzip'
        """
        if not self.media_type.startswith(DOCKER_LAYER):
            return self
        compression = self.media_type.removeprefix(DOCKER_LAYER).replace(".", "+")
        return replace(self, media_type=OCI_LAYER + compression)

    def to_json(self) -> dict[str, Any]:
        """The descriptor as it stands in a manifest or index."""
        value: dict[str, Any] = {"mediaType": self.media_type, "digest": str(self.digest), "size": self.size}
        if self.platform:
            value["platform"] = {"architecture": self.platform.architecture, "os": self.platform.os}
            if self.platform.variant:
                value["platform"]["variant"] = self.platform.variant
        if self.annotations:
            value["annotations"] = dict(self.annotations)
        return value


def _platform(document: Json, what: str) -> Platform | None:
    if document.get("platform") is None:
        return None
    platform = as_object(document["platform"], f"the platform of {what}")
    parts = (as_text(platform.get(key), f"{key} of {what}") for key in ("os", "architecture", "variant"))
    return Platform(*parts)

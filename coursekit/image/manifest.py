"""Manifest and Index: which blobs make an image, and which image fits which machine.

    Index ── Manifest (linux/amd64) ── config
          │                          └─ layers, base first
          └─ Manifest (linux/arm64) …

Each line there is a Descriptor: a blob's name tag, with a media type that says what is in it. Manifest and Index keep
their bytes as they were read: a digest names bytes, and JSON written again has others.

Source: OCI image-spec descriptor.md, media-types.md, manifest.md, image-index.md; Docker "Image Manifest Version 2,
Schema 2".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from coursekit.errors import ImageError
from coursekit.image.digest import Digest
from coursekit.image.document import Json, as_list, as_object, as_size, as_text, as_text_map, dump, parse_object
from coursekit.layers.ports import MAX_LAYERS

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar"
DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar"

ABSENT_LAYER = "application/vnd.coursekit.layer.v1.tar+gzip"  # contentless_layer.py: the tar is not the real one's

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
    artifact_type: str = ""  # of what is no container image: a signature, a bill of materials

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
            artifact_type=as_text(document.get("artifactType"), f"the artifactType of {what}"),
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
        if self.artifact_type:
            value["artifactType"] = self.artifact_type
        if self.annotations:
            value["annotations"] = dict(self.annotations)
        return value


def _platform(document: Json, what: str) -> Platform | None:
    if document.get("platform") is None:
        return None
    platform = as_object(document["platform"], f"the platform of {what}")
    parts = (as_text(platform.get(key), f"{key} of {what}") for key in ("os", "architecture", "variant"))
    return Platform(*parts)


MAX_MANIFESTS = 10_000


@dataclass(frozen=True, slots=True)
class Manifest:
    """One image: its config and its layers, base first."""

    raw: bytes = field(repr=False)
    media_type: str
    config: Descriptor
    layers: tuple[Descriptor, ...]
    artifact_type: str = ""

    @classmethod
    def parse(cls, raw: bytes, what: str = "the manifest") -> "Manifest":
        """The manifest in `raw`, OCI or Docker schema 2."""
        document = parse_object(raw, what)
        media_type = kind_of(document, what)
        if media_type not in MANIFESTS:
            raise ImageError(f"{what} should be an image manifest, and is {media_type!r}")
        layers = as_list(document.get("layers"), f"the layers of {what}")
        if len(layers) > MAX_LAYERS:
            raise ImageError(f"{what} has {len(layers)} layers; Linux stacks no more than {MAX_LAYERS}")
        return cls(
            raw=raw,
            media_type=media_type,
            config=Descriptor.parse(document.get("config"), f"the config in {what}"),
            layers=tuple(Descriptor.parse(layer, f"layer {n} in {what}") for n, layer in enumerate(layers)),
            artifact_type=as_text(document.get("artifactType"), f"the artifactType of {what}"),
        )

    @classmethod
    def of(cls, config: Descriptor, layers: Sequence[Descriptor], media_type: str = OCI_MANIFEST) -> "Manifest":
        """A new manifest of `config` and `layers`, base first."""
        raw = dump(
            {
                "schemaVersion": 2,
                "mediaType": media_type,
                "config": config.to_json(),
                "layers": [layer.to_json() for layer in layers],
            }
        )
        return cls(raw, media_type, config, tuple(layers))

    @property
    def digest(self) -> Digest:
        """The manifest's own digest, which `docker images --digests` shows."""
        return Digest.of(self.raw)

    @property
    def descriptor(self) -> Descriptor:
        """The manifest as an index lists it."""
        return Descriptor(self.media_type, self.digest, len(self.raw))

    def as_oci(self) -> "Manifest":
        """The same image in OCI's media types: other bytes and digest, equal config and layers.

        Skopeo passes over Docker's manifests in an OCI layout.
        """
        if not self.is_docker:
            return self
        return Manifest.of(replace(self.config, media_type=OCI_CONFIG), [layer.as_oci() for layer in self.layers])

    @property
    def is_artifact(self) -> bool:
        """Is it something else in an image's clothes (cosign's signatures, what oras and helm push)?"""
        tars = all("tar" in layer.media_type or not layer.media_type for layer in self.layers)
        return bool(self.artifact_type) or self.config.media_type not in CONFIGS or not tars

    @property
    def is_docker(self) -> bool:
        """Is it written in Docker's media types?"""
        return self.media_type == DOCKER_MANIFEST


@dataclass(frozen=True, slots=True)
class Index:
    """Several manifests, or further indexes, in the order of the document."""

    raw: bytes = field(repr=False)
    media_type: str
    manifests: tuple[Descriptor, ...]

    @classmethod
    def parse(cls, raw: bytes, what: str = "the index") -> "Index":
        """The index in `raw`, OCI or Docker's manifest list."""
        document = parse_object(raw, what)
        media_type = kind_of(document, what)
        if media_type not in INDEXES:
            raise ImageError(f"{what} should be an image index, and is {media_type!r}")
        manifests = as_list(document.get("manifests"), f"the manifests of {what}")
        if len(manifests) > MAX_MANIFESTS:
            raise ImageError(f"{what} lists {len(manifests)} manifests; no more than {MAX_MANIFESTS} are read")
        entries = (Descriptor.parse(entry, f"entry {n} of {what}") for n, entry in enumerate(manifests))
        return cls(raw, media_type, tuple(entries))

    @classmethod
    def of(cls, manifests: Sequence[Descriptor]) -> "Index":
        """A new OCI index of `manifests`."""
        entries = [manifest.to_json() for manifest in manifests]
        raw = dump({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries})
        return cls(raw, OCI_INDEX, tuple(manifests))


def kind_of(document: Json, what: str) -> str:
    """The media type of a manifest or index, told by its fields where it does not say (OCI left it out at first).

    Raises: ImageError for Docker's schema 1, and for a document that is both (an attack: CVE-2021-41190).
    """
    if document.get("schemaVersion") == 1:
        raise ImageError(f"{what} is in Docker's schema 1 of 2013, which is not read; pull the image again")
    keys = {key.lower() for key in document}
    if "manifests" in keys and keys & {"layers", "config"}:
        raise ImageError(f"{what} has both manifests and layers, so it could be read in two ways")
    declared = as_text(document.get("mediaType"), f"the mediaType of {what}")
    if declared:
        return declared
    if "manifests" in keys:
        return OCI_INDEX
    if "layers" in keys:
        return OCI_MANIFEST
    raise ImageError(f"{what} is neither an image manifest nor an index")

"""Which of an index's images fits: linux, and the machine we run on, unless another is asked for.

Neighbours: manifest has the documents, blobs give their bytes.
Source: OCI image-spec image-index.md, "platform"; Go's GOARCH names.
"""

import os
from collections.abc import Iterator, Sequence

from coursekit.errors import ImageError
from coursekit.image.blobs import Blobs, read_blob
from coursekit.image.config import ImageConfig
from coursekit.image.manifest import INDEXES, MANIFESTS, Descriptor, Index, Manifest, Platform
from coursekit.language import _

_MACHINES = {
    "x86_64": "amd64",
    "amd64": "amd64",
    "aarch64": "arm64",
    "arm64": "arm64",
    "armv7l": "arm",
    "i386": "386",
    "i686": "386",
    "ppc64le": "ppc64le",
    "s390x": "s390x",
    "riscv64": "riscv64",
    "loongarch64": "loong64",
}


def default_platform() -> Platform:
    """linux on this machine's processor; linux/amd64 where that is unknown (a browser)."""
    machine = os.uname().machine if hasattr(os, "uname") else os.environ.get("PROCESSOR_ARCHITECTURE", "")
    return Platform("linux", _MACHINES.get(machine.lower(), "amd64"))


def parse_platform(text: str) -> Platform:
    """The platform that `text` spells: os/architecture[/variant], or the architecture alone.

    >>> str(parse_platform("arm64")), str(parse_platform("linux/arm/v7"))
    ('linux/arm64', 'linux/arm/v7')
    """
    parts = text.lower().split("/")
    if not all(parts) or len(parts) > 3:
        said = _("a platform is written os/architecture[/variant], such as linux/amd64, not {text}")
        raise ImageError(said.format(text=repr(text)))
    if len(parts) == 1:
        parts.insert(0, "linux")
    return Platform(parts[0], _MACHINES.get(parts[1], parts[1]), *parts[2:])


def candidates(entries: Sequence[Descriptor], wanted: Platform | None) -> Iterator[Descriptor]:
    """The entries to try for `wanted`, best first: exact, then without its variant, then those that do not say.

    With no wish, this machine's platform is preferred, amd64 comes next, and a single image is taken as it is.
    """
    images = [entry for entry in entries if entry.media_type in INDEXES | MANIFESTS and not is_attestation(entry)]
    if len(images) == 1 and wanted is None:
        yield images[0]
        return
    wishes = [wanted] if wanted else [default_platform(), Platform("linux", "amd64")]
    for wish in wishes:
        yield from (entry for entry in images if entry.platform == wish)
        yield from (
            entry for entry in images if entry.platform and entry.platform != wish and fits(entry.platform, wish)
        )
    yield from (entry for entry in images if entry.platform is None)


def available(entries: Sequence[Descriptor]) -> str:
    """The platforms on offer, for a message."""
    names = [str(entry.platform) for entry in entries if entry.platform and not is_attestation(entry)]
    return ", ".join(dict.fromkeys(names)) or "none that is named"


def fits(there: Platform, wish: Platform) -> bool:
    """Does an image for `there` do where `wish` is asked for? A variant counts where both name one."""
    same = (there.os, there.architecture) == (wish.os, wish.architecture)
    return same and (not wish.variant or not there.variant or there.variant == wish.variant)


def is_attestation(entry: Descriptor) -> bool:
    """Is it what buildx says about an image, beside it?"""
    return entry.annotations.get("vnd.docker.reference.type") == "attestation-manifest"


MAX_DEPTH = 4  # indexes within indexes


def choose(blobs: Blobs, entries: Sequence[Descriptor], wanted: Platform | None, what: str, depth: int = 0) -> Manifest:
    """The manifest among `entries` that fits the platform `wanted`, or this machine; `what` is for messages.

    Raises: ImageError, which says what platforms there are.
    """
    if depth > MAX_DEPTH:
        raise ImageError(f"{what} has indexes nested more than {MAX_DEPTH} deep")
    missing = None
    for entry in candidates(entries, wanted):
        if blobs.size(entry.digest) is None:  # docker saves an index with one of its platforms
            missing = missing or entry
            continue
        raw = read_blob(blobs, entry, f"the manifest of {what}")
        if entry.media_type in INDEXES:
            inner = Index.parse(raw, f"an index of {what}").manifests
            try:
                return choose(blobs, inner, wanted, what, depth + 1)
            except _NothingFits as error:
                entries = [*entries, *error.entries]
                continue
        manifest = Manifest.parse(raw, f"the manifest of {what}")
        if wanted is None or entry.platform is not None or _built_for(blobs, manifest, wanted, what):
            return manifest
    if missing:
        raise ImageError(f"{what} is damaged: it names the manifest {missing.digest} and does not have it")
    kinds = {entry.media_type for entry in entries}
    if not kinds & (MANIFESTS | INDEXES):
        raise ImageError(f"{what} holds no container image, but {', '.join(sorted(kinds)) or 'nothing'}")
    wish = str(wanted) if wanted else "an image that fits this machine"
    raise _NothingFits(f"{what} has no {wish}; it has {available(entries)}", entries)


def is_image(blobs: Blobs, entry: Descriptor, depth: int = 0) -> bool:
    """Does an index's entry lead to a container image? Else it is an artifact. What cannot be read is taken for one."""
    if entry.artifact_type or entry.media_type not in INDEXES | MANIFESTS or is_attestation(entry):
        return False
    try:
        raw = read_blob(blobs, entry, "a manifest")
        if entry.media_type in MANIFESTS:
            return not Manifest.parse(raw).is_artifact
        inner = Index.parse(raw).manifests
    except ImageError:
        return True
    return depth >= MAX_DEPTH or any(is_image(blobs, one, depth + 1) for one in inner)


class _NothingFits(ImageError):
    def __init__(self, message: str, entries: Sequence[Descriptor]) -> None:
        super().__init__(message)
        self.entries = entries  # all that there are, of inner indexes too


def _built_for(blobs: Blobs, manifest: Manifest, wanted: Platform, what: str) -> bool:
    """Where the index does not say, the config does."""
    if manifest.config.size == 0 or blobs.size(manifest.config.digest) is None:
        return False
    config = ImageConfig.parse(read_blob(blobs, manifest.config, f"the config of {what}"))
    return fits(Platform(config.os, config.architecture, config.variant), wanted)

"""From an index to the one image that was asked for.

Neighbours: platform says what fits, blobs give the documents.
"""

from collections.abc import Sequence

from coursekit.errors import ImageError
from coursekit.image.blobs import Blobs, read_blob
from coursekit.image.config import ImageConfig
from coursekit.image.descriptor import INDEXES, MANIFESTS, Descriptor, Platform
from coursekit.image.manifest import Index, Manifest
from coursekit.image.platform import available, candidates

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


class _NothingFits(ImageError):
    def __init__(self, message: str, entries: Sequence[Descriptor]) -> None:
        super().__init__(message)
        self.entries = entries  # all that there are, of inner indexes too


def _built_for(blobs: Blobs, manifest: Manifest, wanted: Platform, what: str) -> bool:
    """Where the index does not say, the config does."""
    if manifest.config.size == 0 or blobs.size(manifest.config.digest) is None:
        return False
    config = ImageConfig.parse(read_blob(blobs, manifest.config, f"the config of {what}"))
    same = (config.os, config.architecture) == (wanted.os, wanted.architecture)
    return same and (not wanted.variant or config.variant in ("", wanted.variant))

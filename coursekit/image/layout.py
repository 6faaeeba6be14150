"""An OCI image layout: a folder with images in it, as skopeo, umoci, buildah and containerd exchange them.

    oci-layout                    {"imageLayoutVersion": "1.0.0"}
    index.json                    names -> manifests
    blobs/sha256/<hex>            manifests, configs, layers

Source: OCI image-spec image-layout.md.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from coursekit.errors import ImageError, NotFound
from coursekit.image.atomic import storing, write_file
from coursekit.image.blobs import Blobs, LayoutBlobs, check_size, read_blob
from coursekit.image.digest import Digest
from coursekit.image.document import MAX_BYTES, parse_object
from coursekit.image.image import Image, assemble
from coursekit.image.layer_cache import LayerCache
from coursekit.image.manifest import (
    ABSENT_LAYER,
    CONTAINERD_NAME,
    MANIFESTS,
    REF_NAME,
    Descriptor,
    Index,
    Manifest,
    Platform,
)
from coursekit.image.platform import choose, is_image
from coursekit.image.reference import is_name, normal_name
from coursekit.language import _, series

LAYOUT_FILE = "oci-layout"
INDEX_FILE = "index.json"
LAYOUT = b'{"imageLayoutVersion":"1.0.0"}'


def is_layout(root: Path) -> bool:
    """Does the folder claim to be an image layout?"""
    return (root / LAYOUT_FILE).is_file() or (root / INDEX_FILE).is_file()


def read_index(root: Path) -> Index:
    """The layout's index.json. Raises: ImageError where it is missing or of another major version.

    A layout without oci-layout is read as well: podman and skopeo do not look at that file.
    """
    if (root / LAYOUT_FILE).exists():
        layout = parse_object(_document(root / LAYOUT_FILE), f"{root / LAYOUT_FILE}")
        version = layout.get("imageLayoutVersion")
        if not str(version).startswith("1."):
            raise ImageError(f"{root / LAYOUT_FILE} says version {version!r}; versions 1.x are read")
    return Index.parse(_document(root / INDEX_FILE), f"{root / INDEX_FILE}")


def read(
    root: Path, tag: str | None = None, *, platform: Platform | None = None, cache: LayerCache | None = None
) -> Image:
    """The image called `tag` in the layout at `root`, by a name, a digest or an ID; without a tag, the only one there.

    Raises: NotFound with the names that there are; ImageError.
    """
    blobs, what = LayoutBlobs(root), f"{root}:{tag}" if tag else str(root)
    entries = chosen(read_index(root), blobs, tag, str(root))
    return assemble(entries[0].name or what, choose(blobs, entries, platform, what), blobs, cache or LayerCache())


def read_all(
    index: Index, blobs: Blobs, what: str, *, platform: Platform | None = None, cache: LayerCache | None = None
) -> tuple[Image, ...]:
    """The images that an index lists, one for each name and those without one; what is no image is passed over.

    Raises: ImageError for what is damaged, and where there are only other things.
    """
    cache = cache or LayerCache()
    there = groups(index, blobs)
    return tuple(assemble(name, choose(blobs, entries, platform, what), blobs, cache) for name, entries in there)


def groups(index: Index, blobs: Blobs) -> list[tuple[str | None, list[Descriptor]]]:
    """The entries of an index by image: those of a name together, and unnamed ones for several platforms."""
    images = [entry for entry in index.manifests if is_image(blobs, entry)] or index.manifests
    named: dict[str | None, list[Descriptor]] = {}
    for entry in images:
        named.setdefault(entry.name, []).append(entry)
    unnamed = named.pop(None, [])
    platforms = {entry.platform for entry in unnamed}
    if len(platforms) == len(unnamed) and None not in platforms:
        return [*named.items(), *([(None, unnamed)] if unnamed else [])]
    return [*named.items(), *((None, [entry]) for entry in unnamed)]


def chosen(index: Index, blobs: Blobs, tag: str | None, what: str) -> list[Descriptor]:
    """The entries of an index that `tag` names."""
    if tag is not None:
        found = [entry for entry in index.manifests if tag in names_of(entry)]
        found = [entry for entry in found if is_image(blobs, entry)] or found
        found = found or [entry for entry in index.manifests if _has_digest(blobs, entry, tag)]
        if found:
            return found
    there = groups(index, blobs)
    named = sorted(name for name, _ in there if name)
    names = [*named, *(str(entries[0].digest) for name, entries in there if not name)]
    if tag is not None:
        said = _("{path} has no image {name}; it has {known}")
        raise NotFound(said.format(path=what, name=repr(tag), known=series(names) or _("none")))
    if not there:
        raise ImageError(_("{path} is an empty image layout").format(path=what))
    if len(there) > 1:
        said = _("{path} holds {n} images: say which, as {path}:{first}; {known}")
        raise NotFound(said.format(path=what, n=len(there), first=names[0], known=series(names)))
    return there[0][1]


def names_of(entry: Descriptor) -> set[str]:
    """All spellings of an entry's name."""
    given = {entry.annotations[key] for key in (REF_NAME, CONTAINERD_NAME) if key in entry.annotations}
    return given | {normal_name(name) for name in given if is_name(name)}


def write(images: Sequence[Image], root: Path) -> None:
    """Write `images` into the layout at `root`, made if need be; an image of the same name is replaced.

    Raises: ImageError for an image whose bytes are not here; StoreError where the disk fails.
    """
    kept: list[Descriptor] = list(read_index(root).manifests) if is_layout(root) else []
    target = LayoutBlobs(root)
    with storing(f"the image layout {root}"):
        for image in (image.as_oci() for image in images):
            for digest, blocks in blobs_of(image):
                if target.size(digest) is None:
                    write_file(target.path(digest), blocks)
            entry = entry_of(image)
            names = {REF_NAME: entry.annotations[REF_NAME]} if image.name else {}
            kept = [old for old in kept if old.annotations.get(REF_NAME) != names.get(REF_NAME) or not names]
            kept.append(entry)
        write_file(root / LAYOUT_FILE, [LAYOUT])
        write_file(root / INDEX_FILE, [Index.of(kept).raw])


def entry_of(image: Image) -> Descriptor:
    """The image as an index lists it, with its name and platform."""
    annotations = {REF_NAME: image.name} if image.name else {}
    return replace(image.manifest.descriptor, annotations=annotations, platform=image.platform)


def blobs_of(
    image: Image, skip: Collection[int] = (), keep_absent: bool = False
) -> Iterator[tuple[Digest, Iterator[bytes]]]:
    """The blobs of an image, layers first but for those to `skip`, each with its bytes verified as they pass.

    `keep_absent` lets pass what describes a layer whose bytes are elsewhere (contentless_layer.py): our own store may have it.
    """
    for number, layer in enumerate(image.manifest.layers):
        if number in skip:
            continue
        absent = image.layers[number].source.absent
        if absent and not (keep_absent and layer.media_type == ABSENT_LAYER):
            raise ImageError(f"layer {number} of {image.name or image.id.short} cannot be written: {absent}")
        yield layer.digest, verified(image.blobs, layer, f"layer {number} of {image.name or image.id.short}")
    yield image.manifest.config.digest, iter([image.config.raw])
    yield image.manifest.digest, iter([image.manifest.raw])


def verified(blobs: Blobs, descriptor: Descriptor, what: str) -> Iterator[bytes]:
    """A blob's bytes; an ImageError at the end if they were not what the descriptor says."""
    check_size(blobs, descriptor, what)
    found = descriptor.digest.hasher()
    for block in blobs.blocks(descriptor.digest):
        found.update(block)
        yield block
    descriptor.digest.check(found, what)


def _has_digest(blobs: Blobs, entry: Descriptor, tag: str) -> bool:
    """Is `tag` the digest of the manifest or the ID of its image, or the beginning of one?"""
    start = tag.removeprefix("sha256:")
    if len(start) < 12 and not tag.startswith("sha256:"):
        return False
    ids = [entry.digest.encoded]
    if entry.media_type in MANIFESTS and blobs.size(entry.digest) is not None:
        ids.append(Manifest.parse(read_blob(blobs, entry, "a manifest")).config.digest.encoded)
    return any(one.startswith(start) for one in ids if start)


def _document(path: Path) -> bytes:
    try:
        if path.is_symlink() or not path.is_file():
            raise ImageError(f"{path.parent} is no image layout: it has no {path.name}")
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ImageError(f"{path} cannot be read: {error.strerror}") from None

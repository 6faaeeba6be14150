"""Writing archives that `docker load`, `podman load` and `skopeo copy` read: the classic form, or OCI's.

    docker   <id>.json, <hex of diff_id>/layer.tar for each layer uncompressed, manifest.json, repositories
    oci      an image layout in a tar, blobs as they are stored, and manifest.json beside index.json for docker load

Equal images give equal bytes: names sorted, times 1970.

Source: moby image/spec/v1.2.md; moby image/tarexport/save.go.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

from coursekit.errors import ImageError
from coursekit.fs.content import Slice
from coursekit.image import layout
from coursekit.image.descriptor import CONTAINERD_NAME, REF_NAME, Descriptor
from coursekit.image.digest import Digest
from coursekit.image.document import dump
from coursekit.image.image import Image
from coursekit.image.layer import ImageLayer, TarLayer
from coursekit.image.layer_tar import packed
from coursekit.image.manifest import Index
from coursekit.image.reference import is_name, normal_name, split_name
from coursekit.image.tar_encode import END, header, padding


def blocks(images: Sequence[Image], flavour: Literal["docker", "oci"]) -> Iterator[bytes]:
    """The archive, piece by piece. Raises: ImageError for an image whose bytes are not all here."""
    for image in images:
        for number, layer in enumerate(image.layers):
            if layer.source.absent:
                name = image.name or image.id.short
                raise ImageError(f"{name} cannot be saved: {layer.source.absent} (layer {number})")
    yield from _docker(images) if flavour == "docker" else _oci(images)
    yield END


def _docker(images: Sequence[Image]) -> Iterator[bytes]:
    listed: dict[Digest, dict[str, Any]] = {}
    written: set[Digest] = set()
    for image in images:
        if image.id not in listed:
            yield from _file(f"{image.config.image_id.encoded}.json", [image.config.raw], len(image.config.raw))
        for layer in image.layers:
            if layer.diff_id not in written:
                written.add(layer.diff_id)
                yield from _layer(layer)
        paths = [f"{layer.diff_id.encoded}/layer.tar" for layer in image.layers]
        _list(listed, image, f"{image.config.image_id.encoded}.json", paths)
    yield from _document("manifest.json", list(listed.values()))
    yield from _document("repositories", _repositories(images))


def _oci(images: Sequence[Image]) -> Iterator[bytes]:
    listed: dict[Digest, dict[str, Any]] = {}
    entries: list[Descriptor] = []
    written: set[Digest] = set()
    for image in (image.as_oci() for image in images):
        sizes = {layer.digest: layer.size for layer in image.manifest.layers}
        sizes |= {image.id: len(image.config.raw), image.manifest.digest: len(image.manifest.raw)}
        for digest, data in layout.blobs_of(image):
            if digest not in written:
                written.add(digest)
                yield from _file(_blob(digest), data, sizes[digest])
        _list(listed, image, _blob(image.id), [_blob(layer.digest) for layer in image.layers])
        entries.append(_entry(image))
    yield from _file(layout.INDEX_FILE, [Index.of(entries).raw], len(Index.of(entries).raw))
    yield from _document("manifest.json", list(listed.values()))
    yield from _file(layout.LAYOUT_FILE, [layout.LAYOUT], len(layout.LAYOUT))


def _entry(image: Image) -> Descriptor:
    """The image in index.json, its name as docker writes it: whole for containerd, the tag for OCI."""
    entry = layout.entry_of(image)
    if not image.name or not is_name(image.name):
        return entry
    name = normal_name(image.name)
    host = name.partition("/")[0]
    has_host = "/" in name and ("." in host or ":" in host or host == "localhost")
    full = name if has_host else f"docker.io/{'' if '/' in name else 'library/'}{name}"
    annotations = {CONTAINERD_NAME: full, REF_NAME: split_name(name)[1]}
    return Descriptor(entry.media_type, entry.digest, entry.size, annotations, entry.platform)


def _layer(layer: ImageLayer) -> Iterator[bytes]:
    """The uncompressed tar of a layer, from the cache."""
    source = layer.source
    if not isinstance(source, TarLayer):
        raise ImageError(f"the layer {layer.diff_id.short} has no tar")
    size = source.index.raw_size
    raw = Slice(source.index.source, 0, size)
    yield from _file(f"{layer.diff_id.encoded}/layer.tar", packed(raw, 0, size), size)


def _list(listed: dict[Digest, dict[str, Any]], image: Image, config: str, layers: list[str]) -> None:
    """Note an image for manifest.json; a second name goes to the first entry."""
    entry = listed.setdefault(image.id, {"Config": config, "RepoTags": [], "Layers": layers})
    if image.name and is_name(image.name):
        entry["RepoTags"].append(normal_name(image.name))


def _repositories(images: Sequence[Image]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for image in images:
        if image.name and is_name(image.name) and image.layers:
            repository, tag = split_name(normal_name(image.name))
            found.setdefault(repository, {})[tag] = image.layers[-1].diff_id.encoded
    return found


def _blob(digest: Digest) -> str:
    return f"blobs/{digest.algorithm}/{digest.encoded}"


def _document(name: str, value: object) -> Iterator[bytes]:
    data = dump(value)
    return _file(name, [data], len(data))


def _file(name: str, data: Iterable[bytes], size: int) -> Iterator[bytes]:
    yield header(name, b"0", size=size)
    yield from data
    yield padding(size)

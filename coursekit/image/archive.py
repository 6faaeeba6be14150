"""Archives: one file with images in it, as `docker save` and `skopeo copy` write and `docker load` reads.

    docker, classic               OCI (docker >= 25 writes both lists)
    manifest.json                 index.json, oci-layout     names -> manifests
    <id>.json                     manifest.json              names -> config and layers, for docker load
    <layer>/layer.tar             blobs/sha256/<hex>

    before 2016                   <id>/json, <id>/layer.tar, repositories: names -> ids; each config names its parent

Members are read in place, through an index of the archive's headers; an archive that is compressed as a whole is
unpacked into an unnamed temporary file first. Written, equal images give equal bytes: names sorted, times 1970; the
classic form has its layers uncompressed, OCI's as they are stored.

Source: moby image/spec/v1.2.md, "Combined Image JSON + Filesystem Changeset Format", and image/tarexport; OCI
image-spec image-layout.md.
"""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any, Literal

from coursekit.errors import ImageError, NotFound
from coursekit.fs.content import Slice
from coursekit.image import layout
from coursekit.image.atomic import storing, write_file
from coursekit.image.blobs import JoinedBlobs, MemberBlobs, MemoryBlobs
from coursekit.image.compression import CHUNK, Compression, decompressed, detect
from coursekit.image.config import ImageConfig
from coursekit.image.digest import Digest
from coursekit.image.document import (
    MAX_BYTES,
    Json,
    as_list,
    as_object,
    as_text,
    as_text_map,
    as_texts,
    dump,
    parse,
    parse_object,
)
from coursekit.image.image import Image, assemble
from coursekit.image.image_layer import ImageLayer, TarLayer
from coursekit.image.layer_cache import LayerCache
from coursekit.image.layer_tar import END, header, packed, padding
from coursekit.image.manifest import (
    CONTAINERD_NAME,
    OCI_CONFIG,
    OCI_LAYER,
    REF_NAME,
    Descriptor,
    Index,
    Manifest,
    Platform,
)
from coursekit.image.reference import is_name, normal_name, split_name
from coursekit.image.sources import mapped
from coursekit.image.tar_reader import DEFAULT, FILES, Buffer, Member, scan
from coursekit.language import _, series

MAX_LINKS = 8
_OF_V1 = ("id", "parent", "Size", "parent_id", "layer_id", "throwaway")  # keys of a config that had no layers yet


@dataclass(frozen=True, slots=True)
class Archive:
    """The members of an archive by path, and its bytes."""

    path: Path
    tar: Buffer
    members: Mapping[str, Member]

    @classmethod
    def open(cls, path: Path) -> "Archive":
        """Map the archive and read its headers. Raises: ImageError."""
        if path.exists() and not path.is_file():
            raise ImageError(_("{path} is no image archive: it is no regular file").format(path=path))
        try:
            with path.open("rb") as file:
                compression = detect(file.read(8))
                tar = mapped(file.fileno()) if compression is Compression.NONE else _unpacked(path)
            members = {_inside(member.name): member for member in scan(tar)}
        except ImageError as error:
            raise ImageError(_("{path} is no image archive: {why}").format(path=path, why=error)) from None
        except OSError as error:
            raise ImageError(_("{path} cannot be read: {why}").format(path=path, why=error.strerror)) from None
        if not members:
            raise ImageError(_("{path} is no image archive: it is empty").format(path=path))
        return cls(path, tar, members)

    def read(self, offset: int, length: int) -> bytes:
        """Bytes of the archive itself: it is a Source."""
        return self.tar[offset : offset + length]

    def has(self, name: str) -> bool:
        """Is there a member of that name?"""
        return _inside(name) in self.members

    def file(self, name: str) -> Member:
        """The regular file called `name`; links are followed inside the archive (old docker saves), also to folders."""
        path = _inside(name)
        for _link in range(MAX_LINKS):
            member = self.members.get(path)
            if member is not None and member.type in FILES and member.extents is None:
                return member
            if member is not None and member.type == b"1":
                path = _inside(member.link)
                continue
            parts = path.split("/")
            heads = ("/".join(parts[:n]) for n in range(1, len(parts) + 1))
            link = next((head for head in heads if head in self.members and self.members[head].type == b"2"), None)
            if link is None:
                break
            path = _inside(join(dirname(link), self.members[link].link) + path[len(link) :])
        if path in self.members:
            raise ImageError(f"{self.path}: {name!r} is no regular file")
        raise ImageError(f"{self.path} is damaged: it names {name!r} and does not have it")

    def document(self, name: str) -> bytes:
        """The bytes of a small member."""
        member = self.file(name)
        if member.size > MAX_BYTES:
            raise ImageError(f"{self.path}: {name} has {member.size:,} bytes; no more than {MAX_BYTES:,} are read")
        return self.read(member.offset, member.size)


def read(path: Path, *, platform: Platform | None = None, cache: LayerCache | None = None) -> tuple[Image, ...]:
    """The images in an archive, one for each name. Raises: ImageError."""
    archive, cache = Archive.open(path), cache or LayerCache()
    found: tuple[Image, ...] = ()
    is_oci = archive.has(layout.INDEX_FILE)
    is_classic = archive.has("manifest.json")
    if is_oci:
        found = _read_oci(archive, platform, cache)
    if not found and is_classic:  # docker 25.0 saved by ID: "manifests": null, and a whole manifest.json beside it
        found = tuple(_read_classic(archive, cache))
    if not found and not is_classic and not is_oci:
        found = tuple(_read_v1(archive, cache))
    if not found:
        raise ImageError(f"{path} holds no images")
    return found


def open_archive(
    path: Path, name: str | None = None, *, platform: Platform | None = None, cache: LayerCache | None = None
) -> Image:
    """The image called `name` in an archive; without a name, the only one. Raises: NotFound, ImageError."""
    images = read(path, platform=platform, cache=cache)
    wanted = normal_name(name) if name and is_name(name) else name
    found = [image for image in images if name is None or image.name in (name, wanted) or _tag(image) == name]
    found = found or [image for image in images if name and str(image.id).startswith(name)]
    there = sorted(image.name or str(image.id) for image in found or images)
    if not found:
        said = _("{path} has no image {name}; it has {known}")
        raise NotFound(said.format(path=path, name=repr(name), known=series(there)))
    if len({image.id for image in found}) > 1:
        said = _("{path} holds {n} images: say which, as {path}:{first}; {known}")
        raise NotFound(said.format(path=path, n=len(found), first=there[0], known=series(there)))
    return found[0]


def _inside(name: str) -> str:
    """A path of the archive: absolute ones, and those that climb, start at its root, as dockerd has it."""
    return normpath(f"/{name}").lstrip("/")


def _tag(image: Image) -> str | None:
    return image.name.rpartition(":")[2] if image.name else None


def _unpacked(path: Path) -> Buffer:
    bound = min(DEFAULT.raw_size, max(DEFAULT.free, DEFAULT.ratio * path.stat().st_size))
    with tempfile.TemporaryFile() as target, path.open("rb") as file:
        for piece in decompressed(iter(lambda: file.read(CHUNK), b""), str(path)):
            if target.tell() > bound:
                raise ImageError(f"it unpacks to more than {bound:,} bytes: it looks like a bomb")
            target.write(piece)
        target.flush()
        return mapped(target.fileno())


def _read_oci(archive: Archive, platform: Platform | None, cache: LayerCache) -> tuple[Image, ...]:
    members: dict[Digest, tuple[int, int]] = {}
    for name, member in archive.members.items():
        parts = name.split("/")
        if len(parts) == 3 and parts[0] == "blobs" and member.type in FILES and member.extents is None:
            with suppress(ImageError):  # what has no digest for a name is no blob
                members[Digest.parse(f"{parts[1]}:{parts[2]}")] = (member.offset, member.size)
    index = Index.parse(archive.document(layout.INDEX_FILE), f"the index of {archive.path}")
    blobs = MemberBlobs(archive, members)
    found = layout.read_all(index, blobs, str(archive.path), platform=platform, cache=cache)
    return tuple(image.named(_whole_name(image.name)) for image in found)


def _whole_name(name: str | None) -> str | None:
    """The name in an index as docker lists it; a tag alone stays as it is."""
    return normal_name(name) if name and is_name(name) and ("/" in name or ":" in name) else name


def _read_classic(archive: Archive, cache: LayerCache) -> Iterator[Image]:
    entries = as_list(parse(archive.document("manifest.json"), "manifest.json"), "manifest.json")
    for number, value in enumerate(entries):
        what = f"entry {number} of manifest.json"
        entry = as_object(value, what)
        raw = archive.document(as_text(entry.get("Config"), f"Config in {what}"))
        config = ImageConfig.parse(raw)
        paths = as_texts(entry.get("Layers"), f"Layers in {what}")
        if len(paths) != len(config.diff_ids):
            raise ImageError(f"{what} has {len(paths)} layers, its config {len(config.diff_ids)} diff_ids")
        places = {config.image_id: _place(archive.file(as_text(entry.get("Config"), what)))}
        layers = []
        for path, diff_id in zip(paths, config.diff_ids, strict=True):
            layers.append(_layer(archive, archive.file(path), diff_id))
            places[layers[-1].digest] = _place(archive.file(path))
        manifest = Manifest.of(Descriptor(OCI_CONFIG, config.image_id, len(raw)), layers)
        blobs = MemberBlobs(archive, places)
        for name in as_texts(entry.get("RepoTags"), f"RepoTags in {what}") or (None,):
            yield assemble(normal_name(name) if name else None, manifest, blobs, cache)


def _read_v1(archive: Archive, cache: LayerCache) -> Iterator[Image]:
    """The images of a `docker save` of before 2016: a folder for each layer, with the config of the image up to there.

    Source: moby image/tarexport/load.go, legacyLoad; image/v1/imagev1.go, MakeConfigFromV1Config.
    """
    ids = {name.split("/")[0] for name in archive.members if name.count("/") == 1 and name.endswith("/json")}
    documents = {id: parse_object(archive.document(f"{id}/json"), f"{id}/json") for id in sorted(ids)}
    if not documents and not archive.has("repositories"):
        said = _("{path} is no image archive: it has neither manifest.json nor index.json")
        raise ImageError(said.format(path=archive.path))
    names: dict[str, list[str]] = {}
    if archive.has("repositories"):
        listed = parse_object(archive.document("repositories"), "repositories")
        for repository in listed:
            for tag, id in as_text_map(listed[repository], f"the tags of {repository}").items():
                names.setdefault(id, []).append(f"{repository}:{tag}")
    parents = {as_text(document.get("parent"), f"the parent of {id}") for id, document in documents.items()}
    for id in names.keys() | (documents.keys() - parents):
        if id not in documents:
            raise ImageError(f"{archive.path} is damaged: repositories names {id!r}, which is not in it")
    for id in documents:
        if id in names or id not in parents:
            yield from _v1_image(archive, documents, id, names.get(id, []), cache)


def _v1_image(
    archive: Archive, documents: Mapping[str, Json], id: str, names: Sequence[str], cache: LayerCache
) -> Iterator[Image]:
    """One of them, under each of its names: its layers and history are those of its parents and its own."""
    chain = [id]
    while parent := as_text(documents[chain[-1]].get("parent"), f"the parent of {chain[-1]}"):
        if parent not in documents or parent in chain:
            raise ImageError(f"{archive.path} is damaged: {chain[-1]} has the parent {parent!r}, which it has not")
        chain.append(parent)
    layers, history, diff_ids = [], [], []
    places: dict[Digest, tuple[int, int]] = {}
    for one in reversed(chain):
        member, what = archive.file(f"{one}/layer.tar"), f"{one}/layer.tar"
        hasher = Digest.of(b"").hasher()
        for piece in decompressed(MemberBlobs(archive, {Digest.of(b""): _place(member)}).blocks(Digest.of(b"")), what):
            hasher.update(piece)
        diff_ids.append(Digest("sha256", hasher.hexdigest()))
        layers.append(_layer(archive, member, diff_ids[-1]))
        places[layers[-1].digest] = _place(member)
        row, run = (
            documents[one],
            as_object(documents[one].get("container_config") or {}, f"the container_config of {one}"),
        )
        texts = {
            "created": as_text(row.get("created"), f"created in {one}"),
            "author": as_text(row.get("author"), f"author in {one}"),
            "created_by": " ".join(as_texts(run.get("Cmd"), f"Cmd in {one}")),
            "comment": as_text(row.get("comment"), f"comment in {one}"),
        }
        history.append({key: text for key, text in texts.items() if text})
    document = {key: value for key, value in documents[id].items() if key not in _OF_V1}
    document["rootfs"] = {"type": "layers", "diff_ids": [str(diff_id) for diff_id in diff_ids]}
    document["history"] = history
    raw = dump(dict(sorted(document.items())))
    for character in b"<>&":  # as Go writes them, so that dockerd gives the image the same ID
        raw = raw.replace(bytes([character]), b"\\u%04x" % character)
    config = Digest.of(raw)
    manifest = Manifest.of(Descriptor(OCI_CONFIG, config, len(raw)), layers)
    blobs = JoinedBlobs((MemoryBlobs({config: raw}), MemberBlobs(archive, places)))
    for name in names or (None,):
        yield assemble(normal_name(name) if name else None, manifest, blobs, cache)


def _place(member: Member) -> tuple[int, int]:
    return member.offset, member.size


def _layer(archive: Archive, member: Member, diff_id: Digest) -> Descriptor:
    """A layer as a manifest would list it: a plain tar has its diff_id as its digest, another is hashed."""
    compression = detect(archive.read(member.offset, min(8, member.size)))
    digest = diff_id
    if compression is not Compression.NONE:
        hasher = Digest.of(b"").hasher()
        for at in range(0, member.size, CHUNK):
            hasher.update(archive.read(member.offset + at, min(CHUNK, member.size - at)))
        digest = Digest.parse(f"sha256:{hasher.hexdigest()}")
    return Descriptor(OCI_LAYER + compression.value, digest, member.size)


def write(images: Sequence[Image], path: Path, flavour: Literal["docker", "oci"] = "docker") -> None:
    """Write `images` into an archive at `path`; see archive_writer. Raises: ImageError, StoreError."""
    from coursekit.image.archive import blocks

    with storing(f"the archive {path}"):
        write_file(path, blocks(images, flavour))


def blocks(images: Sequence[Image], flavour: Literal["docker", "oci"]) -> Iterator[bytes]:
    """The archive, piece by piece. Raises: ImageError for an image whose bytes are not all here."""
    for image in images:
        for number, layer in enumerate(image.layers):
            if layer.source.absent:
                name = image.name or image.id.short
                said = _("{name} cannot be saved: {why} (layer {n})")
                raise ImageError(said.format(name=name, why=_(layer.source.absent), n=number))
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
                yield from _raw_layer(layer)
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


def _raw_layer(layer: ImageLayer) -> Iterator[bytes]:
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

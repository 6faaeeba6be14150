"""Archives: one file with images in it, as `docker save` and `skopeo copy` write and `docker load` reads.

    docker, classic               OCI (docker >= 25 writes both lists)
    manifest.json                 index.json, oci-layout     names -> manifests
    <id>.json                     manifest.json              names -> config and layers, for docker load
    <layer>/layer.tar             blobs/sha256/<hex>

Members are read in place, through an index of the archive's headers; an archive that is compressed as a whole is
unpacked into an unnamed temporary file first.

Source: moby image/spec/v1.2.md, "Combined Image JSON + Filesystem Changeset Format"; OCI image-spec image-layout.md.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Literal

from coursekit.errors import ImageError, NotFound
from coursekit.image import layout
from coursekit.image.atomic import storing, write_file
from coursekit.image.blobs import MemberBlobs
from coursekit.image.choice import choose
from coursekit.image.compression import CHUNK, Compression, decompressed, detect
from coursekit.image.config import ImageConfig
from coursekit.image.descriptor import OCI_CONFIG, OCI_LAYER, Descriptor, Platform
from coursekit.image.digest import Digest
from coursekit.image.document import MAX_BYTES, as_list, as_object, as_text, as_texts, parse, parse_object
from coursekit.image.image import Image, assemble
from coursekit.image.layer_cache import LayerCache
from coursekit.image.limits import DEFAULT
from coursekit.image.manifest import Index, Manifest
from coursekit.image.reference import is_name, normal_name
from coursekit.image.sources import mapped
from coursekit.image.tar_scan import FILES, Member, scan
from coursekit.image.tar_sparse import Buffer

MAX_LINKS = 8


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
            raise ImageError(f"{path} is no image archive: it is no regular file")
        try:
            with path.open("rb") as file:
                compression = detect(file.read(8))
                tar = mapped(file.fileno()) if compression is Compression.NONE else _unpacked(path)
            members = {normpath(member.name): member for member in scan(tar)}
        except ImageError as error:
            raise ImageError(f"{path} is no image archive: {error}") from None
        except OSError as error:
            raise ImageError(f"{path} cannot be read: {error.strerror}") from None
        if not members:
            raise ImageError(f"{path} is no image archive: it is empty")
        return cls(path, tar, members)

    def read(self, offset: int, length: int) -> bytes:
        """Bytes of the archive itself: it is a Source."""
        return self.tar[offset : offset + length]

    def has(self, name: str) -> bool:
        """Is there a member of that name?"""
        return normpath(name) in self.members

    def file(self, name: str) -> Member:
        """The regular file called `name`; links inside the archive are followed (old docker saves)."""
        path = normpath(name)
        for _ in range(MAX_LINKS):
            member = self.members.get(path)
            if member is None:
                raise ImageError(f"{self.path} is damaged: it names {name!r} and does not have it")
            if member.type in FILES and member.extents is None:
                return member
            if member.type not in (b"1", b"2"):
                break
            path = normpath(member.link if member.type == b"1" else join(dirname(path), member.link))
        raise ImageError(f"{self.path}: {name!r} is no regular file")

    def document(self, name: str) -> bytes:
        """The bytes of a small member."""
        member = self.file(name)
        if member.size > MAX_BYTES:
            raise ImageError(f"{self.path}: {name} has {member.size:,} bytes; no more than {MAX_BYTES:,} are read")
        return self.read(member.offset, member.size)


def read(path: Path, *, platform: Platform | None = None, cache: LayerCache | None = None) -> tuple[Image, ...]:
    """The images in an archive, one for each name. Raises: ImageError."""
    archive, cache = Archive.open(path), cache or LayerCache()
    if archive.has(layout.INDEX_FILE) and archive.has(layout.LAYOUT_FILE):
        return _read_oci(archive, platform, cache)
    if archive.has("manifest.json"):
        return tuple(_read_classic(archive, cache))
    if archive.has("repositories"):
        raise ImageError(f"{path} is a docker save of before 2016 (without manifest.json), which is not read")
    raise ImageError(f"{path} is no image archive: it has neither manifest.json nor index.json")


def open_archive(
    path: Path, name: str | None = None, *, platform: Platform | None = None, cache: LayerCache | None = None
) -> Image:
    """The image called `name` in an archive; without a name, the only one. Raises: NotFound, ImageError."""
    images = read(path, platform=platform, cache=cache)
    wanted = normal_name(name) if name and is_name(name) else name
    found = [image for image in images if name is None or image.name in (name, wanted) or _tag(image) == name]
    if not found:
        raise NotFound(f"{path} has no image {name!r}; it has {', '.join(str(image.name) for image in images)}")
    if len({image.id for image in found}) > 1:
        there = ", ".join(sorted(str(image.name) for image in found))
        raise NotFound(f"{path} holds {len(found)} images: say which, as {path}:{found[0].name}; {there}")
    return found[0]


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
    parse_object(archive.document(layout.LAYOUT_FILE), layout.LAYOUT_FILE)
    members: dict[Digest, tuple[int, int]] = {}
    for name, member in archive.members.items():
        parts = name.split("/")
        if len(parts) == 3 and parts[0] == "blobs" and member.type in FILES and member.extents is None:
            members[Digest.parse(f"{parts[1]}:{parts[2]}")] = (member.offset, member.size)
    blobs = MemberBlobs(archive, members)
    index = Index.parse(archive.document(layout.INDEX_FILE), f"the index of {archive.path}")
    groups: dict[str | None, list[Descriptor]] = {}
    for entry in index.manifests:
        groups.setdefault(entry.name, []).append(entry)
    if not groups:
        raise ImageError(f"{archive.path} holds no images")
    return tuple(
        assemble(
            normal_name(name) if name and is_name(name) and ("/" in name or ":" in name) else name,
            choose(blobs, entries, platform, str(archive.path)),
            blobs,
            cache,
        )
        for name, entries in groups.items()
    )


def _read_classic(archive: Archive, cache: LayerCache) -> Iterator[Image]:
    entries = as_list(parse(archive.document("manifest.json"), "manifest.json"), "manifest.json")
    if not entries:
        raise ImageError(f"{archive.path} holds no images")
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
    from coursekit.image.archive_writer import blocks

    with storing(f"the archive {path}"):
        write_file(path, blocks(images, flavour))

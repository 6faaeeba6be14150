"""The images that travel with the course, by name: skeletons of real ones, Debian to build on, published metadata, small ones.

    debian-nginx:bullseye     a skeleton (skeleton.py): a real image, most of its bytes left out
    debian-slim:bullseye      its base layer, apt configured as in Docker's slim images: no .deb files and no caches stay,
                              lists are compressed, no documentation is unpacked
    debian-minbase:bullseye   the same as debootstrap leaves it: apt keeps lists, caches and .deb files, dpkg unpacks all
    nginx:1.21.3 …            published.py
    teach/app:1 …             teaching.py

The base layer is that of a real Debian 11, made by debootstrap (tests/real/debian.py), documentation left out; the small
one above it, which sets or takes away the configuration, is made here.

Neighbours are imported when an image is asked for, so that opening another one does not wait for them.
Source: debuerreotype's slim images (docker-clean, docker-gzip-indexes, docker-no-languages,
docker-autoremove-suggests).
"""

from functools import cache, cached_property

from coursekit.errors import NotFound
from coursekit.fs.content import Bytes
from coursekit.fs.node import WHITEOUT, Directory, File, Metadata, Node
from coursekit.image.blobs import JoinedBlobs, MemoryBlobs
from coursekit.image.config import History, ImageConfig
from coursekit.image.digest import Digest
from coursekit.image.document import dump
from coursekit.image.image import Image, image_layers
from coursekit.image.image_layer import LayerSource, Provenance, size_of_files
from coursekit.image.make_image import build_image
from coursekit.image.manifest import OCI_CONFIG, Descriptor, Manifest
from coursekit.language import _, series
from coursekit.layers.layer import Layer
from coursekit.layers.ports import Lower

SKELETON = "debian-nginx:bullseye"
DOCKER = b"""\
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
APT::Update::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
Dir::Cache::pkgcache ""; Dir::Cache::srcpkgcache "";
Acquire::GzipIndexes "true";
Acquire::Languages "none";
Apt::AutoRemove::SuggestsImportant "false";
"""
_CONFIGURATION = {
    "debian-slim:bullseye": "COPY apt.conf.d/docker /etc/apt/apt.conf.d/",
    "debian-minbase:bullseye": "RUN rm /etc/apt/apt.conf.d/docker /etc/dpkg/dpkg.cfg.d/docker",
}


@cache
def names() -> tuple[str, ...]:
    """All bundled names, sorted."""
    from coursekit.image import published, skeleton
    from coursekit.image import teaching_images as teaching

    return tuple(sorted({*skeleton.names(), *_CONFIGURATION, *published.names(), *teaching.names()}))


def skeleton_names() -> tuple[str, ...]:
    """The bundled images whose files can be listed, sorted."""
    from coursekit.image import skeleton

    return tuple(sorted(skeleton.names()))


@cache
def get(name: str) -> Image:
    """The bundled image of that name. Raises: NotFound."""
    from coursekit.image import published
    from coursekit.image import teaching_images as teaching

    if name in _CONFIGURATION:
        return _base_image(name)
    if name in published.names():
        return published.image(name)
    if name in teaching.names():
        return teaching.image(name)
    if name not in skeleton_names():
        said = _("no bundled image is called {name}; there are {known}")
        raise NotFound(said.format(name=repr(name), known=series(names())))
    return _skeleton_image(name)


@cache
def layer(diff_id: Digest) -> LayerSource | None:
    """The skeleton layer with that diff_id, for images that were built on one."""
    for name in skeleton_names():
        for found in get(name).layers:
            if found.diff_id == diff_id:
                return found.source
    return None


class SkeletonSource:
    """A layer source: all paths and sizes of a real layer, and the bytes of few files."""

    provenance = Provenance.MEASURED

    def __init__(self, lower: Lower, size_tar: int, name: str, below: "SkeletonSource | None") -> None:
        self.lower = lower
        self.size_tar = size_tar
        self.absent = _("{name} is bundled as a skeleton, without the bytes of most files").format(name=name)
        self.below = below

    @cached_property
    def size_files(self) -> int:
        """Bytes in files and symlinks, hard links once."""
        return size_of_files(self.lower)


def _skeleton_image(name: str) -> Image:
    from coursekit.image import skeleton

    found = skeleton.read(name)
    manifest, config = Manifest.parse(found.manifest), ImageConfig.parse(found.config)
    sources: list[SkeletonSource] = []
    for lower, size_tar in zip(found.layers, found.sizes_tar, strict=True):
        sources.append(SkeletonSource(lower, size_tar, name, sources[-1] if sources else None))
    blobs = MemoryBlobs({manifest.digest: manifest.raw, config.image_id: config.raw})
    return Image(name, manifest, config, image_layers(manifest, config, sources), blobs)


def _base_image(name: str) -> Image:
    """One of the two Debian images to build on."""
    whole = get(SKELETON)
    base = _only_base(whole)
    when = whole.config.created_at
    mtime = round(when.timestamp()) * 10**9 if when else 0
    meta = Metadata(0o644, mtime_ns=mtime)
    nodes: dict[str, Node] = {
        path: Directory(Metadata(0o755, mtime_ns=mtime)) for path in ("/etc", "/etc/apt", "/etc/apt/apt.conf.d")
    }
    if name == "debian-slim:bullseye":
        nodes["/etc/apt/apt.conf.d/docker"] = File(meta, Bytes(DOCKER))
    else:
        nodes["/etc/dpkg"] = nodes["/etc/dpkg/dpkg.cfg.d"] = nodes["/etc"]
        nodes["/etc/apt/apt.conf.d/docker"] = nodes["/etc/dpkg/dpkg.cfg.d/docker"] = WHITEOUT
    row = History(created=whole.config.created, created_by=_CONFIGURATION[name])
    labels = {"coursekit.note": f"made for teaching from the base layer of {SKELETON}; published nowhere"}
    return build_image(
        base, [Layer.of(nodes)], config={"Labels": labels}, history=[row], name=name, created=whole.config.created
    )


def _only_base(whole: Image) -> Image:
    """The image's base layer alone, under the config that it had then."""
    document = whole.config.document()
    document["config"] = {"Env": document["config"]["Env"][:1], "Cmd": ["bash"]}
    document["rootfs"] = {"type": "layers", "diff_ids": [str(whole.config.diff_ids[0])]}
    document["history"] = [row.to_json() for row in whole.config.history[:2]]
    config = ImageConfig.parse(dump(document))
    manifest = Manifest.of(Descriptor(OCI_CONFIG, config.image_id, len(config.raw)), whole.manifest.layers[:1])
    blobs = MemoryBlobs()
    blobs.put(config.raw)
    blobs.put(manifest.raw)
    layers = image_layers(manifest, config, [whole.layers[0].source])
    return Image(None, manifest, config, layers, JoinedBlobs((blobs, whole.blobs)))

"""Debian to build on: the base layer of the bundled skeleton, with apt configured in two ways.

    debian-slim:bullseye      as in Docker's slim images: no .deb files and no caches stay, lists are compressed, no
                              documentation is unpacked
    debian-minbase:bullseye   as debootstrap leaves it: apt keeps lists, caches and .deb files, dpkg unpacks all

The layer is that of a real Debian 11, made by debootstrap (tests/real/debian.py), documentation left out; the small one
above it, which sets or takes away the configuration, is made here.

Source: debuerreotype's slim images (docker-clean, docker-gzip-indexes, docker-no-languages,
docker-autoremove-suggests).
"""

from functools import cache

from coursekit.fs.content import Bytes
from coursekit.fs.node import WHITEOUT, Directory, File, Metadata, Node
from coursekit.image.blobs import JoinedBlobs, MemoryBlobs
from coursekit.image.build import build_image
from coursekit.image.config import History, ImageConfig
from coursekit.image.descriptor import OCI_CONFIG, Descriptor
from coursekit.image.document import dump
from coursekit.image.image import Image, image_layers
from coursekit.image.manifest import Manifest
from coursekit.layers.layer import Layer

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


def names() -> tuple[str, ...]:
    """The names of these images, sorted."""
    return tuple(sorted(_CONFIGURATION))


@cache
def image(name: str) -> Image:
    """One of them."""
    from coursekit.image import bundled

    whole = bundled.get(SKELETON)
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

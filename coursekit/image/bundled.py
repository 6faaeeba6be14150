"""The images that travel with the course, by name: skeletons of real ones, published metadata, small ones.

Neighbours: skeleton and published read them from coursekit/data; they are imported when an image is
asked for, so that opening another one does not wait for them.
"""

from functools import cache, cached_property

from coursekit.errors import NotFound
from coursekit.fs.node import File, Symlink, stored_size
from coursekit.image.blobs import MemoryBlobs
from coursekit.image.config import ImageConfig
from coursekit.image.digest import Digest
from coursekit.image.image import Image, image_layers
from coursekit.image.layer import LayerSource, Provenance
from coursekit.image.manifest import Manifest
from coursekit.layers.ports import Lower


@cache
def names() -> tuple[str, ...]:
    """All bundled names, sorted."""
    from coursekit.image import bases, published, skeleton, teaching

    return tuple(sorted({*skeleton.names(), *bases.names(), *published.names(), *teaching.names()}))


def skeleton_names() -> tuple[str, ...]:
    """The bundled images whose files can be listed, sorted."""
    from coursekit.image import skeleton

    return tuple(sorted(skeleton.names()))


@cache
def get(name: str) -> Image:
    """The bundled image of that name. Raises: NotFound."""
    from coursekit.image import bases, published, teaching

    if name in bases.names():
        return bases.image(name)
    if name in published.names():
        return published.image(name)
    if name in teaching.names():
        return teaching.image(name)
    if name not in skeleton_names():
        raise NotFound(f"no bundled image is called {name!r}; there are {', '.join(names())}")
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
        self.absent = f"{name} is bundled as a skeleton, without the bytes of most files"
        self.below = below

    @cached_property
    def size_files(self) -> int:
        """Bytes in files and symlinks, hard links once."""
        return size_of_files(self.lower)


def size_of_files(lower: Lower) -> int:
    """Bytes in a layer's files and symlinks, hard links once."""
    seen: set[int] = set()
    total, waiting = 0, [0]
    while waiting:
        for entry in lower.children(waiting.pop()).values():
            node = lower.node(entry)
            if isinstance(node, File | Symlink) and lower.inode(entry) not in seen:
                seen.add(lower.inode(entry))
                total += stored_size(node)
            waiting.append(entry)
    return total


def _skeleton_image(name: str) -> Image:
    from coursekit.image import skeleton

    found = skeleton.read(name)
    manifest, config = Manifest.parse(found.manifest), ImageConfig.parse(found.config)
    sources: list[SkeletonSource] = []
    for lower, size_tar in zip(found.layers, found.sizes_tar, strict=True):
        sources.append(SkeletonSource(lower, size_tar, name, sources[-1] if sources else None))
    blobs = MemoryBlobs({manifest.digest: manifest.raw, config.image_id: config.raw})
    return Image(name, manifest, config, image_layers(manifest, config, sources), blobs)

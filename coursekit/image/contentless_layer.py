"""A new layer of which some contents are elsewhere: built or committed over a skeleton, or from a package index.

Sizes, paths and digests of its files are the real ones; the bytes of some are not here, so its tar cannot be the real
tar. What is kept instead is a tar in the overlay format (layer_tar.py) that refers to them. It has a media type of its
own, so that no other tool takes it for a layer, and `save` refuses it. Two sizes are told beside it:

    coursekit.size.tar          bytes that the real tar would have: computed, headers and padding included
    coursekit.size.compressed   bytes of its gzip: measured file by file where the package index was made, else inferred

`build.py` makes such layers, `image.py` opens them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from coursekit.errors import ImageError
from coursekit.fs.content import Content, Missing
from coursekit.fs.extents import Patched
from coursekit.fs.node import File, Node
from coursekit.image import layer_tar
from coursekit.image.blobs import read_blob
from coursekit.image.compression import decompressed
from coursekit.image.digest import Digest
from coursekit.image.image_layer import LayerSource, Provenance, size_of_files
from coursekit.image.layer_cache import StoredLayer
from coursekit.image.manifest import ABSENT_LAYER, Descriptor
from coursekit.language import later
from coursekit.layers.ports import Lower

SIZE_TAR = "coursekit.size.tar"
SIZE_COMPRESSED = "coursekit.size.compressed"
WHY = later("the bytes of some of its files are not in the bundled images and packages, so the layer cannot be written")
_RATIO = 0.4  # gzip's size of what nobody measured: Debian's base layer has 31 of 80 MB


class AbsentLayer:
    """A layer source: the tree of such a layer."""

    provenance = Provenance.INFERRED
    absent = WHY

    def __init__(self, stored: StoredLayer, below: LayerSource | None, tree: Lower | None = None) -> None:
        """`below` is the layer under this one; `tree` its own, where it was just made."""
        self.stored, self.below, self._tree = stored, below, tree

    @cached_property
    def lower(self) -> Lower:
        """The tree, as upperdir had it. Raises: ImageError."""
        if self._tree is not None:
            return self._tree
        what = self.stored.what
        blob = read_blob(self.stored.blobs, self.stored.descriptor, what)
        data = b"".join(decompressed(iter([blob]), what))
        return layer_tar.read(self.stored.diff_id.verify(data, what), overlay_format=True)

    @property
    def size_tar(self) -> int:
        """Bytes of the real tar."""
        return self._told(SIZE_TAR)

    @property
    def size_compressed(self) -> int:
        """Bytes of the real tar's gzip, about."""
        return self._told(SIZE_COMPRESSED)

    @cached_property
    def size_files(self) -> int:
        """Bytes in files and symlinks, hard links once."""
        return size_of_files(self.lower)

    def _told(self, key: str) -> int:
        text = self.stored.descriptor.annotations.get(key, "")
        if not text.isdigit():
            raise ImageError(f"{self.stored.what} does not tell its {key}")
        return int(text)


def has_absent(lower: Lower) -> bool:
    """Whether bytes of some file in the layer are elsewhere."""
    return any(isinstance(node, File) and layer_tar.is_absent(node.content) for _, node in layer_tar.walk(lower))


def only_measured(lower: Lower) -> bool:
    """Whether bytes are elsewhere, and all of them in packages whose index tells what they take compressed."""
    absent = [node.content for node in _files(lower) if layer_tar.is_absent(node.content)]
    return bool(absent) and all(isinstance(content, Missing) and content.packed for content in absent)


def described(lower: Lower, below: list[Lower], digest: Digest, size: int) -> Descriptor:
    """The descriptor of the layer's blob, which has this digest and size."""
    files = _files(lower)
    packed = size + sum(_packed(node.content) for node in files if layer_tar.is_absent(node.content))
    tar = sum(map(len, layer_tar.blocks(_Filled(lower), below=below)))
    return Descriptor(ABSENT_LAYER, digest, size, {SIZE_TAR: str(tar), SIZE_COMPRESSED: str(packed)})


def _files(lower: Lower) -> list[File]:
    """The files of a layer, hard links once."""
    found: dict[int, File] = {}
    waiting = [0]
    while waiting:
        for child in lower.children(waiting.pop()).values():
            node = lower.node(child)
            if isinstance(node, File):
                found[lower.inode(child)] = node
            waiting.append(child)
    return list(found.values())


def _packed(content: Content) -> int:
    """Bytes that absent contents take compressed; what was written over them is in the blob already."""
    if isinstance(content, Patched):
        return _packed(content.base)
    known = content.packed if isinstance(content, Missing) else 0
    return known or round(_RATIO * content.size)


@dataclass(frozen=True, slots=True)
class _Zeros:
    """As many zeros as the real contents have bytes."""

    size: int

    def read(self, offset: int, length: int) -> bytes:
        return bytes(max(0, min(length, self.size - offset)))

    def data(self) -> Iterator[tuple[int, int]]:
        if self.size:
            yield 0, self.size


@dataclass(frozen=True, slots=True)
class _Filled:
    """The layer with zeros for what is absent: its tar is as long as the real one."""

    lower: Lower

    def children(self, entry: int) -> Mapping[str, int]:
        return self.lower.children(entry)

    def node(self, entry: int) -> Node:
        node = self.lower.node(entry)
        absent = isinstance(node, File) and layer_tar.is_absent(node.content)
        return replace(node, content=_Zeros(node.content.size)) if absent and isinstance(node, File) else node

    def inode(self, entry: int) -> int:
        return self.lower.inode(entry)

    def nlink(self, entry: int) -> int:
        return self.lower.nlink(entry)

"""The layer cache: each layer decompressed once, verified, indexed, and kept as a raw tar that contents refer to.

    blob ──decompress──┬─ sha256 of the blob    = digest?   ┐
                       ├─ sha256 of the tar     = diff_id?  ├─ all three, or nothing is kept
                       └─ raw/<diff_id> ──scan──> a tree    ┘   index/<diff_id>-<digest>

An index stands for a pair that was verified: a blob of which an image only says that it has a known diff_id is read.

A worker thread hashes and writes while the main one decompresses. Everything here may be deleted at any time and is
made again from the blob, and so is a raw tar that was written to; beyond `cap` bytes, the raw tars not used for longest
go first. Without a root (a browser),
raw tars stay in memory.
"""

import errno
import os
import queue
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from coursekit.errors import ImageError
from coursekit.fs.content import Source
from coursekit.image.atomic import storing, write_file
from coursekit.image.blobs import Blobs, check_size
from coursekit.image.compression import decompressed
from coursekit.image.digest import Digest
from coursekit.image.manifest import Descriptor
from coursekit.image.sources import BufferSource, MappedFile, mapped
from coursekit.image.tar_reader import DEFAULT, Buffer, Limits, scan
from coursekit.image.tar_tree import index_of
from coursekit.layers.tar_index import TarIndex

CAP = 8 << 30


@dataclass(frozen=True, slots=True)
class StoredLayer:
    """Where a layer's blob is, and what its tar must hash to."""

    blobs: Blobs
    descriptor: Descriptor
    diff_id: Digest

    @property
    def names(self) -> tuple[Digest, Digest]:
        """Both digests: what the tar and the blob must hash to."""
        return self.diff_id, self.descriptor.digest

    @property
    def what(self) -> str:
        """The layer, for messages."""
        return f"the layer {self.descriptor.digest.short}"


@dataclass(frozen=True, slots=True)
class LayerCache:
    """Raw tars and indexes by diff_id, below `root`; in memory if it is None."""

    root: Path | None = None
    cap: int = CAP  # bytes of raw tars
    limits: Limits = DEFAULT
    _memory: dict[tuple[Digest, Digest], TarIndex] = field(default_factory=dict, repr=False)

    def open(self, layer: StoredLayer) -> TarIndex:
        """The layer's index, from the cache or made now.

        Raises: ImageError, if the blob is missing, damaged, or no layer.
        """
        return self.load(layer) or self._make(layer)

    def size(self) -> int:
        """Bytes that the cache takes on the disk."""
        return sum(size for _, size, _ in self._files("raw")) + sum(size for _, size, _ in self._files("index"))

    def clear(self) -> None:
        """Delete everything; it is made again when it is needed."""
        for path, _, _ in [*self._files("raw"), *self._files("index")]:
            with suppress(OSError):
                path.unlink()

    def drop(self, layer: StoredLayer) -> None:
        """Forget one layer."""
        self._memory.pop(layer.names, None)
        if self.root is not None:
            for path in (self._raw(layer), self._index_of(layer)):
                with suppress(OSError):
                    path.unlink()

    def load(self, layer: StoredLayer) -> TarIndex | None:
        """The layer's index, if it is in the cache."""
        known = self._memory.get(layer.names)
        if known is not None or self.root is None:
            return known
        try:
            data = self._index_of(layer).read_bytes()
        except OSError:
            return None
        source = MappedFile(self._raw(layer), 0, lambda: self._make(layer).source, lambda: self._intact(layer))
        try:
            index = TarIndex.load(data, source)
        except (ValueError, KeyError, TypeError):
            return None
        if index is not None:
            source.size = index.raw_size
        return index

    def _intact(self, layer: StoredLayer) -> bool:
        """The raw tar is what it was when it was indexed: not written to since, or hashed anew."""
        raw, index, diff_id = self._raw(layer), self._index_of(layer), layer.diff_id
        try:
            if raw.stat().st_mtime_ns <= index.stat().st_mtime_ns:
                return True
            with raw.open("rb") as file:
                hasher = diff_id.hasher()
                while block := file.read(1 << 20):
                    hasher.update(block)
            diff_id.check(hasher, str(raw))
            os.utime(index)
        except (OSError, ImageError):
            return False
        return True

    def _make(self, layer: StoredLayer) -> TarIndex:
        check_size(layer.blobs, layer.descriptor, layer.what)
        if self.root is None:
            return self._memory.setdefault(layer.names, self._in_memory(layer))
        with storing(f"the layer cache {self.root}"):
            try:
                return self._on_disk(layer, self.root)
            except OSError as error:
                if error.errno not in (errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT):
                    raise
                return self._memory.setdefault(layer.names, self._unnamed(layer))  # a cache only to be read, or full

    def _in_memory(self, layer: StoredLayer) -> TarIndex:
        raw = bytearray()
        _unpack(layer, raw.extend, self.limits)
        data = bytes(raw)
        return self._index(layer, data, BufferSource(data))

    def _unnamed(self, layer: StoredLayer) -> TarIndex:
        """In a file without a name, which goes when this process does."""
        with tempfile.TemporaryFile(buffering=0) as file:
            _unpack(layer, _writer(file), self.limits)
            raw = mapped(file.fileno())
        return self._index(layer, raw, BufferSource(raw))

    def _on_disk(self, layer: StoredLayer, root: Path) -> TarIndex:
        raw, index = self._raw(layer), self._index_of(layer)
        for folder in (raw.parent, index.parent):
            folder.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(prefix=".new-", dir=raw.parent)
        try:
            with open(number, "wb", buffering=0) as file:
                size = _unpack(layer, _writer(file), self.limits)
            source = MappedFile(Path(name), size)
            made = self._index(layer, source.map(), source)
            os.replace(name, raw)
            source.path = raw
        except BaseException:
            with suppress(OSError):
                os.unlink(name)
            raise
        write_file(index, [made.save()], durable=False)
        self._shrink(keep=raw)
        return made

    def _index(self, layer: StoredLayer, raw: Buffer, source: Source) -> TarIndex:
        try:
            return index_of(scan(raw, self.limits), source, len(raw), limits=self.limits)
        except ImageError as error:
            raise ImageError(f"{layer.what} is no layer: {error}") from None

    def _raw(self, layer: StoredLayer) -> Path:
        assert self.root is not None
        return self.root / "raw" / f"{layer.diff_id.algorithm}-{layer.diff_id.encoded}"

    def _index_of(self, layer: StoredLayer) -> Path:
        assert self.root is not None
        return self.root / "index" / f"{self._raw(layer).name}-{layer.descriptor.digest.encoded}"

    def _files(self, kind: str) -> list[tuple[Path, int, int]]:
        """(path, size, last use) of the files of one kind."""
        found: list[tuple[Path, int, int]] = []
        if self.root is not None and (self.root / kind).is_dir():
            for path in (self.root / kind).iterdir():
                with suppress(OSError):
                    status = path.stat()
                    found.append((path, status.st_size, status.st_atime_ns))
        return found

    def _shrink(self, keep: Path) -> None:
        files = sorted(self._files("raw"), key=lambda file: file[2])
        total = sum(size for _, size, _ in files)
        for path, size, _ in files:
            if total > self.cap and path != keep:
                total -= size
                with suppress(OSError):
                    path.unlink()


def _writer(file: BinaryIO) -> Callable[[bytes], None]:
    def write(data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[file.write(view) :]

    return write


def _unpack(layer: StoredLayer, write: Callable[[bytes], None], limits: Limits) -> int:
    """Decompress a blob into `write`, verify both digests, and say how many bytes came out."""
    compressed, raw = layer.descriptor.digest.hasher(), layer.diff_id.hasher()
    bound = min(limits.raw_size, max(limits.free, limits.ratio * layer.descriptor.size))
    size = 0
    with _Worker() as work:

        def noted() -> Iterator[bytes]:
            for block in layer.blobs.blocks(layer.descriptor.digest):
                work(compressed.update, block)
                yield block

        for piece in decompressed(noted(), layer.what):
            size += len(piece)
            if size > bound:
                raise ImageError(f"{layer.what} unpacks to more than {bound:,} bytes: it looks like a bomb")
            work(raw.update, piece)
            work(write, piece)
    layer.descriptor.digest.check(compressed, layer.what)
    layer.diff_id.check(raw, f"the uncompressed tar of {layer.what}")
    return size


class _Worker:
    """One thread that carries out calls in order, so that hashing overlaps decompression; none in a browser."""

    DEPTH = 16  # calls that may wait

    def __init__(self) -> None:
        self._calls: queue.Queue[tuple[Callable[[bytes], object], bytes] | None] = queue.Queue(self.DEPTH)
        self._failure: BaseException | None = None
        self._thread: threading.Thread | None = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "_Worker":
        try:
            assert self._thread is not None
            self._thread.start()
        except RuntimeError:  # no threads here
            self._thread = None
        return self

    def __call__(self, function: Callable[[bytes], object], data: bytes) -> None:
        if self._failure:
            raise self._failure
        if self._thread:
            self._calls.put((function, data))
        else:
            function(data)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._thread:
            self._calls.put(None)
            self._thread.join()
        if self._failure and kind is None:
            raise self._failure

    def _run(self) -> None:
        while call := self._calls.get():
            if self._failure is None:
                try:
                    call[0](call[1])
                except BaseException as error:
                    self._failure = error

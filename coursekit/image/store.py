"""The store: the images and containers of one person, on disk. An OCI image layout that skopeo reads as it stands.

    index.json  oci-layout  blobs/     the images; several names may point to one
    containers/                        what belongs to container/
    cache/raw  cache/index             layers unpacked and indexed; may be deleted at any time
    lock                               held while index.json changes

A blob is written beside its place, fsynced and renamed, and only then named in index.json, which changes likewise, at
once. So a process may be killed at any moment, and others may read all the while: they see the store before the change
or after it. What a killed process leaves behind is unnamed, and `prune` removes it.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from time import time

from coursekit.errors import Conflict, CourseError, ImageError, NotFound, StoreError
from coursekit.image import bundled, layout
from coursekit.image.atomic import UNFINISHED, storing, write_file
from coursekit.image.blobs import LayoutBlobs
from coursekit.image.digest import Digest
from coursekit.image.image import Image, assemble
from coursekit.image.image_layer import LayerSource
from coursekit.image.layer_cache import CAP, LayerCache
from coursekit.image.manifest import REF_NAME, Descriptor, Index, Manifest, Platform
from coursekit.image.platform import choose, fits
from coursekit.image.reference import is_name, normal_name
from coursekit.language import _

HOME = "COURSEKIT_HOME"
PATIENCE = 60  # seconds to wait for another process
STALE = 3600  # seconds after which an unfinished file has no writer any more


def default_root() -> Path:
    """Where the store lies: at COURSEKIT_HOME, or where this system keeps a user's data."""
    home = os.environ.get(HOME)
    if home:
        return Path(home).expanduser()
    import platformdirs

    return Path(platformdirs.user_data_dir("coursekit", appauthor=False))


class Store:
    """Images and containers below `root`. Nothing is made on the disk before something is written."""

    def __init__(self, root: str | os.PathLike[str] | None = None, *, cache_cap: int = CAP) -> None:
        self.root = Path(root) if root is not None else default_root()
        self.cache = LayerCache(self.root / "cache", cap=cache_cap)
        self.blobs = LayoutBlobs(self.root)

    @property
    def containers_dir(self) -> Path:
        """The folder for containers; made if need be."""
        path = self.root / "containers"
        with storing(f"the store {self.root}"):
            path.mkdir(parents=True, exist_ok=True)
        return path

    def __repr__(self) -> str:
        return f"Store({str(self.root)!r})"

    # what is there

    def images(self, *, with_bundled: bool = True) -> tuple[Image, ...]:
        """The images, newest first: one for each name, and once each ID that has none. Bundled ones come last.

        One that cannot be read is not among them: see `damaged`.
        """
        own = [image for image in map(self._readable, self._entries()) if isinstance(image, Image)]
        named = {image.id for image in own if image.name}
        bare = {image.id: image for image in own if image.id not in named}
        own = [*(image for image in own if image.name), *bare.values()]
        own.sort(key=lambda image: image.config.created, reverse=True)
        taken = {image.name for image in own}
        others = [bundled.get(name) for name in bundled.names() if name not in taken] if with_bundled else []
        return (*own, *others)

    def damaged(self) -> dict[str, ImageError]:
        """What is wrong with the images that cannot be read, by name (by digest, where one has none)."""
        found = {entry.annotations.get(REF_NAME, str(entry.digest)): self._readable(entry) for entry in self._entries()}
        return {name: problem for name, problem in found.items() if isinstance(problem, ImageError)}

    def get(self, reference: str) -> Image:
        """The image with that name or ID, or the start of one. Raises: NotFound, Conflict for several."""
        found = self.find(reference)
        if found is None:
            name = normal_name(reference) if is_name(reference) else reference
            raise NotFound(f"No such image: {name}")
        return found

    def find(self, reference: str, platform: Platform | None = None) -> Image | None:
        """As `get`; None where there is none. Raises: ImageError for one that is there for another platform."""
        entries = self._entries()
        name = normal_name(reference) if is_name(reference) else None
        found = None
        for entry in entries:
            if name is not None and entry.annotations.get(REF_NAME) == name:
                found = self._image(entry)
        if found is None and name in bundled.names():
            found = bundled.get(str(name))
        found = found or self._by_id(reference, entries)
        if found and platform and not fits(found.platform, platform):
            said = _("{name} is here for {there}, not for {wanted}")
            raise ImageError(said.format(name=found.name or reference, there=found.platform, wanted=platform))
        return found

    def names_of(self, image: Image) -> tuple[str, ...]:
        """All names of an image in the store, sorted."""
        return tuple(sorted(filter(None, (entry.annotations.get(REF_NAME) for entry in self._entries_of(image.id)))))

    # changes

    def add(self, image: Image, name: str | None = None) -> Image:
        """Copy an image into the store, every layer read and verified first; it gets `name`, or keeps its own.

        Raises: ImageError for a bad image, of which nothing is kept; StoreError.
        """
        wanted = name or image.name or ""
        named = normal_name(wanted) if name or is_name(wanted) else None
        image = image.verify().as_oci()
        with storing(f"the store {self.root}"):
            try:
                self._add(image.named(named))
            except BaseException:
                with suppress(CourseError, OSError):
                    self.prune()
                raise
        return self._image(self._entry(image.named(named)))

    def tag(self, reference: str, name: str) -> Image:
        """Give an image one more name, which another image loses. Raises: NotFound."""
        image, name = self.get(reference), normal_name(name)
        if self.blobs.size(image.manifest.digest) is None:
            return self.add(image, name)
        with storing(f"the store {self.root}"), self._locked():
            self._write_index(_with(self._entries(), self._entry(image.named(name))))
        return image.named(name)

    def remove(self, reference: str, *, force: bool = False) -> tuple[str, ...]:
        """Take a name from an image, and delete the image with its last name; docker's lines about it come back.

        By ID all names go, which needs `force` if there are several. Raises: NotFound, Conflict.
        """
        if is_name(reference) and normal_name(reference) in self.damaged():
            return self._remove_damaged(normal_name(reference))
        image = self.get(reference)
        by_name = is_name(reference) and image.name == normal_name(reference)
        with storing(f"the store {self.root}"), self._locked():
            entries = self._entries()
            own = self._entries_of(image.id)  # of several manifests, perhaps: they are one image
            if not own:
                raise Conflict(f"{image.name} is bundled with coursekit and cannot be removed")
            names = {entry.annotations[REF_NAME] for entry in own if REF_NAME in entry.annotations}
            if len(names) > 1 and not by_name and not force:
                raise Conflict(
                    f"unable to delete {image.id.short} (must be forced) - image is referenced in multiple repositories"
                )
            gone = {normal_name(reference)} if by_name else names
            is_last = gone == names
            kept = [
                entry
                for entry in entries
                if entry not in own or not (is_last or entry.annotations.get(REF_NAME) in gone)
            ]
            self._write_index(kept)
            if is_last:
                self._sweep(kept)
        return (*(f"Untagged: {name}" for name in sorted(gone)), *([f"Deleted: {image.id}"] if is_last else []))

    def _remove_damaged(self, name: str) -> tuple[str, ...]:
        with storing(f"the store {self.root}"), self._locked():
            kept = [entry for entry in self._entries() if entry.annotations.get(REF_NAME) != name]
            self._write_index(kept)
            self._sweep(kept)
        return (f"Untagged: {name}",)

    def prune(self) -> int:
        """Delete blobs that no image uses and what killed processes left behind; the bytes freed come back."""
        with storing(f"the store {self.root}"), self._locked():
            return self._sweep(self._entries())

    def disk_usage(self) -> dict[str, int]:
        """Bytes on the disk: blobs, containers, cache."""
        return {
            part: sum(path.stat().st_size for path in (self.root / part).rglob("*") if path.is_file())
            for part in ("blobs", "containers", "cache")
        }

    # inside

    def _add(self, image: Image) -> None:
        entry = self._entry(image)
        for _attempt in range(10):
            needed = self._copy(image)
            with self._locked():  # a prune may have come between: blobs count only once they are named
                if all(self.blobs.size(digest) is not None for digest in needed):
                    self._write_index(_with(self._entries(), entry))
                    return
        raise StoreError(f"the store {self.root} is being pruned all the time")

    def _copy(self, image: Image) -> list[Digest]:
        """Write the blobs that are missing; those that the image needs come back."""
        known = {n for n, layer in enumerate(image.layers) if layer.source.absent and bundled.layer(layer.diff_id)}
        needed = []
        for digest, blocks in layout.blobs_of(image, skip=known, keep_absent=True):
            needed.append(digest)
            if self.blobs.size(digest) is None:
                write_file(self.blobs.path(digest), blocks)
        return needed

    def _entry(self, image: Image) -> Descriptor:
        return layout.entry_of(image)

    def _entries(self) -> list[Descriptor]:
        if not (self.root / layout.INDEX_FILE).exists():
            return []
        try:
            return list(layout.read_index(self.root).manifests)
        except ImageError as error:
            raise StoreError(f"the store {self.root} cannot be read: {error}") from None

    def _image(self, entry: Descriptor) -> Image:
        name = entry.annotations.get(REF_NAME)
        manifest = choose(self.blobs, [entry], None, name or entry.digest.short)
        return assemble(name, manifest, self.blobs, self.cache, self._bundled_layer)

    def _entries_of(self, image_id: Digest) -> list[Descriptor]:
        """The entries of one image: under one manifest as a rule, under several where its layers are stored twice."""
        found = ((entry, self._readable(entry)) for entry in self._entries())
        return [entry for entry, image in found if isinstance(image, Image) and image.id == image_id]

    def _readable(self, entry: Descriptor) -> Image | ImageError:
        try:
            return self._image(entry)
        except ImageError as problem:
            return problem

    def _bundled_layer(self, layer: Descriptor, diff_id: Digest) -> LayerSource | None:
        """The skeleton of a layer that has no blob here."""
        return None if self.blobs.size(layer.digest) is not None else bundled.layer(diff_id)

    def _by_id(self, reference: str, entries: Sequence[Descriptor]) -> Image | None:
        start = reference.removeprefix("sha256:").lower()
        if not start or start.strip("0123456789abcdef"):
            return None
        own = [image for image in map(self._readable, entries) if isinstance(image, Image)]
        found = {image.id: image for image in own if image.id.encoded.startswith(start)}
        for name in bundled.names():
            image = bundled.get(name)
            if image.id.encoded.startswith(start):
                found.setdefault(image.id, image)
        if len(found) > 1:
            raise Conflict(f"{len(found)} images have an ID that starts with {start}: write more of it")
        return next(iter(found.values()), None)

    def _write_index(self, entries: Sequence[Descriptor]) -> None:
        if not (self.root / layout.LAYOUT_FILE).exists():
            write_file(self.root / layout.LAYOUT_FILE, [layout.LAYOUT])
        write_file(self.root / layout.INDEX_FILE, [Index.of(entries).raw])

    def _sweep(self, entries: Sequence[Descriptor]) -> int:
        used: set[Digest] = set()
        try:
            for entry in entries:
                manifest = Manifest.parse(b"".join(self.blobs.blocks(entry.digest)))
                used |= {entry.digest, manifest.config.digest, *(layer.digest for layer in manifest.layers)}
        except ImageError:
            return 0  # nobody can say which blobs a damaged image needs: none is deleted before that image is
        names = {digest.encoded for digest in used}
        freed = 0
        unfinished = [*self.root.glob(UNFINISHED), *(self.root / "cache").glob(f"*/{UNFINISHED}")]
        for path in [*unfinished, *(self.root / "blobs").glob("*/*")]:
            with suppress(FileNotFoundError):  # another process finished it, and it has its name now
                status = path.stat()
                is_being_written = path.match(UNFINISHED) and status.st_mtime > time() - STALE
                if not is_being_written and path.name not in names:
                    path.unlink()
                    freed += status.st_size
        return freed

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Alone among processes; without locks where there is only one process (a browser)."""
        try:
            from coursekit.image.locks import FileLock, Timeout
        except ImportError:
            yield
            return
        self.root.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.root / "lock", timeout=PATIENCE)
        try:
            lock.acquire()
        except Timeout:
            raise StoreError(f"another process has held the store {self.root} for {PATIENCE} seconds") from None
        try:
            yield
        finally:
            lock.release()


def _with(entries: Sequence[Descriptor], new: Descriptor) -> list[Descriptor]:
    """The entries and a new one: it takes its name from another, which stays without one unless it has more."""
    name = new.annotations.get(REF_NAME)
    kept = [entry for entry in entries if entry.digest != new.digest or entry.annotations.get(REF_NAME)]
    losers = [entry for entry in kept if name and entry.annotations.get(REF_NAME) == name]
    kept = [entry for entry in kept if entry not in losers]
    for loser in losers:
        if loser.digest != new.digest and all(entry.digest != loser.digest for entry in kept):
            kept.append(replace(loser, annotations={}))
    if not name and any(entry.digest == new.digest for entry in kept):
        return kept
    return [*kept, new]

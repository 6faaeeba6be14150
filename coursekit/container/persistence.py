"""A container and its volumes as files, whole at every moment.

    containers/<id>/state.json     name, image, settings, state, times; names the layer's file
                    upper-<n>.tar  the writable layer, as an upperdir in a tar
                    lock           held by the process that changes the container
    volumes/<name>.tar             a volume, likewise

Whatever is killed, and when, state.json names a layer that is whole: a new one is written beside the old, then
state.json is replaced at once, then the old one goes.

Neighbour: containers.
"""

import io
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from coursekit.container.container import Container
from coursekit.container.process_config import ProcessConfig
from coursekit.container.volumes import Volume
from coursekit.errors import CourseError, ImageError, NotFound, StoreError
from coursekit.image import layer_tar
from coursekit.image.atomic import storing, write_file
from coursekit.image.digest import Digest
from coursekit.image.image import Image
from coursekit.image.locks import FileLock, Timeout
from coursekit.image.store import Store
from coursekit.layers.memory_upper import MemoryUpper
from coursekit.layers.ports import Lower

PATIENCE = 60  # seconds to wait for another process
ATTEMPTS = 5  # to read while another process writes
STATE = "state.json"
NEEDED = frozenset(("id", "name", "image", "settings", "state", "created", "upper"))


class ContainerFiles:
    """Reads and writes containers of one store."""

    def __init__(self, store: Store, now: Callable[[], int]) -> None:
        self.store = store
        self.now = now

    def directory(self, id: str) -> Path:
        return self.store.root / "containers" / id

    def directories(self) -> tuple[Path, ...]:
        """The directories of all containers, sorted."""
        return tuple(sorted(path.parent for path in (self.store.root / "containers").glob(f"*/{STATE}")))

    def documents(self) -> Iterator[tuple[Path, dict[str, Any]]]:
        """What state.json says, of all that can be read."""
        for directory in self.directories():
            try:
                yield directory, self.document(directory)
            except CourseError:
                continue

    def document(self, directory: Path) -> dict[str, Any]:
        """What state.json says. Raises: NotFound, StoreError."""
        try:
            document = json.loads((directory / STATE).read_text())
        except FileNotFoundError:
            raise NotFound(f"No such container: {directory.name}") from None
        except (OSError, ValueError) as error:
            raise StoreError(f"container {directory.name[:12]} cannot be read: {error}") from error
        if not isinstance(document, dict) or not document.keys() >= NEEDED:
            raise StoreError(f"container {directory.name[:12]} cannot be read: {STATE} lacks what it should say")
        return document

    def load(self, directory: Path) -> Container:
        """The container as it was kept. Raises: NotFound, StoreError."""
        document, upper = self._layer(directory)
        image = self._image(document)
        settings = ProcessConfig.from_json(document["settings"])
        container = Container(
            image,
            settings,
            name=document["name"],
            id=document["id"],
            upper=upper,
            volumes=self._volumes(document),
            now=self.now,
        )
        container.image_name = document.get("image_name", container.image_name)
        container.created = datetime.fromisoformat(document["created"])
        self._take_state(container, document)
        return container

    def refresh(self, container: Container) -> None:
        """Bring a container in memory up to what another process has kept since. Raises: NotFound, StoreError."""
        directory = self.directory(container.id)
        document = self.document(directory)
        stale = any(mount.volume.seen != self._mark(mount.volume.name) for mount in container.mounts)
        if document["generation"] != container.generation or stale:
            document, upper = self._layer(directory)
            container.assemble(upper, self._volumes(document))
            self._take_state(container, document)

    def _layer(self, directory: Path) -> tuple[dict[str, Any], MemoryUpper]:
        """The state and the writable layer that it names."""
        for _ in range(ATTEMPTS):
            document = self.document(directory)
            path = directory / document["upper"]
            if path.exists() or not self._changed(directory, document):
                break
        return document, MemoryUpper.from_lower(self.read_tar(path))

    def _changed(self, directory: Path, document: Mapping[str, Any]) -> bool:
        return bool(self.document(directory)["upper"] != document["upper"])

    def _take_state(self, container: Container, document: Mapping[str, Any]) -> None:
        container.state = document["state"]
        container.started_at = time_of(document.get("started_at"))
        container.finished_at = time_of(document.get("finished_at"))
        container.exit_code = document.get("exit_code", 0)
        container.error = document.get("error", "")
        container.logs = document.get("logs", "")
        container.generation = document.get("generation", 0)

    def _image(self, document: Mapping[str, Any]) -> Image:
        for reference in (document["image"], document.get("image_name")):
            found = self.store.find(reference) if reference else None
            if found is not None and str(found.id) == document["image"]:
                return found
        name = document.get("image_name")
        raise NotFound(f"container {document['name']}: its image {name} is not in the store any more")

    def write(self, container: Container) -> None:
        """Keep the container and its volumes as they are now; nothing is written where nothing changed.

        Raises: StoreError; then what was kept before holds.
        """
        directory = self.directory(container.id)
        with storing(f"container {container.name}"):
            data = tar_of(container.upper.freeze())
            for mount in container.mounts:
                self.write_volume(mount.volume)
            old, new = container.generation, container.generation + 1
            if self._has(directory, container, data):
                return
            self.write_tar(directory / f"upper-{new}.tar", data)
            write_file(directory / STATE, [document_of(container, new)])
            container.generation = new
            (directory / f"upper-{old}.tar").unlink(missing_ok=True)

    def _has(self, directory: Path, container: Container, data: bytes) -> bool:
        """Whether this state and this layer are what is kept."""
        generation = container.generation
        try:
            same = (directory / STATE).read_bytes() == document_of(container, generation)
            return same and (directory / f"upper-{generation}.tar").read_bytes() == data
        except OSError:  # nothing is kept, or not whole
            return False

    def write_tar(self, path: Path, data: bytes) -> None:
        write_file(path, [data])

    def read_tar(self, path: Path) -> Lower:
        """The tree in a tar. Raises: StoreError."""
        try:
            return layer_tar.read(path.read_bytes(), overlay_format=True)
        except (OSError, ImageError) as error:
            raise StoreError(f"{path.parent.name[:12]}/{path.name} cannot be read: {error}") from error

    # volumes

    def volume_file(self, name: str) -> Path:
        return self.store.root / "volumes" / f"{name}.tar"

    def volume(self, name: str) -> Volume:
        """The volume of that name; a new one if there is none."""
        mark = self._mark(name)
        if not mark:
            return Volume(name)
        volume = Volume.restored(name, self.read_tar(self.volume_file(name)))
        volume.seen, volume.digest = mark, str(Digest.of(tar_of(volume.frozen())))
        return volume

    def write_volume(self, volume: Volume) -> None:
        """Keep the volume, if it is not what was kept last."""
        data = tar_of(volume.frozen())
        digest = str(Digest.of(data))
        if digest != volume.digest or not volume.seen:
            self.write_tar(self.volume_file(volume.name), data)
            volume.digest, volume.seen = digest, self._mark(volume.name)

    def _volumes(self, document: Mapping[str, Any]) -> dict[str, Volume]:
        return {path: self.volume(name) for path, name in document.get("volumes", {}).items()}

    def _mark(self, name: str) -> str:
        """What changes whenever a volume's file is written; empty if there is no such file."""
        try:
            status = self.volume_file(name).stat()
        except OSError:
            return ""
        return f"{status.st_ino}.{status.st_mtime_ns}.{status.st_size}"

    # locks

    @contextmanager
    def locked(self, directory: Path) -> Iterator[None]:
        """Alone with one container."""
        with self._hold(directory / "lock", f"container {directory.name[:12]}"):
            yield

    @contextmanager
    def names_locked(self) -> Iterator[None]:
        """Alone with the names of all containers."""
        with self._hold(self.store.containers_dir / "lock", "the names of containers"):
            yield

    @contextmanager
    def _hold(self, path: Path, what: str) -> Iterator[None]:
        lock = FileLock(path, timeout=PATIENCE)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout:
            raise StoreError(f"another process has held {what} for {PATIENCE} seconds") from None
        except OSError as error:
            raise StoreError(f"the store {self.store.root} cannot be written: {error.strerror}") from error
        try:
            yield
        finally:
            lock.release()


def tar_of(lower: Lower) -> bytes:
    """A tree as the bytes of a tar, in overlay format."""
    buffer = io.BytesIO()
    layer_tar.write(lower, buffer, overlay_format=True)
    return buffer.getvalue()


def document_of(container: Container, generation: int) -> bytes:
    """state.json, which names the layer's file."""
    document = {**state_of(container), "generation": generation, "upper": f"upper-{generation}.tar"}
    return json.dumps(document, indent=1).encode()


def state_of(container: Container) -> dict[str, Any]:
    """What state.json says, but for the layer's file."""

    def iso(when: datetime | None) -> str | None:
        return when.isoformat() if when else None

    return {
        "id": container.id,
        "name": container.name,
        "image": str(container.image.id),
        "image_name": container.image_name,
        "settings": container.settings.to_json(),
        "state": container.state,
        "created": iso(container.created),
        "started_at": iso(container.started_at),
        "finished_at": iso(container.finished_at),
        "exit_code": container.exit_code,
        "error": container.error,
        "logs": container.logs,
        "volumes": {mount.path: mount.volume.name for mount in container.mounts},
    }


def time_of(text: str | None) -> datetime | None:
    """The time that state.json says, or none."""
    return datetime.fromisoformat(text) if text else None

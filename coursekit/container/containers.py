"""Containers: those of a store, kept on disk from create to remove.

    containers/<id>/state.json     name, image, settings, state, times; names the layer's file
                    upper-<n>.tar  the writable layer, as an upperdir in a tar
    volumes/<name>.tar             a volume, likewise

Whatever is killed, and when, state.json names a layer that is whole: a new one is written beside the old, then
state.json is replaced at once, then the old one goes. A lock for each container keeps two processes apart, another one
guards the names.

Floor 4 (container).
"""

import io
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from coursekit.container.container import Container
from coursekit.container.names import new_id, new_name, valid_name
from coursekit.container.settings import Settings, merged
from coursekit.container.volumes import Volume
from coursekit.errors import Conflict, CourseError, ImageError, NotFound, StoreError
from coursekit.image import layer_tar
from coursekit.image.atomic import storing, write_file
from coursekit.image.image import Image
from coursekit.image.store import Store
from coursekit.union.memory import MemoryUpper
from coursekit.union.ports import Lower

PATIENCE = 60  # seconds to wait for another process
STATE = "state.json"


class Containers:
    """The containers of one store."""

    def __init__(self, store: Store, *, now: Callable[[], int] = time.time_ns) -> None:
        self.store = store
        self._now = now

    def __repr__(self) -> str:
        return f"Containers of {self.store!r}"

    # finding

    def list(self) -> tuple[Container, ...]:
        """All containers, the newest first. One that cannot be read is left out (`get` says why)."""
        found = []
        for directory in self._directories():
            try:
                found.append(self._load(directory))
            except CourseError:
                continue
        return tuple(sorted(found, key=lambda container: container.created, reverse=True))

    def get(self, reference: str) -> Container:
        """The container of that name or id, or the only one whose id begins so. Raises: NotFound, Conflict."""
        return self._load(self._find(reference))

    @contextmanager
    def changing(self, reference: str) -> Iterator[Container]:
        """The container, for this process alone until the end of the block, where it is saved."""
        directory = self._find(reference)
        with self._locked(directory):
            container = self._load(directory)
            home, container.home = container.home, None  # saved once, at the end
            try:
                yield container
            finally:
                container.home = home
                if container.state != "removed":
                    self._write(container)

    def names(self) -> dict[str, str]:
        """The names in use, each with its container's id."""
        return {str(document["name"]): str(document["id"]) for _, document in self._documents()}

    # making and keeping

    def create(
        self,
        image: Image | str,
        *,
        name: str | None = None,
        command: Sequence[str] | None = None,
        settings: Settings | None = None,
        **options: Any,
    ) -> Container:
        """A new container, not started. `options` as `settings.merged` takes them.

        Raises: NotFound for the image, Conflict for a name in use, CourseError.
        """
        found = Image.open(image, store=self.store) if isinstance(image, str) else image
        return self.add(found, settings or merged(found.config, command=command, **options), name)

    def add(self, image: Image, settings: Settings, name: str | None = None) -> Container:
        """As `create`, with settings that are ready."""
        kept = self._in_store(image)
        with self._names_locked():
            taken = self.names()
            if name in taken:
                raise in_use(str(name), taken[str(name)])
            chosen = valid_name(name) if name else new_name(taken)
            container = Container(
                kept, settings, name=chosen, id=new_id(), volumes=self._volumes(settings), now=self._now
            )
            container.image_name = image.name or str(image.id)
            container.home = self
            self._write(container)
        return container

    def save(self, container: Container) -> None:
        """Keep the container as it is now. Raises: StoreError, with what was kept before unharmed."""
        with self._locked(self._directory(container.id)):
            self._write(container)

    def remove(self, reference: str, *, force: bool = False, volumes: bool = False) -> str:
        """Remove a container, with `volumes` its anonymous ones too; its id. Raises: NotFound, Conflict if it runs."""
        container = self.get(reference)
        container.remove(force=force, volumes=volumes)
        return container.id

    def forget(self, container: Container, volumes: bool = False) -> None:
        """Delete what is kept of a container; state.json first, so that a half of it is never found."""
        directory = self._directory(container.id)
        with storing(f"container {container.name}"), self._locked(directory):
            (directory / STATE).unlink(missing_ok=True)
            for path in directory.glob("upper-*.tar"):
                path.unlink(missing_ok=True)
            for mount in container.mounts if volumes else ():
                if mount.volume.anonymous:
                    self._volume_file(mount.volume.name).unlink(missing_ok=True)
        for path in (directory / "lock", directory):
            try:
                path.unlink() if path.name == "lock" else path.rmdir()
            except OSError:  # another process waits for the lock; an empty directory harms nobody
                break

    # on disk

    def _directory(self, id: str) -> Path:
        return self.store.containers_dir / id

    def _directories(self) -> tuple[Path, ...]:
        root = self.store.root / "containers"
        return tuple(sorted(path.parent for path in root.glob(f"*/{STATE}")))

    def _documents(self) -> Iterator[tuple[Path, dict[str, Any]]]:
        for directory in self._directories():
            try:
                yield directory, self._document(directory)
            except CourseError:
                continue

    def _document(self, directory: Path) -> dict[str, Any]:
        try:
            document = json.loads((directory / STATE).read_text())
        except FileNotFoundError:
            raise NotFound(f"No such container: {directory.name}") from None
        except (OSError, ValueError) as error:
            raise StoreError(f"container {directory.name[:12]} cannot be read: {error}") from error
        if not isinstance(document, dict) or not {"id", "name", "image", "settings", "state"} <= document.keys():
            raise StoreError(f"container {directory.name[:12]} cannot be read: {STATE} lacks what it should say")
        return document

    def _find(self, reference: str) -> Path:
        found = [(directory, document) for directory, document in self._documents()]
        reference = reference.removeprefix("/")
        for directory, document in found:
            if reference in (document["name"], document["id"]):
                return directory
        matching = [
            directory for directory, document in found if reference and str(document["id"]).startswith(reference)
        ]
        if len(matching) > 1:
            raise Conflict(f"Multiple IDs found with provided prefix: {reference}")
        if not matching:
            broken = self.store.root / "containers" / reference / STATE
            if len(reference) == 64 and broken.exists():
                self._document(broken.parent)
            raise NotFound(f"No such container: {reference}")
        return matching[0]

    def _load(self, directory: Path) -> Container:
        document = self._document(directory)
        image = self._image(document)
        settings = Settings.from_json(document["settings"])
        volumes = {path: self._volume(name) for path, name in document.get("volumes", {}).items()}
        upper = MemoryUpper.from_lower(self._read_tar(directory / document["upper"]))
        container = Container(image, settings, name=document["name"], id=document["id"], upper=upper, volumes=volumes,
                              now=self._now)  # fmt: skip
        container.image_name = document.get("image_name", container.image_name)
        container.state = document["state"]
        container.created = datetime.fromisoformat(document["created"])
        container.started_at = time_of(document.get("started_at"))
        container.finished_at = time_of(document.get("finished_at"))
        container.exit_code = document.get("exit_code", 0)
        container.logs = document.get("logs", "")
        container.generation = document.get("generation", 0)
        container.home = self
        return container

    def _image(self, document: dict[str, Any]) -> Image:
        for reference in (document["image"], document.get("image_name")):
            found = self.store.find(reference) if reference else None
            if found is not None and str(found.id) == document["image"]:
                return found
        raise NotFound(
            f"container {document['name']}: its image {document.get('image_name')} is not in the store any more"
        )

    def _in_store(self, image: Image) -> Image:
        """The image as the store has it: a container must find its image again."""
        found = self.store.find(str(image.id)) or (self.store.find(image.name) if image.name else None)
        return found if found is not None and found.id == image.id else self.store.add(image)

    def _write(self, container: Container) -> None:
        directory = self._directory(container.id)
        with storing(f"container {container.name}"):
            old = container.generation
            container.generation += 1
            upper = f"upper-{container.generation}.tar"
            for mount in container.mounts:
                self._write_tar(self._volume_file(mount.volume.name), mount.volume.frozen())
            self._write_tar(directory / upper, container.upper.freeze())
            text = json.dumps({**state_of(container), "upper": upper}, indent=1)
            write_file(directory / STATE, [text.encode()])
            (directory / f"upper-{old}.tar").unlink(missing_ok=True)

    def _write_tar(self, path: Path, lower: Lower) -> None:
        buffer = io.BytesIO()
        layer_tar.write(lower, buffer, overlay_format=True)
        write_file(path, [buffer.getvalue()])

    def _read_tar(self, path: Path) -> Lower:
        try:
            return layer_tar.read(path.read_bytes(), overlay_format=True)
        except (OSError, ImageError) as error:
            raise StoreError(f"{path.parent.name[:12]}/{path.name} cannot be read: {error}") from error

    # volumes

    def _volume_file(self, name: str) -> Path:
        return self.store.root / "volumes" / f"{name}.tar"

    def _volume(self, name: str) -> Volume:
        path = self._volume_file(name)
        return Volume.restored(name, self._read_tar(path)) if path.exists() else Volume(name)

    def _volumes(self, settings: Settings) -> dict[str, Volume]:
        """The named volumes that there are already, by their names."""
        wanted = [bind.partition(":")[0] for bind in settings.binds]
        return {name: self._volume(name) for name in wanted if self._volume_file(name).exists()}

    # locks

    @contextmanager
    def _locked(self, directory: Path) -> Iterator[None]:
        directory.mkdir(parents=True, exist_ok=True)
        yield from self._hold(directory / "lock", directory.name[:12])

    @contextmanager
    def _names_locked(self) -> Iterator[None]:
        yield from self._hold(self.store.containers_dir / "lock", "the names of containers")

    def _hold(self, path: Path, what: str) -> Iterator[None]:
        lock = FileLock(path, timeout=PATIENCE)
        try:
            lock.acquire()
        except Timeout:
            raise StoreError(f"another process has held {what} for {PATIENCE} seconds") from None
        except OSError as error:
            raise StoreError(f"the store {self.store.root} cannot be written: {error.strerror}") from error
        try:
            yield
        finally:
            lock.release()


def state_of(container: Container) -> dict[str, Any]:
    """What state.json says, but for the layer's file."""

    def iso(when: datetime | None) -> str | None:
        return when.isoformat() if when else None

    return {
        "id": container.id, "name": container.name,
        "image": str(container.image.id), "image_name": container.image_name,
        "settings": container.settings.to_json(), "state": container.state, "created": iso(container.created),
        "started_at": iso(container.started_at), "finished_at": iso(container.finished_at),
        "exit_code": container.exit_code, "logs": container.logs, "generation": container.generation,
        "volumes": {mount.path: mount.volume.name for mount in container.mounts},
    }  # fmt: skip


def in_use(name: str, id: str) -> Conflict:
    """The refusal of a name that a container has, in docker's words."""
    return Conflict(
        f'Conflict. The container name "/{name}" is already in use by container "{id}". '
        "You have to remove (or rename) that container to be able to reuse that name."
    )


def time_of(text: str | None) -> datetime | None:
    """The time that state.json says, or none."""
    return datetime.fromisoformat(text) if text else None

"""Containers: those of a store, by name and id, from create to remove.

    containers = Containers(store)
    web = containers.create("debian-nginx:bullseye", name="web")
    web.start().exec("touch /here")        kept after every verb; two processes take turns
    containers.get("web").diff()           A /here, in any process

Neighbour: persistence, which reads and writes the files.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from coursekit.container.container import Container
from coursekit.container.ids import new_id, new_name, valid_name
from coursekit.container.persistence import STATE, ContainerFiles
from coursekit.container.process_config import ProcessConfig, merged
from coursekit.container.volumes import Volume
from coursekit.errors import Conflict, CourseError, NotFound
from coursekit.image.atomic import storing
from coursekit.image.open import Image
from coursekit.image.store import Store


class Containers:
    """The containers of one store."""

    def __init__(self, store: Store, *, now: Callable[[], int] = time.time_ns) -> None:
        self.store = store
        self._now = now
        self._files = ContainerFiles(store, now)

    def __repr__(self) -> str:
        return f"Containers of {self.store!r}"

    # finding

    def list(self) -> tuple[Container, ...]:
        """All containers, the newest first. One that cannot be read is left out (`get` says why)."""
        found = []
        for directory in self._files.directories():
            with suppress(CourseError):
                found.append(self._load(directory))
        return tuple(sorted(found, key=lambda container: container.created, reverse=True))

    def get(self, reference: str) -> Container:
        """The container of that name or id, or the only one whose id begins so. Raises: NotFound, Conflict."""
        return self._load(self._find(reference))

    def names(self) -> dict[str, str]:
        """The names in use, each with its container's id."""
        return {str(document["name"]): str(document["id"]) for _, document in self._files.documents()}

    def _load(self, directory: Path) -> Container:
        container = self._files.load(directory)
        container.home = self
        return container

    def _find(self, reference: str) -> Path:
        found = list_of(self._files.documents())
        reference = reference.removeprefix("/")
        for directory, document in found:
            if reference in (document["name"], document["id"]):
                return directory
        matching = [at for at, document in found if reference and str(document["id"]).startswith(reference)]
        if len(matching) > 1:
            raise Conflict(f"Multiple IDs found with provided prefix: {reference}")
        if not matching:
            if len(reference) == 64 and (self._files.directory(reference) / STATE).exists():
                self._files.document(self._files.directory(reference))  # says what is wrong with it
            raise NotFound(f"No such container: {reference}")
        return matching[0]

    # making and keeping

    def create(
        self,
        image: Image | str,
        *,
        name: str | None = None,
        command: Sequence[str] | None = None,
        settings: ProcessConfig | None = None,
        **options: Any,
    ) -> Container:
        """A new container, not started. `options` as `settings.merged` takes them.

        Raises: NotFound for the image, Conflict for a name in use, CourseError.
        """
        found = Image.open(image, store=self.store) if isinstance(image, str) else image
        return self.add(found, settings or merged(found.config, command=command, **options), name)

    def add(self, image: Image, settings: ProcessConfig, name: str | None = None) -> Container:
        """As `create`, with settings that are ready."""
        kept = self._in_store(image)
        with self._files.names_locked():
            taken = self.names()
            if name in taken:
                raise in_use(str(name), taken[str(name)])
            chosen = valid_name(name) if name else new_name(taken)
            volumes = self._named_volumes(settings)
            container = Container(kept, settings, name=chosen, id=new_id(), volumes=volumes, now=self._now)
            container.image_name = image.name or str(image.id)
            container.home = self
            self._files.write(container)
        return container

    def _in_store(self, image: Image) -> Image:
        """The image as the store has it: a container must find its image again."""
        found = self.store.find(str(image.id)) or (self.store.find(image.name) if image.name else None)
        return found if found is not None and found.id == image.id else self.store.add(image)

    def _named_volumes(self, settings: ProcessConfig) -> dict[str, Volume]:
        return {name: self._files.volume(name) for name in (bind.partition(":")[0] for bind in settings.binds)}

    def save(self, container: Container) -> None:
        """Keep the container as it is now. Raises: StoreError, with what was kept before unharmed."""
        with self._files.locked(self._files.directory(container.id)):
            self._files.write(container)

    def keep(self, container: Container) -> None:
        """Keep a container in the middle of its turn. Raises: StoreError, with what was kept before unharmed."""
        self._files.write(container)

    @contextmanager
    def turn(self, container: Container) -> Iterator[None]:
        """Alone with a container, which is first brought up to date, and kept at the end."""
        directory = self._files.directory(container.id)
        if not (directory / STATE).exists():
            raise NotFound(f"No such container: {container.name}")
        with self._files.locked(directory):
            self._files.refresh(container)
            try:
                yield
            finally:
                self._files.write(container)

    @contextmanager
    def changing(self, reference: str) -> Iterator[Container]:
        """A container, for this process alone until the end of the block, where it is kept."""
        container = self.get(reference)
        with container.turn():
            yield container

    def remove(self, reference: str, *, force: bool = False, volumes: bool = False) -> str:
        """Remove a container, with `volumes` its anonymous ones too; its id.

        Raises: NotFound, Conflict if it runs.
        """
        container = self.get(reference)
        container.remove(force=force, volumes=volumes)
        return container.id

    def forget(self, container: Container, volumes: bool = False) -> None:
        """Delete what is kept of a container; state.json first, so that half of it is never found."""
        directory = self._files.directory(container.id)
        with storing(f"container {container.name}"), self._files.locked(directory):
            (directory / STATE).unlink(missing_ok=True)
            for path in directory.glob("upper-*.tar"):
                path.unlink(missing_ok=True)
            for mount in container.mounts if volumes else ():
                if mount.volume.anonymous:
                    self._files.volume_file(mount.volume.name).unlink(missing_ok=True)
        with suppress(OSError):  # another process waits for the lock: an empty directory harms nobody
            (directory / "lock").unlink(missing_ok=True)
            directory.rmdir()


list_of = list  # the method of that name hides the type in the class


def in_use(name: str, id: str) -> Conflict:
    """The refusal of a name that a container has, in docker's words."""
    return Conflict(
        f'Conflict. The container name "/{name}" is already in use by container "{id}". '
        "You have to remove (or rename) that container to be able to reuse that name."
    )

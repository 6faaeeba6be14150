"""Container: an image's layers, one writable layer above them, and a process that was started there.

    create ──start──> running ──stop──> exited ──start──> running …          remove: the writable layer is gone
                        │ exec

    rootfs   upperdir          the writable layer: lives from create to remove, whatever is started and stopped
             lowerdir (top     the image's layers, shared with every other container of the image
             first)

Simplified: process 1 is not run, only said to be: a service such as nginx counts as running from start to stop, and
ends well (exit code 0) when it is stopped, 137 when it is killed. A command that the teaching shell has (`run image
cat /etc/os-release`) is run at once, and its container has exited. A shell without a command waits, as with `run -it`.

Neighbours: shell (what exec runs), containers (many, on disk), copying and committing.
Source: docker's reference for these verbs; moby daemon/.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

from coursekit.container import ids as names
from coursekit.container.diff import Changes, seen_by_docker
from coursekit.container.host_mounts import mount_lines, mount_system
from coursekit.container.process_config import ProcessConfig, merged
from coursekit.container.result import Result
from coursekit.container.volumes import Mount, Volume
from coursekit.errors import Conflict, NotFound, NotStarted
from coursekit.events import Event
from coursekit.image.open import Image
from coursekit.layers.memory_upper import MemoryUpper
from coursekit.shell.machine import Kernel, Machine
from coursekit.showing import Shown
from coursekit.vfs.event_log import EventLog
from coursekit.vfs.overlay import Overlay

if TYPE_CHECKING:
    from coursekit.container.containers import Containers
    from coursekit.container.execution import Execution
    from coursekit.container.terminal import Terminal
    from coursekit.image.store import Store

State = Literal["created", "running", "exited", "removed"]
UNUSUAL = {125: 128}  # the exit code that a container keeps where `run` ends with another
EVENT_LIMIT = 100_000  # the oldest are dropped first


class Container(Shown):
    """One container. Made by `run` or `Containers.create`; times are in UTC."""

    def __init__(
        self,
        image: Image,
        settings: ProcessConfig,
        *,
        name: str,
        id: str | None = None,
        upper: MemoryUpper | None = None,
        volumes: Mapping[str, Volume] | None = None,
        now: Callable[[], int] = time.time_ns,
        kernel: Kernel | None = None,
    ) -> None:
        """`upper` and `volumes` (by mount point) take up a container that was put away; `now` is in nanoseconds."""
        self.id = id or names.new_id()
        self.name = name
        self.image = image
        self.image_name = image.name or str(image.id)  # as it was called when the container was made
        self.settings = settings
        self.state: State = "created"
        self.created = moment(now())
        self.started_at: datetime | None = None
        self.finished_at: datetime | None = None
        self.exit_code = 0
        self.error = ""  # why process 1 could not be started, the last time
        self.logs = ""
        self.printed: Result | None = None  # by a process 1 that ended, in this session
        self.events = EventLog(self, EVENT_LIMIT)
        self.home: Containers | None = None  # where it is kept
        self.generation = 0  # counts how often it was
        self.kernel = kernel or Kernel.of_this_host()
        self.mounts: tuple[Mount, ...] = ()
        self._now = now
        self._silent = 0
        self._in_turn = False
        self.assemble(upper, volumes or {})

    def assemble(self, upper: MemoryUpper | None, volumes: Mapping[str, Volume]) -> None:
        """Put the tree together: layers, writable layer (None for a fresh one) and mounts."""
        named = {} if upper is None else {"upperdir": upper}
        self.rootfs = Overlay.from_image(self.image, emit=self._hear, now=self._now, **named)
        with self.quietly():
            if self.settings.working_dir and upper is None:
                self.rootfs.makedirs(self.settings.working_dir, exist_ok=True)
            self._mount(volumes)

    def _mount(self, volumes: Mapping[str, Volume]) -> None:
        """Mount the volumes, and what the host gives."""
        found: list[Mount] = []
        wanted = [(path, "", False) for path in self.settings.volumes]
        for bind in self.settings.binds:
            name, path, *mode = bind.split(":")
            wanted.append((path, name, mode == ["ro"]))
        for path, name, read_only in dict((path, (path, name, ro)) for path, name, ro in wanted).values():
            volume = volumes.get(path) or volumes.get(name) or Volume(name or names.new_id())
            self.rootfs.makedirs(path, exist_ok=True)
            volume.fill_from(self.rootfs, path)
            found.append(Mount(volume, path, read_only))
        self.mounts = tuple(found)
        lines = self._mount_lines()
        mount_system(self.rootfs, self.kernel, self.id, self.hostname, self.argv, lines, self._now)
        for mount in sorted(found, key=lambda mount: mount.path):
            self.rootfs.mount(mount.path, mount.tree)

    def _mount_lines(self) -> tuple[str, ...]:
        return mount_lines(len(self.image.layers), {mount.path: mount.read_only for mount in self.mounts})

    def _hear(self, event: Event) -> None:
        if not self._silent:
            self.events.hear(event)

    def tell(self, event: Event) -> None:
        """Add an event of the container's own."""
        self._hear(event)

    def clock(self) -> int:
        """Now, in nanoseconds, by the container's clock."""
        return self._now()

    @contextmanager
    def quietly(self) -> Iterator[None]:
        """Look into the tree without leaving events."""
        self._silent += 1
        try:
            yield
        finally:
            self._silent -= 1

    # what it is

    @property
    def short_id(self) -> str:
        """The first twelve digits of the id."""
        return self.id[:12]

    @property
    def hostname(self) -> str:
        """The name that the container gives itself: its short id, if none was asked for."""
        return self.settings.hostname or self.short_id

    @property
    def argv(self) -> tuple[str, ...]:
        """What process 1 is started with: ENTRYPOINT, then CMD or the command given."""
        return self.settings.argv

    @property
    def labels(self) -> Mapping[str, str]:
        """The image's labels and its own."""
        return self.settings.labels

    @property
    def upper(self) -> MemoryUpper:
        """The writable layer."""
        upper = self.rootfs.upper
        assert isinstance(upper, MemoryUpper)
        return upper

    @property
    def size(self) -> int:
        """Bytes in the files of the writable layer, as `docker ps -s` counts them."""
        from coursekit.container.export import bytes_in

        return bytes_in(self.upper.freeze())

    def __repr__(self) -> str:
        return f"<Container {self.name} {self.short_id} of {self.image_name}, {self.status()}>"

    def status(self) -> str:
        """The state in a word or two."""
        return f"exited ({self.exit_code})" if self.state == "exited" else self.state

    def inspect(self) -> dict[str, Any]:
        """Everything about it, with docker's keys."""
        from coursekit.container.inspect import document

        return document(self)

    # its life

    def start(self) -> "Container":
        """Start process 1; nothing happens if it runs. Raises: NotStarted for want of its program or user."""
        with self.turn():
            if self.state == "running":
                return self
            with self.starting():
                from coursekit.container.execution import find_first_process

                first = find_first_process(self._execution(), self.argv)
            self.state, self.started_at, self.finished_at, self.exit_code = "running", moment(self._now()), None, 0
            if first == "ends":
                result = self.exec(list(self.argv))
                self.logs += result.transcript
                self.printed = result
                self._end(result.exit_code)
        return self

    @contextmanager
    def starting(self) -> Iterator[None]:
        """Whatever keeps process 1 from being started here is remembered."""
        self.error = ""
        try:
            yield
        except NotStarted as refusal:
            self.error, self.exit_code = str(refusal), UNUSUAL.get(refusal.code, refusal.code)
            raise

    def stop(self, timeout: float = 10) -> "Container":
        """Stop process 1; nothing happens if it does not run.

        Simplified: it obeys its stop signal at once and exits with 0. For a real one that does not listen (`sleep`,
        sh), docker waits `timeout` seconds and kills it (137).
        """
        with self.turn():
            if self.state == "running":
                self._end(0)
        return self

    def kill(self) -> "Container":
        """End process 1 by SIGKILL: exit code 137. Raises: Conflict if it does not run."""
        with self.turn():
            if self.state != "running":
                raise Conflict(f"Cannot kill container: {self.name}: container {self.id} is not running")
            self._end(137)
        return self

    def restart(self, timeout: float = 10) -> "Container":
        """Stop and start: the writable layer stays, and so does a container that was made with --rm."""
        with self.turn():
            self.stop(timeout)
            return self.start()

    def remove(self, force: bool = False, volumes: bool = False) -> None:
        """Throw the container away, its writable layer with it. Raises: Conflict if it runs, without `force`."""
        self._alive()
        if self.state == "running" and not force:
            advice = "stop the container before removing or force remove"
            raise Conflict(f'cannot remove container "{self.name}": container is running: {advice}')
        if self.home is not None:
            self.home.forget(self, volumes=volumes)
        self.state = "removed"

    def ended(self, exit_code: int) -> None:
        """Process 1 was started and came to its end elsewhere (container.real)."""
        self.started_at = moment(self._now())
        self._end(exit_code)

    def _end(self, exit_code: int) -> None:
        self.state, self.exit_code, self.finished_at = "exited", exit_code, moment(self._now())

    def _alive(self) -> None:
        if self.state == "removed":
            raise NotFound(f"No such container: {self.name}")

    @contextmanager
    def turn(self) -> Iterator[None]:
        """A change to the container: brought up to date before, kept after, with nobody between.

        One that was made with --rm and has exited by then is removed, its anonymous volumes with it.

        Raises: NotFound if it was removed meanwhile.
        """
        self._alive()
        if self._in_turn:
            yield
            return
        with self.home.turn(self) if self.home is not None else nullcontext():
            self._in_turn = True
            try:
                yield
            finally:
                self._in_turn = False
        if self.settings.auto_remove and self.state == "exited":
            self.remove(volumes=True)

    # inside

    def machine(self) -> Machine:
        """The surroundings of what runs in it."""
        return Machine(
            tree=self.rootfs,
            now=self._now,
            hostname=self.hostname,
            kernel=self.kernel,
            mounts=self._mount_lines(),
            entrypoint=" ".join(self.argv) or "sh",
            quietly=self.quietly,
        )

    def exec(
        self,
        command: str | Sequence[str],
        stdin: str | bytes = "",
        env: Mapping[str, str] | None = None,
        workdir: str | None = None,
        user: str | None = None,
    ) -> Result:
        """Run a command beside process 1: a string by `sh -c`, a sequence as it is. Raises: Conflict if not running."""
        with self.turn():
            self._must_run()
            return self._execution(env, workdir, user).run(command, stdin)

    def terminal(
        self,
        command: Sequence[str] = ("sh",),
        env: Mapping[str, str] | None = None,
        workdir: str | None = None,
        user: str | None = None,
    ) -> "Terminal":
        """A shell to be given line after line, as `exec -it`. Raises: Conflict if not running."""
        from coursekit.container.terminal import Terminal

        self._must_run()
        return Terminal(self, self._execution(env, workdir, user), command)

    def _execution(
        self, env: Mapping[str, str] | None = None, workdir: str | None = None, user: str | None = None
    ) -> "Execution":
        """How a command runs here; the shell and all its programs are imported now, since `ps` has no use for them."""
        from coursekit.container.execution import Execution

        return Execution(self.machine(), self.settings, env=env, workdir=workdir, user=user)

    def _must_run(self) -> None:
        self._alive()
        if self.state != "running":
            raise Conflict(f"container {self.id} is not running")

    # its changes

    def diff(self) -> Changes:
        """What differs from the image, as `docker diff` prints it: A added, C changed, D deleted."""
        self._alive()
        with self.quietly():
            return Changes(seen_by_docker(self.rootfs.changes()))

    def commit(
        self,
        reference: str | None = None,
        author: str = "",
        message: str = "",
        changes: Sequence[str] = (),
        store: "Store | None" = None,
    ) -> Image:
        """A new image: the image's layers, and the writable layer as it is now. Volumes are not part of it.

        `changes` are lines of a Dockerfile (CMD, ENTRYPOINT, ENV, EXPOSE, LABEL, USER, VOLUME, WORKDIR). With a store,
        the container's own or one given, the image is added to it.

        Raises: ImageError, CourseError.
        """
        from coursekit.container.commit import commit

        self._alive()
        image = commit(self, reference, author, message, changes)
        store = store or (self.home.store if self.home else None)
        return store.add(image, reference) if store is not None else image

    def cp_in(self, source: str | os.PathLike[str] | IO[bytes], target: str) -> None:
        """Copy a file or directory of this machine into the container, or unpack the tar that `source` reads."""
        from coursekit.container.cp import copy_in

        with self.turn():
            copy_in(self.rootfs, source, target)

    def cp_out(self, source: str, target: str | os.PathLike[str] | IO[bytes], follow: bool = False) -> None:
        """Copy a file or directory out of the container, or write it as a tar to `target`."""
        from coursekit.container.cp import copy_out

        self._alive()
        with self.quietly():
            copy_out(self.rootfs, source, target, follow)

    def export(self, target: str | os.PathLike[str] | IO[bytes]) -> None:
        """Write the merged tree as one flat tar: no layers, no history, no config. Volumes and mounts are left out."""
        from coursekit.container.export import export

        self._alive()
        with self.quietly():
            if isinstance(target, (str, os.PathLike)):
                with Path(target).open("wb") as file:
                    export(self.rootfs, file)
            else:
                export(self.rootfs, target)


def moment(ns: int) -> datetime:
    """The time of a clock in nanoseconds."""
    return datetime.fromtimestamp(ns / 10**9, UTC)


def run(
    image: Image | str,
    *,
    name: str | None = None,
    command: str | Sequence[str] | None = None,
    env: Mapping[str, str] | Sequence[str] | None = None,
    volumes: Sequence[str] = (),
    entrypoint: Sequence[str] | None = None,
    workdir: str | None = None,
    user: str | None = None,
    hostname: str = "",
    store: "Store | None" = None,
    now: Callable[[], int] = time.time_ns,
) -> Container:
    """A container of `image`, created and started. With a `store` it is kept there, else it lives in memory.

    Raises: NotFound, Conflict for a name in use, CourseError.
    """
    found = Image.open(image, store=store) if isinstance(image, str) else image
    words = command.split() if isinstance(command, str) else command
    settings = merged(
        found.config,
        command=words,
        entrypoint=entrypoint,
        env=env,
        working_dir=workdir,
        user=user,
        hostname=hostname,
        volumes=volumes,
    )
    if store is not None:
        from coursekit.container.containers import Containers

        container = Containers(store, now=now).add(found, settings, name)
    else:
        container = Container(found, settings, name=names.valid_name(name) if name else names.new_name(), now=now)
    return container.start()

"""What the verbs work on: a store with its images and containers, a standard input, a clock.

The command line has one for the process, `%docker` one for the notebook.

Image and container modules are imported when a verb first asks, so that `--help` is fast.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from coursekit.errors import NotFound

if TYPE_CHECKING:
    from coursekit.container.container import Container
    from coursekit.container.containers import Containers
    from coursekit.image.manifest import Platform
    from coursekit.image.open import Image
    from coursekit.image.store import Store


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Client:
    """Where verbs run. `root` is the store's directory, None for this person's own; `seed` fills a new store."""

    root: Path | None = None
    stdin: str | None = None  # what a notebook's cell gives; None: this process's standard input
    ask: Callable[[str], str] | None = None  # a line from a person, given the prompt; EOFError at the end; None: nobody
    bundled: bool = True  # whether `images` lists what travels with the course
    terminal: str = "the input device is not a TTY"  # why there is nobody to ask
    now: Callable[[], datetime] = field(default=_now)
    seed: Callable[[Store, datetime], object] | None = None
    platform: Platform | None = None  # what a verb's --platform asked for, while it runs

    @cached_property
    def store(self) -> Store:
        """The store, made when it is first needed."""
        from coursekit.image.store import Store

        store = Store(self.root)
        if self.seed is not None and not (store.root / "containers").exists():
            self.seed(store, self.now())
        return store

    @cached_property
    def containers(self) -> Containers:
        from coursekit.container.containers import Containers

        return Containers(self.store, now=lambda: int(self.now().timestamp() * 1e6) * 1000)

    @property
    def home(self) -> Path:
        """The directory of the store; nothing is made there by asking."""
        from coursekit.image.store import default_root

        return self.root or default_root()

    def read_input(self) -> str:
        """All of standard input, as text; what is no UTF-8 goes through unchanged."""
        if self.stdin is not None:
            return self.stdin
        return sys.stdin.buffer.read().decode("utf-8", "surrogateescape")

    def image(self, reference: str) -> Image:
        """An image of the store, a bundled one, or a layout or archive by its path. Raises: NotFound, ImageError."""
        from coursekit.image.open import Image

        return Image.open(reference, store=self.store, platform=self.platform)

    def container(self, name: str) -> Container:
        """A container by name or id, or the beginning of an id. Raises: NotFound with docker's words."""
        try:
            return self.containers.get(name)
        except NotFound as error:
            raise NotFound(f"No such container: {name}") from error

    def changing(self, name: str) -> AbstractContextManager[Container]:
        """The container, for this process alone until the end of the block, where it is saved. Raises: NotFound."""
        return self.containers.changing(self.container(name).id)

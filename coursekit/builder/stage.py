"""One stage of a build: the tree, the config and the history that grow from FROM to the next FROM.

    Stage     lowers (top first)   made: new layers, base first   config   history rows   key of the last step
      RUN  →  a fresh upperdir over lowers; the teaching shell runs in it; frozen, it is the next layer

A step that makes a layer asks the cache first. Steps that only configure change no key by themselves, but ENV, USER,
WORKDIR and ARG count in that of the next RUN, as in BuildKit. RUN, COPY, ADD and WORKDIR each make a layer, be it
empty.

Neighbours: build (stages and their order), config_instructions, copy_instruction, cache.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from coursekit.builder.cache import BuildCache, Step
from coursekit.builder.config_instructions import command, working_directory
from coursekit.builder.dockerfile import Instruction
from coursekit.builder.progress_output import Progress
from coursekit.container.execution import Execution
from coursekit.container.host_mounts import mount_lines, mount_system
from coursekit.container.process_config import PATH, ProcessConfig
from coursekit.container.result import Result
from coursekit.container.users import NoSuchUser, find_user
from coursekit.errors import BuildError
from coursekit.fs.node import metadata
from coursekit.image import layer_tar
from coursekit.image.compression import decompressed
from coursekit.image.config import History
from coursekit.image.image import Image
from coursekit.image.image_layer import stack_below
from coursekit.image.make_image import MadeLayer, build_image, make_layer
from coursekit.image.manifest import ABSENT_LAYER
from coursekit.image.resolve_against_lower import settle
from coursekit.layers.layer import Layer
from coursekit.layers.memory_upper import MemoryUpper
from coursekit.layers.ports import Lower
from coursekit.shell.machine import Kernel, Machine
from coursekit.vfs.overlay import Overlay

COMMENT = "buildkit.dockerfile.v0"
SHELL = ["/bin/sh", "-c"]
STUBS = ("/dev", "/proc", "/sys")  # made for a step where the image lacks them, as BuildKit does
HOSTNAME = "buildkitsandbox"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all stages of a build share."""

    cache: BuildCache
    progress: Progress
    now: Callable[[], int]  # nanoseconds
    stamp: Callable[[], str]  # RFC 3339
    use_cache: bool = True
    room: int | None = None  # bytes that one step may write
    kernel: Kernel | None = None


@dataclass
class Stage:
    """A stage while it is built."""

    around: Surroundings
    parent: Image | None
    name: str = ""
    lowers: list[Lower] = field(default_factory=list)  # top first
    made: list[MadeLayer] = field(default_factory=list)  # base first
    rows: list[History] = field(default_factory=list)
    config: dict[str, Any] = field(default_factory=dict)
    args: dict[str, str] = field(default_factory=dict)
    shown_args: dict[str, str] = field(default_factory=dict)  # those that the history of a RUN names
    cmd_set: bool = False
    author: str = ""
    key: str = ""
    created: str = ""

    @classmethod
    def on(cls, around: Surroundings, parent: Image | None, name: str) -> "Stage":
        """The beginning of a stage: its base image, or nothing (`scratch`)."""
        if parent is None:
            config: dict[str, Any] = {"Env": [f"PATH={PATH}"], "WorkingDir": "/"}
            return cls(around, None, name, config=config, key="scratch")
        below = stack_below(parent.layers[-1].source) if parent.layers else []
        own = dict(parent.config.document().get("config") or {})
        if not any(item.startswith("PATH=") for item in own.get("Env") or []):
            own["Env"] = [*(own.get("Env") or []), f"PATH={PATH}"]
        return cls(around, parent, name, lowers=below, config=own, key=f"{parent.id}", created=parent.config.created)

    # what instructions ask

    @property
    def shell(self) -> list[str]:
        """What the shell form is run by."""
        return list(self.config.get("Shell") or SHELL)

    @property
    def directory(self) -> str:
        """The working directory."""
        return str(self.config.get("WorkingDir") or "/")

    def environment(self) -> dict[str, str]:
        """Arguments, and over them the environment."""
        return {**self.args, **dict(item.partition("=")[::2] for item in self.config.get("Env") or [])}

    def tree(self) -> Overlay:
        """The tree so far, under a fresh writable layer; at the very bottom the places where a sandbox mounts."""
        lowers = [*self.lowers, Layer.of({path: {} for path in STUBS})]
        upper = MemoryUpper(limit=self.around.room, root=metadata((self.lowers or lowers)[0].node(0)))
        return Overlay(lowers, upper, now=self.around.now)

    def owner(self, text: str) -> tuple[int, int] | None:
        """The numbers behind `--chown`, by this stage's own /etc/passwd. Raises: BuildError."""
        if not text:
            return None
        try:
            found = find_user(Machine(self.tree(), self.around.now), text)
        except NoSuchUser as refusal:
            raise BuildError(str(refusal)) from None
        return (found.uid, found.gid if ":" in text else found.uid)

    # steps

    def note(self, text: str, instruction: Instruction) -> None:
        """A row of history without a layer."""
        self.cmd_set = self.cmd_set or instruction.word == "CMD"
        self.rows.append(History(created_by=text, comment=COMMENT, empty_layer=True))

    def step(
        self, text: str, parts: Mapping[str, Mapping[str, str]], row: str, work: Callable[[Overlay], None]
    ) -> None:
        """A step that makes a layer: from the cache, or by `work` on the tree."""
        step = Step(self.key, text, parts)
        around = self.around
        found = around.cache.get(step) if around.use_cache else None
        if found is not None:
            lower = found.lower or self._read(found.descriptor.media_type, found.data)
            made = MadeLayer(lower, found.descriptor, found.diff_id, found.data)
            self.created = found.created
            around.progress.cached()
        else:
            why = around.cache.why_not(step) if around.use_cache else ""
            if why:
                around.progress.line(f"(not cached: {why})")
            tree = self.tree()
            work(tree)
            upper = tree.upper
            assert upper is not None
            made = make_layer(upper.freeze(), self.lowers, keep_absent=True)
            self.created = around.stamp()
            around.cache.put(step, made, self.created)
            around.progress.done()
        self.key = step.key
        self.made.append(made)
        self.lowers = [made.lower, *self.lowers]
        self.rows.append(History(created=self.created, created_by=row, comment=COMMENT))

    def _read(self, media_type: str, data: bytes) -> Lower:
        """The tree of a layer that the cache gave."""
        raw = b"".join(decompressed(iter([data]), "a cached layer"))
        if media_type == ABSENT_LAYER:
            return layer_tar.read(raw, overlay_format=True)
        index = layer_tar.read(raw)
        return index if index.is_settled else settle(index, self.lowers)

    def run(self, instruction: Instruction) -> None:
        """RUN: a command in the teaching shell. Raises: BuildError unless it ends with 0."""
        for name in ("mount", "security"):
            if instruction.flag(name):
                raise instruction.error(f"RUN --{name} is not in coursekit's builder")
        words = command(instruction, self.shell)
        if instruction.heredocs and instruction.exec_form is None:
            words = [*self.shell, script(instruction)]
        said = " ".join([*self.shell, instruction.text]) if instruction.exec_form is None else " ".join(words)
        args = "".join(f"{name}={value} " for name, value in self.shown_args.items())
        row = f"RUN {f'|{len(self.shown_args)} {args}' if args else ''}{said} # buildkit"
        about = {"USER": str(self.config.get("User") or ""), "WORKDIR": self.directory, "command": "\0".join(words)}
        parts = {"environment": self.environment(), "settings": about}
        self.step(f"RUN {instruction.text}", parts, row, lambda tree: self._execute(tree, words, said))

    def _execute(self, tree: Overlay, words: list[str], said: str) -> None:
        result = self.command(tree, words)
        self.around.progress.printed(result.transcript)
        if result.exit_code:
            raise BuildError(f'process "{said}" did not complete successfully: exit code: {result.exit_code}')

    def command(self, tree: Overlay, words: list[str]) -> Result:
        """Run a command in the tree, with what a sandbox mounts over it."""
        kernel = self.around.kernel or Kernel.of_this_host()
        lines = mount_lines(len(self.lowers), {})
        sandbox = hashlib.sha256(self.key.encode()).hexdigest()
        mount_system(tree, kernel, sandbox, HOSTNAME, tuple(words), lines, self.around.now)
        machine = Machine(tree, self.around.now, HOSTNAME, kernel=kernel, mounts=lines, entrypoint=" ".join(words))
        if not tree.is_dir(self.directory):
            tree.makedirs(self.directory, exist_ok=True)
        settings = ProcessConfig(
            env=tuple(f"{name}={value}" for name, value in self.environment().items()),
            working_dir=self.directory,
            user=str(self.config.get("User") or ""),
        )
        return Execution(machine, settings).run(words)

    def workdir(self, path: str) -> None:
        """WORKDIR: made if it is missing, by the user of USER, in a layer of its own; for / there is none to make."""
        self.config["WorkingDir"] = working_directory(self.directory, path)
        row = f"WORKDIR {self.config['WorkingDir']}"
        if self.config["WorkingDir"] == "/":
            self.rows.append(History(created_by=row, comment=COMMENT, empty_layer=True))
            return
        user = str(self.config.get("User") or "")
        owner = self.owner(user) or (0, 0)
        self.step(row, {"settings": {"USER": user}} if user else {}, row, lambda tree: self._make(tree, owner))

    def _make(self, tree: Overlay, owner: tuple[int, int]) -> None:
        """The working directory, and those above it; what was missing is the owner's."""
        parts = self.directory.strip("/").split("/")
        above = ["/" + "/".join(parts[: depth + 1]) for depth in range(len(parts))]
        missing = [path for path in above if not tree.exists(path)]
        tree.makedirs(self.directory, 0o755, exist_ok=True)
        for path in missing:
            tree.chown(path, *owner)

    def image(self, name: str | None = None) -> Image:
        """The stage as an image; rows without a layer have the time of the layer before, the first ones of the next.

        Source: buildkit exporter/containerimage/writer.go, normalizeLayersAndHistory.
        """
        base = self.parent.config.created if self.parent else ""
        created = next((row.created for row in self.rows if row.created), base)
        rows: list[History] = []
        for row in self.rows:
            created = row.created or created or self.around.stamp()
            rows.append(History(created, row.created_by, row.author, row.comment, row.empty_layer))
        created = created or self.around.stamp()
        own = dict(self.parent.config.document().get("config") or {}) if self.parent else {}
        whole = dict.fromkeys(own)
        if self.parent is not None and not rows and self.config == own:
            return self.parent.named(name)  # FROM alone: the image itself
        return build_image(
            self.parent,
            self.made,
            config={**whole, **self.config},
            history=rows,
            created=created,
            author=self.author,
            name=name,
        )


def script(instruction: Instruction) -> str:
    """The command of a RUN with heredocs: a lone one is the script itself, others are handed to the shell."""
    alone = instruction.text.startswith("<<") and len(instruction.text.split()) == 1
    if alone:
        return instruction.heredocs[0].text
    documents = "".join(f"{document.text}{document.name}\n" for document in instruction.heredocs)
    return f"{instruction.text}\n{documents}"

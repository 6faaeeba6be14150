"""Build: a Dockerfile, step by step, into an image.

    FROM debian AS make        stage 0, named                 every RUN, COPY, ADD and WORKDIR adds a layer;
    RUN …                                                     the rest only configures
    FROM scratch               stage 1, the last: the image
    COPY --from=make /x /x     takes from stage 0             stages that nothing needs are not built

RUN runs in the teaching shell: a program that it has not ends the build, it is never skipped. There is no network.
History, config and progress are those of BuildKit, as docker 29 writes them (docker 20's `#(nop)` rows came from the
classic builder).

Simplified: steps run one after the other; there are no build secrets, no cache mounts and no other platforms.

Source: Dockerfile reference; moby/buildkit frontend/dockerfile/dockerfile2llb.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from coursekit.builder.cache import BuildCache
from coursekit.builder.config_instructions import configure, onbuild
from coursekit.builder.context import Context, Given, context_of
from coursekit.builder.copy_instruction import Way, copy, fingerprint
from coursekit.builder.copy_sources import copy_sources
from coursekit.builder.dockerfile import Dockerfile, Instruction, parse
from coursekit.builder.progress_output import Progress, Say, report
from coursekit.builder.stage import Stage, Surroundings
from coursekit.builder.variables import WordError, expanded
from coursekit.errors import BuildError, CourseError, ImageError, NotFound
from coursekit.image.open import Image
from coursekit.image.reference import is_name, normal_name
from coursekit.layers.layer import Layer
from coursekit.shell.machine import Kernel
from coursekit.vfs.overlay import Overlay

if TYPE_CHECKING:
    from coursekit.image.store import Store

STEPS = ("RUN", "COPY", "ADD", "WORKDIR")
PLATFORM = {
    "TARGETPLATFORM": "linux/amd64",
    "TARGETOS": "linux",
    "TARGETARCH": "amd64",
    "TARGETVARIANT": "",
    "BUILDPLATFORM": "linux/amd64",
    "BUILDOS": "linux",
    "BUILDARCH": "amd64",
    "BUILDVARIANT": "",
}
PROXIES = frozenset(("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"))
_MEMORY = BuildCache()  # of builds without a store, as long as this process lives


def build(
    dockerfile: str,
    context: Given | None = None,
    *,
    tag: str | Sequence[str] | None = None,
    store: "Store | None" = None,
    args: Mapping[str, str] | None = None,
    target: str = "",
    no_cache: bool = False,
    say: Say | None = print,
    now: Callable[[], int] = time.time_ns,
    cache: BuildCache | None = None,
    room: int | None = None,
    file: str = "Dockerfile",
    kernel: Kernel | None = None,
    labels: Mapping[str, str] | None = None,
    find: Callable[[str], Image] | None = None,
) -> Image:
    """The image that the Dockerfile's text describes; with a `store` it is kept there, under each `tag`.

    `context` is what COPY and ADD take from: a dict {path: text, bytes or node}, or a directory. `args` are those of
    `--build-arg`, `target` a stage to stop at. `say` gets each line of progress (None: silent), `now` is the clock in
    nanoseconds, `room` the bytes that one step may write. `file` names the Dockerfile in messages. `labels` are added
    to the image's. `find` gives the images that FROM and COPY --from name, by default those that Image.open knows.

    Raises: BuildError, whose text is docker's line; its notes tell where.
    """
    tags = [tag] if isinstance(tag, str) else list(tag or ())
    names = [normal_name(one) for one in tags]
    read: list[str] = []
    progress = Progress(say or (lambda line: None), now)
    own = BuildCache(store.root / "cache" / "build") if store is not None else _MEMORY
    around = Surroundings(cache or own, progress, now, lambda: _stamp(now()), not no_cache, room, kernel)
    try:
        progress.begin(f"[internal] load build definition from {file}")
        progress.line(f"transferring dockerfile: {len(dockerfile.encode())}B done")
        read = dockerfile.split("\n")
        parsed = parse(dockerfile)
        progress.done()
        builder = _Builder(
            parsed, context_of(context or {}, now()), around, find or partial(Image.open, store=store), dict(args or {})
        )
        image = builder.image(target, names[0] if names else None, labels or {})
    except (BuildError, ImageError) as error:
        failed = error if isinstance(error, BuildError) else BuildError(str(error))
        failed.add_note(report(failed, read, file, progress.title, progress.output))
        raise failed from None
    return _export(image, names, store, progress)


def _export(image: Image, names: list[str], store: "Store | None", progress: Progress) -> Image:
    progress.begin("exporting to image")
    progress.line("exporting layers done")
    if store is not None:
        for name in names:
            image = store.add(image, name)
        if not names:
            image = store.add(image)
    progress.line(f"writing image {image.id} done")
    for name in names:
        progress.line(f"naming to {full_name(name)} done")
    progress.done()
    return image.named(names[0]) if names else image


def full_name(name: str) -> str:
    """A name with its registry, as progress shows it."""
    host, slash, _ = name.partition("/")
    if slash and ("." in host or ":" in host or host == "localhost"):
        return name
    return f"docker.io/{'' if slash else 'library/'}{name}"


def _stamp(ns: int) -> str:
    return datetime.fromtimestamp(ns // 10**9, UTC).strftime("%Y-%m-%dT%H:%M:%S") + f".{ns % 10**9:09d}Z"


@dataclass
class _Plan:
    """A stage as the Dockerfile has it."""

    number: int
    base: str
    name: str
    head: Instruction
    body: list[Instruction] = field(default_factory=list)


class _Builder:
    """One build."""

    def __init__(
        self,
        dockerfile: Dockerfile,
        context: Context,
        around: Surroundings,
        find: Callable[[str], Image],
        given: dict[str, str],
    ) -> None:
        self.file, self.context, self.around, self.find, self.given = dockerfile, context, around, find, given
        self.wanted_args: set[str] = set()
        self.globals: dict[str, str] = {}
        self.plans = self._plans()
        self.stages: dict[int, Stage] = {}
        self.images: dict[int, Image] = {}

    def _plans(self) -> list[_Plan]:
        plans: list[_Plan] = []
        for instruction in self.file.instructions:
            if instruction.word == "FROM":
                plans.append(self._plan(instruction, len(plans)))
            elif plans:
                plans[-1].body.append(instruction)
            elif instruction.word == "ARG":
                self._arguments(instruction, self.globals, self.globals, {})
            else:
                raise instruction.error("no build stage in current context")
        if not plans:
            raise BuildError("no build stage in the Dockerfile: it needs a FROM")
        return plans

    def _plan(self, instruction: Instruction, number: int) -> _Plan:
        words = self._expand(instruction, instruction.text, {**PLATFORM, **self.globals}).split()
        if len(words) not in (1, 3) or (len(words) == 3 and words[1].upper() != "AS"):
            raise instruction.error(
                "FROM requires either one or three arguments"
                if words
                else f"base name ({instruction.text}) should not be blank"
            )
        return _Plan(number, words[0], words[2].lower() if len(words) == 3 else "", instruction)

    def _expand(self, instruction: Instruction, text: str, values: Mapping[str, str]) -> str:
        try:
            return expanded(text, values, self.file.escape)
        except WordError as error:
            raise BuildError(f'failed to process "{text}": {error}', instruction.start, instruction.end) from None

    # stages

    def image(self, target: str, name: str | None, labels: Mapping[str, str]) -> Image:
        """The image of the target stage, or of the last one."""
        plan = self.plans[-1] if not target else self._stage_called(target, len(self.plans))
        if plan is None:
            raise BuildError(f'target stage "{target}" could not be found')
        needed = sorted(self._needed(plan))
        bases = {self.plans[number].base for number in needed}
        for base in sorted(base for base in bases if base != "scratch" and not self._stage_called(base, plan.number)):
            self.around.progress.begin(f"[internal] load metadata for {full_name(normal_name(base))}")
            self._base(base)  # it is read again when its stage begins
            self.around.progress.done()
        for number in needed:
            self._build(self.plans[number])
        unused = sorted(set(self.given) - self.wanted_args - PROXIES)
        if unused:
            self.around.progress.line(f"[Warning] One or more build-args [{' '.join(unused)}] were not consumed")
        stage = self.stages[plan.number]
        if labels:
            stage.config["Labels"] = {**(stage.config.get("Labels") or {}), **labels}
        return stage.image(name)

    def _stage_called(self, text: str, before: int) -> _Plan | None:
        """The stage with this name or number among the first `before`."""
        plans = self.plans[:before]
        named = [plan for plan in plans if plan.name and plan.name == text.lower()]
        if named:
            return named[-1]
        return plans[int(text)] if text.isdigit() and int(text) < len(plans) else None

    def _needed(self, plan: _Plan) -> set[int]:
        found = {plan.number}
        sources = [one.flag("from") for one in plan.body if one.word == "COPY"]
        for text in (plan.base, *sources):
            other = self._stage_called(text, plan.number) if text else None
            if other is not None and (text is not plan.base or not text.isdigit()):
                found |= self._needed(other)
        return found

    def _base(self, name: str) -> Image:
        try:
            return self.find(name) if is_name(name) else _no_such(name)
        except NotFound as error:
            said = f"{name}: failed to resolve source metadata for {full_name(normal_name(name))}: {error}"
            heads = [plan.head for plan in self.plans if plan.base == name]
            raise BuildError(said, heads[0].start if heads else 0, heads[0].end if heads else 0) from None

    def _build(self, plan: _Plan) -> None:
        parent = self._parent(plan)
        stage = self.stages[plan.number] = Stage.on(self.around, parent, plan.name or f"stage-{plan.number}")
        triggers = stage.config.pop("OnBuild", None) or []
        body = [*(one for text in triggers for one in parse(text).instructions), *plan.body]
        total = 1 + sum(one.word in STEPS for one in body)
        prefix = f"{stage.name} " if len(self.plans) > 1 else ""
        if plan.base != "scratch":
            self.around.progress.begin(f"[{prefix}1/{total}] FROM {full_name(plan.base)}")
            self.around.progress.done()
        number = 1
        for instruction in body:
            if instruction.word in STEPS:
                number += 1
                self.around.progress.begin(f"[{prefix}{number}/{total}] {instruction.shown}")
            try:
                self._do(stage, plan, instruction)
            except BuildError as error:
                if not error.start:
                    error.start, error.end = instruction.start, instruction.end
                self.around.progress.failed(error)
                raise
            except OSError as error:
                what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
                failed = BuildError(what, instruction.start, instruction.end)
                self.around.progress.failed(failed)
                raise failed from None

    def _parent(self, plan: _Plan) -> Image | None:
        other = None if plan.base.isdigit() else self._stage_called(plan.base, plan.number)
        if other is not None:
            return self.stages[other.number].image()
        return None if plan.base == "scratch" else self._base(plan.base)

    # instructions

    def _do(self, stage: Stage, plan: _Plan, instruction: Instruction) -> None:
        values = stage.environment()

        def expand(text: str) -> str:
            return self._expand(instruction, text, values)

        match instruction.word:
            case "RUN":
                stage.run(instruction)
            case "COPY" | "ADD":
                self._copy(stage, plan, instruction, values)
            case "WORKDIR":
                stage.workdir(expand(instruction.text))
            case "ARG":
                stage.note(self._arguments(instruction, stage.args, values, stage.shown_args), instruction)
            case "MAINTAINER":
                stage.author = instruction.text
                stage.note(f"MAINTAINER {instruction.text}", instruction)
            case "ONBUILD":
                onbuild(stage.config, instruction)  # the one instruction that leaves no row
            case _:
                stage.note(configure(stage.config, instruction, expand, stage.shell, stage.cmd_set), instruction)

    def _arguments(
        self, instruction: Instruction, into: dict[str, str], values: Mapping[str, str], shown: dict[str, str]
    ) -> str:
        """ARG: each name gets its --build-arg, its default, or what was said of it before FROM."""
        said = []
        for word in instruction.text.split() if '"' not in instruction.text else [instruction.text]:
            name, equals, default = word.partition("=")
            self.wanted_args.add(name)
            if name in self.given:
                value: str | None = self.given[name]
            elif equals:
                value = self._expand(instruction, default, {**values, **into})
            else:
                value = {**PLATFORM, **self.globals}.get(name)
            if value is not None:
                into[name] = value
                shown[name] = value
            said.append(f"{name}={value}" if value is not None else name)
        return f"ARG {' '.join(said)}"

    def _copy(self, stage: Stage, plan: _Plan, instruction: Instruction, values: Mapping[str, str]) -> None:
        origin = instruction.flag("from")
        context = self._origin(origin, plan, instruction) if origin else self.context
        chown = stage.owner(self._expand(instruction, instruction.flag("chown"), values))
        found = copy_sources(instruction, context, stage.directory, self.file.escape, values)
        mode = found.mode
        way = Way(chown, mode, unpacks=instruction.word == "ADD", squash=not origin)
        flags = "".join(f" --{name}={value}" for name, value in instruction.flags if name in ("chown", "chmod"))
        row = f"{instruction.word}{flags} {' '.join(found.named)} {found.target_as_written} # buildkit"
        about = {"target": found.target, "owner": str(chown), "mode": str(mode)}
        parts = {"files": fingerprint(found.context, found.paths), "settings": about}
        stage.step(
            f"{instruction.word} {instruction.text}",
            parts,
            row,
            lambda tree: copy(found.context, found.paths, tree, found.target, way),
        )

    def _origin(self, text: str, plan: _Plan, instruction: Instruction) -> Context:
        """What COPY --from names: a stage before this one, or an image."""
        other = self._stage_called(text, plan.number)
        if other is not None:
            stage = self.stages[other.number]
            return Context(Overlay(stage.lowers or [Layer.of({})], upperdir=None))
        if text.isdigit() or text.lower() == plan.name:
            said = f"invalid from flag value {text}: " + (
                "invalid stage index" if text.isdigit() else "a stage cannot copy from itself"
            )
            raise BuildError(said, instruction.start, instruction.end)
        try:
            return Context(Overlay.from_image(self.find(text), upperdir=None))
        except CourseError as error:
            raise BuildError(
                f"{text}: failed to resolve source metadata for {text}: {error}", instruction.start, instruction.end
            ) from None


def _no_such(name: str) -> Image:
    raise NotFound(f"invalid reference format: {name!r}")

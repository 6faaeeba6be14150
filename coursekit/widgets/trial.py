"""A trial: a stack of layers, commands run on it one after the other, and the way back.

    Stack ──> container ── run, undo, redo, reset ──> events      what the sandbox shows
      └──────── and the commands, as one line of text ──────────> opened again by whoever pastes it

Undoing runs the commands that are left once more, in a fresh container: what is then seen is what they really do. A
line is data and never code; it is bounded, checked by type, and what it names is an image, never a path.

Without a browser. Neighbour: bench, which shows it.
"""

import base64
import binascii
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeAlias

from coursekit.container.container import Container, run
from coursekit.diagrams.columns import chosen
from coursekit.diagrams.details import details, layers_of
from coursekit.diagrams.html import scene_of
from coursekit.diagrams.picture import stack_scene
from coursekit.diagrams.scene import Scene
from coursekit.errors import CourseError
from coursekit.fs.node import WHITEOUT
from coursekit.image.config import History
from coursekit.image.make_image import build_image, make_layer
from coursekit.image.open import Image
from coursekit.image.reference import is_name
from coursekit.language import _, plural
from coursekit.layers.layer import Layer
from coursekit.vfs.overlay import Overlay

Tree: TypeAlias = Mapping[str, str | None]  # path to text, None for a whiteout; a path that ends in / is a directory
MARK = "cks1."
LINE, TEXT, LAYERS, PATHS, COMMANDS, LETTERS = 32 * 1024, 256 * 1024, 20, 500, 100, 1_000
OUTPUT = 4_000  # characters of a command's output that are kept


@dataclass(frozen=True, slots=True)
class Stack:
    """What a trial starts from: an image by name, or layers as dicts, **top first**."""

    name: str = ""
    trees: tuple[Tree, ...] = ()
    image: Image | None = None  # one at hand, that a line can only name
    copied: str = ""  # what it is a copy of, where it is one: a container or a mount as it was then

    @classmethod
    def of(cls, what: Any) -> "Stack":
        """The stack that a person names: an image, its name, a dict, dicts **top first**, or a copy of a live thing.

        Raises: CourseError for anything else, and for a dict that is no layer.
        """
        match what:
            case Stack():
                return what
            case str():
                return cls(name=what)
            case Image():
                return cls(
                    name=what.name or "",
                    image=what,
                    copied="" if what.name else _("image {id}").format(id=what.id.short),
                )
            case Container():
                return cls(
                    image=_copied(what.rootfs, what.image),
                    copied=_("a copy of container {name}").format(name=what.name),
                )
            case Overlay():
                return cls(image=_copied(what, None), copied=_("a copy of an overlay mount"))
            case Mapping():
                return cls(trees=(_tree(what),))
            case [*trees] if trees and len(trees) <= LAYERS and all(isinstance(tree, Mapping) for tree in trees):
                return cls(trees=tuple(map(_tree, trees)))
        said = _(
            "a sandbox starts from an image, its name, a dict of paths, up to {n} such dicts (top first), a container or "
            "a mount; this is {what}"
        )
        raise CourseError(said.format(n=LAYERS, what=f"{what!r:.80}"))

    def start(self) -> Container:
        """A fresh container on these layers. Raises: CourseError."""
        return run(self.image or (Image.open(self.name) if self.name else self.built()), name="sandbox")

    def built(self) -> Image:
        """The image of these layers, which stand base first in it."""
        layers = [_layer(tree) for tree in self.trees[::-1]]
        rows = [History(created_by=f"COPY layer{number} /") for number in range(1, len(layers) + 1)]
        return build_image(None, layers, history=rows, name="yours")

    def __str__(self) -> str:
        n = len(self.trees)
        return self.name or self.copied or plural("{n} layer of your own", "{n} layers of your own", n).format(n=n)


def _copied(overlay: Overlay, image: Image | None) -> Image:
    """The layers of a mount, what was written on it among them, as an image: the original never hears of it."""
    below = (
        []
        if image
        else [
            make_layer(lower, overlay.lowerdir[n + 1 :], keep_absent=True) for n, lower in enumerate(overlay.lowerdir)
        ][::-1]
    )
    upper = overlay.upper.freeze() if overlay.upper is not None else Layer.of({})
    written = [make_layer(upper, overlay.lowerdir, keep_absent=True)] if upper.children(0) else []
    rows = [History(created_by=f"lowerdir {number}") for number in range(len(below), 0, -1)]
    rows += [History(created_by=_("what was written"))] * len(written)
    return build_image(image, [*below, *written], history=rows)


def _tree(given: Mapping[Any, Any]) -> Tree:
    """A layer as it is shared: text, or None. Raises: CourseError."""
    if len(given) > PATHS:
        said = _("a layer of the sandbox has at most {n} paths; this one has {count}")
        raise CourseError(said.format(n=PATHS, count=len(given)))
    tree: dict[str, str | None] = {}
    for path, text in given.items():
        if not isinstance(path, str) or not path.startswith("/") or "\0" in path or ".." in path.split("/"):
            said = _("a path is text from the root, such as '/etc/hosts'; this one is {path}")
            raise CourseError(said.format(path=f"{path!r:.80}"))
        if text is not None and text is not WHITEOUT and not isinstance(text, str):
            said = _("{path}: text, or None for a whiteout, is wanted; this is {value}")
            raise CourseError(said.format(path=path, value=f"{text!r:.80}"))
        tree[path] = text if isinstance(text, str) else None
    _layer(tree)
    return tree


def _layer(tree: Tree) -> Layer:
    try:
        return Layer.of({path: _spec(path, text) for path, text in tree.items()})
    except (ValueError, OSError) as problem:
        raise CourseError(_("this is no layer: {why}").format(why=problem)) from problem


def _spec(path: str, text: str | None) -> Any:
    """Text alone stands for a file, a path that ends in / for an empty directory."""
    if path.endswith("/"):
        return {}
    return WHITEOUT if text is None else text


@dataclass(frozen=True, slots=True)
class Done:
    """A command that was run, what it said, and how many events there were after it."""

    command: str
    said: str
    events: int
    failed: bool = False


def attempted(container: Container, command: str) -> tuple[str, bool]:
    """What a command said, and whether it failed. Never raises for what it does."""
    try:
        result = container.exec(command)
    except (CourseError, OSError) as problem:
        return str(problem)[:OUTPUT], True
    return result.shown()[:OUTPUT], result.exit_code != 0


class Trial:
    """A stack, and what is done to it. Not thread-safe."""

    def __init__(self, stack: Stack, commands: Sequence[str] = ()) -> None:
        """Runs `commands` at once. Raises: CourseError for a stack that cannot be opened."""
        self.stack = stack
        self.undone: list[str] = []  # the next to be done again last
        self._replay(commands)

    @cached_property
    def _paths(self) -> dict[str, None]:
        """The columns, in the order in which they came: those of the stack before all commands first."""
        return dict.fromkeys(_about(scene_of(self.stack.start())))

    def _replay(self, commands: Sequence[str]) -> None:
        self.container = self.stack.start()
        self.done: list[Done] = []
        for command in commands:
            self._run(command)

    def _run(self, command: str) -> None:
        said, failed = attempted(self.container, command)
        self.done.append(Done(command, said, len(self.container.events), failed))

    def run(self, command: str) -> None:
        """Runs a line of shell; what was undone is forgotten. Raises: CourseError for one that is too long."""
        command = command.strip()
        if not command:
            return
        if len(command) > LETTERS:
            said = _("a command has at most {n:,} characters here; this one has {count:,}")
            raise CourseError(said.format(n=LETTERS, count=len(command)))
        if len(self.done) >= COMMANDS:
            raise CourseError(_("{n} commands were run: undo some, or start over").format(n=COMMANDS))
        self.undone.clear()
        self._run(command)

    def undo(self) -> None:
        """Takes back the last command."""
        if self.done:
            self.undone.append(self.done[-1].command)
            self._replay([each.command for each in self.done[:-1]])

    def redo(self) -> None:
        """Does again what was undone last."""
        if self.undone:
            self._run(self.undone.pop())

    def reset(self) -> None:
        """Takes back everything; it can be done again, one by one."""
        self.undone += [each.command for each in self.done[::-1]]
        self._replay([])

    def scene(self) -> Scene:
        """The stack, and all events since the start. A path keeps its column also where it was undone."""
        layers = [layer for layer, _name in layers_of(self.container).values()]
        self._paths.update(dict.fromkeys(chosen(self.container.events, layers)))
        scene = scene_of(self.container, *self._paths)
        told = details(self.container, _about(scene))
        return replace(scene, title=_("Sandbox on {stack}").format(stack=self.stack), details=told)

    def frames(self, events: int) -> int:
        """How many frames the first `events` events take."""
        rootfs, happened = self.container.rootfs, self.container.events[:events]
        return len(stack_scene(rootfs.lowerdir, happened=happened, paths=list(self._paths)).frames)

    def line(self) -> str:
        """The stack and the commands as one line of text; '' for a copy, which no other notebook has."""
        if self.stack.copied:
            return ""
        stack: Any = self.stack.name or [dict(tree) for tree in self.stack.trees]
        said = json.dumps({"stack": stack, "commands": [each.command for each in self.done]}, separators=(",", ":"))
        return MARK + base64.urlsafe_b64encode(zlib.compress(said.encode(), 9)).decode().rstrip("=")


def _about(scene: Scene) -> list[str]:
    return list(dict.fromkeys(box.about for box in scene.frames[-1].boxes if box.about))


def opened(line: str) -> Trial:
    """The trial that a line tells of. Raises: CourseError for what is no such line, or too much."""
    said = _said(line)
    match said:
        case {"stack": str(name), "commands": [*commands]} if len(said) == 2 and is_name(name):
            stack = Stack.of(name)
        case {"stack": [*trees], "commands": [*commands]} if len(said) == 2:
            stack = Stack.of(trees)
        case _:
            raise CourseError(_("this line tells of no stack and commands; copy the whole of it"))
    if len(commands) > COMMANDS or any(type(each) is not str or not 0 < len(each) <= LETTERS for each in commands):
        most = _("this line should hold at most {n} commands of {letters:,} characters")
        raise CourseError(most.format(n=COMMANDS, letters=LETTERS))
    return Trial(stack, commands)


def _said(line: str) -> Any:
    """The JSON in a line, whatever was copied around it; never more than TEXT bytes of it."""
    start = line.find(MARK)
    token = line[start + len(MARK) :].strip("\"') \n") if start >= 0 else ""
    if not token or len(line) > LINE:
        said = _("a sandbox line begins with {mark} and has at most {n:,} characters")
        raise CourseError(said.format(mark=MARK, n=LINE))
    try:
        packed = base64.b64decode(token + "=" * (-len(token) % 4), altchars="-_", validate=True)
        unpack = zlib.decompressobj()
        text = unpack.decompress(packed, TEXT)
        if not unpack.eof:
            raise CourseError(_("this sandbox line is cut off, or holds too much"))
        return json.loads(text)
    except (binascii.Error, zlib.error, ValueError, RecursionError) as problem:
        said = _("this sandbox line is damaged ({why}); copy the whole of it")
        raise CourseError(said.format(why=problem)) from problem

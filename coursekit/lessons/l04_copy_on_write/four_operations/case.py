"""Six commands in a fresh container: the four operations, chmod, and one more."""

import os
from collections.abc import Mapping
from functools import partial
from random import Random
from typing import Any

from coursekit.diagrams.picture import stack_scene
from coursekit.diagrams.scene import Scene
from coursekit.events import Event
from coursekit.exercises.forms import Pick
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say
from coursekit.layers.layer import Layer
from coursekit.lessons.l04_copy_on_write.commands import FILES, command, new_name
from coursekit.vfs.overlay import Overlay


def make(random: Random) -> dict[str, Any]:
    """Six steps on six files: the four operations, chmod, and one more of them."""
    verbs = ["add", "read", "modify", "delete", "chmod", random.choice(("read", "modify", "delete"))]
    random.shuffle(verbs)
    paths = random.sample(FILES, len(verbs))
    steps = [
        {"verb": verb, "path": new_name(path, random) if verb == "add" else path}
        for verb, path in zip(verbs, paths, strict=True)
    ]
    return {"steps": {f"{n}": step for n, step in enumerate(steps, 1)}}


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The commands, one a line."""
    return {"commands": "\n".join(command(step["verb"], step["path"]) for step in case["steps"].values())}


def _picture(case: Case, names: list[str], title: str) -> Scene:
    """The six commands on a real overlay, to be run once the prediction is made."""
    steps = list(case["steps"].values())
    tree: dict[str, Any] = {step["path"].rpartition("/")[0]: {} for step in steps}  # that of the new file, too
    tree |= {step["path"]: "a line\n" for step in steps if step["verb"] != "add"}
    image = Layer.of(tree)
    happened: list[Event] = []
    overlay = Overlay(lowerdir=[image], emit=happened.append)
    for step in steps:
        _run(overlay, step["verb"], step["path"])
    return stack_scene([image], happened=happened, paths=[step["path"] for step in steps], names=names, title=title)


def _run(overlay: Overlay, verb: str, path: str) -> None:
    match verb:
        case "add":
            overlay.write_text(path, "hello\n")
        case "read":
            overlay.read_text(path)
        case "modify":
            with overlay.open(path, os.O_WRONLY | os.O_APPEND) as file:
                file.write(b"# mine\n")
        case "delete":
            overlay.unlink(path)
        case "chmod":
            overlay.chmod(path, 0o600)


def form(case: Case, say: Say) -> Pick:
    """Commands, clicked by their paths."""
    commands = {step["path"]: command(step["verb"], step["path"]) for step in case["steps"].values()}
    names = [say("container"), say("image")]
    return Pick(commands, partial(_picture, case, names, say("picture")), view="upperdir")


CASE = Asked(Kind.PREDICTION, points=3, make=make, view=view, form=form)

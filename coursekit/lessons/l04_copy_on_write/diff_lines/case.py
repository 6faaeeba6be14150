"""Five commands in a fresh container, and the paths that docker diff might list."""

from collections.abc import Mapping
from random import Random
from typing import Any

from coursekit.exercises.forms import Choose, Fill
from coursekit.exercises.hands import Line, Lines
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say
from coursekit.lessons.l04_copy_on_write.commands import FILES, command, new_name


def make(random: Random) -> dict[str, Any]:
    """Five commands on files of three directories, and the paths that might be listed."""
    verbs = ["add", "modify", "delete", "read", random.choice(("modify", "delete", "read", "chmod"))]
    while True:
        random.shuffle(verbs)
        paths = random.sample(FILES, len(verbs))
        changed = {_parent(path) for verb, path in zip(verbs, paths, strict=True) if verb != "read"}
        beside = [path for path in FILES if path not in paths and _parent(path) in changed]
        if beside:
            break
    steps = [[verb, new_name(path, random) if verb == "add" else path] for verb, path in zip(verbs, paths, strict=True)]
    rows = {path for _, path in steps} | {_parent(path) for _, path in steps} | {random.choice(beside)}
    return {"steps": steps, "rows": sorted(rows)}


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The commands, one a line."""
    return {"commands": "\n".join(command(verb, path) for verb, path in case["steps"])}


def form(case: Case, say: Say) -> Fill:
    """A letter for each path."""
    letters = {"A": say("added"), "C": say("changed"), "D": say("deleted"), "-": say("none")}
    rows = {row: row for row in case["rows"]}
    looks = Lines(tuple(Line(row, row) for row in rows), {"A": "on", "C": "on", "D": "gone", "-": "off"})
    return Fill(rows, {"line": Choose(letters)}, looks)


CASE = Asked(Kind.PREDICTION, points=3, make=make, view=view, form=form)

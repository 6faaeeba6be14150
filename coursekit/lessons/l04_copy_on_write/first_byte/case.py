"""Two big files of the image, each read and then changed twice."""

from collections.abc import Mapping
from random import Random
from typing import Any

from coursekit.exercises.forms import Fill, Number
from coursekit.exercises.hands import Block, Blocks
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

_COMMANDS = {
    "read": "cat {path} > /dev/null",
    "append": "echo one more line >> {path}",
    "chmod": "chmod 600 {path}",
    "touch": "touch {path}",
}

_BLOCK = 4096  # of most file systems


def make(random: Random) -> dict[str, Any]:
    """Six steps over two big files. Each file is read, then changed twice; the order of the changes varies."""
    files = {
        "/var/lib/app.db": random.randrange(8_000_000, 90_000_000),
        "/srv/video.mp4": random.randrange(8_000_000, 90_000_000),
    }
    one, other = random.sample(sorted(files), 2)
    changes = random.sample(("chmod", "touch"), 2)
    first = [["read", one], ["append", one], ["append", one]]
    second = [["read", other], [changes[0], other], ["append", other]]
    steps: list[list[str]] = []
    while first or second:
        steps.append((first if first and (not second or random.random() < 0.5) else second).pop(0))
    return {"files": files, "steps": steps}


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The two files and their bytes."""
    (first, first_size), (second, second_size) = sorted(case["files"].items())
    return {"first": first, "first_size": f"{first_size:,}", "second": second, "second_size": f"{second_size:,}"}


def form(case: Case, say: Say) -> Fill:
    """Bytes for each command."""
    rows = {f"{n}": _COMMANDS[verb].format(path=path) for n, (verb, path) in enumerate(case["steps"], 1)}
    files = [
        Block(path, say("all", path=path), size, f"layer-{at}")
        for at, (path, size) in enumerate(sorted(case["files"].items()))
    ]
    return Fill(rows, {"bytes": Number("bytes")}, Blocks((*files, Block("block", say("block"), _BLOCK))))


CASE = Asked(Kind.TABLE, points=4, make=make, view=view, form=form)

"""Ten commands at a container that has exited.

Source: docker ps, start, exec, cp, diff in Docker's command line reference.
"""

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from coursekit.exercises.forms import Choose, Fill
from coursekit.exercises.hands import Line, Lines
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

_COMMANDS = {
    "exec": "docker exec {name} cat /etc/os-release",
    "start": "docker start {name}",
    "stop": "docker stop {name}",
    "diff": "docker diff {name}",
    "cp": "docker cp {name}:/etc/os-release .",
    "commit": "docker commit {name} copy:1",
}
_NAMES = ("keen_feynman", "web", "quiet_bell", "blue_noether", "proxy", "calm_curie", "edge", "lucid_hopper")


def make(random: Random) -> dict[str, Any]:
    """Ten commands at an Exited container: refused and working execs, and looks at its files while it is stopped."""
    pool = (*["exec"] * 8, *["start"] * 2, *["stop"] * 3, "diff", "cp", "commit")
    while True:
        steps = [random.choice(pool) for _ in range(10)]
        asleep = [step for step, running in zip(steps, _states(steps), strict=True) if not running]
        awake = [step for step, running in zip(steps, _states(steps), strict=True) if running]
        if "exec" in asleep and "exec" in awake and {"diff", "cp", "commit"} & set(asleep):
            return {"name": random.choice(_NAMES), "steps": steps}


def _states(steps: list[str]) -> Iterator[bool]:
    """Whether the container runs when each step comes."""
    running = False
    for step in steps:
        yield running
        if step in ("start", "stop"):
            running = step == "start"


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The container's name."""
    return {"name": case["name"]}


def form(case: Case, say: Say) -> Fill:
    """The fate of each command."""
    rows = {f"{n}": _COMMANDS[step].format(name=case["name"]) for n, step in enumerate(case["steps"], 1)}
    looks = Lines(tuple(Line(f"$ {text}", row, row) for row, text in rows.items()), {"works": "on", "refused": "gone"})
    return Fill(rows, {"result": Choose({fate: say(fate) for fate in ("works", "refused")})}, looks)


CASE = Asked(Kind.TABLE, points=2, make=make, view=view, form=form)

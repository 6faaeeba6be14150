"""Parts of a running container of nginx."""

from random import Random
from typing import Any

from coursekit.exercises.forms import Choose, Fill
from coursekit.exercises.hands import Bins
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

PROC = ("cpuinfo", "meminfo", "filesystems")
RUNNING = ("uname", "overlay", "scheduler", "tcp", "clock")
WRITTEN = ("hosts", "resolv", "hostname")
_ALL = ("libc", "os-release", "sh", "nginx", "passwd", "ls", "modules", *RUNNING, *PROC, *WRITTEN, "upper")

_TONES = {"image": "layer-1", "kernel": "kernel", "engine": "container"}


def make(random: Random) -> dict[str, Any]:
    """Eight parts: libc and os-release, what else a belief touches, and two more."""
    rows = ["libc", "os-release", random.choice(PROC), *random.sample(RUNNING, 2), random.choice(WRITTEN)]
    rows += random.sample([part for part in _ALL if part not in rows], 2)
    random.shuffle(rows)
    return {"rows": rows}


def form(case: Case, say: Say) -> Fill:
    """One of four owners for each part."""
    owners = {owner: say(owner) for owner in ("image", "kernel", "engine", "host")}
    return Fill({row: say(row) for row in case["rows"]}, {"from": Choose(owners)}, Bins(_TONES))


CASE = Asked(Kind.TABLE, points=3, make=make, form=form)

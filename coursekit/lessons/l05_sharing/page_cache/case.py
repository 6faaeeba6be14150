"""A library that all containers of an image have read, under four storage drivers."""

from collections.abc import Mapping
from random import Random
from typing import Any

from coursekit.exercises.forms import Fill, Number
from coursekit.exercises.hands import Block, Blocks
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say


def make(random: Random) -> dict[str, Any]:
    """Four drivers, a file and its bytes, and how many containers read it."""
    drivers = ["overlay2", "zfs", *random.sample(("vfs", "btrfs", "devicemapper"), 2)]
    random.shuffle(drivers)
    path = random.choice(("/usr/lib/libcrypto.so", "/usr/lib/libicudata.so", "/usr/lib/jvm/modules"))
    size = random.randrange(2_000_000, 130_000_000)
    return {"drivers": drivers, "path": path, "size": size, "containers": random.randrange(3, 60)}


def view(case: Case, say: Say) -> Mapping[str, str]:
    """How many containers, which file, how large."""
    return {"containers": f"{case['containers']}", "path": case["path"], "size": f"{case['size']:,}"}


def form(case: Case, say: Say) -> Fill:
    """Bytes for each driver."""
    many = Block("each", say("each"), case["containers"] * case["size"])
    pieces = (Block("once", say("once"), case["size"], "layer-0"), many)
    return Fill({name: name for name in case["drivers"]}, {"bytes": Number("bytes")}, Blocks(pieces))


CASE = Asked(Kind.TABLE, points=3, make=make, view=view, form=form)

"""A big file of a bigger image, into which a byte is written, and four storage drivers."""

from collections.abc import Mapping
from random import Random
from typing import Any

from coursekit.exercises.forms import Fill, Number
from coursekit.exercises.hands import Block, Blocks
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

_TONES = {"image": "layer-0", "file": "layer-1"}


def make(random: Random) -> dict[str, Any]:
    """A big file of a bigger image, and where the first byte is written: in a full block of each driver."""
    size = random.randrange(20_000_000, 90_000_000)
    return {
        "image": size + random.randrange(60_000_000, 300_000_000),
        "size": size,
        "offset": random.randrange(1_000_000, size - 1_000_000),
        "drivers": ["overlay2", "vfs", *random.sample(("devicemapper", "btrfs", "zfs"), 2)],
    }


def view(case: Case, say: Say) -> Mapping[str, str]:
    """Bytes of the image and of the file, and where the byte is written."""
    return {name: f"{case[name]:,}" for name in ("image", "size", "offset")}


def form(case: Case, say: Say) -> Fill:
    """Bytes at the start and at the write, for each driver."""
    sizes = {
        "image": case["image"],
        "file": case["size"],
        "zfs": 131_072,
        "devicemapper": 65_536,
        "btrfs": 4_096,
        "byte": 1,
    }
    pieces = tuple(Block(key, say(key), size, _TONES.get(key, "page")) for key, size in sizes.items())
    rows = {name: name for name in case["drivers"]}
    return Fill(rows, {"run": Number("bytes"), "write": Number("bytes")}, Blocks(pieces))


CASE = Asked(Kind.TABLE, points=3, make=make, view=view, form=form)

"""The layers of an image, base first, as paths with their bytes and whiteouts."""

from collections.abc import Mapping
from random import Random
from typing import Any

from coursekit.exercises.forms import Fill, Number
from coursekit.exercises.hands import Block, Blocks
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

_NAMES = ("/usr/bin/tool", "/var/cache/list", "/etc/app.conf", "/opt/data.bin", "/usr/lib/libold.so", "/srv/page")
ROWS = ("stored", "seen", "deleted", "replaced")


def make(random: Random) -> dict[str, Any]:
    """Three to five layers: a base, changes, and deletions; one path is replaced and then deleted."""
    names = random.sample(_NAMES, len(_NAMES))

    def files(*chosen: str) -> dict[str, int | None]:
        return {name: random.randrange(2_000, 900_000) for name in chosen}

    third = {names[1]: None, names[2]: None} | files(names[5])
    layers = [files(*names[:4]), files(names[0], names[1], names[4]), third]
    if random.random() < 0.5:
        layers.append(files(names[4]))
    return {"layers": layers}


def view(case: Case, say: Say) -> Mapping[str, str]:
    """A line for each path of each layer."""
    lines = []
    for number, layer in enumerate(case["layers"]):
        for path, size in layer.items():
            what = say("whiteout") if size is None else say("bytes", size=f"{size:,}")
            lines.append(say("entry", number=number, path=f"{path:<22}", what=f"{what:>15}"))
    return {"listing": "\n".join(lines)}


def form(case: Case, say: Say) -> Fill:
    """Bytes, by what became of them."""
    pieces = tuple(
        Block(f"{at} {path}", say("copy", number=at, path=path), size, f"layer-{at}", say("pile", number=at), path)
        for at, layer in enumerate(case["layers"])
        for path, size in layer.items()
        if size is not None
    )
    return Fill({row: say(row) for row in ROWS}, {"bytes": Number("bytes")}, Blocks(pieces))


CASE = Asked(Kind.TABLE, points=3, make=make, view=view, form=form)

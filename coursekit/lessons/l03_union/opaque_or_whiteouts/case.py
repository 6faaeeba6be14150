"""A directory that a layer empties, and the names of an old base and of a new one."""

from collections.abc import Mapping
from random import Random
from typing import Any, Literal

from coursekit.exercises.forms import Choose, Fill
from coursekit.exercises.hands import Slab, Slabs
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say
from coursekit.language import series

_NAMES = (
    "a.conf",
    "b.conf",
    "site.conf",
    "old.conf",
    "users",
    "keys",
    "cache",
    "proxy.conf",
    "ssl.conf",
    "gzip.conf",
    "maps",
    "limits",
    "log.conf",
    "api.conf",
)


def make(random: Random) -> dict[str, Any]:
    """A directory of three or four files, emptied and given one of its own; later the base is exchanged."""
    names = random.sample(_NAMES, 7)
    old, own, came = names[: random.randrange(2, 4)], names[4], names[5:]
    where = random.choice(("/etc/conf.d", "/etc/nginx/conf.d", "/srv/app", "/opt/rules", "/etc/cron.d"))
    stays = random.sample(old, 1)
    return {"where": where, "old": sorted(old), "own": own, "stays": stays, "came": sorted(came)}


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The directory, its names in the old base and in the new one, and the layer's own."""
    return {
        "where": case["where"],
        "old": _listed(case["old"]),
        "own": case["own"],
        "those": say("two" if len(case["old"]) == 2 else "more"),
        "new": _listed(sorted([*case["stays"], *case["came"]])),
    }


def _listed(names: list[str]) -> str:
    return series(f"`{name}`" for name in names)


def form(case: Case, say: Say) -> Fill:
    """Each name, and whether it is seen, with the two spellings."""
    kinds = {name: "stays" if name in case["stays"] else "old" for name in case["old"]}
    kinds |= {name: "came" for name in case["came"]} | {case["own"]: "own"}
    seen = Choose({key: say(key) for key in ("seen", "hidden")})
    rows = {name: say(kind, name=name) for name, kind in sorted(kinds.items())}
    return Fill(rows, {"opaque": seen, "whiteouts": seen}, Slabs(_stacks(case, say), "seen", _titles(say)))


def _titles(say: Say) -> Mapping[str, str]:
    return {spelling: say(f"spelt-{spelling}") for spelling in ("opaque", "whiteouts")}


def _stacks(case: Case, say: Say) -> Mapping[str, tuple[Slab, ...]]:
    """The layer in each spelling, on the new base."""
    own: dict[str, Literal["file", "whiteout"]] = {case["own"]: "file"}
    base = Slab(say("new-base"), "layer-0", dict.fromkeys([*case["stays"], *case["came"]], "file"))
    lid = Slab(say("layer"), "layer-1", own, lid=say("opaque", where=case["where"]))
    signs = Slab(say("layer"), "layer-1", {**own, **dict.fromkeys(case["old"], "whiteout")})
    return {"opaque": (lid, base), "whiteouts": (signs, base)}


CASE = Asked(Kind.PREDICTION, points=3, make=make, view=view, form=form)

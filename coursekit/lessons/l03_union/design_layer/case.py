"""A base, the tree that is wanted over it, and the base of next month."""

from collections.abc import Mapping
from random import Random
from typing import Any

from coursekit.exercises.forms import Entries
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

_NAMES = (
    "a.conf",
    "b.conf",
    "site.conf",
    "old.conf",
    "users",
    "keys",
    "maps",
    "limits",
    "ssl.conf",
    "api.conf",
)
_NEW = "next-month"  # what next month's base has beside the file that goes
_LONELY = ("/srv/demo.html", "/srv/readme", "/usr/bin/telnet", "/usr/share/words", "/var/lib/state", "/root/notes")


def make(random: Random) -> dict[str, Any]:
    """A base, what it has next month, and the tree that is wanted over both."""
    names = random.sample(_NAMES, 6)
    where = random.choice(("/etc/conf.d", "/etc/app", "/opt/rules", "/srv/sites", "/etc/cron.d"))
    lonely = random.sample(_LONELY, 2)
    old = [f"{where}/{name}" for name in names[:3]]
    return {
        "where": where,
        "base": sorted([*old, *lonely]),
        "later": sorted([*old, f"{where}/{names[5]}", *lonely, f"{lonely[0].rpartition('/')[0]}/{_NEW}"]),
        "keep": sorted([f"{where}/{names[3]}", f"{where}/{names[4]}"]),
        "gone": lonely[0],
    }


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The base's files, and which of them should be seen and gone."""
    first, second = case["keep"]
    return {
        "base": "\n".join(case["base"]),
        "where": case["where"],
        "first": first,
        "second": second,
        "gone": case["gone"],
    }


def form(case: Case, say: Say) -> Entries:
    """A kind for each path that the base or the wanted tree has, and for the directory; others can be typed."""
    where, kinds = case["where"], {kind: say(f"kind-{kind}") for kind in ("file", "dir", "whiteout", "opaque")}
    paths = {where: say("the-directory", path=where)}
    paths |= {path: say("in-the-base", path=path) for path in case["base"]} | {path: path for path in case["keep"]}
    groups = {path: path if path == where else path.rpartition("/")[0] for path in paths}
    tones = {"file": "container", "dir": "container", "whiteout": "gone", "opaque": "container"}
    about = {"the two files are seen": case["keep"], "the one file is gone": [case["gone"]]}
    return Entries(dict(sorted(paths.items())), kinds, groups, tones, about)


CASE = Asked(Kind.VALUE, points=4, make=make, view=view, form=form)

"""A file of the image with several names, one of which is changed."""

from collections.abc import Mapping
from random import Random
from typing import Any

from coursekit.exercises.forms import Choose, Fill, Number
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

_LINKED = (
    "/usr/bin/perl",
    "/usr/bin/perl5.32",
    "/usr/bin/gunzip",
    "/bin/uncompress",
    "/usr/bin/vi",
    "/usr/bin/view",
    "/etc/app.conf",
    "/srv/current.conf",
    "/opt/tool",
    "/usr/local/bin/tool",
    "/usr/bin/awk",
    "/usr/bin/mawk",
)
_CHANGES = {"append": "echo one more line >> {path}", "write": "cp /etc/hosts {path}", "sed": "truncate -s 0 {path}"}


def make(random: Random) -> dict[str, Any]:
    """A file of the image with two to four names, one of which is changed."""
    names = random.sample(_LINKED, random.randrange(2, 5))
    return {"names": sorted(names), "changed": random.choice(names), "how": random.choice(sorted(_CHANGES))}


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The names, one a line, and the command that changes one of them."""
    command = _CHANGES[case["how"]].format(path=case["changed"])
    return {"names": "\n".join(case["names"]), "command": command}


def form(case: Case, say: Say) -> Fill:
    """What each name shows, and its link count."""
    shows = Choose({key: say(key) for key in ("new", "old")})
    return Fill({name: name for name in case["names"]}, {"shows": shows, "links": Number()})


CASE = Asked(Kind.PREDICTION, points=3, make=make, view=view, form=form)

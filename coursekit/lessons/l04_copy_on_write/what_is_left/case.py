"""A changed file, looked at after a stop, a restart, a removal and the like."""

from collections.abc import Mapping
from random import Random
from typing import Any

from coursekit.exercises.forms import Choose, Fill
from coursekit.exercises.hands import Bins
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

ALIVE = ("at once", "rename", "commit", "pause", "exec")  # looks before any stop
SLEPT = ("restart", "stop-start", "reboot", "cp")  # looks after one


def make(random: Random) -> dict[str, Any]:
    """Six to eight looks at one changed file: at once, after stops, in a second container, after rm and run."""
    looks = ["at once", "second", "rm-run", *random.sample(SLEPT, random.randrange(2, 4))]
    looks += random.sample(ALIVE[1:], random.randrange(1, 3))
    random.shuffle(looks)
    name = random.choice(("web", "shop", "api", "front", "blog", "wiki"))
    path = random.choice(("/etc/motd", "/etc/nginx/nginx.conf", "/usr/share/nginx/html/index.html"))
    return {"looks": looks, "name": name, "path": path}


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The container's name, and the file."""
    return {"name": case["name"], "path": case["path"]}


def form(case: Case, say: Say) -> Fill:
    """What each look shows."""
    states = Choose({state: say(state) for state in ("kept", "image")})
    return Fill(
        {look: say(look) for look in case["looks"]}, {"shows": states}, Bins({"kept": "container", "image": "layer-0"})
    )


CASE = Asked(Kind.PREDICTION, points=2, make=make, view=view, form=form)

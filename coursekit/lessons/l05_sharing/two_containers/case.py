"""Looks at files that one container changed, by different containers."""

from collections.abc import Mapping
from random import Random
from typing import Any

from coursekit.exercises.forms import Choose, Fill
from coursekit.exercises.hands import Bins
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

_FILES = ("/etc/motd", "/etc/app.conf", "/srv/index.html", "/srv/logo.svg", "/usr/share/words", "/opt/run.sh")
_LOOKERS = ("writer", "beside", "later", "committed", "again", "rebuilt")


def make(random: Random) -> dict[str, Any]:
    """Seven looks at files that container a changed: {"1": [who looks, path]}."""
    names = random.sample(("web", "shop", "api", "blog", "mail", "wiki", "chat"), 4)
    looks = [*_LOOKERS, random.choice(("beside", "later", "committed"))]
    paths = random.sample(_FILES, 2)
    asked = [[who, paths[number % 2]] for number, who in enumerate(looks)]
    if asked[-1] in asked[:-1]:
        asked[-1][1] = paths[1] if asked[-1][1] == paths[0] else paths[0]
    random.shuffle(asked)
    return {"names": dict(zip("abcd", names, strict=True)), "looks": {f"{n}": look for n, look in enumerate(asked, 1)}}


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The names of the four containers."""
    return dict(case["names"])


def form(case: Case, say: Say) -> Fill:
    """One of two contents for each look."""
    rows = {row: say(who, path=path) for row, (who, path) in case["looks"].items()}
    tones = {"changed": "container", "image": "layer-0"}
    return Fill(rows, {"shows": Choose({key: say(key) for key in tones})}, Bins(tones))


CASE = Asked(Kind.PREDICTION, points=3, make=make, view=view, form=form)

"""Real images of late 2021, and the build of Debian that each stands on.

Source: facts/nginx shared_base_images.json, each row with its own.
"""

from collections.abc import Mapping
from functools import partial
from random import Random
from typing import Any

from coursekit.diagrams.scene import Scene
from coursekit.diagrams.scenes.shelf import shelf
from coursekit.exercises.forms import Pick
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

BUILDS = {
    "buster, October": "910392427fdf",
    "bullseye, November": "a2405ebb9892",
    "bullseye, December": "ece5ff85ca54",
    "bullseye, October": "16dc2c6d1932",
}
REAL = {  # image: the build of its first layer; names are marked with the day where the tag was built anew
    "nginx:1.21.3": "buster, October",
    "nginx:1.20.1": "buster, October",
    "mysql:8.0.26": "buster, October",
    "mysql:5.7.36": "buster, October",
    "dart:2": "buster, October",
    "redis:6.2.6": "bullseye, November",
    "python:3.8-slim": "bullseye, November",
    "memcached:1.6.12": "bullseye, November",
    "ruby:3-slim": "bullseye, November",
    "postgres:10-bullseye": "bullseye, November",
    "nginx:1.21.4 (rebuilt in December)": "bullseye, December",
    "httpd:2.4.51 (of December)": "bullseye, December",
    "python:3.9-slim (of October)": "bullseye, October",
}
_MINE = "nginx:1.21.4"
_SHARED = "bullseye, November"


def make(random: Random) -> dict[str, Any]:
    """Two to four images with the base of nginx:1.21.4, some of other builds, an nginx on another base among them."""
    same = random.sample([name for name, build in REAL.items() if build == _SHARED], random.randrange(2, 5))
    later = random.sample(["httpd:2.4.51 (of December)", "python:3.9-slim (of October)"], random.randrange(1, 3))
    older = random.sample(["mysql:8.0.26", "mysql:5.7.36", "dart:2"], random.randrange(1, 3))
    nginx = random.choice(("nginx:1.21.3", "nginx:1.20.1", "nginx:1.21.4 (rebuilt in December)"))
    chosen = [*same, *later, *older, nginx]
    random.shuffle(chosen)
    images = dict(zip("abcdefghi", chosen, strict=False))
    first_rows = {letter: BUILDS[REAL[name]] for letter, name in images.items()}
    return {"mine": BUILDS[_SHARED], "images": images, "first_rows": first_rows}


def release(name: str) -> str:
    """The release of Debian under a real image.

    >>> release("dart:2")
    'buster'
    """
    return REAL[name].split(",")[0]


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The image that is asked about, and the others with their release and first row of history."""
    lines = (
        f"{letter}  {name:<36}{release(name):<10}ADD file:{case['first_rows'][letter]}…"
        for letter, name in case["images"].items()
    )
    return {"mine": _MINE, "row": case["mine"], "listing": "\n".join(lines)}


def _scene(case: Case, title: str) -> Scene:
    """The images and their bases, compared one by one once the pick is made."""
    bases = {letter: f"ADD file:{row}…" for letter, row in case["first_rows"].items()}
    return shelf(_MINE, f"ADD file:{case['mine']}…", case["images"], bases, title=title)


def form(case: Case, say: Say) -> Pick:
    """Images, clicked."""
    return Pick(case["images"], partial(_scene, case, say("picture")))


CASE = Asked(Kind.CHOICE, points=2, make=make, view=view, form=form)

"""Facts of two images, which a note took for one.

Source: coursekit/data/nginx: the raw configurations and manifests, image_timeline.json.
"""

from random import Random
from typing import Any

from coursekit.exercises.forms import Choose, Fill
from coursekit.exercises.hands import Bins
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

BUSTER, BULLSEYE = "nginx:1.21.3", "nginx:1.21.4"
FACTS = {
    "size-133": BUSTER,
    "bullseye": BULLSEYE,
    "buster": BUSTER,
    "size-141": BULLSEYE,
    "pkg-buster": BUSTER,
    "pkg-bullseye": BULLSEYE,
    "base-69": BUSTER,
    "wire-56": BULLSEYE,
    "wire-53": BUSTER,
    "id-87": BUSTER,
    "id-ea": BULLSEYE,
}


def make(random: Random) -> dict[str, Any]:
    """The note's two facts, and four others."""
    rows = ["size-133", "bullseye", *random.sample(sorted(set(FACTS) - {"size-133", "bullseye"}), 4)]
    random.shuffle(rows)
    return {"rows": rows}


def form(case: Case, say: Say) -> Fill:
    """The image of each fact."""
    tones = {BUSTER: "layer-0", BULLSEYE: "layer-3"}
    return Fill({row: say(row) for row in case["rows"]}, {"image": Choose({name: name for name in tones})}, Bins(tones))


CASE = Asked(Kind.TABLE, points=2, make=make, form=form)

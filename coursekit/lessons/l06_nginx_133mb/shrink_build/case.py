"""A Dockerfile to be made smaller, over Debian's own packages.

    FROM debian-minbase:bullseye      317 MB: lists, caches and .deb files stay, recommended packages come along
    …                                 what the answer does about it decides; another base, a clean-up in the same RUN,
                                      --no-install-recommends, a lighter nginx

What the packages weigh was measured in a real Debian (tests/real/packages.py).
"""

from collections.abc import Mapping
from random import Random
from typing import Any

from coursekit.exercises.forms import Recipe
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

PACKAGES = {"xslt": "nginx", "curl": "curl", "envsubst": "gettext-base", "certificates": "ca-certificates"}
SIZES = {  # bytes of the image as it was and of the model solution, as they are built (test_shrink); a build takes time
    ("xslt",): (384_420_510, 135_207_480),
    ("curl", "certificates"): (392_563_302, 91_517_345),
    ("envsubst",): (385_137_680, 87_297_071),
}
TAIL = 'COPY site /var/www/html\nEXPOSE 80\nCMD ["nginx", "-g", "daemon off;"]\n'


def packages(case: Case, light: bool) -> str:
    """What is to be installed, with an nginx as light as the needs allow, or as it was."""
    nginx = "nginx-light" if light and "xslt" not in case["needs"] else "nginx"
    return " ".join([nginx, *(PACKAGES[need] for need in case["needs"] if need != "xslt")])


def start(case: Case) -> str:
    """The Dockerfile that is to be made smaller."""
    return f"FROM debian-minbase:bullseye\nRUN apt-get update\nRUN apt-get install -y {packages(case, False)}\n{TAIL}"


def make(random: Random) -> dict[str, Any]:
    """What the image must have, its bytes as it was, and a goal that the model solution just reaches."""
    needs = random.choice(list(SIZES))
    first, best = SIZES[needs]
    return {"needs": list(needs), "goal": best + random.randrange(1, 30) * 50_000, "start": first}


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The Dockerfile and its bytes, the goal, and what is needed."""
    return {
        "start": f"{case['start']:,}",
        "dockerfile": start(case).rstrip("\n"),
        "goal": f"{case['goal']:,}",
        "needs": ", ".join(say(f"needs-{need}") for need in case["needs"]),
    }


CASE = Asked(Kind.RECIPE, points=5, make=make, view=view, form=Recipe())

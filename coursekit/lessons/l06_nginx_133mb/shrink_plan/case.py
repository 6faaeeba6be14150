"""What an nginx must still serve, how small it should be, and measures of which some save nothing.

Source: coursekit/data/nginx: packages_bullseye.json (bytes by cause).
"""

from collections.abc import Mapping
from functools import reduce
from random import Random
from typing import Any

from coursekit.anatomy.facts import published
from coursekit.anatomy.ledger import by_cause
from coursekit.exercises.forms import Choose, Fill
from coursekit.exercises.hands import Bins
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

MEASURES = {  # and the cause, by which its bytes are known
    "drop-xslt": "nginx-module-xslt",
    "drop-image-filter": "nginx-module-image-filter",
    "drop-curl": "curl",
    "drop-ca": "ca-certificates",
    "drop-njs": "nginx-module-njs",
    "drop-geoip": "nginx-module-geoip",
}
_ALWAYS = ("rm-later", "no-kernel", "one-env")  # those by which a belief shows
_OTHERS = ("rm-lists", "no-label", "no-expose", "short-cmd", "no-stopsignal")
NOTHING = _ALWAYS + _OTHERS  # they save 0 bytes
_BASE = "nginx:1.21.4"
_ROUNDED = 400_000  # bytes that may be lost by the rounding of a chart
_WORTH = 900_000  # bytes: what saves less is left to taste


def whole() -> int:
    """File bytes of the image as it is."""
    return published(_BASE).files.value


def saves() -> dict[str, int]:
    """Bytes by measure."""
    causes = dict(by_cause())
    return {key: causes[cause] for key, cause in MEASURES.items()}


def worthwhile(needs: list[str]) -> dict[str, int]:
    """The measures that save what counts and lose nothing that is needed, and their bytes."""
    return {key: size for key, size in saves().items() if key not in needs and size > _WORTH}


def make(random: Random) -> dict[str, Any]:
    """What must keep working (never both of the heavy modules), and a goal that the other measures just reach."""
    needs = [random.choice(("drop-xslt", "drop-image-filter"))] if random.random() < 0.75 else []
    needs += random.sample(("drop-curl", "drop-ca", "drop-njs", "drop-geoip"), random.randrange(0, 4))
    left = whole() - sum(worthwhile(needs).values()) + random.randrange(50_000, 900_000)
    rows = [*MEASURES, *_ALWAYS, *random.sample(_OTHERS, random.randrange(1, len(_OTHERS))), "alpine"]
    random.shuffle(rows)
    return {"needs": sorted(needs), "goal": left, "rows": rows}


def goal(case: Case) -> int:
    """The bytes that are allowed: so many that the chart, whose figures are rounded, decides."""
    return max(int(case["goal"]), whole() - sum(worthwhile(case["needs"]).values()) + _ROUNDED)


def view(case: Case, say: Say) -> Mapping[str, str]:
    """Bytes as they are and should be, and what is to be served."""
    served = [say(f"needs-{key}") for key in case["needs"]] or [say("plain-files")]
    all_of_it = reduce(lambda one, other: say("and", one=one, other=other), served)
    return {"bytes": f"{whole():,}", "goal": f"{goal(case):,}", "served": all_of_it}


def form(case: Case, say: Say) -> Fill:
    """Yes or no for each measure."""
    plan = {each: say(each) for each in ("yes", "no")}
    return Fill({row: say(row) for row in case["rows"]}, {"take": Choose(plan)}, Bins())


CASE = Asked(Kind.TABLE, points=4, make=make, view=view, form=form)

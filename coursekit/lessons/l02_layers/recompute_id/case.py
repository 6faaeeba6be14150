"""The published configuration of nginx:1.21.3, and an edit of it.

Source: coursekit/data/nginx, the raw configuration and the facts of nginx:1.21.3, amd64.
"""

from collections.abc import Mapping
from random import Random
from typing import Any

from coursekit.anatomy.facts import read
from coursekit.exercises.forms import Fill, Text
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

_EDITS = (
    ("SIGQUIT", ("SIGTERM", "SIGINT", "SIGHUP", "SIGUSR1")),
    ("NGINX Docker Maintainers", ("Ada", "Grace", "Linus", "Margaret", "Dennis", "Barbara")),
    ("daemon off;", ("daemon off; ", "daemon on;", "master_process off;")),
    ("80/tcp", ("81/tcp", "8080/tcp", "8000/tcp", "443/tcp")),
    ("1.21.3", ("1.21.9", "1.22.0", "1.23.4", "1.99.0")),
)


def make(random: Random) -> dict[str, Any]:
    """An edit of the configuration: what is written instead of what."""
    old, new = random.choice(_EDITS)
    return {"old": old, "new": random.choice(new) + random.choice(("", "-a", "-b", "-c", "-test", "-x"))}


def index_digest() -> str:
    """The digest of the index to which nginx:1.21.3 pointed, for all its platforms together."""
    return str(read("nginx_1.21.3_buster_133MB.json")["repo_digest_index"])


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The edit, and the beginning of the index's digest."""
    return {"old": case["old"], "new": case["new"], "index": index_digest()[:26]}


def form(case: Case, say: Say) -> Fill:
    """Digits of three names."""
    return Fill({row: say(row) for row in ("published", "edited", "docker29")}, {"digits": Text()})


CASE = Asked(Kind.VALUE, points=3, make=make, view=view, form=form)

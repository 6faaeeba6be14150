"""What commands print on a CentOS host: in a container, in a virtual machine, and on the host itself.

Source: the release notes of the distributions for their kernels.
"""

from collections.abc import Mapping
from random import Random
from typing import Any

from coursekit.exercises.forms import Choose, Fill
from coursekit.exercises.hands import Slots
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

_HOSTS = {
    "CentOS 7.5": "3.10.0-862.el7.x86_64",
    "CentOS 7.6": "3.10.0-957.el7.x86_64",
    "CentOS 7.7": "3.10.0-1062.el7.x86_64",
    "CentOS 7.8": "3.10.0-1127.el7.x86_64",
    "CentOS 7.9": "3.10.0-1160.el7.x86_64",
    "CentOS 8.0": "4.18.0-80.el8.x86_64",
    "CentOS 8.1": "4.18.0-147.el8.x86_64",
    "CentOS 8.2": "4.18.0-193.el8.x86_64",
    "CentOS 8.3": "4.18.0-240.el8.x86_64",
}
_GUESTS = {
    "Debian 10": "4.19.0-18-amd64",
    "Debian 11": "5.10.0-9-amd64",
    "Ubuntu 18.04": "4.15.0-163-generic",
    "Ubuntu 20.04": "5.4.0-90-generic",
    "Alpine 3.14": "5.10.61-0-virt",
    "Fedora 35": "5.14.18-300.fc35.x86_64",
}
MISSING = "No such file or directory"  # as cat says it
_ALWAYS = ("uname", "release", "vm-uname")
_OTHERS = ("centos", "host-centos", "host-uname", "version", "vm-release")


def make(random: Random) -> dict[str, Any]:
    """Six looks, a host and a guest, and the kernel that each brings."""
    rows = [*_ALWAYS, *random.sample(_OTHERS, 3)]
    random.shuffle(rows)
    host, guest = random.choice(sorted(_HOSTS)), random.choice(sorted(_GUESTS))
    return {"host": host, "guest": guest, "kernels": [_HOSTS[host], _GUESTS[guest]], "rows": rows}


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The two systems and their kernels."""
    own, other = case["kernels"]
    return {"host": case["host"], "guest": case["guest"], "own": own, "other": other}


def form(case: Case, say: Say) -> Fill:
    """One of the texts that could be printed for each look."""
    texts = sorted((case["host"], case["guest"])) + sorted(case["kernels"]) + [MISSING]
    machines = {row: say(_machine(row)) for row in case["rows"]}
    return Fill(
        {row: say(row) for row in case["rows"]}, {"prints": Choose({text: text for text in texts})}, Slots(machines)
    )


def _machine(row: str) -> str:
    """The key of who runs a row's command."""
    return next((f"on-{name}" for name in ("vm", "host") if row.startswith(f"{name}-")), "on-container")


CASE = Asked(Kind.PREDICTION, points=2, make=make, view=view, form=form)

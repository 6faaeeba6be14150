"""A host with its kernel, and two containers of other systems."""

from collections.abc import Mapping
from random import Random
from typing import Any

from coursekit.exercises.forms import Choose, Fill
from coursekit.exercises.hands import Slots
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

SYSTEMS = {
    "Debian 11": "5.10.0-9-amd64",
    "CentOS 7": "3.10.0-1160.el7.x86_64",
    "Ubuntu 20.04": "5.4.0-90-generic",
    "Alpine 3.14": "5.10.61-0-virt",
    "Fedora 35": "5.14.18-300.fc35.x86_64",
}
_COMMANDS = {"uname": "uname -r", "release": "cat /etc/os-release"}


def make(random: Random) -> dict[str, Any]:
    """A host with its kernel, and the systems of two images."""
    host, one, other = random.sample(sorted(SYSTEMS), 3)
    return {"host": host, "kernel": SYSTEMS[host], "one": one, "other": other}


def _answers(case: Case) -> list[str]:
    """All that could be printed: releases, then kernels."""
    names = sorted((case["host"], case["one"], case["other"]))
    return [*names, *sorted(SYSTEMS[name] for name in names)]


def view(case: Case, say: Say) -> Mapping[str, str]:
    """Who runs on what, and all that could be printed."""
    return {
        "host": case["host"],
        "kernel": SYSTEMS[case["host"]],
        "one": case["one"],
        "other": case["other"],
        "answers": ", ".join(repr(text) for text in _answers(case)),
    }


def form(case: Case, say: Say) -> Fill:
    """What each command prints in each container."""
    rows = {
        f"{which}-{what}": say("row", command=command, image=case[which])
        for which in ("one", "other")
        for what, command in _COMMANDS.items()
    }
    groups = {row: say("container", image=case[row.partition("-")[0]]) for row in rows}
    return Fill(rows, {"says": Choose({text: text for text in _answers(case)})}, Slots(groups))


CASE = Asked(Kind.PREDICTION, points=2, make=make, view=view, form=form)

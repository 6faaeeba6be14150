"""A Dockerfile that was built a minute ago, and two edits."""

from collections.abc import Mapping
from random import Random
from typing import Any

from coursekit.exercises.forms import Choose, Fill
from coursekit.exercises.hands import Line, Lines
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

_STEPS = ("RUN yum install -y {0}", "COPY {0}.conf /etc/{0}.conf", "RUN {0} --init", "COPY {0} /srv/{0}")
_BETWEEN = ("ENV MODE=prod", "EXPOSE 8080", "LABEL team=web", "USER app", "ENV LANG=C")
_NAMES = ("alpha", "beta", "gamma", "delta", "omega", "sigma")


def make(random: Random) -> dict[str, Any]:
    """Five or six lines that make layers, configuration between them, and two edits: a copied file, and a line."""
    count = random.choice((5, 6))
    names = random.sample(_NAMES, count)
    kinds = [random.choice(_STEPS) for _ in range(count)]
    copied = random.randrange(1, count - 1)
    kinds[copied] = random.choice([kind for kind in _STEPS if kind.startswith("COPY")])
    edited = random.choice([at for at in range(1, count - 1) if at != copied])
    kinds[edited] = random.choice([kind for kind in _STEPS if kind.startswith("RUN")])
    steps = [kind.format(name) for kind, name in zip(kinds, names, strict=True)]
    lines = [*steps]
    for between in random.sample(_BETWEEN, 3):
        lines.insert(random.randrange(len(lines) + 1), between)
    numbers = {line: f"{number}" for number, line in enumerate(lines, 2)}
    return {
        "lines": {number: line for line, number in numbers.items()},
        "layers": [numbers[line] for line in steps],
        "file": numbers[steps[copied]],
        "line": numbers[steps[edited]],
    }


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The numbered lines, the file and the number of the line that are edited."""
    lines = {"1": "FROM centos", **case["lines"]}
    listing = "\n".join(f"{number:>2}  {line}" for number, line in lines.items())
    return {"listing": listing, "copied": case["lines"][case["file"]].split()[1], "line": case["line"]}


def form(case: Case, say: Say) -> Fill:
    """For each line that makes a layer what happens after each edit."""
    options = {key: say(key) for key in ("cache", "again")}
    rows = {number: case["lines"][number] for number in case["layers"]}
    listing = [Line("FROM centos", number="1")]
    listing += [Line(text, number if number in rows else "", number) for number, text in case["lines"].items()]
    edits = {edit: case[edit] for edit in ("file", "line")}
    looks = Lines(
        tuple(listing), {"cache": "off", "again": "on"}, {edit: say(f"after-{edit}") for edit in edits}, edits
    )
    return Fill(rows, {edit: Choose(options) for edit in edits}, looks)


CASE = Asked(Kind.PREDICTION, points=3, make=make, view=view, form=form)

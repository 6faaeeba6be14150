"""Figures in prose: each number with a unit is compared with what is known of the image, clause by clause.

    "the base is 69.3 MB, and nginx itself 64 MB"
                 ok: layer 0           ^^^^^ flagged: in a clause about nginx's own package

A figure counts as right when it agrees to the digits that were written. What a clause is about decides which figures
are allowed in it; a clause about nothing in particular may hold any known figure.

Floor 7 (exercises); pure. Source: `coursekit.anatomy`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from coursekit.anatomy.facts import nginx_package, packages, published
from coursekit.anatomy.ledger import by_cause
from coursekit.exercises.model import Outcome, expect

_UNITS = {
    "bytes": 1, "byte": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "m": 10**6,
    "kib": 2**10, "mib": 2**20, "gib": 2**30,
}  # fmt: skip
_UNIT = r"bytes?|[kKMG]i?B|[kM]b|B|M|%|percent"
_FIGURE = re.compile(
    rf"(?<![\w.,])(\d{{1,3}}(?:[,_ \u202f]\d{{3}})+|\d+)(\.\d+)?[ \u00a0\u202f]?({_UNIT})(?!\w)"
)
_CLAUSE = re.compile(r"(?<=[;:!?])\s+|(?<=[.])\s+(?=[A-Z])|,\s+|\s+(?:and|but|while|whereas|of which|which)\s+|\n+")
_ELSEWHERE = re.compile(r"\b(virtual machines?|VMs?)\b", re.IGNORECASE)  # their sizes are not this image's


@dataclass(frozen=True, slots=True)
class Known:
    """One thing that is known: bytes, and the words by which a clause is about it."""

    what: str
    size: int
    about: str = ""  # a subject of `_SUBJECTS`, or '' for any clause


_SUBJECTS = {
    "kernel": r"\b(kernel|boot ?loader|bootfs)\b",
    "travel": r"\b(download\w*|transferr?\w*|travels?|pull(s|ed|ing)?|on the wire|over the network|compressed)\b",
    "alpine": r"\balpine\b",
    "nginx": r"\bnginx(?:['\u2019]s)? (own )?(itself|package|program|binary)\b|\bnginx(?:['\u2019]s) own\b",
    "base": r"\b(base( image| layer)?|layer 0)\b",
}  # in the order in which a clause's subject is looked for

_NAMED = {
    "kernel": "the kernel",
    "travel": "what travels",
    "alpine": "Alpine",
    "nginx": "nginx's own package",
    "base": "the base",
}


@cache
def known() -> tuple[Known, ...]:
    """Every figure that prose may quote."""
    buster, bullseye = published("nginx:1.21.3"), published("nginx:1.21.4")
    alpine = published("nginx:1.21.3-alpine")
    causes = dict(by_cause())
    found = [
        Known("the kernel", 0, "kernel"),
        Known("the image, unpacked", buster.files.value),
        Known("the image as it travels", buster.compressed.value, "travel"),
        Known("compressed and unpacked together", buster.compressed.value + buster.files.value),
        Known("the base layer", buster.layers[0].files.value, "base"),
        Known("the base layer as it travels", buster.layers[0].compressed.value, "travel"),
        Known("layer 1", buster.layers[1].files.value),
        Known("layer 1 as it travels", buster.layers[1].compressed.value, "travel"),
        Known("layer 1 without nginx's package", buster.layers[1].files.value - nginx_package().value),
        Known("the entry point's scripts", sum(layer.files.value for layer in buster.layers[2:])),
        Known("nginx's package, installed", nginx_package().value, "nginx"),
        Known("nginx's package to download", 890_000, "nginx"),
        Known("nginx:1.21.4, unpacked", bullseye.files.value),
        Known("nginx:1.21.4 as it travels", bullseye.compressed.value, "travel"),
        Known("the base of nginx:1.21.4", bullseye.layers[0].files.value, "base"),
        Known("layer 1 of nginx:1.21.4", bullseye.layers[1].files.value),
        Known("nginx on Alpine, unpacked", alpine.files.value, "alpine"),
        Known("nginx on Alpine as it travels", alpine.compressed.value, "alpine"),
        Known("Alpine's base layer", alpine.layers[0].files.value, "alpine"),
        Known("nginx's layer on Alpine", alpine.layers[1].files.value, "alpine"),
        Known("Unicode tables (libicudata)", 28_407_344),
    ]
    found += [Known(f"script layer {layer.index}", layer.files.value) for layer in buster.layers[2:]]
    found += [Known(f"packages for {cause}", size) for cause, size in causes.items()]
    found += [Known(f"package {package.name}", package.files.value) for package in packages()[:12]]
    return tuple(found)


def percentages() -> dict[str, float]:
    """The shares that prose may quote, in per cent."""
    image = published("nginx:1.21.3")
    whole = image.files.value
    return {
        "the base's share of the image": 100 * image.layers[0].files.value / whole,
        "layer 1's share of the image": 100 * image.layers[1].files.value / whole,
        "nginx's own share of the image": 100 * nginx_package().value / whole,
        "nginx's own share of layer 1": 100 * nginx_package().value / image.layers[1].files.value,
        "what compression leaves": 100 * image.compressed.value / whole,
        "what compression saves": 100 - 100 * image.compressed.value / whole,
        "the kernel's share": 0.0,
        "the ledger's aim": 95.0,
        "all of it": 100.0,
    }


def contradictions(text: str) -> tuple[Outcome, ...]:
    """One outcome for each figure in `text`, held where the image agrees; one that fails where there is no figure."""
    clauses = [clause for clause in _CLAUSE.split(text) if not _ELSEWHERE.search(clause)]
    found = [_judged(clause, match) for clause in clauses for match in _FIGURE.finditer(clause)]
    if found:
        return tuple(found)
    return (expect(False, have="There is no figure with a unit in your text.", want="Quote the ledger: numbers with "
    "units."),)


def _judged(clause: str, match: re.Match[str]) -> Outcome:
    said, number = match.group(0), _number(match)
    unit = match.group(3).lower()
    half = Decimal(5).scaleb(-1 - len((match.group(2) or "")[1:]))  # half of the last digit written
    if unit in ("%", "percent"):
        ok = any(abs(Decimal(share) - number) <= max(half, Decimal(1)) for share in percentages().values())
        near = min(percentages().items(), key=lambda item: abs(Decimal(item[1]) - number))
        return _flag(ok, said, f"The nearest share is {near[1]:.1f} %: {near[0]}.")
    subject = _subject(clause)
    size, slack = number * _UNITS[unit], half * _UNITS[unit] * Decimal("1.02")
    allowed = [each for each in known() if not subject or each.about == subject]
    ok = any(abs(each.size - size) <= slack for each in allowed)
    ours = [each for each in allowed if subject == "alpine" or not re.search(r"1\.21\.4|Alpine", each.what)]
    nearest = min(ours, key=lambda each: abs(each.size - size))
    about = f"You write of {_NAMED[subject]}; the nearest" if subject else "The nearest"
    return _flag(ok, said, f"{about} figure of these images is {nearest.size:,} bytes: {nearest.what}.")


def _flag(ok: bool, said: str, want: str) -> Outcome:
    return expect(ok, claim=f"the figure {said}", have=f"You write “{said}”.", want=want, look="Your ledger.")


def _number(match: re.Match[str]) -> Decimal:
    whole = re.sub(r"[,_ \u202f]", "", match.group(1))
    return Decimal(whole + (match.group(2) or ""))


def _subject(clause: str) -> str:
    """What a clause is about, or ''."""
    lower = clause.lower()
    return next((subject for subject, words in _SUBJECTS.items() if re.search(words, lower)), "")


def figures_in(text: str) -> Iterator[str]:
    """The figures that would be judged, as written.

    >>> list(figures_in("The base is 69.3 MB; 53,781,605 bytes travel, that is 40 %."))
    ['69.3 MB', '53,781,605 bytes', '40 %']
    """
    return (match.group(0) for match in _FIGURE.finditer(text))

"""Figures in prose: each number with a unit is compared with what is known of the image, clause by clause.

    "the base is 69.3 MB, and nginx itself 64 MB"
                 ok: layer 0           ^^^^^ flagged: in a clause about nginx's own package

A figure counts as right when it agrees to the digits that were written. What a clause is about decides which figures
are allowed in it; a clause about nothing in particular may hold any known figure. It is a help and no judge: a person
reads the text.

Source: `coursekit.anatomy`.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from coursekit.anatomy.facts import nginx_package, packages, published
from coursekit.anatomy.ledger import by_cause
from coursekit.exercises.essays_chinese import in_digits
from coursekit.exercises.model import Outcome, expect
from coursekit.exercises.rules import Say

_UNITS = {
    "bytes": 1,
    "byte": 1,
    "b": 1,
    "kb": 10**3,
    "mb": 10**6,
    "gb": 10**9,
    "m": 10**6,
    "megabyte": 10**6,
    "megabytes": 10**6,
    "kib": 2**10,
    "mib": 2**20,
    "gib": 2**30,
}
_UNIT = r"bytes?|megabytes?|[kKMG]i?B|[kM]b|B|M|%|percent"
_FIGURE = re.compile(
    rf"(?<![A-Za-z0-9_.,])(\d{{1,3}}(?:[,_ \u202f]\d{{3}})+|\d+)(\.\d+)?[ \u00a0\u202f]?({_UNIT})(?![A-Za-z0-9_])"
)
_CLAUSE = re.compile(
    r"(?<=[;:!?])\s+|(?<=[.])\s+(?=[A-Z])|,\s+|\s+(?:and|but|while|whereas|because|since|although|due to|of which|which)\s+|\n+|[，。；：！？]"
)
_ELSEWHERE = re.compile(r"\b(virtual machines?|VMs?)\b|虚拟机", re.IGNORECASE)  # their sizes are not this image's
_DENIED = re.compile(r"\b(no|not|none|without|never|instead|rather than|leaves out|lacks)\b|没有|不含|不带|没带|而不是")
_ABOUT = re.compile(
    r"(\b(about|around|some|roughly|nearly|almost|approximately|circa|ca\.?)|[~≈]|约|大概|差不多|将近|接近)\s*$",
    re.IGNORECASE,
)
_SHARES = ("%", "percent")


@dataclass(frozen=True, slots=True)
class Known:
    """One thing that is known: bytes, and what they are of."""

    what: str  # the key of its words
    size: int
    about: str = ""  # a subject of `_SUBJECTS`, or '' for any clause
    name: str = ""  # what the words are filled with
    other: bool = False  # of another image than nginx:1.21.3


_SUBJECTS = {
    "kernel": r"\b(kernel|boot ?loader|bootfs)\b|内核|引导程序",
    "travel": r"\b(download\w*|transferr?\w*|travels?|pull(s|ed|ing)?|on the wire|over the network|compressed)\b|下载|传输|拉取|压缩",
    "alpine": r"\balpine\b|alpine",
    "nginx": r"\bnginx(?:['\u2019]s)? (own )?(itself|package|program|binary)\b|\bnginx(?:['\u2019]s) own\b|nginx ?(?:本身|自己|软件包|程序)",
    "base": r"\b(base( image| layer)?|layer 0)\b|基础(?:镜像|层)|第 ?0 ?层",
}  # in the order in which a clause's subject is looked for


_NEAREST = {  # the key of what is said where no figure agrees
    "": "nearest",
    "kernel": "nearest-of-kernel",
    "travel": "nearest-of-travel",
    "alpine": "nearest-of-alpine",
    "nginx": "nearest-of-nginx",
    "base": "nearest-of-base",
}


@cache
def known() -> tuple[Known, ...]:
    """Every figure that prose may quote."""
    buster, bullseye = published("nginx:1.21.3"), published("nginx:1.21.4")
    alpine = published("nginx:1.21.3-alpine")
    causes = dict(by_cause())
    found = [
        Known("no-kernel", 0, "kernel"),
        Known("unpacked", buster.files.value),
        Known("compressed", buster.compressed.value, "travel"),
        Known("both", buster.compressed.value + buster.files.value),
        Known("base-unpacked", buster.layers[0].files.value, "base"),
        Known("base-compressed", buster.layers[0].compressed.value, "travel"),
        Known("layer-1", buster.layers[1].files.value),
        Known("layer-1-compressed", buster.layers[1].compressed.value, "travel"),
        Known("layer-1-less-nginx", buster.layers[1].files.value - nginx_package().value),
        Known("scripts", sum(layer.files.value for layer in buster.layers[2:])),
        Known("nginx-installed", nginx_package().value, "nginx"),
        Known("nginx-download", 890_000, "nginx"),
        Known("bullseye-unpacked", bullseye.files.value, other=True),
        Known("bullseye-compressed", bullseye.compressed.value, "travel", other=True),
        Known("bullseye-base", bullseye.layers[0].files.value, "base", other=True),
        Known("bullseye-layer-1", bullseye.layers[1].files.value, other=True),
        Known("alpine-unpacked", alpine.files.value, "alpine", other=True),
        Known("alpine-compressed", alpine.compressed.value, "alpine", other=True),
        Known("alpine-base", alpine.layers[0].files.value, "alpine", other=True),
        Known("alpine-nginx", alpine.layers[1].files.value, "alpine", other=True),
        Known("icu", 28_407_344),
    ]
    found += [Known("script-layer", layer.files.value, name=f"{layer.index}") for layer in buster.layers[2:]]
    found += [Known("packages-for", size, name=cause) for cause, size in causes.items()]
    found += [Known("package", package.files.value, name=package.name) for package in packages()[:12]]
    return tuple(found)


def percentages() -> dict[str, float]:
    """The shares that prose may quote, in per cent, by the keys of their words."""
    image = published("nginx:1.21.3")
    whole = image.files.value
    return {
        "share-base": 100 * image.layers[0].files.value / whole,
        "share-layer-1": 100 * image.layers[1].files.value / whole,
        "share-nginx": 100 * nginx_package().value / whole,
        "share-nginx-of-layer-1": 100 * nginx_package().value / image.layers[1].files.value,
        "share-left": 100 * image.compressed.value / whole,
        "share-saved": 100 - 100 * image.compressed.value / whole,
        "share-kernel": 0.0,
        "share-aim": 95.0,
        "share-all": 100.0,
    }


def contradictions(text: str, say: Say) -> tuple[Outcome, ...]:
    """One outcome for each figure in `text`, held where the image agrees; one that fails where there is no figure."""
    text = _in_latin(text)
    clauses = [clause for clause in _CLAUSE.split(text) if not _ELSEWHERE.search(clause)]
    found = [outcome for clause in clauses for outcome in _clause(clause, say)]
    if found:
        return tuple(found)
    return (
        expect(False, claim="Quote the ledger: numbers with units.", have=say("no-figure"), want=say("quote-figures")),
    )


def _in_latin(text: str) -> str:
    """Figures as an input method for Chinese writes them, in ASCII.

    >>> _in_latin("约１３３兆，百分之 40，7 字节，五十四兆")
    '约133 MB，40%，7 bytes，54 MB'
    """
    text = in_digits(text)
    text = re.sub("[０-９．％]", lambda found: unicodedata.normalize("NFKC", found[0]), text)
    text = re.sub(r"百分之 ?(\d+(?:\.\d+)?)", r"\1%", text)
    for word, unit in (("兆", "MB"), ("字节", "bytes")):
        text = re.sub(rf"(?<=\d) ?{word}", f" {unit}", text)
    return text


def _clause(clause: str, say: Say) -> Iterator[Outcome]:
    """The figures of one clause. Beside a right figure of its subject, others may be of anything known."""
    subject = _subject(clause)
    about = [each for each in known() if not subject or each.about == subject]
    figures = list(_FIGURE.finditer(clause))
    sizes = [_bytes(clause, figure) for figure in figures if figure.group(3).lower() not in _SHARES]
    settled = any(_agrees(size, slack, about) for size, slack in sizes)
    for figure in figures:
        if figure.group(3).lower() in _SHARES:
            yield _share(figure, say)
        else:
            yield _size(figure, *_bytes(clause, figure), known() if settled else about, subject, say)


def _size(
    figure: re.Match[str], size: Decimal, slack: Decimal, allowed: Sequence[Known], subject: str, say: Say
) -> Outcome:
    ours = [each for each in allowed if subject == "alpine" or not each.other]
    nearest = min(ours, key=lambda each: abs(each.size - size))
    what = say(nearest.what, name=nearest.name)
    key = _NEAREST[subject]
    return _flag(_agrees(size, slack, allowed), figure.group(0), say(key, bytes=f"{nearest.size:,}", what=what), say)


def _share(figure: re.Match[str], say: Say) -> Outcome:
    number, half = _number(figure)
    what, share = min(percentages().items(), key=lambda item: abs(Decimal(item[1]) - number))
    ok = abs(Decimal(share) - number) <= max(half, Decimal(1))
    return _flag(ok, figure.group(0), say("nearest-share", share=f"{share:.1f}", what=say(what)), say)


def _agrees(size: Decimal, slack: Decimal, allowed: Sequence[Known]) -> bool:
    return any(abs(each.size - size) <= slack for each in allowed)


def _bytes(clause: str, figure: re.Match[str]) -> tuple[Decimal, Decimal]:
    """A figure in bytes, and how far off it may be: half of its last digit, or 4 % after a word such as “about”."""
    number, half = _number(figure)
    unit = _UNITS[figure.group(3).lower()]
    loose = number / 25 if _ABOUT.search(clause[: figure.start()]) else Decimal(0)
    return number * unit, max(half * Decimal("1.02"), loose) * unit


def _flag(ok: bool, said: str, want: str, say: Say) -> Outcome:
    return expect(
        ok, claim=f"the figure {said}", have=say("you-write", figure=said), want=want, look=say("your-ledger")
    )


def _number(figure: re.Match[str]) -> tuple[Decimal, Decimal]:
    """The number as written, and half of its last digit."""
    whole, rest = re.sub(r"[,_ \u202f]", "", figure.group(1)), figure.group(2) or ""
    return Decimal(whole + rest), Decimal(5).scaleb(-1 - len(rest[1:]))


def _subject(clause: str) -> str:
    """What a clause is about, or '': “without a kernel it is 133 MB” is not about the kernel."""
    lower = clause.lower()
    if _DENIED.search(lower):
        return ""
    return next((subject for subject, words in _SUBJECTS.items() if re.search(words, lower)), "")


def figures_in(text: str) -> Iterator[str]:
    """The figures that would be judged, as written.

    >>> list(figures_in("The base is 69.3 MB; 53,781,605 bytes travel, that is 40 %."))
    ['69.3 MB', '53,781,605 bytes', '40 %']
    """
    return (match.group(0) for match in _FIGURE.finditer(text))

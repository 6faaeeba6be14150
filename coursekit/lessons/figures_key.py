"""Figures in prose: each number with a unit is compared with what is known of an image, clause by clause.

    "the base is 69.3 MB, and nginx itself 64 MB"
                 ok: layer 0           ^^^^^ flagged: in a clause about nginx's own package

A figure counts as right when it agrees to the digits that were written. What a clause is about decides which figures
are allowed in it; a clause about nothing in particular may hold any known figure. A goal ("below 50 MB", "it would be
90 MB") is no claim. It is a help and no judge: a person reads the text.

Neighbours: `l06_nginx_133mb.figures_key` and `l07_build_your_own.report_key`, which know figures.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from coursekit.exercises.essays import sentences
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
    r"(?<=[;:!?])\s+|(?<=[.])(?<!\bca\.)\s+|,\s+|\s+(?:and|but|while|whereas|because|since|although|due to|of which|which)\s+|\n+|[，。；：！？]"
)
_ELSEWHERE = re.compile(r"\b(virtual machines?|VMs?)\b|虚拟机", re.IGNORECASE)  # their sizes are not this image's
_HERE = re.compile(r"\b(images?|containers?|nginx|this|it is only)\b|镜像|容器", re.IGNORECASE)  # and this ends that
_DENIED = re.compile(r"\b(no|not|none|without|never|instead|rather than|leaves out|lacks)\b|没有|不含|不带|没带|而不是")
_ABOUT = re.compile(
    r"(\b(about|around|some|roughly|nearly|almost|approximately|circa|ca\.?)|[~≈]|约|大概|差不多|将近|接近)\s*$",
    re.IGNORECASE,
)
_GOAL = re.compile(
    r"\b(would|could|should|might|may|aim|goal|target)\b|\b(below|under|less than|at most|up to|down to|within)\W*$"
    r"|应该|可以降|目标|(低于|少于|小于|不到|不超过|以内|降到)\W*$",
    re.IGNORECASE,
)
_SHARES = ("%", "percent")
_THOUSANDS = (Decimal(1000), Decimal(1) / 1000, Decimal(10) ** 6)  # GB for MB, MB for GB, GB for kB


@dataclass(frozen=True, slots=True)
class Known:
    """One thing that is known: bytes, and what they are of."""

    what: str  # the key of its words
    size: int
    about: str = ""  # a subject, or '' for any clause
    name: str = ""  # what the words are filled with
    other: bool = False  # not of the image that is asked about


@dataclass(frozen=True, slots=True)
class Share:
    """One share that is known, in per cent."""

    what: str  # the key of its words
    percent: float
    about: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """All that prose may quote of an image."""

    known: Sequence[Known]
    shares: Sequence[Share]
    subjects: Mapping[str, str]  # pattern of a clause that is about it, in the order in which it is looked for


def compared(text: str, say: Say, figures: Figures) -> tuple[Outcome, ...]:
    """One outcome for each figure in `text`, held where what is known agrees."""
    return tuple(outcome for sentence in sentences(_in_latin(text)) for outcome in _sentence(sentence, say, figures))


def _sentence(sentence: str, say: Say, figures: Figures) -> Iterator[Outcome]:
    """The figures of a sentence. What it says of a virtual machine, or compares with, goes on in its next clauses."""
    elsewhere, before = False, ""
    for clause in _CLAUSE.split(sentence):
        subject = _subject(clause, figures.subjects)
        elsewhere = _ELSEWHERE.search(clause) is not None or (elsewhere and not _HERE.search(clause) and not subject)
        if not elsewhere:
            yield from _clause(clause, before, say, figures)
        before = subject or before


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


def _clause(clause: str, before: str, say: Say, figures: Figures) -> Iterator[Outcome]:
    """The figures of one clause. Beside a right figure of its subject, others may be of anything known.

    `before` is what the clauses before it are about: "compare Alpine: its base has 5.6 MB".
    """
    subject = _subject(clause, figures.subjects)
    compared_with = [each for each in figures.known if each.other and each.about == before]
    about = [each for each in figures.known if not subject or each.about == subject] or figures.known
    about = [*about, *(each for each in compared_with if each not in about)]
    found = [figure for figure in _FIGURE.finditer(clause) if not _is_goal(clause, figure)]
    sizes = [_bytes(clause, figure) for figure in found if figure.group(3).lower() not in _SHARES]
    settled = any(_agrees(size, slack, about) for size, slack in sizes)
    for figure in found:
        if figure.group(3).lower() in _SHARES:
            yield _share(figure, subject, figures, say)
        else:
            yield _size(figure, *_bytes(clause, figure), figures.known if settled else about, subject, say)


def _is_goal(clause: str, figure: re.Match[str]) -> bool:
    return _GOAL.search(clause[: figure.start()]) is not None


def _size(
    figure: re.Match[str], size: Decimal, slack: Decimal, allowed: Sequence[Known], subject: str, say: Say
) -> Outcome:
    for factor in _THOUSANDS:
        meant = [each for each in allowed if each.size and _agrees(size / factor, slack / factor, [each])]
        if meant and not _agrees(size, slack, allowed):
            want = say("wrong-unit", bytes=f"{meant[0].size:,}", what=say(meant[0].what, name=meant[0].name))
            return _flag(False, figure.group(0), want, say)
    ours = [each for each in allowed if not each.other] or allowed
    nearest = min(ours, key=lambda each: abs(each.size - size))
    what = say(nearest.what, name=nearest.name)
    key = f"nearest-of-{subject}" if subject else "nearest"
    return _flag(_agrees(size, slack, allowed), figure.group(0), say(key, bytes=f"{nearest.size:,}", what=what), say)


def _share(figure: re.Match[str], subject: str, figures: Figures, say: Say) -> Outcome:
    number, half = _number(figure)
    allowed = [each for each in figures.shares if subject and each.about == subject] or figures.shares
    nearest = min(allowed, key=lambda each: abs(Decimal(each.percent) - number))
    ok = abs(Decimal(nearest.percent) - number) <= max(half, Decimal(1))
    return _flag(ok, figure.group(0), say("nearest-share", share=f"{nearest.percent:.1f}", what=say(nearest.what)), say)


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


def _subject(clause: str, subjects: Mapping[str, str]) -> str:
    """What a clause is about, or '': “without a kernel it is 133 MB” is not about the kernel."""
    lower = clause.lower()
    if _DENIED.search(lower):
        return ""
    return next((subject for subject, words in subjects.items() if re.search(words, lower)), "")


def figures_in(text: str) -> Iterator[str]:
    """The figures that would be judged, as written.

    >>> list(figures_in("The base is 69.3 MB; 53,781,605 bytes travel, that is 40 %."))
    ['69.3 MB', '53,781,605 bytes', '40 %']
    """
    return (match.group(0) for match in _FIGURE.finditer(text))

"""Telling cases: calls thought out to show one rule each, asked of every learner under words of the learner's own.

    "/a", "/a/b", "/as", b"1"   ──>   "/home", "/home/log", "/homes", b"q"

A name is one letter, or a letter and an `s`, which is near it and another. Words keep the letters' order, digits in
contents get letters, so what a case shows it shows for every seed.
"""

import re
from collections.abc import Iterable, Sequence
from random import Random
from typing import Any

WORDS = (  # sorted, and none the beginning of another
    "app",
    "bin",
    "cache",
    "data",
    "etc",
    "font",
    "home",
    "icon",
    "key",
    "log",
    "motd",
    "note",
    "opt",
    "page",
    "rule",
    "site",
    "tool",
    "user",
    "var",
    "www",
)
_NAME = re.compile(r"(?<![a-z])([a-h])(s?)(?![a-z])")


def told(cases: Iterable[Sequence[Any]], random: Random) -> list[list[Any]]:
    """The cases in their order, each under words and contents of its own.

    >>> told([["/a/as", {"/b": b"1", "dir": None}]], Random(1))
    [['/cache/caches', {'/data': b'l', 'dir': None}]]
    """
    return [_told(case, random) for case in cases]


def _told(case: Sequence[Any], random: Random) -> list[Any]:
    words = dict(zip("abcdefgh", sorted(random.sample(WORDS, 8)), strict=True))
    data = bytes.maketrans(b"0123456789", bytes(random.sample(b"bcdefghijklmnop", 10)))

    def renamed(value: Any) -> Any:
        match value:
            case str():
                return _NAME.sub(lambda found: words[found[1]] + found[2], value)
            case bytes():
                return value.translate(data)
            case list() | tuple():
                return [renamed(each) for each in value]
            case dict():
                return {renamed(key): renamed(each) for key, each in value.items()}
        return value

    return [renamed(each) for each in case]

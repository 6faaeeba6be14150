"""What helps on with one wrong part of an answer, where no belief was named: found by the part and by what it says.

    ## Reasons
    - disk: Who stores that file?                 the row "disk", whatever was answered
    - disk = 0: Then who would hold its bytes?    that row, answered so; `= value` goes before a row without one
    - disk/bytes, */bytes, * = yes, *             one column of a row, a column, an answer in any row, any part
    - scratch, not scratch                        a choice: chosen though it does not belong; not chosen though it does
    - root: What has to run before it?            an order: the step that comes too early

A row, an option or a step goes by its own key or by the key of its label, where the keys are letters or drawn paths. A
reason asks or points; it never gives the answer. Pure.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from coursekit.exercises.texts import PLACEHOLDER

EVERY = "*"
NOT = "not "


def found(keys: Mapping[str, str], names: tuple[str, ...], column: str, have: Any) -> str:
    """The key among those of '## Reasons' that fits a part best, or ''. `names`: of its row, option or step.

    >>> found({"disk": "…", "* = 0": "…"}, ("disk",), "bytes", 0)
    '* = 0'
    """
    return next((key for key in _wanted(names, column, have) if key in keys), "")


def _wanted(names: tuple[str, ...], column: str, have: Any) -> Iterator[str]:
    """The keys that would fit, the one that says most first."""
    missing = have is False and not column
    named = [f"{NOT}{name}" if missing else name for name in (*names, EVERY)]
    for said in (f" = {have}", ""):
        for name in named:
            if column:
                yield f"{name}/{column}{said}"
            yield f"{name}{said}"


def label_key(labels: Mapping[str, str], text: str) -> str:
    """The key of the label that says `text`, its placeholders filled somehow; of several the one with most of its words.

    >>> label_key({"file": "rm /{path}", "any": "{path}"}, "rm /etc/motd")
    'file'
    """
    fits = [key for key, words in labels.items() if re.fullmatch(_pattern(words), text, re.DOTALL)]
    return max(fits, key=lambda key: len(PLACEHOLDER.sub("", labels[key])), default="")


def _pattern(words: str) -> str:
    """A label as a pattern: any text for each placeholder.

    >>> _pattern("rm /{path}.")
    'rm\\\\ /.+\\\\.'
    """
    return ".+".join(re.escape(part) for part in PLACEHOLDER.split(words)[::2])


def unknown(keys: Mapping[str, str], names: set[str], columns: set[str]) -> list[str]:
    """The keys of '## Reasons' that can fit no part: their row, option or step is none of `names`, or their column no column."""
    wrong = []
    for key in keys:
        name, _, column = key.partition(" = ")[0].removeprefix(NOT).partition("/")
        whole = key.partition(" = ")[0].removeprefix(NOT)
        if whole not in names | {EVERY} and (name not in names | {EVERY} or column not in columns):
            wrong.append(key)
    return wrong

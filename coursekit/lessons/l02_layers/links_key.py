"""Of which text a wrong entry of a chain is the digest: the names of the parts that were hashed.

sha256("A C")  for  sha256("B C")    ──>  entry 3 is of: the diff_id of layer 1, one blank, the diff_id of layer 3
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

from coursekit.exercises.rules import Say

_BETWEEN = {"": "nothing", " ": "blank", "\n": "line-end"}  # the remark that names what stands between two parts
_OTHERS = ("  ", "\t", ",", ", ", ":", "|", "-", "_", "/", "+", " + ", ";")
_ENDS = ("", "\n", " ")  # what may follow by mistake
_ENTRY = re.compile(r"(?:sha256:)?([0-9a-f]{64})")


class _Part(NamedTuple):
    """A text that may be hashed: the remark with its name, and its layer, counted from 1."""

    text: str
    name: str
    layer: int
    digits: bool = False  # without `sha256:`


def remark(args: Sequence[Any], have: Any, want: Sequence[str], say: Say) -> str:
    """What is wrong first in a returned chain, by name; '' where it is no list of texts."""
    (diff_ids,) = args
    if type(have) is not list or any(type(each) is not str for each in have):
        return ""
    at = next((at for at, (one, other) in enumerate(zip(have, want, strict=False)) if one != other), None)
    if at is None:
        return say("entries", count=len(have), layers=len(diff_ids)) if len(have) != len(want) else ""
    parts = list(_parts(diff_ids, want, at))
    entry, hashed = at + 1, _ENTRY.fullmatch(have[at])
    for part in parts:
        if part.text == have[at]:
            return say("entry-is", entry=entry, part=_named(part, say))
    if hashed is None:
        return say("entry-no-digest", entry=entry)
    found = _text_of(hashed[1], parts, say)
    if not found:
        return say("entry-unknown", entry=entry)
    if not have[at].startswith("sha256:"):
        found = say("without-begin", text=found)
    if at == 0:
        return say("base-hashed", text=found)
    before = _Part(want[at - 1], "chain-of" if at > 1 else "diff-of", at)
    own = _Part(diff_ids[at], "diff-of", entry)
    wanted = say("two", first=_named(before, say), between=say("blank"), second=_named(own, say))
    return say("entry-of", entry=entry, text=found, wanted=wanted)


def _parts(diff_ids: Sequence[str], chain: Sequence[str], at: int) -> Iterator[_Part]:
    """What there is to hash: all diff_ids, and the chain IDs before entry `at`; the base's is its diff_id."""
    whole = [_Part(each, "diff-of", layer) for layer, each in enumerate(diff_ids, 1)]
    whole += [_Part(each, "chain-of", layer) for layer, each in enumerate(chain[:at], 1) if layer > 1]
    yield from whole
    yield from (part._replace(text=part.text.partition(":")[2], digits=True) for part in whole)


def _text_of(digits: str, parts: Sequence[_Part], say: Say) -> str:
    """The text whose SHA-256 these digits are, in names; '' where none is found."""
    for part, end in product(parts, _ENDS):
        if _hashed(part.text + end) == digits:
            return _named(part, say) if not end else say("ends", text=_named(part, say), end=_between(end, say))
    for one, between, other, end in product(parts, (*_BETWEEN, *_OTHERS), parts, _ENDS):
        if _hashed(one.text + between + other.text + end) == digits:
            text = say("two", first=_named(one, say), between=_between(between, say), second=_named(other, say))
            return say("ends", text=text, end=_between(end, say)) if end else text
    for between in (*_BETWEEN, *_OTHERS):
        for count in range(3, len(parts) + 1):
            if _hashed(between.join(part.text for part in parts[:count])) == digits:
                return say("many", count=count, between=_between(between, say))
    return ""


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _between(text: str, say: Say) -> str:
    return say(_BETWEEN[text]) if text in _BETWEEN else f"`{text!r}`"


def _named(part: _Part, say: Say) -> str:
    named = say(part.name, layer=part.layer)
    return say("digits-of", part=named) if part.digits else named

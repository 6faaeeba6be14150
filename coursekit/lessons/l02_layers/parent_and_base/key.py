"""Which layers two images share. Images are chains: what counts is the common beginning.

    shop:1   A B C          A B are shared: a common base
    shop:2   A B D C        C is the same blob in both, on other layers: stored once, and yet not shared as a tree

Source: image-spec config.md, "Layer ChainID".
"""

from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import Any

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many layers two images have in common from the base up."""
    return len(list(takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))))


def _together(one: Sequence[str], other: Sequence[str]) -> int:
    return len(set(one) & set(other))


def _from_the_end(one: Sequence[str], other: Sequence[str]) -> int:
    return _common(one[::-1], other[::-1])


def _relation(one: Sequence[str], other: Sequence[str], shared: int) -> str:
    if shared == 0:
        return "none"
    if shared == len(one) < len(other):
        return "parent"
    return "child" if shared == len(other) < len(one) else "base"


def _related(case: Case, count: Callable[[Sequence[str], Sequence[str]], int]) -> dict[str, Any]:
    found = {}
    for one, other in case["pairs"]:
        ours, theirs = case["images"][one], case["images"][other]
        shared = count(ours, theirs)
        found[f"{one} {other}"] = {"shared": shared, "relation": _relation(ours, theirs, shared)}
    return found


def _by_name(case: Case) -> dict[str, Any]:
    """:2 is taken for a child of :1."""
    (pair,) = [pair for pair in case["pairs"] if {name.rpartition(":")[2] for name in pair} == {"1", "2"}]
    return {" ".join(pair): {"relation": "child" if pair[0].endswith(":2") else "parent"}}


def _which(
    case: Case, holds: Callable[[list[str], list[str], dict[str, Any]], dict[str, Any] | None]
) -> dict[str, Any] | None:
    """The cells that `holds` fills, of what is true of each pair."""
    found = {}
    for pair, cells in _related(case, _common).items():
        ours, theirs = (case["images"][name] for name in pair.split(" "))
        if (said := holds(ours, theirs, cells)) is not None:
            found[pair] = said
    return found or None


def _direct(case: Case) -> dict[str, Any] | None:
    """centos:7 and the image two steps above it."""
    pair = next(pair for pair in case["pairs"] if "centos:7" in pair)
    return {" ".join(pair): {"relation": "base"}}


def _unrelated(case: Case) -> dict[str, Any] | None:
    return _which(case, lambda ours, theirs, cells: {"relation": "none"} if cells["relation"] == "base" else None)


def _upside_down(case: Case) -> dict[str, Any] | None:
    turned = {"parent": "child", "child": "parent"}
    return _which(
        case,
        lambda ours, theirs, cells: {"relation": turned[cells["relation"]]} if cells["relation"] in turned else None,
    )


def _same_name(case: Case) -> dict[str, Any]:
    """Two tags of one repository are taken for images on one base."""
    return {pair: {"relation": "base"} for pair in _by_name(case)}


def _longer(case: Case) -> dict[str, Any] | None:
    def by_length(ours: list[str], theirs: list[str], cells: dict[str, Any]) -> dict[str, Any] | None:
        if cells["relation"] in ("parent", "child") or len(ours) == len(theirs):
            return None
        return {"relation": "parent" if len(ours) < len(theirs) else "child"}

    found = _which(case, by_length)
    return found if found is not None and len(found) > 1 else None


def _counted_anywhere(case: Case) -> dict[str, Any] | None:
    def counted(ours: list[str], theirs: list[str], cells: dict[str, Any]) -> dict[str, Any] | None:
        together = _together(ours, theirs)
        return {"shared": together} if together != cells["shared"] else None

    return _which(case, counted)


KEY = Key(
    truth=lambda case: _related(case, _common),
    wrong=(
        Wrong("same-layer-anywhere", lambda case: _related(case, _together), each=True),
        Wrong("base-last", lambda case: _related(case, _from_the_end)),
        Wrong("tags-are-ancestry", _by_name),
        Wrong("same-layer-anywhere", _counted_anywhere, place="counted-anywhere", each=True),
        Wrong("parents-are-direct", _direct),
        Wrong("base-is-no-relation", _unrelated),
        Wrong("longer-is-the-child", _longer),
        Wrong("parent-is-the-larger", _upside_down, each=True),
        Wrong("tags-are-ancestry", _same_name, place="same-repository"),
    ),
)

"""Lesson 02: which layers two images share. Images are chains: what counts is the common beginning.

    shop:1   A B C          A B are shared: a common base
    shop:2   A B D C        C is the same blob in both, on other layers: stored once, and yet not shared as a tree

Source: image-spec config.md, "Layer ChainID".
"""

from collections.abc import Callable, Sequence
from itertools import takewhile
from random import Random
from typing import Any

from coursekit.exercises.forms import Choose, Fill, Number
from coursekit.exercises.lessons.layer_made import LESSON
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Hint, Kind, WrongModel

_RELATIONS = {
    "parent": "the first is the parent of the second",
    "child": "the first is a child of the second",
    "base": "both stand on a common base",
    "none": "they share nothing",
}


def _layers(random: Random, count: int) -> list[str]:
    return [f"{random.randrange(16**6):06x}" for _ in range(count)]


def _family(random: Random) -> dict[str, Any]:
    """Five images: a base and its child, a cousin with a layer of the child, and two of one name that share none."""
    base, app, own, tool, old, new = (_layers(random, random.randrange(low, low + 3)) for low in (1, 2, 1, 1, 1, 2))
    name = random.choice(("shop", "blog", "wiki", "mail"))
    images = {
        "centos:7": base,
        f"{name}:1": [*base, *app],
        "report:1": [*base, *own, app[-1]],  # the same last layer, on other ones
        f"{name}-debug:1": [*base, *app, *tool],
        f"{name}:2": [*old, *new, base[0]],  # the base's first layer, not at the beginning
    }
    pairs = [
        (f"{name}:1", f"{name}-debug:1"),
        ("centos:7", f"{name}-debug:1"),
        (f"{name}:1", "report:1"),
        (f"{name}:2", f"{name}:1"),
    ]
    flipped = [pair[::-1] if random.random() < 0.5 else pair for pair in pairs]
    random.shuffle(flipped)
    return {"images": images, "pairs": [list(pair) for pair in flipped]}


def common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many layers two images have in common from the base up."""
    return len(list(takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))))


def _together(one: Sequence[str], other: Sequence[str]) -> int:
    return len(set(one) & set(other))


def _from_the_end(one: Sequence[str], other: Sequence[str]) -> int:
    return common(one[::-1], other[::-1])


def _relation(one: Sequence[str], other: Sequence[str], shared: int) -> str:
    if shared == 0:
        return "none"
    if shared == len(one) < len(other):
        return "parent"
    return "child" if shared == len(other) < len(one) else "base"


def _related(case: Case, count: Callable[[Sequence[str], Sequence[str]], int]) -> dict[str, dict[str, Any]]:
    found = {}
    for one, other in case["pairs"]:
        ours, theirs = case["images"][one], case["images"][other]
        shared = count(ours, theirs)
        found[f"{one} {other}"] = {"shared": shared, "relation": _relation(ours, theirs, shared)}
    return found


def _by_name(case: Case) -> dict[str, dict[str, Any]]:
    """:2 is taken for a child of :1."""
    (pair,) = [pair for pair in case["pairs"] if {name.rpartition(":")[2] for name in pair} == {"1", "2"}]
    return {" ".join(pair): {"relation": "child" if pair[0].endswith(":2") else "parent"}}


def _family_question(case: Case) -> str:
    wide = max(map(len, case["images"]))
    rows = "\n".join(f"{name:<{wide}}  {' '.join(layers)}" for name, layers in case["images"].items())
    return (
        f"Five images, with the diff_ids of their layers (cut short), base first:\n\n```\n{rows}\n```\n\nFor each "
        "pair: how many layers do they share **as a tree**, that is from the base up, and how are they related: "
        "'parent' (the first is a parent of the second), 'child', 'base' (a common base) or 'none'?"
    )


PARENT_AND_BASE = Exercise(
    id="parent-and-base",
    lesson=LESSON,
    title="Parent, child, common base",
    kind=Kind.TABLE,
    points=3,
    objective="find parent and common base of two images from their layers",
    make=_family,
    question=_family_question,
    form=lambda case: Fill(
        {f"{one} {other}": f"{one} and {other}" for one, other in case["pairs"]},
        {"shared": Number("layers"), "relation": Choose(_RELATIONS)},
    ),
    truth=lambda case: _related(case, common),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["same-layer-anywhere"],
            lambda case: _related(case, _together),
            "A layer holds changes to what is below it. On other layers it gives another tree, and another chain ID.",
        ),
        WrongModel(
            MISCONCEPTIONS["base-last"],
            lambda case: _related(case, _from_the_end),
            "An image lists its layers base first: a common base stands at the beginning of both lists.",
        ),
        WrongModel(
            MISCONCEPTIONS["tags-are-ancestry"],
            _by_name,
            "Compare the layers of :1 and :2. A tag is a name that somebody gave.",
        ),
    ),
    hints=(
        Hint("Lay the two lists side by side, base first. Where do they part for the first time?"),
        Hint("Once two lists have parted, can what comes later still be the same tree?", after="same-layer-anywhere"),
        Hint("Count equal layers from the left until the first difference. One list used up: parent and child."),
    ),
    explanation="The note calls centos the parent of mysql, and that is what a parent is: all of its layers, then "
    "more. An image does not record whose child it is; it can only be seen from the beginning of its list. A blob "
    "that stands elsewhere in the other list is kept once by a registry and by containerd's store, and unpacked for "
    "each chain.",
)

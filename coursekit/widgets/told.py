"""The shapes that Python and JavaScript share, told once: the dataclasses of a scene and the answer forms' data.

    python -m coursekit.widgets.told        writes js/told.js from them; a test holds that it is current

Types are JSDoc's, for editors and for `tsc --checkJs`; `PLAIN` is what a box is where nothing is said, so that Python
leaves defaults out and JavaScript puts them back.
"""

import json
import types
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, NotRequired, TypedDict, Union, get_args, get_origin, get_type_hints, is_typeddict

from coursekit.diagrams.scene import Arrow, Box, Detail, Grid, Held, Mark

FILE = Path(__file__).parent / "js" / "told.js"
HEAD = """// Written by coursekit/widgets/told.py from the dataclasses of Python. Do not edit: run `python -m coursekit.widgets.told`.
"""
_WORDS = {str: "string", bool: "boolean", int: "number", float: "number", Any: "any", type(None): "null"}


class Cell(TypedDict):
    """A control for one value: `options` are [key, label] of a choice, `unit` a number's."""

    kind: Literal["number", "text", "choose"]
    unit: NotRequired[str]
    many: NotRequired[bool]
    options: NotRequired[list[list[str]]]


class Spec(TypedDict):
    """An answer form, as `coursekit.exercises.sheets` says it; which keys there are depends on its kind.

    `options` are [key, label], of a pick [key, label, the id of its box]; `items` and `rows` are [key, label]; `columns`
    are [name, cell, heading]; `wholes` has the sum of all, by the column of numbers.
    """

    kind: str
    unit: NotRequired[str]
    many: NotRequired[bool]
    options: NotRequired[list[Any]]
    items: NotRequired[list[list[str]]]
    rows: NotRequired[list[list[str]]]
    columns: NotRequired[list[Any]]
    wholes: NotRequired[dict[str, int]]
    scene: NotRequired[Any]


class Part(TypedDict):
    """What is known of one part of an answer: whether it holds, and a sentence about it, as HTML made by the course."""

    ok: bool
    says: NotRequired[str]


class Told(TypedDict):
    """The verdict, part by part, for the form that was answered.

    `answer` is the answer that was judged. The keys of `parts` are a form's own: an option, an item, "row/column", the
    number of a row, "" for the one value. What is not there is not told: nothing is given away by it. `right` is the
    right answer, where it may be known; else null. A belief hangs at the first of its `at` parts; its `html` is made by
    the course.
    """

    answer: Any
    parts: dict[str, Part]
    right: Any
    beliefs: list["Belief"]


class Belief(TypedDict):
    """A belief that the answer shows, and the keys of the parts that do."""

    html: str
    at: list[str]


SHAPES = (Box, Arrow, Mark, Held, Detail, Grid, Cell, Spec, Part, Belief, Told)


def written() -> str:
    """The text of js/told.js."""
    plain = {each.name: each.default for each in fields(Box) if each.default is not MISSING}
    plain |= {"x": 0, "y": 0}  # a box at the origin is sent without its place
    frame = "/** @typedef {{caption: string, set?: (Partial<Box> & {id: string})[], gone?: string[], arrows?: Partial<Arrow>[], marks?: Partial<Mark>[]}} Frame */"
    scene = (
        "/** @typedef {{title: string, width: number, height: number, frames: Frame[],"
        " details?: Record<string, Detail>, goal?: Scene, narrow?: Scene, grid?: Partial<Grid>, knobs?: any[]}} Scene */"
    )
    return "\n".join([HEAD, *map(_typedef, SHAPES), frame, scene, "", f"export const PLAIN = {json.dumps(plain)};", ""])


def _typedef(shape: type) -> str:
    if is_dataclass(shape):
        hints = get_type_hints(shape)
        inside = [f"{each.name}: {_type(hints[each.name])}" for each in fields(shape)]
    else:
        optional = shape.__optional_keys__  # type: ignore[attr-defined]
        hints = get_type_hints(shape)
        inside = [f"{name}{'?' * (name in optional)}: {_type(hint)}" for name, hint in hints.items()]
    return f"/** @typedef {{{{{', '.join(inside)}}}}} {shape.__name__} */"


def _type(hint: Any) -> str:
    """A type in the words of JSDoc."""
    if hint in _WORDS:
        return _WORDS[hint]
    if is_typeddict(hint) or is_dataclass(hint):
        return str(hint.__name__)
    inside = get_args(hint)
    match get_origin(hint):
        case origin if origin is Literal:
            return "|".join(map(json.dumps, inside))
        case origin if origin in (Union, types.UnionType):
            return "|".join(map(_type, inside))
        case origin if origin is list:
            return f"({_type(inside[0])})[]"
        case origin if origin is dict:
            return f"Record<{_type(inside[0])}, {_type(inside[1])}>"
        case origin if origin is tuple and inside[-1] is ...:
            return f"({_type(inside[0])})[]"
        case origin if origin is tuple:
            return f"[{', '.join(map(_type, inside))}]"
    raise TypeError(f"{hint!r} has no name in JavaScript; say it in coursekit/widgets/told.py")


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")

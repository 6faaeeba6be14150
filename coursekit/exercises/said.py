"""What a call was, did and should have done, as a person reads it.

Neighbour: `functions`, which compares.
"""

import inspect
import re
from collections.abc import Sequence
from typing import Any

from coursekit.diagrams.svg import figure
from coursekit.exercises.forms import named, short_digests
from coursekit.exercises.model import Function
from coursekit.exercises.plain import same
from coursekit.exercises.refusal import named as named_refusal
from coursekit.exercises.retold import retold
from coursekit.exercises.running import Crashed, Refused, Result, Returned
from coursekit.language import _, later, sentences

MOST = 120  # characters of a value that is shown whole
_FIXES = (  # what a call stopped with: what to do
    (
        r"NameError: name '(?:ck|coursekit|np|numpy|pd)'",
        later("Your function runs without the notebook. It can only use the standard library."),
    ),
    (
        r"NameError",
        later("The answer's cell runs alone, without what other cells define. Write what you need into this cell."),
    ),
    (r"(?:ModuleNotFoundError|ImportError)", later("Answers can only use the standard library.")),
    (r"(?:async_)?generator is not plain", later("It gives a generator: write `return`, not `yield`.")),
    (r"coroutine is not plain", later("It gives a coroutine: write `def`, not `async def`.")),
    (
        r"(?:map|filter|zip|dict_keys|dict_values|dict_items|reversed) is not plain",
        later("Make a list of it: `list(…)`."),
    ),
    (r"set is not plain", later("Make a list of it: `sorted(…)`.")),
    (
        r"TypeError: .* positional arguments?",
        later("It should take the arguments that the question names, in this order."),
    ),
)


_LIBC = (  # what Linux's errors are called
    later("Permission denied"),
    later("Operation not permitted"),
    later("No such file or directory"),
    later("File exists"),
    later("Not a directory"),
    later("Is a directory"),
    later("Directory not empty"),
    later("Invalid argument"),
    later("Invalid cross-device link"),
    later("Read-only file system"),
    later("Too many levels of symbolic links"),
    later("Input/output error"),
)
_IS, _SHOULD_BE = later("Afterwards {argument} is {value}."), later("Afterwards {argument} should be {value}.")


def shown(function: Function, args: Sequence[Any]) -> str:
    """The call as a person reads it."""
    if function.show is not None:
        return function.show(args)
    return f"`{function.name}({', '.join(_brief(each) for each in args)})`"


def did(function: Function, have: Result | None, want: Result) -> str:
    """What a call did, with those of its arguments that it should have left otherwise."""
    match have:
        case None:
            return _("It never got to this call.")
        case Returned(value=value):
            other = want.value if isinstance(want, Returned) else value
            said = _("It returned {value}.").format(value=_beside(value, other))
            missing = _("Is a `return` missing?") if value is None and other is not None else ""
            return sentences(said, missing, *_left(function, have, want, _IS))
        case Refused(errno=number):
            raised = _("It raised OSError {error}.").format(error=_of(number))
            return sentences(raised, *_left(function, have, want, _IS))
        case Crashed(said=said):
            fix = next((_(fix) for pattern, fix in _FIXES if re.search(pattern, said)), "")
            return sentences(_crash(said), fix)


def _crash(said: str) -> str:
    """How a call ended that neither returned nor refused."""
    if ours := retold(said):
        return _("It stopped: {why}.").format(why=ours)
    problem, at, line = said.rpartition(", in line ")
    if at:
        told = _("It stopped with {problem}, in line {n} of your answer.")
        return told.format(problem=f"`{problem}`", n=line.removesuffix(" of your answer"))
    return _("It stopped with {problem}.").format(problem=f"`{said}`")


def should(function: Function, want: Result, have: Result | None) -> str:
    """What a call should do, and how it should leave the arguments that are to change; without those that are right."""
    match want:
        case Returned(value=value):
            other = have.value if isinstance(have, Returned) else value
            told = _left(function, want, have, _SHOULD_BE)
            if isinstance(have, Returned) and same(have.value, value):
                return sentences(*told)
            return sentences(_("It should return {value}.").format(value=_beside(value, other)), *told)
        case Refused(errno=number):
            raised = _("It should raise OSError {error}.").format(error=_of(number))
            return sentences(raised, *_left(function, want, have, _SHOULD_BE))
        case Crashed(said=said):
            return _("The reference itself stopped with {problem}.").format(problem=f"`{said}`")


def drawn(function: Function, args: Sequence[Any]) -> str:
    """The arguments of a call as a picture, HTML; '' where nothing is drawn."""
    picture = function.draw(args) if function.draw else ""
    return picture if isinstance(picture, str) else figure(picture)


def after(function: Function, have: Result | None, want: Result) -> str:
    """What a call left and what it should have left, drawn beside each other: HTML; '' where nothing is drawn."""
    told = _differ(function, have, want)
    if function.draw is None or not told or not isinstance(have, Returned | Refused) or isinstance(want, Crashed):
        return ""
    try:
        pictures = [
            (_("Afterwards it is"), drawn(function, have.args)),
            (_("and should be"), drawn(function, want.args)),
        ]
    except Exception:  # what a learner's function leaves may be nothing that can be drawn
        return ""
    boxes = (f"<figure style='margin:0'><figcaption>{words}</figcaption>{made}</figure>" for words, made in pictures)
    return f"<div style='display:flex;flex-wrap:wrap;gap:1.5em'>{''.join(boxes)}</div>"


def _brief(value: Any) -> str:
    """A value for a sentence, long digests cut to twelve digits.

    >>> _brief("sha256:" + "0123456789abcdef" * 4)
    "'sha256:0123456789ab…'"
    """
    return named(value, cut=True)


def _beside(value: Any, other: Any) -> str:
    """A value whole, or where that is long, the first place in which it is not the other."""
    whole, beside = short_digests(repr(value)), short_digests(repr(other))
    if same(value, other) or (len(whole) <= MOST and whole != beside):
        return f"`{named(value, cut=True)}`"
    place, one, two = _first_difference(value, other)
    if not place:
        return f"`{_apart(one, two)}`"
    if one is _NOTHING:
        return _("{value} without {place}").format(value=_kind(value), place=f"`{place}`")
    said = _("{value} in which {place} is {part}")
    return said.format(value=_kind(value), place=f"`{place}`", part=f"`{_apart(one, two)}`")


_NOTHING = object()


def _first_difference(value: Any, other: Any, place: str = "") -> tuple[str, Any, Any]:
    """Where two values part, and what each has there: ("[2]['size']", 3, 4)."""
    if type(value) is type(other) and isinstance(value, list | tuple | dict):
        mine, theirs = (each if isinstance(each, dict) else dict(enumerate(each)) for each in (value, other))
        for key in [*mine, *(key for key in theirs if key not in mine)]:
            one, two = mine.get(key, _NOTHING), theirs.get(key, _NOTHING)
            if one is _NOTHING or two is _NOTHING:
                return f"{place}[{key!r}]", one, two
            if not same(one, two):
                return _first_difference(one, two, f"{place}[{key!r}]")
    return place, value, other


def _apart(value: Any, other: Any) -> str:
    """A value cut to where it parts from the other."""
    one, two = repr(value), repr(other) if other is not _NOTHING else ""
    short, beside = short_digests(one), short_digests(two)
    if len(short) <= MOST and short != beside:
        return short
    at = next((at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    begin = max(0, at - 20)
    cut = one[begin : at + 40]
    return f"{'…' if begin else ''}{cut}{'…' if at + 40 < len(one) else ''}"


def _kind(value: Any) -> str:
    if isinstance(value, list | tuple):
        return _("a list of {n}").format(n=len(value))
    return _("a dict of {n}").format(n=len(value)) if isinstance(value, dict) else f"`{named(value, cut=True)}`"


def _differ(function: Function, have: Result | None, want: Result) -> list[int]:
    """The places of the arguments that differ after two calls that ended in the same way, else none."""
    match have, want:
        case (Returned(args=one), Returned(args=other)) | (Refused(args=one), Refused(args=other)):
            return [at for at in function.changes if at < min(len(one), len(other)) and not same(one[at], other[at])]
    return []


def _left(function: Function, result: Returned | Refused, other: Result | None, said: str) -> list[str]:
    """A sentence for each argument that is not as it should be afterwards; of a call that ended otherwise, that is to change."""
    beside = other.args if isinstance(other, Returned | Refused) else ()
    told = _differ(function, other, result) if type(other) is type(result) else []
    if type(other) is not type(result) and said == _SHOULD_BE and isinstance(result, Returned):
        told = [at for at in function.changes if at < len(result.args)]
    sentences = []
    for at in told:
        value = result.args[at]
        text = _beside(value, beside[at]) if at < len(beside) else f"`{named(value, cut=True)}`"
        sentences.append(_(said).format(argument=_name(function, at), value=text))
    return sentences


def _name(function: Function, at: int) -> str:
    """An argument, as the function's question calls it."""
    return f"`{list(inspect.signature(function.reference).parameters)[at]}`"


def _of(number: int) -> str:
    name, words = named_refusal(number)
    return _("{name} ({words})").format(name=name, words=words)

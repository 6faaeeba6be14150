"""What may have happened to a wrong number: told as such, before a belief is looked for.

    12,345 for 12,345,000   kB for bytes         12,345 for 12,354   two digits changed places
    12,344 for 12,345       off by one           12,000 for 12,345   rounded too early
    12,345 less a part      a part is missing    and one too many: counted twice, or not to be added
    a part                  nothing else was added
    another cell's value    two were swapped     a multiple      counted several times

Pure. `checks` asks for each number that is not right.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from coursekit.language import _, later, plural, sentences

_UNITS = {10**3: "kB", 2**10: "KiB", 10**6: "MB", 2**20: "MiB", 10**9: "GB", 2**30: "GiB"}
_LEAST = 100  # a part that is smaller may be a difference by chance
_MOST_TIMES = 200
_BY_CHANCE = 20  # up to here a wrong count is often one off for quite another reason
_MOST_PARTS = 14  # beyond so many numbers of a case, pairs of them agree by chance


def slip(have: Any, want: Any, unit: str = "", parts: Mapping[str, int] | None = None, seen: str | None = None) -> str:
    """A sentence on how `have` came of `want`, or ''. `parts` are the numbers of the case, by name.

    A part is named if its name stands in `seen`, the text that the learner reads, else by its number, if that does;
    without such a text each is.

    >>> slip(133, 133277153, "bytes")
    'That is the right size in MB, rounded: bytes are asked for.'
    >>> slip(112, 113), slip(3, 2)
    ('It is off by one.', '')
    """
    if type(have) not in (int, float) or type(want) not in (int, float) or have == want:
        return ""
    named = {name: size for name, size in (parts or {}).items() if size >= _LEAST}
    return (
        unit_slip(have, want, unit)
        or _near(have, want)
        or _parts(have, want, named, seen, 1)
        or _parts(have, want, named if len(named) <= _MOST_PARTS else {}, seen, 2)
        or _several(have, want)
    )


def direction(have: Any, want: Any) -> str:
    """Whether a number is too large or too small; '' for what is no number."""
    if type(have) not in (int, float) or type(want) not in (int, float):
        return ""
    if have and want and (have < 0) != (want < 0):
        return _("It has the wrong sign.")
    return _("It is too large.") if have > want else _("It is too small.")


def unit_slip(have: float, want: float, unit: str) -> str:
    """A unit that was mistaken, for one a power of 1000 or 1024 away, or 1000 for 1024."""
    if not have or not want or have < 0 or want < 0:
        return ""
    asked = _(unit) if unit else _("the unit that is asked for")
    for size, name in _UNITS.items():
        for given, right in ((have, want / size), (have, want * size)):
            if _alike(given, right):
                if right < want:
                    larger = _("units {n:,} times as large").format(n=size)
                    if abs(given - right) <= 1e-9 * right:
                        said = _("That is the right size in {named}: {asked} are asked for.")
                    else:
                        said = _("That is the right size in {named}, rounded: {asked} are asked for.")
                    return said.format(named=name if unit in ("", "bytes") else larger, asked=asked)
                said = _("It is {n:,} times as large as it should be: look at the unit, {asked}.")
                return said.format(n=size, asked=asked)
    for power in (1, 2, 3):
        mixed = ((have / 1024**power, want / 1000**power), (have / 1000**power, want / 1024**power))
        if want > 100 and any(_close(*each) or _tenths(*each) for each in mixed):
            said = _("You took {one:,} for {other:,}, or the other way round: MB and MiB are not the same.")
            return said.format(one=1024**power, other=1000**power)
    return ""


def _alike(given: float, right: float) -> bool:
    """Whether a number is another one, rounded: to two digits or more, to a whole number above 9, or below 1."""
    if _close(given, right):
        return True
    places = 0 if type(given) is int else len(f"{given!r}".partition(".")[2]) if "e" not in repr(given) else 0
    digits = len(f"{given:.{places}f}".replace(".", "").lstrip("0"))
    near = abs(given - right) <= 10.0**-places / 2
    return near and (digits >= 2 or 0 < given < 1)


def _tenths(given: float, right: float) -> bool:
    """Whether a number is another one, rounded to tenths."""
    return right >= 10 and _close(given, round(given, 1)) and abs(given - right) <= 0.05


def _close(one: float, other: float) -> bool:
    return bool(other) and abs(one - other) <= 1e-9 * abs(other)


def _near(have: float, want: float) -> str:
    """Off by one, rounded, mistyped."""
    if abs(have - want) == 1 and max(abs(have), abs(want)) > _BY_CHANCE:
        return _("It is off by one.")
    if have > 0 and _tenths(have / 2**20, want / 2**20):  # 64.5 * 1024 * 1024
        return _("It is rounded: give every digit, and round at the end if at all.")
    if type(have) is int and type(want) is int and have > 0 and want > 0:
        one, other = str(have), str(want)
        figures = len(one.rstrip("0"))
        if len(one) >= 4 and figures < len(other.rstrip("0")) and abs(have - want) < 10 ** (len(other) - figures):
            return _("It is rounded: give every digit, and round at the end if at all.")
        if len(other) >= 4 and (told := _mistyped(one, other)):
            return told
    elif abs(have - want) < 0.006 * abs(want) and have == round(want, 2 if abs(want) < 100 else 0):
        return _("It is rounded too early: keep the digits until the end.")
    return ""


def _mistyped(one: str, other: str) -> str:
    """A digit that is wrong, missing, too many, or has changed places with its neighbour."""
    if len(one) == len(other):
        wrong = [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
        if len(wrong) == 1:
            return _("One digit of it is wrong: look at how it was typed or copied.")
        if (
            len(wrong) == 2
            and wrong[1] == wrong[0] + 1
            and one[wrong[0]] == other[wrong[1]]
            and one[wrong[1]] == other[wrong[0]]
        ):
            return _("Two neighbouring digits have changed places.")
    if len(one) + 1 == len(other) and any(other[:at] + other[at + 1 :] == one for at in range(len(other))):
        return _("A digit is missing: look at how it was typed or copied.")
    if len(one) == len(other) + 1 and any(one[:at] + one[at + 1 :] == other for at in range(len(one))):
        return _("It has a digit too many: look at how it was typed or copied.")
    return ""


def _parts(have: float, want: float, parts: Mapping[str, int], seen: str | None, count: int) -> str:
    """So many of the case's numbers missing, or too many; or nothing but these, where more should have been added."""
    away = have - want
    sums = [(names, sum(parts[name] for name in names)) for names in combinations(parts, count)]
    for names, size in sums:
        if _close(away, -size) or _close(away, size):
            unnamed = _("one of the sizes in question") if count == 1 else _("two of the sizes in question")
            return _away(away < 0, count).format(sizes=_called(names, parts, seen) or unnamed)
    for names, size in sums:
        if 0 < have < want and _close(have, size) and (said := _called(names, parts, seen)):
            return plural(
                "It is just what {sizes} is, and nothing else.", "It is just what {sizes} are, and nothing else.", count
            ).format(sizes=said)
    return ""


def _called(names: Sequence[str], parts: Mapping[str, int], seen: str | None) -> str | None:
    """One or two parts as the learner reads them: by name, else by number; None where neither stands in the text."""
    told = []
    for name in names:
        figure = f"{parts[name]:,}"
        by_name = seen is None or _reads(name, seen)
        by_figure = seen is not None and (_reads(figure, seen) or _reads(str(parts[name]), seen))
        if not by_name and not by_figure:
            return None
        label = name if name.startswith("“") else f"`{name}`"
        told.append(f"`{figure}`" if not by_name else f"{label} ({figure})" if by_figure else label)
    return told[0] if len(told) == 1 else _("{one} and {other}").format(one=told[0], other=told[1])


def _several(have: float, want: float) -> str:
    """A whole multiple of the right number, or a whole part of it."""
    if have <= 0 or want <= 0:
        return ""
    for one, other, said in (
        (have, want, later("It is exactly {n} times as large as it should be.")),
        (want, have, later("It should be exactly {n} times as large.")),
    ):
        times = round(one / other)
        if 2 <= times <= _MOST_TIMES and other >= _LEAST and one == times * other:
            if times == 8:
                return sentences(_(said).format(n=times), _("Bits or bytes? A byte has eight bits."))
            return _(said).format(n=times)
    return ""


def _away(too_small: bool, count: int) -> str:
    """How a number is away from the right one by `count` sizes."""
    if too_small:
        return plural(
            "It is too small by exactly what {sizes} is: left out, or counted once too few.",
            "It is too small by exactly what {sizes} are: left out, or counted once too few.",
            count,
        )
    return plural(
        "It is too large by exactly what {sizes} is: counted twice, or it does not belong.",
        "It is too large by exactly what {sizes} are: counted twice, or they do not belong.",
        count,
    )


def _reads(name: str, seen: str) -> bool:
    """Whether a name stands in a text as a word of its own."""
    return re.search(rf"(?<![\w/-]){re.escape(name)}(?![\w/-])", seen) is not None


def numbers_of(case: Any) -> dict[str, int]:
    """The numbers of a case by name: {"sizes": {"base": 7}} has "base", and "sizes" numbered where it is a list.

    >>> numbers_of({"sizes": {"base": 7}, "blobs": [1, 2], "n": 3})
    {'base': 7, 'blobs[0]': 1, 'blobs[1]': 2, 'n': 3}
    """
    return dict(_numbers(case, ""))


def _numbers(value: Any, name: str) -> Iterator[tuple[str, int]]:
    if type(value) is int:
        yield name, value
        return
    items: Iterable[tuple[str, Any]] = ()
    if type(value) is dict:
        items = ((str(key), each) for key, each in value.items())
    elif type(value) is list:
        items = ((f"{name}[{at}]", each) for at, each in enumerate(value))
    for key, each in items:
        nested = type(value) is dict and name.endswith("]")  # of a list of dicts each has the same keys
        yield from _numbers(each, f"{name}.{key}" if nested else key)

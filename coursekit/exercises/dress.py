"""Right answers in other clothes: what means the same is taken as the same, before an answer is judged.

    simplified   any object: numbers of numpy, Decimal and Fraction, sets, ranges      to plain data; calls no method of it
    dressed      plain data: ' App ' for 'app', a label for its key, one for [one],    to what a form has
                 'a, b' for ['a', 'b'], pairs for a table, (row, column) keys,
                 '12 KiB' for a number, a missing cell

What is left as it is, a form's `complaint` names. Pure.
"""

import ast
import re
import sys
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import Any

from coursekit.exercises.forms import Arrange, Choose, Fill, Form, Moves, Number, Pick, Recipe, Rows, Text
from coursekit.exercises.plain import BYTES, DEPTH, NotPlain

_ROWS: tuple[type, ...] = (list, tuple, range, type({}.keys()), type({}.values()))
_PLAIN: tuple[Any, ...] = ([], (), "", "\u00e9", range(0), {}, {}.values())
_ONCE: tuple[type, ...] = tuple(type(iter(each)) for each in _PLAIN)  # iterators over these: used up by reading
_NUMBER = re.compile(r"([+-]?(?:\d{1,3}(?:[,_ \u00a0\u202f]\d{3})+|\d+)(?:\.\d+)?)\s*([A-Za-z]*)")
_QUOTES = str.maketrans("“”‘’、。", "\"\"'',.")
_BYTES = {"byte": 1, "b": 1, "kb": 10**3, "kib": 2**10, "mb": 10**6, "mib": 2**20, "gb": 10**9, "gib": 2**30}
_BETWEEN = (r"[,;>\n]|->|\u2192", r"[\s,;>]+|->|\u2192")  # what stands between the items of a list that is one text


def simplified(value: Any) -> Any:
    """An object as plain data where it means plain data, `...` inside of it as None; anything else as it is.

    Raises: NotPlain for what is too much.

    >>> simplified({"a": (Decimal("3"), Fraction(1, 2)), "b": {2, 1}, "c": ...})
    {'a': [3, 0.5], 'b': [1, 2], 'c': None}
    """
    return _simplified(value, DEPTH, [BYTES])


def _simplified(value: Any, depth: int, room: list[int]) -> Any:
    kind = type(value)
    room[0] -= 1
    if room[0] < 0:
        raise NotPlain(f"the data is larger than {BYTES // 1024} KiB")
    if depth == 0 or value is None or kind in (bool, int, float, str, bytes):
        return value
    if value is ...:
        return None
    if kind is Decimal or kind is Fraction:
        return _number(value)
    if kind in _ROWS and len(value) <= room[0]:
        return [_simplified(each, depth - 1, room) for each in list(value)]
    if kind in _ONCE:
        return [_simplified(each, depth - 1, room) for each in islice(value, room[0])]
    if kind in (set, frozenset):
        return sorted((_simplified(each, depth - 1, room) for each in value), key=repr)
    if kind is dict:
        return {_key(key, room): _simplified(each, depth - 1, room) for key, each in list(value.items())}
    return _of_numpy(value, depth, room)


def _key(key: Any, room: list[int]) -> Any:
    simple = _simplified(key, 2, room)
    return tuple(simple) if type(simple) is list else simple


def _number(value: Any) -> Any:
    """An int where nothing is lost, else a float; what is no finite number stays, for `plain` to say so."""
    try:
        return int(value) if value == int(value) else float(value)
    except (ValueError, OverflowError):
        return value


def _of_numpy(value: Any, depth: int, room: list[int]) -> Any:
    """A scalar or an array of numpy as Python's own; numpy's methods are called, never the value's."""
    numpy: Any = sys.modules.get("numpy")
    if numpy is None or type(value).__module__ != "numpy":
        return value
    kinds = type.__dict__["__mro__"].__get__(type(value))
    if numpy.generic in kinds:
        return _simplified(numpy.generic.item(value), depth - 1, room)
    return _simplified(numpy.ndarray.tolist(value), depth - 1, room) if numpy.ndarray in kinds else value


def dressed(form: Form | None, answer: Any) -> Any:
    """Plain data as the form has it, where it means that.

    >>> dressed(Choose({"app": "the app", "db": "the database"}), " App "), dressed(Number(), "1,234")
    ('app', 1234)
    """
    match form:
        case Choose(options=options, many=many) | Pick(items=options, many=many):
            rows = _listed(answer)
            if not many:
                return _option(options, rows[0] if rows and len(rows) == 1 else answer)
            return answer if rows is None else _once([each for each in _options(options, rows) if each is not None])
        case Arrange(items=items):
            rows = _listed(answer)
            return answer if rows is None else _options(items, rows)
        case Number(unit=unit):
            return _as_number(answer, unit)
        case Text():
            return _as_text(answer)
        case Moves() | Recipe():
            rows = answer if type(answer) is list else []
            lines = "\n".join(rows) if rows and all(type(each) is str for each in rows) else answer
            return lines.replace("\u3000", " ") if isinstance(form, Moves) and type(lines) is str else lines
        case Fill():
            return _table(form, answer)
        case Rows(columns=columns):
            rows = _listed(answer)
            return answer if rows is None else [_row(columns, each) for each in rows]
    return answer


def _listed(answer: Any) -> list[Any] | None:
    """A list; one thing as a list of one. None for what is neither."""
    if type(answer) is list:
        return answer
    return [answer] if type(answer) in (str, dict) else None


def _options(options: Mapping[str, str], rows: list[Any]) -> list[Any]:
    """Each as its key; where one text is all there is, the keys that it names one after the other."""
    keys = [_option(options, each) for each in rows]
    if len(keys) != 1 or type(keys[0]) is not str or keys[0] in options:
        return keys
    text = ascii_of(keys[0]).strip().strip("[](){}")
    ways = [re.split(between, text) for between in _BETWEEN]
    if all(len(key) == 1 for key in options):
        ways.append(list(text))
    for way in ways:
        found = [_option(options, each.strip().strip("'\"")) for each in way if each.strip()]
        if found and all(each in options for each in found):
            return found
    return keys


def _once(keys: list[Any]) -> list[Any]:
    """A choice with each key once: to name one twice is to choose it."""
    return [each for at, each in enumerate(keys) if each not in keys[:at]]


def _option(options: Mapping[str, str], given: Any) -> Any:
    """The key that is meant: itself, in other letters, as a number, or its label; of `nginx:1.21.4` also the tag."""
    if type(given) is str and given in options:
        return given
    if type(given) is bool and {"yes", "no"} <= set(options):
        return "yes" if given else "no"
    if type(given) not in (str, int):
        return given
    said = _folded(str(given))
    tags = [key.rpartition(":")[2] if ":" in key else key for key in options]
    for texts in (options, options.values(), tags):
        found = [key for key, text in zip(options, texts, strict=True) if _folded(text) == said]
        if len(found) == 1:
            return found[0]
    if (short := _in_short(list(options.values()), said)) is not None:
        return list(options)[short]
    program, _, problem = str(given).rpartition(": ")  # "cat: /etc/centos-release: No such file or directory"
    return _option(options, problem) if program and problem in options else given


_SAME = {"错": "不对", "错误": "不对", "正确": "对", "否": "不是"}
_HAN = re.compile(r"[\u4e00-\u9fff]+")


def _in_short(labels: list[str], said: str) -> int | None:
    """The place of the only Chinese label that says this in more words, or in another one; a "not" before it is no such word.

    >>> _in_short(["旧内容", "改过的内容"], "旧"), _in_short(["对", "不对"], "错"), _in_short(["不变", "改过"], "变")
    (0, 1, None)
    """
    word = _SAME.get(said, said)
    if not _HAN.fullmatch(word):
        return None
    found = [at for at, label in enumerate(labels) if _folded(label) == word]
    found = found or [at for at, label in enumerate(labels) if re.search(f"(?<![不没未无非]){word}", _folded(label))]
    return found[0] if len(found) == 1 else None


def _folded(text: str) -> str:
    """A key or label without what does not count: letters' case and width, blanks, brackets, slashes at its ends."""
    plain = " ".join(ascii_of(text).split()).casefold().removesuffix(".")
    plain = plain[1:-1] if plain[:1] + plain[-1:] in ("()", "[]", '""', "''") else plain
    return plain.strip("/") or plain


def ascii_of(text: str) -> str:
    """What an input method for Chinese writes wide, as it is meant: digits, letters, marks, quotes and blanks.

    >>> ascii_of("１３３\u3000ＭＢ，“／ｅｔｃ”")
    '133 MB,"/etc"'
    """
    return unicodedata.normalize("NFKC", text).translate(_QUOTES)


def _as_number(answer: Any, unit: str) -> Any:
    """A number that was written as text, with or without commas, alone or with a unit.

    >>> _as_number("168,240 KiB", "KiB"), _as_number("1.5 MB", "bytes"), _as_number("3 apples", "bytes"), _as_number("9 字节", "bytes")
    (168240, 1500000, '3 apples', 9)
    """
    if type(answer) is list and len(answer) == 1:
        answer = answer[0]
    plain_text = ascii_of(answer).strip().replace("字节", "bytes") if type(answer) is str else ""
    found = _NUMBER.fullmatch("0" if plain_text == "零" else plain_text)
    if found is None:
        return answer
    plain = Fraction(re.sub(r"[,_ \u00a0\u202f]", "", found[1]))
    given, asked = (each.casefold().removesuffix("s") for each in (found[2], unit))
    if given and given != asked:
        if given not in _BYTES or asked not in _BYTES:
            return answer
        plain *= Fraction(_BYTES[given], _BYTES[asked])
    return float(plain) if plain.denominator > 1 or ("." in found[1] and not given) else int(plain)


def _as_text(answer: Any) -> Any:
    """Words in one line: a list of words joined, runs of blanks single, no blank at an end, no slash after a path."""
    if type(answer) is str and answer.strip()[:1] == "[" and answer.strip()[-1:] == "]":
        answer = _written_list(answer.strip())
    if type(answer) is list and answer and all(type(each) is str for each in answer):
        answer = " ".join(answer)
    if type(answer) is not str:
        return answer
    text = " ".join(ascii_of(answer).split())
    return text.rstrip("/") if re.fullmatch(r"/[^ ]*[^ /]/+", text) else text


def _written_list(text: str) -> Any:
    """The list of words that a text writes down, as Python and JSON do; any other text as it is."""
    try:
        words = ast.literal_eval(text) if len(text) < 2000 else text
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
    return words if type(words) is list and all(type(each) is str for each in words) else text


def _cell(form: Form, value: Any) -> Any:
    return None if value is None else dressed(form, value)


def _row(columns: Mapping[str, Any], row: Any) -> Any:
    """A row by its columns' names; one that is a list has them in their order."""
    if type(row) in (list, tuple) and len(row) == len(columns):
        row = dict(zip(columns, row, strict=True))
    if type(row) is not dict:
        return row
    named = {_option({key: key for key in columns}, key): value for key, value in row.items()}
    return {key: _cell(columns[key], value) if key in columns else value for key, value in named.items()}


def _table(form: Fill, answer: Any) -> Any:
    """A table with its own keys: numbered rows as text, labels as keys, (row, column) apart, a bare value in one column."""
    if type(answer) is list:
        answer = _of_pairs(answer)
    if type(answer) is not dict:
        return answer
    nested: dict[Any, Any] = {}
    for key, value in answer.items():
        row = _row_key(form, key)
        if type(key) is tuple and len(key) == 2 and row not in form.rows:
            row = _option(form.rows, key[0])
            if type(nested.setdefault(row, {})) is dict:
                nested[row][key[1]] = value
        else:
            nested[row] = value
    only = next(iter(form.columns)) if len(form.columns) == 1 else None
    if only is not None:
        nested = {
            row: value if type(value) in (dict, list) or value is None else {only: value}
            for row, value in nested.items()
        }
    return {row: {} if value is None else _row(form.columns, value) for row, value in nested.items()}


def _of_pairs(rows: list[Any]) -> Any:
    """The table of a list of (row, value), or of (row, value, value) for more columns; anything else as it is."""
    if not rows or not all(type(each) is list and len(each) > 1 and type(each[0]) in (str, int, list) for each in rows):
        return rows
    keys = [tuple(each[0]) if type(each[0]) is list else each[0] for each in rows]
    if not all(type(part) in (str, int) for key in keys for part in (key if type(key) is tuple else (key,))):
        return rows
    return {key: each[1] if len(each) == 2 else each[1:] for key, each in zip(keys, rows, strict=True)}


def _row_key(form: Fill, key: Any) -> Any:
    """The row that a key names; one of several words may be a tuple of them."""
    if type(key) is tuple and all(type(each) is str for each in key):
        joined = _option(form.rows, " ".join(key))
        return joined if joined in form.rows else key
    return _option(form.rows, key)

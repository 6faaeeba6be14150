"""Plain data: the only thing that crosses from a learner's process to the judge, written as JSON.

None, bool, int, finite float, str, list and dict of str go as they are; a tuple goes as a list. What JSON lacks is
tagged: bytes as {"$bytes": base64}, a dict with other keys as {"$dict": [[key, value], …]}. Nothing else passes, and no
method of the value is called, so that an object with a hostile `__eq__`, `__repr__` or `__class__` runs no code here.

Stands alone on the standard library: the runner sends this file's text into the box.
"""

import base64
import json
import math
from typing import Any

BYTES = 256 * 1024  # of JSON
DEPTH = 32
BITS = 2048  # of an int

_name_of = type.__dict__["__name__"].__get__  # a metaclass may lie about __name__


class NotPlain(ValueError):
    """A value that is not plain data, or is too much of it."""


def encode(value: Any) -> Any:
    """`value` as JSON-able data. Raises: NotPlain, saying what was found.

    >>> encode({"a": (1, b"x")})
    {'a': [1, {'$bytes': 'eA=='}]}
    """
    return _encode(value, DEPTH, [BYTES])


def _encode(value: Any, depth: int, room: list[int]) -> Any:
    kind = type(value)
    room[0] -= 2
    if depth == 0:
        raise NotPlain(f"the data is nested more than {DEPTH} deep")
    if kind is str or kind is bytes:
        room[0] -= len(value)
    if room[0] < 0:
        raise NotPlain(f"the data is larger than {BYTES // 1024} KiB")
    if value is None or kind is bool or kind is str:
        return value
    if kind is int:
        if value.bit_length() > BITS:
            raise NotPlain(f"an int has more than {BITS} bits")
        return value
    if kind is float:
        if not math.isfinite(value):
            raise NotPlain("a float is not finite (NaN or infinity)")
        return value
    if kind is bytes:
        return {"$bytes": base64.b64encode(value).decode()}
    if kind is list or kind is tuple:
        return [_encode(each, depth - 1, room) for each in list(value)]
    if kind is dict:
        return _encode_dict(value, depth, room)
    raise NotPlain(f"a {_name_of(kind)} is not plain data (plain: None, bool, int, float, str, bytes, list, dict)")


def _encode_dict(value: dict[Any, Any], depth: int, room: list[int]) -> Any:
    pairs = [(key, _encode(key, 3, room), _encode(each, depth - 1, room)) for key, each in list(value.items())]
    if all(type(key) is str and not key.startswith("$") for key, _, _ in pairs):
        return {key: each for _, key, each in pairs}
    return {"$dict": [[key, each] for _, key, each in pairs]}


def decode(data: Any) -> Any:
    """The value that `encode` wrote. Raises: NotPlain for what it cannot have written.

    >>> decode({"$bytes": "eA=="})
    b'x'
    """
    return _decode(data, DEPTH + 2)


def _decode(data: Any, depth: int) -> Any:
    if depth == 0:
        raise NotPlain(f"the data is nested more than {DEPTH} deep")
    if type(data) is list:
        return [_decode(each, depth - 1) for each in data]
    if type(data) is not dict:
        return _encode(data, 2, [BYTES + 4])
    if not any(key.startswith("$") for key in data):
        return {key: _decode(each, depth - 1) for key, each in data.items()}
    try:
        ((tag, body),) = data.items()
        if tag == "$bytes":
            return base64.b64decode(body, validate=True)
        if tag == "$dict":
            pairs = [(_decode(key, 3), _decode(each, depth - 1)) for key, each in body]
            return {tuple(key) if type(key) is list else key: each for key, each in pairs}
    except (TypeError, ValueError) as problem:
        raise NotPlain(f"the data is tagged wrongly: {problem}") from problem
    raise NotPlain(f"the data has an unknown tag {tag!r}")


def dumps(value: Any) -> str:
    """`value` as one line of JSON, keys sorted: equal texts for equal values. Raises: NotPlain."""
    text = json.dumps(encode(value), sort_keys=True, allow_nan=False)
    if len(text) > BYTES:
        raise NotPlain(f"the data is larger than {BYTES // 1024} KiB")
    return text


def loads(text: str | bytes) -> Any:
    """The value that `dumps` wrote. Raises: NotPlain for what is no such JSON, too large, too deep, or has NaN."""
    if len(text) > BYTES:
        raise NotPlain(f"the data is larger than {BYTES // 1024} KiB")
    try:
        return decode(json.loads(text, parse_constant=_refuse))
    except (ValueError, RecursionError) as problem:
        raise problem if isinstance(problem, NotPlain) else NotPlain(f"not JSON: {problem}") from problem


def _refuse(constant: str) -> Any:
    raise NotPlain(f"{constant} is not plain data")


def same(have: Any, want: Any) -> bool:
    """Whether two plain values are equal and of one type throughout: True is not 1, 1 is not 1.0, a tuple is a list.

    >>> same([1, {"a": b"x"}], (1, {"a": b"x"})), same(True, 1)
    (True, False)
    """
    try:
        return json.dumps(encode(have), sort_keys=True) == json.dumps(encode(want), sort_keys=True)
    except (TypeError, ValueError):
        return False

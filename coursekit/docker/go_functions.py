"""The functions that a template of `--format` may call, and how Go prints a value.

Pure. Source: pkg.go.dev/text/template, Functions; docker/cli templates/templates.go.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from coursekit.docker.formatters import go_json


def text(value: Any) -> str:
    """A value as Go's %v prints it.

    >>> text(["a", 1]), text({"80/tcp": {}}), text(True), text(None)
    ('[a 1]', 'map[80/tcp:{}]', 'true', '<no value>')
    """
    match value:
        case None:
            return "<no value>"
        case bool():
            return str(value).lower()
        case Mapping():
            return f"map[{' '.join(f'{key}:{_inner(item)}' for key, item in sorted(value.items()))}]"
        case list() | tuple():
            return f"[{' '.join(map(_inner, value))}]"
        case _:
            return str(value)


def _inner(value: Any) -> str:
    return "<nil>" if value is None else "{}" if value == {} else text(value)


def unquote(literal: str) -> str:
    """What a Go string literal stands for; a raw one, in backquotes, stands for itself."""
    if literal.startswith("`"):
        return literal[1:-1]
    try:
        return str(json.loads(literal))
    except ValueError:
        return literal[1:-1].encode().decode("unicode_escape")


def _printf(form: str, *values: Any) -> str:
    words = tuple(text(value) if not isinstance(value, int | float) else value for value in values)
    return form.replace("%v", "%s") % words


def _json(value: Any) -> str:
    """JSON of a value; the functions of a row, such as .Label, are no data."""
    if isinstance(value, Mapping):
        value = {key: item for key, item in value.items() if not callable(item)}
    return go_json(value)


def _index(value: Any, *keys: Any) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else value[key]
    return value


def _compare(holds: Callable[[Any, Any], bool]) -> Callable[..., bool]:
    return lambda left, *right: any(holds(left, other) for other in right)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "json": _json,
    "join": lambda items, separator: separator.join(map(text, items or ())),
    "split": lambda value, separator: value.split(separator),
    "upper": lambda value: value.upper(),
    "lower": lambda value: value.lower(),
    "title": lambda value: value[:1].upper() + value[1:],
    "pad": lambda value, before, after: " " * before + value + " " * after if value else value,
    "truncate": lambda value, length: value[:length],
    "slice": lambda value, *bounds: value[slice(*(bounds if len(bounds) > 1 else (*bounds, None)))],
    "len": len,
    "index": _index,
    "print": lambda *values: "".join(map(text, values)),
    "println": lambda *values: " ".join(map(text, values)) + "\n",
    "printf": _printf,
    "eq": _compare(lambda left, right: bool(left == right)),
    "ne": lambda left, right: left != right,
    "lt": lambda left, right: left < right,
    "le": lambda left, right: left <= right,
    "gt": lambda left, right: left > right,
    "ge": lambda left, right: left >= right,
    "not": lambda value: not value,
    "and": lambda *values: next((value for value in values if not value), values[-1]),
    "or": lambda *values: next((value for value in values if value), values[-1]),
}

"""Makes a failing input smaller while it still fails: what a person then looks at is only what matters.

    {"/": "dir", "/a": "dir", "/a/b": b"xyz"}, "/a/b"   ──>   {"/": "dir", "/b": b"x"}, "/b"

Deterministic, and in rounds: all inputs one step smaller are asked in one go, as each asking starts a process; the
smallest that still fails is the next to be made smaller. A step leaves out an entry of a dict or a list, half of a
list, a path of all layers, or a directory of all paths; or it makes a number or bytes smaller.

Neighbour: `functions`. (The tests of the course use hypothesis; a learner need not have it.)
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from coursekit.exercises.plain import dumps

Args = Sequence[Any]
T = TypeVar("T")
ROUNDS = 16
MOST = 150  # inputs asked in one round


def smallest(
    inputs: Sequence[Args], failing: Callable[[Sequence[Args]], list[tuple[Args, T]]], valid: Callable[[Args], bool]
) -> tuple[Args, T] | None:
    """The smallest failing input that is found, with what `failing` says of it; None when none of `inputs` fails.

    `failing` gives those of its inputs that fail; `valid` says whether an input may be asked at all.

    >>> smallest([[[3, 1, 4, 1, 5]]], lambda asked: [(args, 0) for args in asked if 4 in args[0]], lambda args: True)
    ([[4]], 0)
    """
    best = min(failing(inputs), key=lambda pair: size(pair[0]), default=None)
    for _ in range(ROUNDS if best else 0):
        if best is None:
            break
        smaller = sorted((args for args in reductions(best[0]) if valid(args)), key=size)[:MOST]
        found = min(failing(smaller), key=lambda pair: size(pair[0]), default=None) if smaller else None
        if found is None or size(found[0]) >= size(best[0]):
            break
        best = found
    return best


def size(args: Args) -> tuple[int, str]:
    """An order of inputs: shorter ones first, and always the same."""
    text = dumps(list(args))
    return len(text), text


def reductions(args: Args) -> Iterator[list[Any]]:
    """All argument lists one step smaller."""
    for at, value in enumerate(args):
        for smaller in _smaller(value):
            yield [*args[:at], smaller, *args[at + 1 :]]
    for path in sorted(set(_texts(list(args)))):
        yield [_without(each, path) for each in args]
    yield from _shorter_names(args)


def _smaller(value: Any) -> Iterator[Any]:
    match value:
        case dict():
            for key in value:
                yield {each: value[each] for each in value if not _below(each, key)}
            for key, each in value.items():
                for smaller in _smaller(each):
                    yield {**value, key: smaller}
        case list():
            if len(value) > 3:
                yield value[: len(value) // 2]
                yield value[len(value) // 2 :]
            for at in range(len(value)):
                yield [*value[:at], *value[at + 1 :]]
            for at, each in enumerate(value):
                for smaller in _smaller(each):
                    yield [*value[:at], smaller, *value[at + 1 :]]
        case bytes() if len(value) > 1:
            yield value[:1]
            yield value[: len(value) // 2]
        case int() if not isinstance(value, bool) and value > 1:
            yield 1
            yield value // 2


def _without(value: Any, path: str) -> Any:
    """The value with `path`, and what lies below it, in none of its dicts."""
    match value:
        case list():
            return [_without(each, path) for each in value]
        case dict():
            return {key: _without(each, path) for key, each in value.items() if not _below(key, path)}
    return value


def _below(path: Any, key: Any) -> bool:
    """Whether an entry goes when `key` does: itself, and what lies below where keys are paths."""
    return bool(path == key or (isinstance(path, str) and isinstance(key, str) and path.startswith(f"{key}/")))


def _shorter_names(args: Args) -> Iterator[list[Any]]:
    """The arguments with one directory taken out of all paths: /a/b/c becomes /b/c, or /a/c."""
    paths = sorted({path for path in _texts(list(args)) if path.startswith("/")})
    parents = sorted({path.rpartition("/")[0] for path in paths} - {""})
    for parent in parents:
        yield [_renamed(each, f"{parent}/", f"{parent.rpartition('/')[0]}/", parent) for each in args]


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for each in value:
                yield from _texts(each)
        case dict():
            for key in value:
                yield from _texts(key)


def _renamed(value: Any, old: str, new: str, gone: str) -> Any:
    match value:
        case str() if value.startswith(old):
            return new + value.removeprefix(old)
        case list():
            return [_renamed(each, old, new, gone) for each in value]
        case dict():
            return {_renamed(key, old, new, gone): each for key, each in value.items() if key != gone}
    return value

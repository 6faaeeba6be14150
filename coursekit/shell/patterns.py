"""Shell patterns: `*`, `?`, `[…]`, matched against strings and against the names in a tree.

A pattern is a string in which `\\` takes the meaning from the character after it: so quoted parts of a word arrive.
Names are compared and sorted as bytes, as in the C locale; a name that begins with a dot needs a written dot.

Source: POSIX.1-2017, Shell Command Language, 2.13.
"""

import re
import stat
from collections.abc import Iterator
from functools import lru_cache

from coursekit.vfs.overlay import Overlay

MAGIC = re.compile(r"(?<!\\)(?:\\\\)*[*?\[]")
CLASSES = {
    "alnum": "A-Za-z0-9",
    "alpha": "A-Za-z",
    "blank": " \\t",
    "cntrl": "\\x00-\\x1f\\x7f",
    "digit": "0-9",
    "graph": "\\x21-\\x7e",
    "lower": "a-z",
    "print": "\\x20-\\x7e",
    "punct": "!-/:-@\\[-`{-~",
    "space": "\\s",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}


def escaped(text: str) -> str:
    """The pattern that matches `text` alone.

    >>> escaped("a*")
    'a\\\\*'
    """
    return re.sub(r"([*?\[\]\\!^-])", r"\\\1", text)


def unescaped(pattern: str) -> str:
    """The text of a pattern without magic.

    >>> unescaped("a\\\\*")
    'a*'
    """
    return re.sub(r"\\(.)", r"\1", pattern, flags=re.DOTALL)


def has_magic(pattern: str) -> bool:
    """Whether the pattern can match anything but itself."""
    return MAGIC.search(pattern) is not None


@lru_cache(maxsize=512)
def expression(pattern: str) -> str:
    """The regular expression that matches what `pattern` matches.

    >>> expression("[!a]*.c")
    '[^a].*\\\\.c'
    """
    result: list[str] = []
    position = 0
    while position < len(pattern):
        char = pattern[position]
        position += 1
        match char:
            case "*":
                result.append(".*")
            case "?":
                result.append(".")
            case "[":
                found = bracket(pattern, position)
                result.append(found[0] if found else "\\[")
                position = found[1] if found else position
            case "\\" if position < len(pattern):
                result.append(re.escape(pattern[position]))
                position += 1
            case _:
                result.append(re.escape(char))
    return "".join(result)


def bracket(pattern: str, start: int) -> tuple[str, int] | None:
    """The set that begins after the bracket at `start`, and where it ends; None if it does not end."""
    position = start
    negated = pattern[position : position + 1] in ("!", "^")
    position += negated
    body: list[str] = []
    while position < len(pattern):
        char = pattern[position]
        named = re.compile(r"\[:([a-z]+):\]").match(pattern, position)
        if char == "]" and body:
            return f"[{'^' if negated else ''}{''.join(body)}]", position + 1
        if named and named[1] in CLASSES:
            body.append(CLASSES[named[1]])
            position = named.end()
        elif char == "-" and body and pattern[position + 1 : position + 2] not in ("", "]"):
            body.append("-")
            position += 1
        else:
            if char == "\\" and position + 1 < len(pattern):
                position += 1
                char = pattern[position]
            body.append(re.escape(char))
            position += 1
    return None


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern matches the whole of the text."""
    try:
        return re.fullmatch(expression(pattern), text, re.DOTALL) is not None
    except re.error:  # a range such as [z-a] matches nothing
        return False


def byte_order(name: str) -> bytes:
    """The key by which the C locale sorts."""
    return name.encode("utf-8", "surrogateescape")


def paths(tree: Overlay, directory: str, pattern: str) -> list[str]:
    """The paths that match `pattern`, in C order; relative ones are looked for from `directory`."""
    parts = re.split(r"(/+)", pattern)
    return sorted(_expand(tree, directory, "", parts), key=byte_order)


def _expand(tree: Overlay, directory: str, found: str, parts: list[str]) -> Iterator[str]:
    """The paths that begin with `found` and go on as `parts` (names and slashes in turn) say."""
    if not parts:
        if _exists(tree, _at(directory, found)):
            yield found
        return
    part, rest = parts[0], parts[1:]
    if part.startswith("/") or not has_magic(part):
        yield from _expand(tree, directory, found + unescaped(part), rest)
        return
    for name in _names(tree, _at(directory, found)):
        hidden = name.startswith(".") and not unescaped(part).startswith(".")
        if not hidden and matches(part, name) and (not rest or _is_directory(tree, _at(directory, found + name))):
            yield from _expand(tree, directory, found + name, rest)


def _at(directory: str, path: str) -> str:
    return path if path.startswith("/") else f"{directory.rstrip('/')}/{path}"


def _names(tree: Overlay, path: str) -> list[str]:
    try:
        return [".", "..", *tree.listdir(path)]
    except OSError:
        return []


def _exists(tree: Overlay, path: str) -> bool:
    try:
        tree.lstat(path)
    except OSError:
        return False
    return True


def _is_directory(tree: Overlay, path: str) -> bool:
    try:
        return stat.S_ISDIR(tree.stat(path).st_mode)
    except OSError:
        return False

"""Regular expressions of grep and sed, turned into Python's.

    basic     \\(a\\|b\\)\\{2\\}  a*  *a        in basic ones, a bare ( | { + ? is itself
    extended  (a|b){2}       a+  a?

Source: POSIX.1-2017, Regular Expressions; GNU's \\| \\+ \\? \\w \\b \\< \\>.
"""

import re

from coursekit.shell.patterns import CLASSES
from coursekit.shell.process import UsageError

PASSED = {
    "w": r"\w",
    "W": r"\W",
    "s": r"\s",
    "S": r"\S",
    "b": r"\b",
    "B": r"\B",
    "<": r"\b(?=\w)",
    ">": r"\b(?<=\w)",
    "`": r"\A",
    "'": r"\Z",
}


def translated(pattern: str, extended: bool) -> str:
    """The expression in Python's words.

    >>> translated("a\\\\(b\\\\)*+", extended=False), translated("[[:digit:]]+", extended=True)
    ('a(b)*\\\\+', '[0-9]+')

    Raises: UsageError.
    """
    result: list[str] = []
    position = 0
    while position < len(pattern):
        char = pattern[position]
        position += 1
        if char == "[":
            text, position = _bracket(pattern, position)
            result.append(text)
        elif char == "\\":
            if position == len(pattern):
                raise UsageError("Trailing backslash", hint=False)
            result.append(_escaped(pattern[position], extended))
            position += 1
        elif char in "(){}|+?":
            result.append(char if extended and not (char in "{+?" and _at_start(result)) else re.escape(char))
        elif char == "*" and _at_start(result):
            result.append(r"\*")
        elif char == "^" and not extended and result and result[-1] not in ("(", "|"):
            result.append(r"\^")
        elif char == "$":
            following = pattern[position:]
            anchor = extended or not following or following.startswith(("\\)", "\\|"))
            result.append(r"(?=\n?\Z)" if anchor else r"\$")
        else:
            result.append(char if char in "*.^" else re.escape(char))
    return "".join(result)


def _at_start(result: list[str]) -> bool:
    return not result or result[-1] in ("(", "|", "^")


def _escaped(char: str, extended: bool) -> str:
    if char in PASSED:
        return PASSED[char]
    if char in "(){}|+?":
        return re.escape(char) if extended else char
    if char.isdigit() and char != "0":
        return f"(?:\\{char})"
    if char == "n":
        return "\n"
    return re.escape(char)


def _bracket(pattern: str, start: int) -> tuple[str, int]:
    """The set that begins after the bracket, and where it ends."""
    position = start
    negated = pattern[position : position + 1] == "^"
    position += negated
    body: list[str] = []
    first = position
    while position < len(pattern):
        named = re.compile(r"\[:([a-z]+):\]").match(pattern, position)
        char = pattern[position]
        if char == "]" and position > first:
            return f"[{'^' if negated else ''}{''.join(body)}]", position + 1
        if named and named[1] in CLASSES:
            body.append(CLASSES[named[1]])
            position = named.end()
            continue
        last = pattern[position + 1 : position + 2] == "]"
        body.append(char if char == "-" and position > first and not last else re.escape(char))
        position += 1
    raise UsageError("Invalid regular expression", hint=False)


def compiled(pattern: str, extended: bool, ignore_case: bool = False) -> re.Pattern[str]:
    """The expression, ready. Raises: UsageError."""
    try:
        return re.compile(translated(pattern, extended), re.IGNORECASE if ignore_case else 0)
    except re.error as error:
        message = str(error)
        if "unterminated subpattern" in message or "missing )" in message:
            raise UsageError("Unmatched ( or \\(", hint=False) from None
        if "unbalanced parenthesis" in message:
            raise UsageError("Unmatched ) or \\)", hint=False) from None
        raise UsageError(f"Invalid regular expression ({message})", hint=False) from None

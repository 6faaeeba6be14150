"""Modes as chmod reads them: octal, or `u+x,g=u,o-w`.

Source: POSIX.1-2017, chmod; coreutils.
"""

import re

CLAUSE = re.compile(r"([ugoa]*)((?:[-+=](?:[rwxXst]+|[ugo]|))+)")
ACTION = re.compile(r"([-+=])([rwxXst]+|[ugo]|)")
SHIFT = {"u": 6, "g": 3, "o": 0}
SPECIAL = {"u": 0o4000, "g": 0o2000, "o": 0o1000}


class ModeError(ValueError):
    """A mode that cannot be read."""


def changed_mode(text: str, mode: int, directory: bool, umask: int = 0o022) -> int:
    """The permission bits that `chmod text` makes of `mode`.

    >>> oct(changed_mode("u+x,go=r", 0o644, directory=False))
    '0o744'

    Raises: ModeError.
    """
    mode &= 0o7777
    if re.fullmatch(r"[0-7]+", text):
        value = int(text, 8)
        if value > 0o7777:
            raise ModeError(text)
        return value | (mode & 0o6000 if directory and len(text) < 5 else 0)
    for clause in text.split(","):
        found = CLAUSE.fullmatch(clause)
        if not found:
            raise ModeError(text)
        for operator, what in ACTION.findall(found[2]):
            mode = _applied(mode, found[1], operator, what, directory, umask)
    return mode


def _applied(mode: int, who: str, operator: str, what: str, directory: bool, umask: int) -> int:
    everyone = "ugo" if not who or "a" in who else who
    bits = 0
    for letter in everyone:
        bits |= _bits(mode, letter, what, directory)
    if "t" in what and (not who or "a" in who or "o" in who):
        bits |= 0o1000
    if not who:
        bits &= ~umask
    if operator == "+":
        return mode | bits
    if operator == "-":
        return mode & ~bits
    affected = 0
    for letter in everyone:
        affected |= 0o7 << SHIFT[letter] | (0 if directory else SPECIAL[letter])
    if "o" not in everyone or not who:
        affected &= ~0o1000
    return (mode & ~affected) | bits


def _bits(mode: int, letter: str, what: str, directory: bool) -> int:
    """The bits that `what` stands for, for one class of users."""
    if what in ("u", "g", "o") and what:
        return (mode >> SHIFT[what] & 0o7) << SHIFT[letter]
    rwx = (
        ("r" in what) * 4 | ("w" in what) * 2 | ("x" in what or ("X" in what and (directory or mode & 0o111 != 0))) * 1
    )
    special = SPECIAL[letter] if "s" in what and letter in "ug" else 0
    return rwx << SHIFT[letter] | special

"""`test` and `[`: questions about strings, numbers and files.

Source: POSIX.1-2017, test; messages as dash words them.
"""

import os
import stat
from collections.abc import Callable, Sequence

from coursekit.shell.real_path import Status, lookup
from coursekit.vfs.overlay import Overlay


class TestError(Exception):
    """An expression that cannot be read."""

    __test__ = False


KINDS: dict[str, Callable[[int], bool]] = {
    "f": stat.S_ISREG,
    "d": stat.S_ISDIR,
    "p": stat.S_ISFIFO,
    "S": stat.S_ISSOCK,
    "c": stat.S_ISCHR,
    "b": stat.S_ISBLK,
}
BITS = {"u": stat.S_ISUID, "g": stat.S_ISGID, "k": stat.S_ISVTX}
WAYS = {"r": os.R_OK, "w": os.W_OK, "x": os.X_OK}
UNARY = frozenset("-" + letter for letter in "fdpScbugknzetLhsrwxOG")
NUMERIC: dict[str, Callable[[int, int], bool]] = {
    "-eq": lambda a, b: a == b,
    "-ne": lambda a, b: a != b,
    "-lt": lambda a, b: a < b,
    "-le": lambda a, b: a <= b,
    "-gt": lambda a, b: a > b,
    "-ge": lambda a, b: a >= b,
}
TEXTUAL: dict[str, Callable[[str, str], bool]] = {
    "=": lambda a, b: a == b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
}
BINARY = frozenset((*NUMERIC, *TEXTUAL, "-nt", "-ot", "-ef"))


def evaluate(args: Sequence[str], tree: Overlay, at: Callable[[str], str]) -> bool:
    """What the expression says; `at` makes paths absolute.

    Raises: TestError.
    """
    return Test(args, tree, at).whole()


class Test:
    """One expression, read from left to right."""

    __test__ = False

    def __init__(self, args: Sequence[str], tree: Overlay, at: Callable[[str], str]) -> None:
        self.args = list(args)
        self.tree = tree
        self.at = at
        self.position = 0

    def whole(self) -> bool:
        """POSIX settles expressions of up to four arguments by their number, before any operator counts."""
        match self.args:
            case []:
                return False
            case [text]:
                return text != ""
            case ["!", *rest] if len(rest) < 4 and not (len(rest) == 2 and rest[0] in BINARY):
                return not Test(rest, self.tree, self.at).whole()
            case [left, operator, right] if operator in BINARY:
                return self.binary(left, operator, right)
        value = self.disjunction()
        if self.position < len(self.args):
            raise TestError(f"{self.args[self.position - 1]}: unexpected operator")
        return value

    def ahead(self, offset: int = 0) -> str | None:
        index = self.position + offset
        return self.args[index] if index < len(self.args) else None

    def take(self) -> str:
        word = self.ahead()
        if word is None:
            raise TestError("argument expected")
        self.position += 1
        return word

    def disjunction(self) -> bool:
        value = self.conjunction()
        while self.ahead() == "-o":
            self.take()
            value = self.conjunction() or value
        return value

    def conjunction(self) -> bool:
        value = self.primary()
        while self.ahead() == "-a":
            self.take()
            value = self.primary() and value
        return value

    def primary(self) -> bool:
        word = self.take()
        following = self.ahead()
        if following in BINARY and self.ahead(1) is not None:
            operator = self.take()
            return self.binary(word, operator, self.take())
        if word == "!":
            return not self.primary()
        if word == "(":
            value = self.disjunction()
            if self.take() != ")":
                raise TestError("closing paren expected")
            return value
        if word in UNARY and following is not None:
            return self.unary(word[1], self.take())
        if following in BINARY:
            raise TestError(f"{following}: argument expected")
        if word in UNARY and len(self.args) == 2:
            raise TestError(f"{word}: argument expected")
        if following is not None and len(self.args) == 2:
            raise TestError(f"{word}: unexpected operator")
        return word != ""

    def binary(self, left: str, operator: str, right: str) -> bool:
        if operator in NUMERIC:
            return NUMERIC[operator](self.integer(left), self.integer(right))
        if operator in TEXTUAL:
            return TEXTUAL[operator](left, right)
        first, second = self.status(left), self.status(right)
        if operator == "-ef":
            return bool(first and second and (first.st_dev, first.st_ino) == (second.st_dev, second.st_ino))
        if operator == "-ot":
            first, second = second, first
        return first is not None and (second is None or first.st_mtime_ns > second.st_mtime_ns)

    def integer(self, text: str) -> int:
        try:
            return int(text.strip())
        except ValueError:
            raise TestError(f"Illegal number: {text}") from None

    def status(self, path: str, follow: bool = True) -> Status | None:
        return lookup(self.tree, self.at(path), follow) if path else None

    def unary(self, letter: str, operand: str) -> bool:
        if letter in "nz":
            return (operand == "") == (letter == "z")
        if letter == "t":
            return False
        status = self.status(operand, follow=letter not in "Lh")
        if status is None:
            return False
        if letter in "Lh":
            return stat.S_ISLNK(status.st_mode)
        if letter in KINDS:
            return KINDS[letter](status.st_mode)
        if letter in BITS:
            return bool(status.st_mode & BITS[letter])
        if letter == "s":
            return status.st_size > 0
        wanted = WAYS.get(letter)
        return wanted is None or self.tree.access(self.at(operand), wanted)

"""`$((…))`: C's integer expressions over the shell's variables, 64 bits wide.

Source: POSIX.1-2017, Shell Command Language, 2.6.4.
"""

import re
from collections.abc import Callable, MutableMapping

from coursekit.shell.exits import ShellError

TOKEN = re.compile(
    r"\s*(0[xX][0-9a-fA-F]+|[0-9]+|[A-Za-z_][A-Za-z0-9_]*|<<=|>>=|&&|\|\||[<>=!]=|<<|>>|[-+*/%&|^]=|[-+*/%<>=!~&|^?:()])"
)
BINARY: tuple[tuple[str, ...], ...] = (
    ("||",),
    ("&&",),
    ("|",),
    ("^",),
    ("&",),
    ("==", "!="),
    ("<", "<=", ">", ">="),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "%"),
)
ASSIGNING = frozenset(["=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", "&=", "|=", "^="])


def wrapped(value: int) -> int:
    """The value as 64 bits with a sign hold it.

    >>> wrapped(2**63)
    -9223372036854775808
    """
    return (value + (1 << 63)) % (1 << 64) - (1 << 63)


def divide(left: int, right: int) -> int:
    """Towards zero, as in C. Raises: ZeroDivisionError."""
    if right == 0:
        raise ZeroDivisionError
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "||": lambda a, b: int(bool(a) or bool(b)),
    "&&": lambda a, b: int(bool(a) and bool(b)),
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "&": lambda a, b: a & b,
    "==": lambda a, b: int(a == b),
    "!=": lambda a, b: int(a != b),
    "<": lambda a, b: int(a < b),
    "<=": lambda a, b: int(a <= b),
    ">": lambda a, b: int(a > b),
    ">=": lambda a, b: int(a >= b),
    "<<": lambda a, b: a << (b & 63),
    ">>": lambda a, b: a >> (b & 63),
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": divide,
    "%": lambda a, b: a - divide(a, b) * b,
}


class Expression:
    """Evaluates one expression while it reads it."""

    def __init__(self, text: str, variables: MutableMapping[str, str]) -> None:
        self.text = text
        self.variables = variables
        self.tokens = self.tokenise(text)
        self.position = 0
        self.skipping = 0  # inside an operand that && || ?: leave alone

    def error(self, wanted: str) -> ShellError:
        return ShellError(f'arithmetic expression: expecting {wanted}: "{self.text}"')

    def tokenise(self, text: str) -> list[str]:
        tokens, position = [], 0
        while text[position:].strip():
            found = TOKEN.match(text, position)
            if not found:
                raise self.error("EOF")
            tokens.append(found[1])
            position = found.end()
        return tokens

    def value(self) -> int:
        try:
            result = self.assignment() if self.tokens else 0
        except ValueError:  # 08
            raise self.error("EOF") from None
        except ZeroDivisionError:
            raise ShellError(f'arithmetic expression: division by zero: "{self.text}"') from None
        if self.position < len(self.tokens):
            raise self.error("EOF")
        return result

    def ahead(self, offset: int = 0) -> str:
        index = self.position + offset
        return self.tokens[index] if index < len(self.tokens) else ""

    def take(self) -> str:
        self.position += 1
        return self.tokens[self.position - 1]

    def assignment(self) -> int:
        name = self.ahead()
        if re.match(r"[A-Za-z_]", name) and self.ahead(1) in ASSIGNING:
            self.take()
            operator = self.take()
            right = self.assignment()
            if self.skipping:
                return right
            value = right if operator == "=" else wrapped(OPERATIONS[operator[:-1]](self.variable(name), right))
            self.variables[name] = str(value)
            return value
        return self.conditional()

    def conditional(self) -> int:
        condition = self.binary(0)
        if self.ahead() != "?":
            return condition
        self.take()
        yes = self.unless(not condition, self.assignment)
        if self.ahead() != ":":
            raise self.error("':'")
        self.take()
        no = self.unless(bool(condition), self.assignment)
        return yes if condition else no

    def unless(self, skip: bool, operand: Callable[[], int]) -> int:
        self.skipping += skip
        try:
            return operand()
        finally:
            self.skipping -= skip

    def binary(self, level: int) -> int:
        if level == len(BINARY):
            return self.unary()
        left = self.binary(level + 1)
        while self.ahead() in BINARY[level]:
            operator = self.take()
            skip = (operator == "&&" and not left) or (operator == "||" and bool(left))
            right = self.unless(skip, lambda: self.binary(level + 1))
            if operator in "/%" and self.skipping:
                right = right or 1
            left = wrapped(OPERATIONS[operator](left, right))
        return left

    def unary(self) -> int:
        match self.ahead():
            case "-":
                self.take()
                return wrapped(-self.unary())
            case "+":
                self.take()
                return self.unary()
            case "!":
                self.take()
                return int(not self.unary())
            case "~":
                self.take()
                return ~self.unary()
            case "(":
                self.take()
                value = self.assignment()
                if self.ahead() != ")":
                    raise self.error("')'")
                self.take()
                return value
            case token if re.match(r"[0-9]", token):
                return number(self.take())
            case token if re.match(r"[A-Za-z_]", token):
                return self.variable(self.take())
            case _:
                raise self.error("primary")

    def variable(self, name: str) -> int:
        text = self.variables.get(name, "").strip()
        if not text:
            return 0
        try:
            return number(text)
        except ValueError:
            raise ShellError(f"Illegal number: {text}") from None


def number(text: str) -> int:
    """The number written as C writes it: 0x for hexadecimal, 0 for octal.

    >>> number("0x10"), number("010"), number("-3")
    (16, 8, -3)
    """
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    if digits.lower().startswith("0x"):
        return sign * int(digits, 16)
    return sign * int(digits, 8 if digits.startswith("0") and len(digits) > 1 else 10)

"""printf, and the backslash sequences that echo shares with it.

Source: POSIX.1-2017, printf; dash's builtin.
"""

import re
from collections.abc import Sequence

from coursekit.shell.arithmetic import number
from coursekit.shell.process import Process, UsageError, encoded
from coursekit.shell.programs import command

SIMPLE = {"a": b"\a", "b": b"\b", "f": b"\f", "n": b"\n", "r": b"\r", "t": b"\t", "v": b"\v", "\\": b"\\", "e": b"\x1b"}


DIRECTIVE = re.compile(r"%([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+)?)?([a-zA-Z%])|%")


class Stop(Exception):
    """`\\c`: no output after this."""

    def __init__(self, output: bytes) -> None:
        super().__init__()
        self.output = output


def unescape(text: str, octal: str, extra: str = "") -> bytes:
    """The bytes that backslash sequences stand for. `octal` is the expression for octal digits; with "x" in
    `extra`, `\\xHH` counts, with '"' the quote does, with "c" `\\c` raises Stop, with "e" `\\e` is ESC.

    >>> unescape("a\\\\tb", "0[0-7]{0,3}")
    b'a\\tb'
    """
    output = bytearray()
    position = 0
    pattern = re.compile(octal)
    while position < len(text):
        if text[position] != "\\" or position + 1 == len(text):
            output += encoded(text[position])
            position += 1
            continue
        following = text[position + 1]
        digits = pattern.match(text, position + 1)
        hexadecimal = re.compile(r"x([0-9a-fA-F]{1,2})").match(text, position + 1) if "x" in extra else None
        if digits:
            output.append(int(digits.group() or "0", 8) & 0xFF)
            position = digits.end()
        elif hexadecimal:
            output.append(int(hexadecimal[1], 16))
            position = hexadecimal.end()
        elif following == "c" and "c" in extra:
            raise Stop(bytes(output))
        else:
            known = SIMPLE.get(following) if following != "e" or "e" in extra else None
            output += known if known is not None else encoded("\\" + following)
            position += 2
    return bytes(output)


@command("printf FORMAT [ARGUMENT]…")
def printf(process: Process) -> int:
    args = process.args[1:] if process.args[:1] == ["--"] else process.args
    if not args:
        raise UsageError("missing operand")
    output, problems = formatted(args[0], args[1:])
    process.out(output)
    process.flush()
    for problem in problems:
        process.complain(problem)
    return int(bool(problems))


def formatted(form: str, arguments: Sequence[str]) -> tuple[bytes, list[str]]:
    """What printf prints, and what it complains about; the format is used again until no argument is left.

    >>> formatted("%s-%03d ", ["a", "7", "b", "x"])
    (b'a-007 b-000 ', ['x: expected numeric value'])
    """
    rest = list(arguments)
    output = bytearray()
    problems: list[str] = []
    try:
        while True:
            before = len(rest)
            _once(form, rest, output, problems)
            if not rest or len(rest) == before:
                return bytes(output), problems
    except Stop as stop:
        return bytes(output + stop.output), problems


def _once(form: str, rest: list[str], output: bytearray, problems: list[str]) -> None:
    position = 0
    for found in DIRECTIVE.finditer(form):
        output += _text(form[position : found.start()], output)
        position = found.end()
        letter = found[4]
        if letter is None:
            raise_problem(problems, "%: invalid directive", output)
        elif letter == "%":
            output += b"%"
        else:
            output += _converted(found, rest, problems)
    output += _text(form[position:], output)


def raise_problem(problems: list[str], text: str, output: bytearray) -> None:
    problems.append(text)
    raise Stop(b"")


def _text(text: str, output: bytearray) -> bytes:
    return unescape(text, "[0-7]{1,3}", "xec")


def _converted(found: re.Match[str], rest: list[str], problems: list[str]) -> bytes:
    flags, letter = found[1], found[4]
    width = _number(rest, problems) if found[2] == "*" else int(found[2] or 0)
    dotted = "." in found.group()
    precision = (_number(rest, problems) if found[3] == "*" else int(found[3] or 0)) if dotted else None
    if width < 0:
        flags, width = flags + "-", -width
    limit = "" if precision is None else f".{precision}"
    match letter:
        case "d" | "i" | "u" | "o" | "x" | "X":
            value = _number(rest, problems)
            value = value % (1 << 64) if letter in "uoxX" else value
            return (f"%{flags}{width or ''}{limit}{'d' if letter in 'iu' else letter}" % value).encode()
        case "e" | "E" | "f" | "F" | "g" | "G":
            return (f"%{flags}{width or ''}{limit}{letter}" % _float(rest, problems)).encode()
        case "c":
            data = encoded(rest.pop(0) if rest else "")[:1]
        case "b":
            data = unescape(rest.pop(0) if rest else "", "0[0-7]{0,3}|[1-7][0-7]{0,2}", "c")
        case "s":
            data = encoded(rest.pop(0) if rest else "")
        case _:
            problems.append(f"%{letter}: invalid directive")
            raise Stop(b"")
    data = data if precision is None else data[:precision]
    return data.ljust(width) if "-" in flags else data.rjust(width)


def _number(rest: list[str], problems: list[str]) -> int:
    text = rest.pop(0) if rest else ""
    if text[:1] in ("'", '"') and len(text) > 1:
        return ord(text[1])
    try:
        return number(text.strip().removeprefix("+")) if text else 0
    except ValueError:
        leading = re.match(r"\s*[-+]?\d+", text)
        problems.append(f"{text}: {'not completely converted' if leading else 'expected numeric value'}")
        return int(leading.group()) if leading else 0


def _float(rest: list[str], problems: list[str]) -> float:
    text = rest.pop(0) if rest else ""
    try:
        return float(text) if text else 0.0
    except ValueError:
        problems.append(f"{text}: expected numeric value")
        return 0.0

"""Options as GNU getopt reads them: bundled letters, long names and their beginnings, operands in between.

    parse(args, "aln:", {"all": "a", "lines": "n"})      -al -n3 --lines=3 file

Source: getopt_long(3); messages as glibc words them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coursekit.shell.process import UsageError

NO_LONG: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Options:
    """The options given, in order, each with its value or ""; and the operands."""

    given: tuple[tuple[str, str], ...]
    operands: list[str]

    def has(self, *names: str) -> bool:
        return any(name in names for name, _ in self.given)

    def value(self, name: str, default: str = "") -> str:
        """The last value of an option."""
        return next((value for key, value in reversed(self.given) if key == name), default)

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.given if key == name]

    def last(self, names: str, default: str = "") -> str:
        """Which of these options came last."""
        return next((name for name, _ in reversed(self.given) if name in names), default)


def parse(args: Sequence[str], letters: str, long: Mapping[str, str] = NO_LONG, permute: bool = True) -> Options:
    """Read `args`. A letter followed by ":" takes a value; a long name stands for a letter or itself, with the
    same mark after it (`"mode=": "m"`) if it takes a value. Without `permute`, the first operand ends the options.

    Raises: UsageError.
    """
    given: list[tuple[str, str]] = []
    operands: list[str] = []
    rest = list(args)
    while rest:
        arg = rest.pop(0)
        if arg == "--":
            operands.extend(rest)
            break
        if arg.startswith("--"):
            given.append(_long(arg, rest, letters, long))
        elif arg.startswith("-") and arg != "-":
            _short(arg, rest, letters, given)
        else:
            operands.append(arg)
            if not permute:
                operands.extend(rest)
                break
    return Options(tuple(given), operands)


def _short(arg: str, rest: list[str], letters: str, given: list[tuple[str, str]]) -> None:
    for position in range(1, len(arg)):
        letter = arg[position]
        index = letters.find(letter)
        if index < 0 or letter == ":":
            raise UsageError(f"invalid option -- '{letter}'")
        if letters[index + 1 : index + 2] != ":":
            given.append((letter, ""))
            continue
        value = arg[position + 1 :]
        if not value and not rest:
            raise UsageError(f"option requires an argument -- '{letter}'")
        given.append((letter, value or rest.pop(0)))
        return


def _long(arg: str, rest: list[str], letters: str, long: Mapping[str, str]) -> tuple[str, str]:
    name, equals, value = arg[2:].partition("=")
    keys = [key for key in long if key.rstrip("=") == name] or [key for key in long if key.startswith(name)]
    if len(keys) != 1:
        problem = f"option '{arg}' is ambiguous" if keys else f"unrecognized option '{arg}'"
        raise UsageError(problem)
    letter = long[keys[0]]
    takes = keys[0].endswith("=") or (len(letter) == 1 and f"{letter}:" in letters)
    if equals and not takes:
        raise UsageError(f"option '--{keys[0]}' doesn't allow an argument")
    if takes and not equals:
        if not rest:
            raise UsageError(f"option '--{keys[0].rstrip('=')}' requires an argument")
        value = rest.pop(0)
    return letter, value

"""What a command line is made of: words, and the commands that hold them, as frozen values.

    a=1 echo "$a" *.txt > out      Simple(assignments, words, redirects)
    first | second                 Pipeline(commands)
    first && second                AndOr(first, rest)

A word is a sequence of parts, because quoting can change within it: `"$a"b'c'` is one word of three parts.

Source: POSIX.1-2017, Shell Command Language, 2.3 and 2.9.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Literal:
    """Characters as written; `quoted` ones are neither split nor globbed."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """`$name` or `${name operator word}`; the operator "length" is `${#name}`, "bad" one that does not exist."""

    name: str
    operator: str = ""
    word: "Word" = ()
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Substitution:
    """`$(…)`: the output of a script stands in its place."""

    body: "tuple[CommandList, ...]"
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`$((…))`: the number that the expression comes to."""

    expression: "Word"
    quoted: bool = False


Part = Literal | Parameter | Substitution | Arithmetic
Word = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    """`name=value`."""

    name: str
    value: Word


@dataclass(slots=True)
class HereDocument:
    """The lines after the command, up to the delimiter; filled in when the lexer gets there."""

    delimiter: str
    quoted: bool
    strip_tabs: bool
    body: Word = ()


@dataclass(frozen=True, slots=True)
class Redirect:
    """`fd operator target`; the operator is one of `< > >> >| <> <& >& <<`."""

    fd: int
    operator: str
    target: Word | HereDocument


@dataclass(frozen=True, slots=True)
class Simple:
    """A command with its words; `line` counts from 1."""

    assignments: tuple[Assignment, ...]
    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Subshell:
    """`( … )`: runs in a copy of the shell."""

    body: "CommandList"


@dataclass(frozen=True, slots=True)
class Group:
    """`{ …; }`."""

    body: "CommandList"


@dataclass(frozen=True, slots=True)
class If:
    """`if … then … elif … then … else … fi`."""

    branches: "tuple[tuple[CommandList, CommandList], ...]"
    otherwise: "CommandList | None"


@dataclass(frozen=True, slots=True)
class While:
    """`while` and, with `until`, its opposite."""

    condition: "CommandList"
    body: "CommandList"
    until: bool


@dataclass(frozen=True, slots=True)
class For:
    """`for name in words`; without `in`, over the positional parameters (`words` is None)."""

    name: str
    words: tuple[Word, ...] | None
    body: "CommandList"


@dataclass(frozen=True, slots=True)
class Case:
    """`case word in pattern|pattern) … ;; esac`."""

    word: Word
    arms: "tuple[tuple[tuple[Word, ...], CommandList], ...]"


@dataclass(frozen=True, slots=True)
class Function:
    """`name() command`."""

    name: str
    body: "Command"


@dataclass(frozen=True, slots=True)
class Redirected:
    """A compound command with redirections of its own."""

    command: "Command"
    redirects: tuple[Redirect, ...]


Command = Simple | Subshell | Group | If | While | For | Case | Function | Redirected


@dataclass(frozen=True, slots=True)
class Pipeline:
    """`[!] first | second | …`."""

    commands: tuple[Command, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class AndOr:
    """`first && second || third`."""

    first: Pipeline
    rest: tuple[tuple[str, Pipeline], ...]


@dataclass(frozen=True, slots=True)
class CommandList:
    """Commands separated by `;` or line ends."""

    items: tuple[AndOr, ...]

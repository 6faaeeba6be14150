"""From words to the arguments of a command: tilde, `$…`, field splitting, pathnames, and quotes removed last.

    word  "$dir"/*.c      dir="my src"
    field [("my src", quoted), ("/*.c", unquoted)]      one field: quoted text is not split
    paths my src/a.c  my src/b.c                        and only the unquoted * is magic

Source: POSIX.1-2017, Shell Command Language, 2.6.
"""

import re
from typing import Protocol

from coursekit.shell import patterns
from coursekit.shell.arithmetic import Expression
from coursekit.shell.exits import ShellError
from coursekit.shell.syntax import Arithmetic, CommandList, Literal, Parameter, Substitution, Word
from coursekit.vfs.overlay import Overlay

Field = list[tuple[str, bool]]  # text, and whether it was quoted
IFS_DEFAULT = " \t\n"


class Scope(Protocol):
    """What expansion asks of a shell."""

    variables: dict[str, str]
    positional: list[str]
    cwd: str

    @property
    def tree(self) -> Overlay: ...
    def special(self, name: str) -> str | None: ...
    def option(self, letter: str) -> bool: ...
    def assign(self, name: str, value: str) -> None: ...
    def capture(self, body: tuple[CommandList, ...]) -> str: ...
    def home_of(self, user: str) -> str | None: ...


class Fields:
    """Fields as they grow, cut where an unquoted expansion holds a separator."""

    def __init__(self, ifs: str) -> None:
        self.white = frozenset(ifs) & frozenset(IFS_DEFAULT)
        self.other = frozenset(ifs) - self.white
        self.done: list[Field] = []
        self.current: Field | None = None
        self.after_white = False
        self.no_parameters = False  # "$@" of nothing: leaves no field behind

    def add(self, text: str, quoted: bool) -> None:
        self.current = [*(self.current or []), (text, quoted)]
        self.after_white = False

    def cut(self) -> None:
        if self.current is not None:
            self.done.append(self.current)
        self.current = None

    def split(self, text: str) -> None:
        """Add unquoted text that came out of an expansion, cutting it at the characters of IFS."""
        run = ""
        for char in text:
            if char not in self.white and char not in self.other:
                run += char
                continue
            if run:
                self.add(run, False)
                run = ""
            if char in self.white:
                self.after_white = self.after_white or self.current is not None
                self.cut()
            elif self.current is None and self.after_white:
                self.after_white = False
            else:
                self.current = self.current or []
                self.cut()
                self.after_white = False
        if run:
            self.add(run, False)

    def finish(self) -> list[Field]:
        if self.no_parameters and self.current is not None and not any(text for text, _ in self.current):
            self.current = None
        self.cut()
        return self.done


class Expander:
    """Expands words in a shell."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def arguments(self, words: tuple[Word, ...]) -> list[str]:
        """The arguments that the words come to: none, one or many for each."""
        result: list[str] = []
        for word in words:
            for field in self._fields(word, split=True):
                result.extend(self._paths(field))
        return result

    def text(self, word: Word) -> str:
        """The word as one string, neither split nor globbed: assignments, redirections, here-documents."""
        fields = self._fields(word, split=False)
        return " ".join("".join(text for text, _ in field) for field in fields)

    def pattern(self, word: Word) -> str:
        """The word as a pattern in which quoted text is only itself."""
        return " ".join(as_pattern(field) for field in self._fields(word, split=False))

    def _paths(self, field: Field) -> list[str]:
        text = "".join(part for part, _ in field)
        if self.scope.option("f") or not any(re.search(r"[*?\[]", part) for part, quoted in field if not quoted):
            return [text]
        return patterns.paths(self.scope.tree, self.scope.cwd, as_pattern(field)) or [text]

    def _fields(self, word: Word, split: bool) -> list[Field]:
        fields = Fields(self.scope.variables.get("IFS", IFS_DEFAULT) if split else "")
        self._parts(self._tilde(word), fields, split, substituted=False)
        return fields.finish()

    def _tilde(self, word: Word) -> Word:
        first = word[0] if word else None
        if not isinstance(first, Literal) or first.quoted or not first.text.startswith("~"):
            return word
        prefix, slash, rest = first.text.partition("/")
        home = self.scope.home_of(prefix[1:]) if slash or len(word) == 1 else None
        return word if home is None else (Literal(home, True), Literal(slash + rest), *word[1:])

    def _parts(self, word: Word, fields: Fields, split: bool, substituted: bool) -> None:
        """Add the parts; `substituted`: the word of a `${x:-word}`, of which literals are split too."""
        for part in word:
            match part:
                case Literal(text, quoted):
                    if substituted and not quoted and split:
                        fields.split(text)
                    elif text or quoted:
                        fields.add(text, quoted)
                case Substitution(body, quoted):
                    self._value(self.scope.capture(body), quoted, fields, split)
                case Arithmetic(expression, quoted):
                    number = Expression(self.text(expression), self.scope.variables).value()
                    self._value(str(number), quoted, fields, split)
                case Parameter():
                    self._parameter(part, fields, split)

    def _value(self, text: str, quoted: bool, fields: Fields, split: bool) -> None:
        if quoted or not split:
            fields.add(text, quoted)
        else:
            fields.split(text)

    def _parameter(self, part: Parameter, fields: Fields, split: bool) -> None:
        operator = part.operator
        if operator == "bad":
            raise ShellError("Bad substitution")
        if part.name in ("@", "*") and operator in ("", "length"):
            self._positional(part, fields, split)
            return
        value = self._lookup(part.name)
        absent = value is None or (operator.startswith(":") and value == "")
        match operator.removeprefix(":"):
            case "length":
                self._value(str(len(self._required(part.name, value))), part.quoted, fields, split)
            case "-" if absent:
                self._parts(self._tilde(part.word), fields, split, substituted=not part.quoted)
            case "+":
                if not absent:
                    self._parts(self._tilde(part.word), fields, split, substituted=not part.quoted)
                elif part.quoted:
                    fields.add("", True)
            case "=" if absent:
                if not re.fullmatch(r"[A-Za-z_]\w*", part.name):
                    raise ShellError("Bad substitution")
                self.scope.assign(part.name, self.text(part.word))
                self._value(self.scope.variables[part.name], part.quoted, fields, split)
            case "?" if absent:
                nothing = "parameter not set or null" if operator.startswith(":") else "parameter not set"
                raise ShellError(f"{part.name}: {self.text(part.word) or nothing}")
            case "#" | "##" | "%" | "%%":
                text = trimmed(self._required(part.name, value), operator, self.pattern(part.word))
                self._value(text, part.quoted, fields, split)
            case _:
                self._value(self._required(part.name, value), part.quoted, fields, split)

    def _required(self, name: str, value: str | None) -> str:
        if value is None and self.scope.option("u"):
            raise ShellError(f"{name}: parameter not set")
        return value or ""

    def _lookup(self, name: str) -> str | None:
        if name.isdigit():
            index = int(name)
            if index == 0:
                return self.scope.special("0")
            return self.scope.positional[index - 1] if index <= len(self.scope.positional) else None
        if name in ("@", "*"):
            return " ".join(self.scope.positional) if self.scope.positional else None
        if not (name[0].isalpha() or name[0] == "_"):
            return self.scope.special(name)
        return self.scope.variables.get(name)

    def _positional(self, part: Parameter, fields: Fields, split: bool) -> None:
        values = self.scope.positional
        if part.operator == "length":
            self._value(str(len(values)), part.quoted, fields, split)
        elif part.name == "*" and part.quoted:
            separator = self.scope.variables.get("IFS", IFS_DEFAULT)[:1]
            fields.add(separator.join(values), True)
        else:
            for number, value in enumerate(values):
                if number and split:
                    fields.cut()
                elif number:
                    fields.add(" ", True)
                self._value(value, part.quoted, fields, split)
            fields.no_parameters = fields.no_parameters or not values


def as_pattern(field: Field) -> str:
    """The pattern that a field is: its quoted text stands for itself."""
    return "".join(patterns.escaped(text) if quoted else text for text, quoted in field)


def trimmed(value: str, operator: str, pattern: str) -> str:
    """`value` without the shortest (`#`, `%`) or longest (`##`, `%%`) match at its beginning or end.

    >>> trimmed("a.tar.gz", "%", ".*"), trimmed("a.tar.gz", "##", "*.")
    ('a.tar', 'gz')
    """
    lengths = range(len(value) + 1)
    for length in lengths if len(operator) == 1 else reversed(lengths):
        if operator[0] == "#" and patterns.matches(pattern, value[:length]):
            return value[length:]
        if operator[0] == "%" and patterns.matches(pattern, value[len(value) - length :]):
            return value[: len(value) - length]
    return value

"""Characters to tokens: operators, and words with their quoting taken apart.

    echo "a $b"c > 'my file'
    └word  └───────word     └op └word

The parser asks for one token at a time, since what a character means depends on where it stands; `$(…)` calls the
parser back at the place where it begins.

Source: POSIX.1-2017, Shell Command Language, 2.2 and 2.3; messages as dash words them.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from coursekit.shell.exits import ShellError
from coursekit.shell.syntax import (
    Arithmetic,
    CommandList,
    HereDocument,
    Literal,
    Parameter,
    Part,
    Substitution,
    Word,
)

OPERATORS = ("<<-", "&&", "||", ";;", "<<", ">>", "<&", ">&", "<>", ">|", ";", "&", "|", "<", ">", "(", ")")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
PARAMETER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-]")
EXPANSION_OPERATOR = re.compile(r":?[-=?+]|##?|%%?")
END_OF_WORD = frozenset(" \t\n;&|<>()")


class Kind(Enum):
    """What a token is."""

    WORD = "word"
    OPERATOR = "operator"
    NEWLINE = "newline"
    END = "end of file"


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `text` is an operator, or the spelling of a word without any quoting (else empty)."""

    kind: Kind
    text: str
    line: int
    word: Word = ()
    fd: int | None = None  # the digit before a redirection


class Lexer:
    """Reads `source` from `position` on; `parse_inside` parses the script of a command substitution."""

    def __init__(
        self, source: str, parse_inside: "Callable[[Lexer], tuple[CommandList, ...]]", position: int = 0, line: int = 1
    ) -> None:
        self.source = source
        self.position = position
        self.line = line
        self.parse_inside = parse_inside
        self.pending: list[HereDocument] = []
        self.wants_more = False  # the source ended within a here-document

    def fail(self, message: str) -> ShellError:
        return ShellError(f"Syntax error: {message}", 2, self.line)

    def rest(self, length: int) -> str:
        return self.source[self.position : self.position + length]

    def next_token(self) -> Token:
        """The next token; a line end also reads the here-documents that wait for it."""
        self._skip_blanks()
        line = self.line
        if self.position >= len(self.source):
            self._read_here_documents()
            return Token(Kind.END, "", line)
        if self.source[self.position] == "\n":
            self.position += 1
            self.line += 1
            self._read_here_documents()
            return Token(Kind.NEWLINE, "\n", line)
        fd = None
        if re.match(r"[0-9][<>]", self.rest(2)):
            fd = int(self.source[self.position])
            self.position += 1
        for operator in OPERATORS:
            if self.source.startswith(operator, self.position):
                self.position += len(operator)
                return Token(Kind.OPERATOR, operator, line, fd=fd)
        word = self.word()
        plain = "".join(part.text for part in word if isinstance(part, Literal) and not part.quoted)
        simple = all(isinstance(part, Literal) and not part.quoted for part in word)
        return Token(Kind.WORD, plain if simple else "", line, word)

    def _skip_blanks(self) -> None:
        while self.position < len(self.source):
            if self.source[self.position] in " \t":
                self.position += 1
            elif self.rest(2) == "\\\n":
                self.position += 2
                self.line += 1
            elif self.source[self.position] == "#":
                end = self.source.find("\n", self.position)
                self.position = len(self.source) if end < 0 else end
            else:
                return

    def word(self) -> Word:
        """The word that begins here."""
        return self._parts(END_OF_WORD, quoted=False)

    def _parts(self, stop: frozenset[str], quoted: bool) -> Word:
        """Parts up to a character of `stop`, which is not consumed. `quoted`: inside double quotes."""
        parts: list[Part] = []
        while self.position < len(self.source) and self.source[self.position] not in stop:
            char = self.source[self.position]
            if char == "\\":
                parts.extend(self._escaped(quoted, stop))
            elif char == "'" and not quoted:
                parts.append(self._single_quoted())
            elif char == '"':
                parts.extend(self._double_quoted())
            elif char == "$":
                parts.append(self._dollar(quoted))
            elif char == "`":
                parts.append(self._backquoted(quoted))
            else:
                self.position += 1
                self.line += char == "\n"
                parts.append(Literal(char, quoted))
        return joined(parts)

    def _escaped(self, quoted: bool, stop: frozenset[str]) -> tuple[Part, ...]:
        following = self.source[self.position + 1 : self.position + 2]
        self.position += 2
        if following == "\n":
            self.line += 1
            return ()
        if not following:
            self.position -= 1
            return (Literal("\\", True),)
        if quoted and following not in '$`"\\' and following not in stop:
            return (Literal("\\" + following, True),)
        return (Literal(following, True),)

    def _single_quoted(self) -> Part:
        end = self.source.find("'", self.position + 1)
        if end < 0:
            raise self.fail("Unterminated quoted string")
        text = self.source[self.position + 1 : end]
        self.line += text.count("\n")
        self.position = end + 1
        return Literal(text, True)

    def _double_quoted(self) -> tuple[Part, ...]:
        self.position += 1
        inside = self._parts(frozenset('"'), quoted=True)
        if self.position >= len(self.source):
            raise self.fail("Unterminated quoted string")
        self.position += 1
        return (Literal("", True), *inside)

    def _dollar(self, quoted: bool) -> Part:
        if self.rest(3) == "$((":
            return self._arithmetic(quoted)
        if self.rest(2) == "$(":
            self.position += 2
            return Substitution(self.parse_inside(self), quoted)
        if self.rest(2) == "${":
            self.position += 2
            return self._braced(quoted)
        found = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-]").match(self.source, self.position + 1)
        if not found:
            self.position += 1
            return Literal("$", quoted)
        self.position = found.end()
        return Parameter(found.group(), quoted=quoted)

    def _braced(self, quoted: bool) -> Part:
        """`${…}`, from after the brace on."""
        length = re.compile(r"#([A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])}").match(self.source, self.position)
        if length:
            self.position = length.end()
            return Parameter(length.group(1), "length", quoted=quoted)
        name = PARAMETER.match(self.source, self.position)
        self.position = name.end() if name else self.position
        operator = EXPANSION_OPERATOR.match(self.source, self.position)
        self.position = operator.end() if operator else self.position
        pattern = operator is not None and operator.group()[0] in "#%"
        word = self._parts(frozenset("}"), quoted and not pattern)
        if self.position >= len(self.source):
            raise self.fail("Missing '}'")
        self.position += 1
        if not name or (word and not operator):
            return Parameter("", "bad", quoted=quoted)
        return Parameter(name.group(), operator.group() if operator else "", word, quoted)

    def _arithmetic(self, quoted: bool) -> Part:
        self.position += 3
        parts: list[Part] = []
        depth = 0
        while True:
            parts.extend(self._parts(frozenset("()"), quoted=True))
            if self.position >= len(self.source):
                raise self.fail("Missing '))'")
            if depth == 0 and self.rest(2) == "))":
                self.position += 2
                return Arithmetic(joined(parts), quoted)
            char = self.source[self.position]
            depth += 1 if char == "(" else -1
            if depth < 0:
                raise self.fail("Missing '))'")
            self.position += 1
            parts.append(Literal(char, True))

    def _backquoted(self, quoted: bool) -> Part:
        special = '$`\\"' if quoted else "$`\\"
        script: list[str] = []
        self.position += 1
        while self.rest(1) != "`":
            if self.position >= len(self.source):
                raise self.fail("EOF in backquote substitution")
            if self.rest(1) == "\\" and self.rest(2)[1:] and self.rest(2)[1] in special:
                self.position += 1
            script.append(self.rest(1))
            self.position += 1
        self.position += 1
        inner = Lexer("".join(script) + ")", self.parse_inside, line=self.line)
        return Substitution(self.parse_inside(inner), quoted)

    def _read_here_documents(self) -> None:
        pending, self.pending = self.pending, []
        for document in pending:
            lines: list[str] = []
            self.wants_more = True
            while self.position < len(self.source):
                end = self.source.find("\n", self.position)
                end = len(self.source) if end < 0 else end
                text = self.source[self.position : end]
                self.position = min(end + 1, len(self.source))
                self.line += 1
                text = text.lstrip("\t") if document.strip_tabs else text
                if text == document.delimiter:
                    self.wants_more = False
                    break
                lines.append(text + "\n")
            document.body = self._here_body("".join(lines), document.quoted)

    def _here_body(self, text: str, quoted: bool) -> Word:
        """The text as it stands when the delimiter was quoted, else with its expansions."""
        if quoted:
            return (Literal(text, True),)
        # in a here-document \" keeps its backslash
        text = re.sub(r"\\(.)", lambda found: '\\\\"' if found[1] == '"' else found[0], text)
        inner = Lexer(text, self.parse_inside, line=self.line)
        parts: list[Part] = []
        while inner.position < len(text):
            parts.extend(inner._parts(frozenset('"'), quoted=True))
            if inner.position < len(text):
                inner.position += 1
                parts.append(Literal('"', True))
        return joined(parts)


def joined(parts: list[Part]) -> Word:
    """The same parts, with neighbouring literals of one kind made one.

    >>> joined([Literal("a"), Literal("b"), Literal("c", True)])
    (Literal(text='ab', quoted=False), Literal(text='c', quoted=True))
    """
    word: list[Part] = []
    for part in parts:
        before = word[-1] if word else None
        if isinstance(part, Literal) and isinstance(before, Literal) and before.quoted == part.quoted:
            word[-1] = Literal(before.text + part.text, part.quoted)
        else:
            word.append(part)
    return tuple(word)

"""The templates of `--format`: the part of Go's text/template that docker's documentation uses.

    {{.Names}}   {{json .Config.Env}}   {{range .Config.Env}}{{println .}}{{end}}   {{if eq .State "running"}}up{{end}}

Text and actions; fields, variables, literals, pipelines, parentheses; if, range and with; docker's functions.
The values are what JSON knows: dict, list, str, int, float, bool, None.

Pure. Source: pkg.go.dev/text/template; docs.docker.com/go/formatting.
Simplified: no define, template, block, break or continue.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from coursekit.docker import go_functions as gofunctions
from coursekit.errors import CourseError


class TemplateError(CourseError):
    """A template that cannot be read, or that asks for what is not there. Text as Go's."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word of an action; `at` is its column in the template."""

    kind: str
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Pipe:
    """Commands joined by `|`, each a tuple of operands; the names it is assigned to, if any."""

    commands: tuple[tuple["Operand", ...], ...]
    names: tuple[str, ...] = ()


Operand = Token | Pipe


@dataclass(frozen=True, slots=True)
class Block:
    """`if`, `range` or `with`, its body and its `else`."""

    word: str
    pipe: Pipe
    body: tuple["Part", ...]
    otherwise: tuple["Part", ...]


Part = str | Pipe | Block

_ACTION = re.compile(r"\{\{(?P<left>-\s)?(?P<body>(?:\"(?:\\.|[^\"\\])*\"|`[^`]*`|[^\"`])*?)(?P<right>\s-)?\}\}", re.S)
_WORD = re.compile(
    r"""(?P<space>\s+)|(?P<string>"(?:\\.|[^"\\])*"|`[^`]*`)|(?P<number>-?\d+(?:\.\d+)?)
    |(?P<field>(?:\.[A-Za-z_]\w*)+|\.)|(?P<variable>\$\w*(?:\.[A-Za-z_]\w*)*)|(?P<name>[A-Za-z_]\w*)
    |(?P<mark>:=|[|(),=])""",
    re.X,
)


def render(template: str, data: Any) -> str:
    """The template filled in from `data`.

    >>> render('{{.ID}}: {{range .Tags}}{{upper .}} {{end}}', {"ID": "f5fb", "Tags": ["a", "b"]})
    'f5fb: A B '
    """
    return parse(template)(data)


def parse(template: str) -> Callable[[Any], str]:
    """A function from data to text. Raises: TemplateError."""
    parts, closing = _parts(_pieces(template))
    if closing:
        raise TemplateError(f"template parsing error: template: :1: unexpected {{{{{closing[0].text}}}}}")
    return lambda data: "".join(_write(parts, Scope(data, data)))


def _pieces(template: str) -> Iterator[str | tuple[Token, ...]]:
    """Text and actions in turn, an action as its words."""
    end, trim = 0, False
    for match in _ACTION.finditer(template):
        text = template[end : match.start()]
        text = text.lstrip() if trim else text
        yield text.rstrip() if match["left"] else text
        end, trim = match.end(), bool(match["right"])
        if not match["body"].startswith("/*"):
            yield tuple(_words(match["body"], match.start("body")))
    rest = template[end:]
    if "{{" in rest:
        raise TemplateError("template parsing error: template: :1: unclosed action")
    yield rest.lstrip() if trim else rest


def _words(body: str, start: int) -> Iterator[Token]:
    at = 0
    while at < len(body):
        match = _WORD.match(body, at)
        if match is None:
            raise TemplateError(f"template parsing error: template: :1: unexpected {body[at]!r} in operand")
        if match.lastgroup and match.lastgroup != "space":
            yield Token(match.lastgroup, match[0], start + at)
        at = match.end()


def _parts(pieces: Iterator[str | tuple[Token, ...]]) -> tuple[tuple[Part, ...], tuple[Token, ...]]:
    """The parts up to an `else`, an `end` or the end of the template; and that closing action."""
    found: list[Part] = []
    for piece in pieces:
        match piece:
            case str():
                found.append(piece)
            case (Token("name", "end" | "else"), *_):
                return tuple(found), piece
            case (Token("name", ("if" | "range" | "with") as word), *rest):
                found.append(_block(word, tuple(rest), pieces))
            case ():
                raise TemplateError("template parsing error: template: :1: missing value for command")
            case _:
                found.append(_pipe(list(piece)))
    return tuple(found), ()


def _block(word: str, words: tuple[Token, ...], pieces: Iterator[str | tuple[Token, ...]]) -> Block:
    body, closing = _parts(pieces)
    otherwise: tuple[Part, ...] = ()
    match closing:
        case (Token(text="else"), Token(text=("if" | "with") as again), *rest):
            otherwise = (_block(again, tuple(rest), pieces),)
        case (Token(text="else"),):
            otherwise, closing = _parts(pieces)
    if not closing:
        raise TemplateError("template parsing error: template: :1: unexpected EOF")
    return Block(word, _pipe(list(words)), body, otherwise)


def _pipe(words: list[Token]) -> Pipe:
    """The words of a pipeline, taken from the front of `words`, up to a closing parenthesis."""
    names: list[str] = []
    texts = [word.text for word in words]
    if ":=" in texts:
        names = [text for text in texts[: texts.index(":=")] if text != ","]
        del words[: texts.index(":=") + 1]
    commands: list[list[Operand]] = [[]]
    while words:
        word = words.pop(0)
        match word.text if word.kind == "mark" else "":
            case "(":
                commands[-1].append(_pipe(words))
            case ")":
                break
            case "|":
                commands.append([])
            case "":
                commands[-1].append(word)
            case other:
                raise TemplateError(f'template parsing error: template: :1: unexpected "{other}" in operand')
    if not all(commands):
        raise TemplateError("template parsing error: template: :1: missing value for command")
    return Pipe(tuple(map(tuple, commands)), tuple(names))


@dataclass(slots=True)
class Scope:
    """What a part sees: the data, the dot, the variables."""

    root: Any
    dot: Any
    variables: dict[str, Any] = field(default_factory=dict)

    def inside(self, dot: Any, **variables: Any) -> "Scope":
        return Scope(self.root, dot, {**self.variables, **variables})

    def value(self, pipe: Pipe) -> Any:
        result: tuple[Any, ...] = ()
        for command in pipe.commands:
            result = (self._command(command, result),)
        for name in pipe.names[:1]:
            self.variables[name] = result[0]
        return result[0]

    def _command(self, command: tuple[Operand, ...], piped: tuple[Any, ...]) -> Any:
        first, *rest = command
        if isinstance(first, Token) and first.kind == "name" and first.text not in ("true", "false", "nil"):
            function = gofunctions.FUNCTIONS.get(first.text)
            if function is None:
                raise TemplateError(f'template parsing error: template: :1: function "{first.text}" not defined')
        else:
            function = self._operand(first)
            if not callable(function):
                return function
        try:
            return function(*map(self._operand, rest), *piped)
        except (TypeError, ValueError, LookupError) as error:
            text = first.text if isinstance(first, Token) else "pipeline"
            raise TemplateError(f'template: executing "" at <{text}>: error calling {text}: {error}') from error

    def _operand(self, operand: Operand) -> Any:
        if isinstance(operand, Pipe):
            return self.value(operand)
        match operand.kind:
            case "string":
                return gofunctions.unquote(operand.text)
            case "number":
                return float(operand.text) if "." in operand.text else int(operand.text)
            case "field":
                return self._field(self.dot, operand)
            case "variable":
                name, dot, path = operand.text.partition(".")
                value = self.root if name == "$" else self.variables.get(name)
                return self._field(value, Token("field", dot + path, operand.at)) if path else value
        if operand.text in ("true", "false", "nil"):
            return {"true": True, "false": False, "nil": None}[operand.text]
        return self._command((operand,), ())

    def _field(self, value: Any, word: Token) -> Any:
        for key in filter(None, word.text.split(".")):
            if not isinstance(value, Mapping) or key not in value:
                place = f'template: :1:{word.at}: executing "" at <{word.text}>'
                raise TemplateError(f'template parsing error: {place}: map has no entry for key "{key}"')
            value = value[key]
        return value


def _write(parts: tuple[Part, ...], scope: Scope) -> Iterator[str]:
    for part in parts:
        match part:
            case str():
                yield part
            case Pipe(names=()):
                yield gofunctions.text(scope.value(part))
            case Pipe():
                scope.value(part)
            case Block("range"):
                yield from _write_range(part, scope)
            case Block(word, pipe, body, otherwise):
                value = scope.value(pipe)
                dot = value if word == "with" and value else scope.dot
                yield from _write(body if value else otherwise, scope.inside(dot))


def _write_range(block: Block, scope: Scope) -> Iterator[str]:
    value = scope.value(block.pipe)
    items = sorted(value.items()) if isinstance(value, Mapping) else list(enumerate(value or ()))
    for key, item in items:
        names = dict(zip(block.pipe.names, (item,) if len(block.pipe.names) == 1 else (key, item), strict=False))
        yield from _write(block.body, scope.inside(item, **names))
    if not items:
        yield from _write(block.otherwise, scope)

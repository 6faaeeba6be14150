"""Variables and quotes in a Dockerfile's words: what `ENV`, `COPY`, `LABEL` … make of `${X:-y}` before they act.

    $X  ${X}          the value, empty if unset        ${X:-y}  y if X is unset or empty     ${X-y}  y if X is unset
    ${X:+y}           y if X has a value               ${X:?y}  the build fails with y if not
    \\$X               a dollar sign                    'a $X'   single quotes keep all, double quotes expand

RUN is left alone: its shell expands.

Source: Dockerfile reference, "Environment replacement"; moby/buildkit frontend/dockerfile/
shell/lex.go.
"""

import re
from collections.abc import Mapping

_NAME = re.compile(r"[A-Za-z_]\w*|[0-9@*#?]")


class WordError(ValueError):
    """A word that cannot be expanded; its text says why."""


def expanded(text: str, values: Mapping[str, str], escape: str = "\\") -> str:
    """The text as one word: variables replaced, quotes taken away. Raises: WordError.

    >>> expanded("a-${X:-y} '$X'", {})
    'a-y $X'
    """
    return _Reader(text, values, escape).all()


def words(text: str, values: Mapping[str, str], escape: str = "\\") -> list[str]:
    """The text split at spaces outside quotes, each word expanded. Raises: WordError.

    >>> words("a=$X 'b c'", {"X": "1"})
    ['a=1', 'b c']
    """
    return [expanded(word, values, escape) for word in split(text, escape)]


def split(text: str, escape: str = "\\") -> list[str]:
    """The text split at spaces outside quotes and braces, quotes kept.

    >>> split("a='1 2' b=${X:-3 4}")
    ["a='1 2'", 'b=${X:-3 4}']
    """
    found: list[str] = []
    word, quote, depth, at = "", "", 0, 0
    while at < len(text):
        char = text[at]
        if char == escape and quote != "'" and at + 1 < len(text):
            word += text[at : at + 2]
            at += 2
            continue
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif text.startswith("${", at):
            depth += 1
        elif char == "}" and depth:
            depth -= 1
        if char.isspace() and not quote and not depth:
            if word:
                found.append(word)
            word = ""
        else:
            word += char
        at += 1
    return [*found, word] if word else found


class _Reader:
    """One pass over a text."""

    def __init__(self, text: str, values: Mapping[str, str], escape: str) -> None:
        self.text, self.values, self.escape = text, values, escape
        self.at = 0

    def all(self) -> str:
        result = self._until("")
        return result

    def _until(self, end: str) -> str:
        """Expand up to the character `end`, which is eaten; "" is the end of the text."""
        result = ""
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == end:
                self.at += 1
                return result
            if char == "'" and end != '"':
                result += self._single()
            elif char == '"' and end != '"':
                self.at += 1
                result += self._until('"')
            elif char == self.escape:
                result += self._escaped(end)
            elif char == "$":
                self.at += 1
                result += self._variable()
            else:
                result += char
                self.at += 1
        if end == '"':
            raise WordError("unexpected end of statement while looking for matching double-quote")
        if end == "}":
            raise WordError("syntax error: missing '}'")
        return result

    def _single(self) -> str:
        close = self.text.find("'", self.at + 1)
        if close < 0:
            raise WordError("unexpected end of statement while looking for matching single-quote")
        piece = self.text[self.at + 1 : close]
        self.at = close + 1
        return piece

    def _escaped(self, end: str) -> str:
        following = self.text[self.at + 1 : self.at + 2]
        self.at += 2
        if end == '"' and following not in ('"', "$", self.escape):
            return self.escape + following
        return following

    def _variable(self) -> str:
        if not self.text.startswith("{", self.at):
            found = _NAME.match(self.text, self.at)
            if found is None:
                return "$"
            self.at = found.end()
            return self.values.get(found[0], "")
        self.at += 1
        found = _NAME.match(self.text, self.at)
        if found is None:
            raise WordError("syntax error: bad substitution")
        self.at = found.end()
        return self._modified(found[0])

    def _modified(self, name: str) -> str:
        value = self.values.get(name)
        rest = self.text[self.at :]
        if rest.startswith("}"):
            self.at += 1
            return value or ""
        colon = rest.startswith(":")
        modifier = rest[colon : colon + 1]
        if modifier not in ("-", "+", "?") or not modifier:
            raise WordError(f"unsupported modifier ({rest[: 1 + colon]}) in substitution")
        self.at += 1 + colon
        other = self._until("}")
        given = bool(value) if colon else value is not None
        if modifier == "+":
            return other if given else ""
        if not given and modifier == "?":
            raise WordError(f"{name}: {other or 'not allowed to be unset'}")
        return (value or "") if given else other

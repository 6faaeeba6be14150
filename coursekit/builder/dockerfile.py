"""A Dockerfile, read: comments and continuations gone, each instruction with its flags, its lines and its heredocs.

    # escape=`              a directive, only before everything else
    RUN --network=none \\    word RUN, flags {network: none}
        # a comment         left out
        make                text "make", lines 2 to 4

Neighbours: variables, build (what instructions do).
Source: Dockerfile reference; moby/buildkit frontend/dockerfile/parser. Messages as BuildKit words them.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from coursekit.errors import BuildError

INSTRUCTIONS = (
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
)
FLAGS = {
    "ADD": ("chown", "chmod", "link"),
    "COPY": ("from", "chown", "chmod", "link", "parents", "exclude"),
    "FROM": ("platform",),
    "RUN": ("mount", "network", "security"),
    "HEALTHCHECK": ("interval", "timeout", "start-period", "start-interval", "retries"),
}
WITH_HEREDOCS = ("ADD", "COPY", "RUN")
_DIRECTIVE = re.compile(r"#\s*([A-Za-z][\w-]*)\s*=\s*(.*?)\s*$")
_HEREDOC = re.compile(r"(?<![<\\\w])\d*<<(-?)(['\"]?)([A-Za-z_][\w.]*)\2")
MAX_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Heredoc:
    """A document within an instruction; `expand` unless its name was quoted."""

    name: str
    text: str
    expand: bool


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: `text` is what follows word and flags, on one line; `start` and `end` count lines from 1."""

    word: str
    flags: tuple[tuple[str, str], ...]
    text: str
    start: int
    end: int
    heredocs: tuple[Heredoc, ...] = ()

    @property
    def exec_form(self) -> tuple[str, ...] | None:
        """The words of the exec form, `["a", "b"]`; None for the shell form."""
        if not self.text.startswith("["):
            return None
        try:
            value = json.loads(self.text)
        except ValueError:
            return None
        whole = isinstance(value, list) and all(isinstance(word, str) for word in value)
        return tuple(value) if whole else None

    def flag(self, name: str) -> str:
        """The value of a flag, "" if it was not given."""
        return dict(self.flags).get(name, "")

    @property
    def shown(self) -> str:
        """The instruction on one line, as progress shows it."""
        flags = "".join(f"--{name}={value} " for name, value in self.flags)
        return f"{self.word} {flags}{self.text}"

    def error(self, said: str) -> BuildError:
        """A parse error at this instruction."""
        return BuildError(f"dockerfile parse error on line {self.start}: {said}", self.start, self.end)


@dataclass(frozen=True, slots=True)
class Dockerfile:
    """All of it; `lines` as written, for showing where something failed."""

    lines: tuple[str, ...]
    escape: str
    instructions: tuple[Instruction, ...]


def parse(text: str) -> Dockerfile:
    """The Dockerfile in `text`. Raises: BuildError."""
    if len(text) > MAX_BYTES:
        raise BuildError(f"a Dockerfile of {len(text):,} characters; no more than {MAX_BYTES:,} are read")
    lines = tuple(text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n"))
    escape = _directives(lines)
    instructions = tuple(_instructions(lines, escape))
    if not instructions:
        raise BuildError("the Dockerfile cannot be empty: it needs a FROM to begin with")
    return Dockerfile(lines, escape, instructions)


def _directives(lines: Sequence[str]) -> str:
    """The escape character that the directives before everything else choose. Raises: BuildError."""
    escape = "\\"
    for number, line in enumerate(lines, 1):
        found = _DIRECTIVE.match(line.strip())
        if found is None:
            break
        if found[1].lower() == "escape":
            if found[2] not in ("\\", "`"):
                raise BuildError(
                    f"dockerfile parse error on line {number}: invalid escape token '{found[2]}' does "
                    "not match ` or \\",
                    number,
                )
            escape = found[2]
    return escape


def _instructions(lines: Sequence[str], escape: str) -> Iterator[Instruction]:
    number = 0
    while number < len(lines):
        start = number + 1
        text, number = _joined(lines, number, escape)
        if text is None:
            continue
        read = _read(text, start, number)
        if read.word in WITH_HEREDOCS:
            heredocs, number = _heredocs(read, lines, number)
            read = replace(read, heredocs=heredocs, end=number)
        yield read


def _joined(lines: Sequence[str], number: int, escape: str) -> tuple[str | None, int]:
    """An instruction's lines made one, and the number of the next line; None for a comment or an empty line."""
    ends = re.compile(re.escape(escape) + r"[ \t]*$")
    text, going = "", False
    while number < len(lines):
        line = lines[number]
        number += 1
        stripped = line.strip()
        if stripped.startswith("#") or not stripped:
            if going:
                continue  # comments and empty lines within an instruction are left out
            return None, number
        piece = ends.sub("", line)
        text += piece if going else piece.lstrip()
        if piece == line:
            break
        going = True
    return text.strip() or None, number


def _read(text: str, start: int, end: int) -> Instruction:
    """Word, flags and the rest. Raises: BuildError."""
    word, _, rest = re.sub(r"^(\S+)\s*", r"\1 ", text, count=1).partition(" ")
    instruction = Instruction(word.upper(), (), rest.strip(), start, end)
    if instruction.word not in INSTRUCTIONS:
        near = get_close_matches(instruction.word, INSTRUCTIONS, 1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        raise instruction.error(f"unknown instruction: {word}{hint}")
    flags: list[tuple[str, str]] = []
    allowed = FLAGS.get(instruction.word, ())
    while allowed and (found := re.match(r"--([\w-]+)(?:=(\S*))?(?:\s+|$)", rest)):
        if found[1] not in allowed:
            near = get_close_matches(found[1], allowed, 1)
            raise instruction.error(f"unknown flag: --{found[1]}" + (f" (did you mean {near[0]}?)" if near else ""))
        flags.append((found[1], found[2] or ""))
        rest = rest[found.end() :]
    instruction = replace(instruction, flags=tuple(flags), text=rest.strip())
    if not instruction.text:
        wanted = (
            "exactly one argument"
            if instruction.word in ("WORKDIR", "USER", "STOPSIGNAL")
            else ("at least one argument")
        )
        raise instruction.error(
            "FROM requires either one or three arguments"
            if instruction.word == "FROM"
            else f"{instruction.word} requires {wanted}"
        )
    return instruction


def _heredocs(instruction: Instruction, lines: Sequence[str], number: int) -> tuple[tuple[Heredoc, ...], int]:
    """The documents that an instruction announces, and the number of the next line. Raises: BuildError."""
    found: list[Heredoc] = []
    for dash, quote, name in _HEREDOC.findall(instruction.text):
        body: list[str] = []
        while True:
            if number >= len(lines):
                raise BuildError(
                    f"dockerfile parse error on line {instruction.start}: unterminated heredoc",
                    instruction.start,
                    len(lines),
                )
            line = lines[number].lstrip("\t") if dash else lines[number]
            number += 1
            if line == name:
                break
            body.append(line + "\n")
        found.append(Heredoc(name, "".join(body), not quote))
    return tuple(found), number

"""The build context: what COPY and ADD may take from, less what .dockerignore leaves out.

    {"app.py": "print()", "site/": {}}      a dict of text, bytes and nodes, as lessons and recipes give it
    Path("project")                         a directory of this machine, read lazily

Source: Dockerfile reference, ".dockerignore file"; moby/patternmatcher; Go's path/filepath.Match.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coursekit.errors import BuildError
from coursekit.fs.content import Bytes
from coursekit.fs.node import Directory, File, Metadata, Node
from coursekit.layers.layer import Layer, as_node
from coursekit.vfs.overlay import Overlay

IGNORE = ".dockerignore"
Given = Mapping[str, Any] | str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class Context:
    """A tree that is only read, and the patterns of what is left out of it."""

    tree: Overlay
    ignored: tuple[tuple[bool, re.Pattern[str]], ...] = ()

    def hides(self, path: str) -> bool:
        """Whether .dockerignore leaves out the absolute `path`; the last pattern that matches it decides."""
        hidden = False
        above = [path.lstrip("/")]
        while "/" in above[-1]:
            above.append(above[-1].rpartition("/")[0])
        for excludes, pattern in self.ignored:
            if any(pattern.fullmatch(name) for name in above):
                hidden = excludes
        return hidden

    def select(self, pattern: str) -> list[str]:
        """The absolute paths that a source of COPY names, sorted; a plain name that is not there gives none."""
        wanted = "/" + "/".join(part for part in clean(pattern).split("/") if part)
        if not re.search(r"[*?\[]", wanted):
            return [wanted] if self.tree.exists(wanted) and not self.hides(wanted) else []
        found = ["/"]
        for part in wanted.strip("/").split("/"):
            rule = re.compile(_segment(part))
            found = [
                join(path, name)
                for path in found
                if self.tree.is_dir(path)
                for name in sorted(self.tree.listdir(path))
                if rule.fullmatch(name)
            ]
        return [path for path in found if not self.hides(path)]

    def below(self, top: str) -> Iterator[str]:
        """Every path below a directory that is not left out, parents first, sorted."""
        some_come_back = any(not excludes for excludes, _ in self.ignored)
        waiting = [join(top, name) for name in sorted(self.tree.listdir(top), reverse=True)]
        while waiting:
            path = waiting.pop()
            hidden = self.hides(path)
            if not hidden:
                yield path
            if self.tree.is_dir(path, follow_symlinks=False) and (not hidden or some_come_back):
                waiting += [join(path, name) for name in sorted(self.tree.listdir(path), reverse=True)]


def join(directory: str, name: str) -> str:
    """`directory/name` with one slash."""
    return f"{directory.rstrip('/')}/{name}"


def clean(path: str) -> str:
    """The path without `.` and `..`, which cannot lead out of a context.

    >>> clean("../a/./b/..")
    'a'
    """
    kept: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del kept[-1:]
        elif part not in ("", "."):
            kept.append(part)
    return "/".join(kept)


def context_of(given: Given, when: int = 0) -> Context:
    """The context in a dict or a directory; files of a dict have the time `when`, in ns. Raises: BuildError."""
    if isinstance(given, Mapping):
        tree = Overlay([Layer.of(dict(_nodes(given, "", when)))], upperdir=None)
    else:
        path = Path(given)
        if not path.is_dir():
            raise BuildError(
                f"unable to prepare context: path {os.fspath(given)!r} not found"
                if not path.exists()
                else f"unable to prepare context: {os.fspath(given)} is no directory"
            )
        tree = Overlay([path], upperdir=None)
    text = tree.read_text(f"/{IGNORE}") if tree.is_file(f"/{IGNORE}") else ""
    return Context(tree, tuple(patterns(text)))


def _nodes(given: Mapping[str, Any], prefix: str, when: int) -> Iterator[tuple[str, Node]]:
    """A dict's entries by absolute path: text that begins with `#!` may be executed."""
    for name, spec in given.items():
        path = f"{prefix}/{clean(str(name))}"
        if isinstance(spec, Mapping):
            yield path, Directory(Metadata(0o755, mtime_ns=when))
            yield from _nodes(spec, path, when)
        elif isinstance(spec, (str, bytes)):
            data = spec.encode() if isinstance(spec, str) else spec
            yield path, File(Metadata(0o755 if data.startswith(b"#!") else 0o644, mtime_ns=when), Bytes(data))
        else:
            try:
                yield path, as_node(path, spec)
            except TypeError as error:
                raise BuildError(f"the context: {error}") from None


def patterns(text: str) -> Iterator[tuple[bool, re.Pattern[str]]]:
    """The lines of a .dockerignore: whether each one excludes, and what it matches.

    >>> [(excludes, bool(rule.fullmatch("a/b.pyc"))) for excludes, rule in patterns("**/*.pyc\\n!a/b.pyc\\n# no")]
    [(True, True), (False, True)]
    """
    for line in text.splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        excludes = not line.startswith("!")
        parts = clean(line.removeprefix("!").strip()).split("/")
        yield excludes, re.compile("".join(_globbed(parts)))


def _globbed(parts: list[str]) -> Iterator[str]:
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        if part == "**":
            yield ".*" if last else "(?:.*/)?"
        else:
            yield _segment(part) + ("" if last else "/")


def _segment(part: str) -> str:
    """One name's pattern, as Go's filepath.Match reads it, in words of `re`."""
    found = ""
    for piece in re.findall(r"\\.|\[\^?[^\]]*\]|.", part, re.S):
        if piece == "*":
            found += "[^/]*"
        elif piece == "?":
            found += "[^/]"
        elif piece.startswith("[") and len(piece) > 1:
            found += piece
        else:
            found += re.escape(piece[-1])
    return found

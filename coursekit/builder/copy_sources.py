"""The operands of COPY and ADD: which paths of the context, and where they go.

Source: Dockerfile reference, COPY; messages as BuildKit words them.
"""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass

from coursekit.builder.context import Context
from coursekit.builder.dockerfile import Instruction
from coursekit.builder.variables import WordError, expanded, words
from coursekit.errors import BuildError
from coursekit.fs.content import Bytes
from coursekit.fs.node import File, Metadata
from coursekit.layers.layer import Layer
from coursekit.vfs.overlay import Overlay


@dataclass(frozen=True, slots=True)
class Sources:
    """`paths` are absolute in `context`, `target` in the tree; `named` and `target_as_written` are history's words."""

    context: Context
    paths: list[str]
    named: list[str]
    target: str
    target_as_written: str
    mode: int | None


def copy_sources(
    instruction: Instruction, context: Context, directory: str, escape: str, values: Mapping[str, str]
) -> Sources:
    """What the instruction names. Raises: BuildError."""
    try:
        given = [expanded(word, values, escape) for word in instruction.exec_form or ()] or (
            words(instruction.text, values, escape)
        )
    except WordError as error:
        raise BuildError(f"failed to process {instruction.text!r}: {error}", instruction.start) from None
    if len(given) < 2:
        said = f"{instruction.word} requires at least two arguments, but only one was provided. "
        raise instruction.error(said + "Destination could not be determined")
    *named, written = given
    target = posixpath.join(directory, written)
    target = posixpath.normpath(target).replace("//", "/") + (
        "/" if written.endswith(("/", "/.")) or written == "." else ""
    )
    if instruction.heredocs:
        context, named = _documents(instruction, values, escape), [f"/{one.name}" for one in instruction.heredocs]
    for name in named:
        if re.match(r"(https?|ftp|git)://|git@", name):
            raise BuildError(
                f"{instruction.word} {name}: there is no network here; put the file into the context",
                instruction.start,
                instruction.end,
            )
    paths = [path for name in named for path in _found(context, name, instruction)]
    if (len(named) > 1 or len(paths) > 1) and not target.endswith("/"):
        raise BuildError(
            f"When using {instruction.word} with more than one source file, the destination must be a "
            "directory and end with a /",
            instruction.start,
            instruction.end,
        )
    return Sources(context, paths, named, target.replace("//", "/"), written, _mode(instruction))


def _found(context: Context, name: str, instruction: Instruction) -> list[str]:
    found = context.select(name)
    if not found:
        shown = "/" + name.removeprefix("./").strip("/")
        said = f'failed to compute cache key: failed to calculate checksum of ref: "{shown}": not found'
        if context.ignored and context.hides(shown):
            said += " (.dockerignore leaves it out)"
        raise BuildError(said, instruction.start, instruction.end)
    return found


def _mode(instruction: Instruction) -> int | None:
    text = instruction.flag("chmod")
    if not text:
        return None
    if not re.fullmatch(r"[0-7]{3,4}", text):
        raise BuildError(
            f"invalid chmod parameter: '{text}'. it should be octal string and between 0 and 07777",
            instruction.start,
            instruction.end,
        )
    return int(text, 8)


def _documents(instruction: Instruction, values: Mapping[str, str], escape: str) -> Context:
    """The heredocs as files."""
    files = {}
    for one in instruction.heredocs:
        text = _expanded(one.text, values, escape) if one.expand else one.text
        files[f"/{one.name}"] = File(Metadata(0o644), Bytes(text.encode()))
    return Context(Overlay([Layer.of(files)], upperdir=None))


def _expanded(text: str, values: Mapping[str, str], escape: str) -> str:
    """Variables replaced; quotes are text here."""
    marked = text.replace("'", "\0").replace('"', "\1")
    return expanded(marked, values, escape).replace("\0", "'").replace("\1", '"')

"""Where long or binary output goes: a file that appears whole or not at all, standard output, a progress bar."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

import click

from coursekit.docker.command import DockerError
from coursekit.docker.formatters import printable

if TYPE_CHECKING:
    from coursekit.container.result import Result


def print_lines(lines: Iterable[str]) -> None:
    """Lines in one piece: a notebook shows, and keeps, one output. No control character but tabs passes here.

    What verbs print of images and containers goes through this; what programs and files say goes through write_text.
    """
    text = "\n".join(printable(line, keep="\t") for line in lines)
    if text:
        click.echo(text)


def binary_stream(verb: str) -> BinaryIO:
    """Standard output for bytes. Raises: DockerError where they would land on a terminal or in a notebook."""
    stream: BinaryIO | None = getattr(sys.stdout, "buffer", None)
    if stream is None or sys.stdout.isatty():
        raise DockerError(f"cowardly refusing to {verb} to a terminal. Use the -o flag or redirect")
    sys.stdout.flush()
    return stream


def write_text(text: str, stream: TextIO) -> None:
    """What a command in a container printed, as it is: bytes where the stream takes bytes."""
    raw = getattr(stream, "buffer", None)
    if raw is None:
        stream.write(text)
    else:
        stream.flush()
        raw.write(text.encode("utf-8", "surrogateescape"))
        raw.flush()


def write_result(result: "Result") -> None:
    """What a command in a container printed: its bytes, where the streams take bytes."""
    texts = (result.stdout, result.stderr)
    for text, data, stream in zip(texts, result.raw, (sys.stdout, sys.stderr), strict=True):
        write_text(data.decode("utf-8", "surrogateescape") if hasattr(stream, "buffer") and data else text, stream)


def check_output(target: str | None, what: str) -> None:
    """Refuse a place that cannot take the output, before any work is done. `what`: "save image"."""
    if target is None:
        binary_stream(what.partition(" ")[0])
        return
    trouble = f"failed to {what}: invalid output path"
    folder = os.path.dirname(target) or "."
    if not os.path.isdir(folder):
        raise DockerError(f"{trouble}: stat {folder}: no such file or directory")
    if os.path.isdir(target):
        raise DockerError(f'{trouble}: "{target}" is a directory')


@contextmanager
def binary_output(target: str | None) -> Iterator[Path]:
    """A path to write an archive to. Afterwards it is renamed to `target`, or copied to standard output for None."""
    if target is not None and os.path.exists(target) and not os.path.isfile(target):
        yield Path(target)  # a device or a pipe, such as /dev/null: written in place
        return
    folder = None if target is None else Path(target).absolute().parent
    with tempfile.TemporaryDirectory(dir=folder, prefix=".coursekit-") as place:
        written = Path(place) / "archive"
        yield written
        if target is None:
            with open(written, "rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer)
            sys.stdout.buffer.flush()
        else:
            os.replace(written, target)


Advance = Callable[[int], None]


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Advance]:
    """A bar on a terminal, nothing elsewhere; what comes back is called with the bytes just done, of `total`."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what.replace("[", "\\["), total=total)
        yield lambda done: bar.update(task, advance=done)

"""The verb that builds an image: build.

    coursekit build -t me/web .          Dockerfile and context from a directory
    coursekit build - < Dockerfile       without a context
    %%docker build -t me/web [DIR]       the cell is the Dockerfile, DIR the context

Progress is BuildKit's plain one, on stderr as docker prints it (in a notebook below the cell, as all else).

Source: docker buildx build reference.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import click

from coursekit.docker.client import Client
from coursekit.docker.command import DockerError, Verb, pass_client, platform_option
from coursekit.docker.formatters import printable
from coursekit.errors import BuildError, CourseError

_STEPS = click.Choice(("auto", "plain", "tty", "quiet", "rawjson"))


@click.command(cls=Verb, name="build")
@platform_option
@click.option("-t", "--tag", "tags", multiple=True, metavar="stringArray", help="Image identifier (format: name:tag)")
@click.option("-f", "--file", metavar="string", default=None, help="Name of the Dockerfile")
@click.option("--build-arg", "arguments", multiple=True, metavar="stringArray", help="Set build-time variables")
@click.option("--no-cache", is_flag=True, help="Do not use cache when building the image")
@click.option("--target", metavar="string", default="", help="Set the target build stage to build")
@click.option("--label", "labels", multiple=True, metavar="stringArray", help="Set metadata for an image")
@click.option("--progress", type=_STEPS, default="auto", help="Set type of progress output; here it is always plain")
@click.option("-q", "--quiet", is_flag=True, help="Suppress the build output and print image ID on success")
@click.argument("path", metavar="PATH | -", required=False)
@pass_client
def build(
    client: Client,
    /,
    tags: tuple[str, ...],
    file: str | None,
    arguments: tuple[str, ...],
    no_cache: bool,
    target: str,
    labels: tuple[str, ...],
    progress: str,
    quiet: bool,
    path: str | None,
) -> None:
    """Start a build."""
    from coursekit.builder.build import build as build_image

    text, name, context = _source(client, file, path)
    quiet = quiet or progress == "quiet"
    say = None if quiet else _speaker(client)
    try:
        image = build_image(
            text,
            context,
            tag=tags,
            store=client.store,
            args=_arguments(arguments),
            target=target,
            no_cache=no_cache,
            say=say,
            now=lambda: int(client.now().timestamp() * 1e6) * 1000,
            file=name,
            find=client.image,
            labels=dict(label.partition("=")[::2] for label in labels),
        )
    except BuildError as error:
        *place, line = "\n".join(getattr(error, "__notes__", [str(error)])).split("\n")
        for row in place:
            click.echo(printable(row), err=True)
        raise DockerError(line) from error
    except CourseError as error:
        raise DockerError(f"ERROR: failed to build: {error}") from error
    if quiet:
        click.echo(str(image.id))


def _speaker(client: Client) -> Callable[[str], None]:
    """Where progress goes: stderr, but in a notebook stdout."""
    in_notebook = client.stdin is not None
    return lambda line: click.echo(printable(line, keep="\t"), file=sys.stdout if in_notebook else sys.stderr)


def _source(client: Client, file: str | None, path: str | None) -> tuple[str, str, Path | None]:
    """The Dockerfile's text, its name, and the context. Raises: DockerError."""
    cell = client.stdin or ""
    if path is None and not cell:
        raise DockerError("docker: 'docker build' requires 1 argument (see 'docker build --help')")
    context = Path(path) if path not in (None, "-") else None
    if path == "-" or file == "-" or (cell and file is None):
        return client.read_input(), "Dockerfile", context
    if context is None or not context.is_dir():
        raise DockerError(f"ERROR: failed to build: unable to prepare context: path {str(path)!r} not found")
    place = Path(file) if file else context / "Dockerfile"
    try:
        return place.read_text(encoding="utf-8"), place.name, context
    except OSError as error:
        said = f"failed to read dockerfile: open {place}: {(error.strerror or '').lower()}"
    except UnicodeDecodeError:
        said = f"{place} is no text in UTF-8"
    raise DockerError(f"ERROR: failed to build: failed to solve: {said}")


def _arguments(given: tuple[str, ...]) -> dict[str, str]:
    """NAME=value as given; a bare NAME takes its value from this environment, as docker does."""
    import os

    found = {}
    for argument in given:
        name, equals, value = argument.partition("=")
        if equals or name in os.environ:
            found[name] = value if equals else os.environ[name]
    return found

"""The verbs that go into a container: exec, cp, diff, commit, export.

Neighbours: containers, terminal (exec -it). Output recorded from docker 28.2.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coursekit.docker.client import Client
from coursekit.docker.command import DockerError, Verb, complain, daemon, pass_client
from coursekit.docker.output import binary_output, check_output, print_lines, progress, write_result, write_text
from coursekit.docker.real_programs import run_in
from coursekit.docker.terminal import interact, is_shell, play
from coursekit.errors import ImageError, NotFound

if TYPE_CHECKING:
    from coursekit.container.container import Container
    from coursekit.container.result import Result

_OWN = {"allow_interspersed_args": False}  # what follows the container is the command's


@click.command(cls=Verb, name="exec", context_settings=_OWN)
@click.option("-d", "--detach", is_flag=True, help="Run command in the background: its output is not shown")
@click.option("-e", "--env", multiple=True, metavar="list", help="Set environment variables")
@click.option("-i", "--interactive", is_flag=True, help="Keep STDIN open")
@click.option("-t", "--tty", is_flag=True, help="Allocate a pseudo-TTY")
@click.option("-u", "--user", metavar="string", default=None, help="Username or UID (format: <name|uid>[:<group|gid>])")
@click.option("-w", "--workdir", metavar="string", default=None, help="Working directory inside the container")
@click.option("--privileged", is_flag=True, hidden=True)
@click.option("--real", is_flag=True, help="Run the image's own program, on this machine's kernel (Linux)")
@click.argument("name", metavar="CONTAINER")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="COMMAND [ARG...]")
@pass_client
def exec_(
    client: Client,
    name: str,
    command: Sequence[str],
    detach: bool,
    env: Sequence[str],
    interactive: bool,
    tty: bool,
    user: str | None,
    workdir: str | None,
    privileged: bool,
    real: bool,
) -> None:
    """Execute a command in a running container."""
    container = client.container(name)
    if container.state != "running":
        raise DockerError(daemon(f"container {container.id} is not running"))
    if real:
        with client.changing(name) as alone:
            ended = run_in(client, alone, command, env=environment(env), workdir=workdir, user=user, stdin=interactive)
        if ended is not None:
            if ended:
                raise click.exceptions.Exit(ended)
            return
    if tty and interactive and is_shell(command):
        code = way_in(client, container, command, environment(env), workdir, user)
    else:
        stdin = client.read_input() if interactive else ""
        if not interactive and client.stdin:
            complain("the text of the cell is not passed on: that takes -i")
        with client.changing(name) as alone:
            result = alone.exec(list(command), stdin, environment(env), workdir, user)
        if detach and result.refusal:
            raise DockerError(daemon(result.refusal))
        code = 0 if detach else result.exit_code
        if not detach:
            write_exec(result)
    if code:
        raise click.exceptions.Exit(code)


def write_exec(result: "Result") -> None:
    """What a command printed. Why one cannot be started, docker says on standard output; our advice is no output."""
    if not result.refusal:
        write_result(result)
        return
    write_text(f"{result.refusal}\r\n", sys.stdout)
    write_text(result.stderr.removeprefix(f"{result.refusal}\n"), sys.stderr)


def environment(words: Sequence[str]) -> dict[str, str]:
    """-e NAME=value; -e NAME takes the value from here, and is nothing where there is none. Raises: DockerError."""
    found = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not name:
            raise DockerError(
                f'invalid argument "{word}" for "-e, --env" flag: invalid environment variable: {word}', 125
            )
        if equals or name in os.environ:
            found[name] = value if equals else os.environ[name]
    return found


def way_in(
    client: Client,
    container: "Container",
    command: Sequence[str],
    env: dict[str, str],
    workdir: str | None,
    user: str | None,
) -> int:
    """A shell on a terminal, or played from a cell's text; the exit code of its last command."""
    terminal = container.terminal(command, env, workdir, user)
    if client.stdin:
        return play(terminal, client.stdin)
    if client.ask is None:
        raise DockerError(client.terminal)
    return interact(terminal, client.ask)


@click.command(cls=Verb, name="diff")
@click.argument("name", metavar="CONTAINER")
@pass_client
def diff(client: Client, name: str) -> None:
    """Inspect changes to files or directories on a container's filesystem."""
    print_lines(map(str, client.container(name).diff()))


@click.command(cls=Verb, name="commit")
@click.option("-a", "--author", metavar="string", default="", help='Author (e.g., "Ada <ada@example.org>")')
@click.option("-c", "--change", "changes", multiple=True, metavar="list", help="Apply Dockerfile instruction")
@click.option("-m", "--message", metavar="string", default="", help="Commit message")
@click.option("-p", "--pause", is_flag=True, default=True, hidden=True)
@click.argument("name", metavar="CONTAINER")
@click.argument("reference", required=False, metavar="[REPOSITORY[:TAG]]")
@pass_client
def commit(
    client: Client, name: str, reference: str | None, author: str, message: str, changes: Sequence[str], pause: bool
) -> None:
    """Create a new image from a container's changes."""
    from coursekit.container.commit import INSTRUCTIONS

    container = client.container(name)
    if reference is not None:
        normal_reference(reference)
    for change in changes:
        word = change.partition(" ")[0]
        if word.upper() not in INSTRUCTIONS:
            raise DockerError(
                daemon(f"{word.lower()} is not a valid change command; those are {', '.join(INSTRUCTIONS)}")
            )
    image = container.commit(reference, author=author, message=message, changes=list(changes))
    click.echo(str(image.id))


def normal_reference(text: str) -> str:
    """A name that an image may have. Raises: DockerError, worded as docker words it."""
    from coursekit.image.reference import normal_name

    try:
        return normal_name(text)
    except ImageError as error:
        name = text.partition(":")[0]
        capital = f"repository name (library/{name}) must be lowercase" if name != name.lower() else ""
        raise DockerError(f"invalid reference format: {capital or error}") from error


@click.command(cls=Verb, name="export")
@click.option("-o", "--output", "target", metavar="string", help="Write to a file, instead of STDOUT")
@click.argument("name", metavar="CONTAINER")
@pass_client
def export(client: Client, name: str, target: str | None) -> None:
    """Export a container's filesystem as a tar archive."""
    check_output(target, "export container")
    container = client.container(name)
    with binary_output(target) as path, progress(f"exporting {name}"), open(path, "wb") as file:
        container.export(file)


@click.command(cls=Verb, name="cp")
@click.option("-a", "--archive", is_flag=True, help="Archive mode (copy all uid/gid information)")
@click.option("-L", "--follow-link", is_flag=True, help="Always follow symbol link in SRC_PATH")
@click.option("-q", "--quiet", is_flag=True, help="Suppress progress output during copy")
@click.argument("source", metavar="CONTAINER:SRC_PATH|SRC_PATH|-")
@click.argument("target", metavar="DEST_PATH|-|CONTAINER:DEST_PATH")
@pass_client
def cp(client: Client, source: str, target: str, archive: bool, follow_link: bool, quiet: bool) -> None:
    """Copy files/folders between a container and the local filesystem."""
    out_of, from_path = split_place(source)
    into, to_path = split_place(target)
    if out_of and into:
        raise DockerError("copying between containers is not supported")
    if out_of:
        _copy_out(client, out_of, from_path, target, follow_link)
    elif into:
        _copy_in(client, into, source, to_path)
    else:
        raise DockerError("must specify at least one container source")


def split_place(text: str) -> tuple[str, str]:
    """The container and the path in CONTAINER:PATH; no container for a path on this machine.

    >>> split_place("web:/etc/motd"), split_place("./a:b"), split_place("-")
    (('web', '/etc/motd'), ('', './a:b'), ('', '-'))
    """
    container, colon, path = text.partition(":")
    here = text.startswith((".", "/", "~")) or not colon or os.path.isabs(text)
    return ("", text) if here else (container, path)


def _copy_out(client: Client, name: str, path: str, target: str, follow: bool) -> None:
    container = client.container(name)
    if target == "-":
        check_output(None, "cp")
        with binary_output(None) as written, open(written, "wb") as file:
            container.cp_out(path, file, follow)
        return
    parent = Path(target).absolute().parent
    if not Path(target).is_dir() and not parent.is_dir():
        raise DockerError(f'invalid output path: directory "{parent}" does not exist')
    try:
        container.cp_out(path, target, follow)
    except NotFound as error:
        raise DockerError(daemon(f"Could not find the file {path} in container {name}")) from error


def _copy_in(client: Client, name: str, source: str, path: str) -> None:
    container = client.container(name)
    if source != "-" and not os.path.lexists(source):
        raise DockerError(f"lstat {os.path.abspath(source)}: no such file or directory")
    try:
        container.cp_in(sys.stdin.buffer if source == "-" else source, path)
    except NotFound as error:
        missing = path if path.endswith("/") else os.path.dirname(path.rstrip("/")) or "/"
        raise DockerError(daemon(f"Could not find the file {missing} in container {name}")) from error

"""docker exec: a command beside process 1, or a way in.

Neighbours: real_programs (exec --real), terminal (exec -it). Output recorded from docker 28.2.
"""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from coursekit.docker.client import Client
from coursekit.docker.command import DockerError, Verb, complain, daemon, pass_client
from coursekit.docker.output import write_result, write_text
from coursekit.docker.real_programs import run_in
from coursekit.docker.terminal import interact, is_shell, play

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

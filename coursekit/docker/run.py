"""The verbs that make a container: run and create.

    run  = create + start + what its command prints; the exit code is the command's, 125 where it never started

A container here has no processes that live on: a service (nginx) is "started" and stays so until `stop`, and a command
that our shell knows runs to its end.

Output recorded from docker 28.2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coursekit.docker.client import Client
from coursekit.docker.command import DockerError, Verb, complain, daemon, pass_client, platform_option
from coursekit.docker.exec import environment, way_in
from coursekit.docker.images import find_image
from coursekit.docker.output import write_result
from coursekit.docker.real_programs import first_process
from coursekit.docker.terminal import is_shell
from coursekit.errors import Conflict, CourseError, NotStarted

if TYPE_CHECKING:
    from coursekit.container.container import Container

_OWN = {"allow_interspersed_args": False}


@dataclass(frozen=True, slots=True)
class Wish:
    """What the options of `run` and `create` ask for."""

    image: str
    command: tuple[str, ...]
    name: str | None
    settings: dict[str, Any]


def _options(verb: Any) -> Any:
    """The options that `run` and `create` share; the ones that only a network or a kernel could honour are named."""
    for option in reversed(
        (
            click.option("--name", metavar="string", default=None, help="Assign a name to the container"),
            click.option("-e", "--env", multiple=True, metavar="list", help="Set environment variables"),
            click.option(
                "--env-file", type=click.Path(path_type=Path), default=None, help="Read in a file of variables"
            ),
            click.option(
                "-w", "--workdir", metavar="string", default=None, help="Working directory inside the container"
            ),
            click.option(
                "-u",
                "--user",
                metavar="string",
                default=None,
                help="Username or UID (format: <name|uid>[:<group|gid>])",
            ),
            click.option("-h", "--hostname", metavar="string", default="", help="Container host name"),
            click.option("-l", "--label", "labels", multiple=True, metavar="list", help="Set meta data on a container"),
            click.option(
                "-v", "--volume", "volumes", multiple=True, metavar="list", help="A volume: [NAME:]/path[:ro]"
            ),
            click.option("--entrypoint", metavar="string", default=None, help="Overwrite the ENTRYPOINT of the image"),
            click.option("--rm", "remove", is_flag=True, help="Automatically remove the container when it exits"),
            click.option("-i", "--interactive", is_flag=True, help="Keep STDIN open even if not attached"),
            click.option("-t", "--tty", is_flag=True, help="Allocate a pseudo-TTY"),
            click.option("--network", "--net", metavar="network", default="none", help="Only none: there is none here"),
            click.option("-p", "--publish", multiple=True, metavar="list", help="(Not published: there is no network)"),
            click.argument("image", metavar="IMAGE"),
            click.argument("command", nargs=-1, type=click.UNPROCESSED, metavar="[COMMAND] [ARG...]"),
        )
    ):
        verb = option(verb)
    return verb


def _wish(given: dict[str, Any]) -> Wish:
    """The options, read. Raises: DockerError, OSError."""
    if given["publish"]:
        complain(f"there is no network here: nothing listens on {', '.join(given['publish'])}")
    lines = given["env_file"].read_text(encoding="utf-8").splitlines() if given["env_file"] else []
    variables = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
    entrypoint = given["entrypoint"]
    settings = {
        "env": environment([*variables, *given["env"]]),
        "working_dir": given["workdir"],
        "user": given["user"],
        "hostname": given["hostname"],
        "labels": dict(label.partition("=")[::2] for label in given["labels"]),
        "volumes": list(given["volumes"]),
        "entrypoint": None if entrypoint is None else [entrypoint] if entrypoint else [],
        "tty": given["tty"],
        "auto_remove": given["remove"],
    }
    return Wish(given["image"], tuple(given["command"]), given["name"], settings)


def _create(client: Client, wish: Wish) -> "Container":
    """The new container. Raises: DockerError with docker's words, ImageError."""
    image = find_image(client, wish.image)
    workdir = wish.settings["working_dir"]
    if workdir and not workdir.startswith("/"):
        raise DockerError(daemon(f"the working directory '{workdir}' is invalid, it needs to be an absolute path"))
    entrypoint = wish.settings["entrypoint"]
    defaults = (image.config.entrypoint, image.config.cmd) if entrypoint is None else (entrypoint,)
    if not (wish.command or any(defaults)):
        raise DockerError(daemon("no command specified"))
    try:
        return client.containers.create(image, name=wish.name, command=list(wish.command) or None, **wish.settings)
    except Conflict as error:
        raise DockerError(daemon(error)) from error


@click.command(cls=Verb, name="create", context_settings=_OWN)
@platform_option
@_options
@pass_client
def create(client: Client, /, interactive: bool, **given: Any) -> None:
    """Create a new container."""
    try:
        container = _create(client, _wish(given))
    except CourseError as error:
        raise error if isinstance(error, DockerError) else DockerError(daemon(error)) from error
    click.echo(container.id)


@click.command(cls=Verb, name="run", context_settings=_OWN)
@platform_option
@click.option("-d", "--detach", is_flag=True, help="Run container in background and print container ID")
@click.option("--real", is_flag=True, help="Run the image's own program, on this machine's kernel (Linux)")
@_options
@pass_client
def run(client: Client, /, detach: bool, real: bool, interactive: bool, **given: Any) -> None:
    """Create and run a new container from an image."""
    if real and detach:
        raise DockerError("--real runs a program to its end, so it does not go with --detach")
    if interactive and given["tty"] and not detach and not client.stdin and client.ask is None:
        raise DockerError(client.terminal)
    try:
        container = _create(client, _wish(given))
    except CourseError as error:
        line = str(error) if isinstance(error, DockerError) else daemon(error)
        raise DockerError(f"docker: {line}", 125) from error
    if detach:
        click.echo(container.id)  # also of one that cannot be started
    code: int | None = None
    try:
        if real:
            code = first_process(client, container, interactive=interactive)
        if code is None:
            container.start()
        if code is None and not detach:
            code = attend(client, container, given["command"], interactive=interactive, tty=given["tty"])
    except NotStarted as error:
        if given["remove"]:
            container.remove(volumes=True)
        raise DockerError(f"docker: {daemon(error)}", error.code) from error
    if code:
        raise click.exceptions.Exit(code)


def attend(client: Client, container: "Container", command: Sequence[str], *, interactive: bool, tty: bool) -> int:
    """Stay with a started container until its first process ends, as `run` and `start -a` do; its exit code."""
    if container.state != "running":
        if container.printed is not None:
            write_result(container.printed)
        return container.exit_code
    waiting = list(command) or list(container.settings.command)
    if interactive and tty and waiting and is_shell(waiting):
        code = way_in(client, container, waiting, {}, None, None)
    elif command or (interactive and waiting and is_shell(waiting)):
        result = container.exec(list(container.argv), client.read_input() if interactive else "")
        write_result(result)
        code = result.exit_code
    else:
        complain(f"{container.name} runs; there is nothing to attach to here, and docker stop {container.name} ends it")
        return 0
    with container.turn():
        container.stop()
        container.exit_code = code
    return code

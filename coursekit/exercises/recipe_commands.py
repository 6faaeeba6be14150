"""The docker commands of a recipe, replayed in memory: enough to build an image by hand.

    docker run -it --name my centos:7 bash           a container
    docker exec my yum install -y mysql-server       … in which something is changed
    docker commit -c 'CMD ["mysqld"]' my mysql:5.6   … becomes an image

A prompt before a line, and the newer spelling `docker container run`, are read over.

Each line stands for itself: there is no terminal, so what would be typed in a container is an `exec`.

The container's own verbs are container/container.py; the full command line is docker/.
"""

import argparse
import shlex
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from coursekit.container.container import Container
from coursekit.container.ids import new_name, valid_name
from coursekit.container.process_config import merged
from coursekit.errors import CourseError, NotFound
from coursekit.fs.node import metadata
from coursekit.image.image import Image
from coursekit.image.image_layer import stack_below
from coursekit.image.reference import normal_name
from coursekit.language import _, series
from coursekit.layers.memory_upper import MemoryUpper
from coursekit.shell.machine import Kernel


class _Parser(argparse.ArgumentParser):
    """argparse that raises instead of leaving the process."""

    def error(self, message: str) -> NoReturn:
        raise CourseError(f"docker {self.prog}: {message}")


class Commands:
    """Containers and images of one recipe, by name."""

    def __init__(
        self,
        images: dict[str, Image],
        *,
        find: Callable[[str], Image],
        now: Callable[[], int],
        kernel: Kernel,
        room: int,
    ) -> None:
        """`images` are there from the beginning, `find` gives others; `room` bytes may be written in a container."""
        self.images = {normal_name(name): image for name, image in images.items()}
        self.made: dict[str, Image] = {}  # those that the recipe made, in order
        self.containers: dict[str, Container] = {}
        self._find, self._now, self._kernel, self._room = find, now, kernel, room

    def run(self, line: str) -> str:
        """Do what a line says; what it prints comes back. Raises: CourseError in docker's words."""
        try:
            words = shlex.split(line, comments=True)
        except ValueError as error:
            raise CourseError(f"{line}: {error}") from None
        words = _without_prompt(words)
        verb = getattr(self, f"_{words[0].replace('-', '_')}", None) if words and words[0] in VERBS else None
        if verb is None:
            said = _("{word}: a recipe has docker's verbs {verbs}; this is {verb}")
            begin = line.split()[0] if line.split() else repr(line)
            raise CourseError(said.format(word=begin, verbs=series(VERBS), verb=repr(" ".join(words[:1]) or "none")))
        return str(verb(words[1:]))

    def find(self, name: str) -> Image:
        """The image of that name. Raises: NotFound."""
        known = self.images.get(normal_name(name))
        return known or self._find(name)

    def _container(self, name: str) -> Container:
        if name not in self.containers:
            raise NotFound(f"Error response from daemon: No such container: {name}")
        return self.containers[name]

    # verbs

    def _create(self, words: Sequence[str], verb: str = "create") -> str:
        given = _run_options(verb, words)
        image = self.find(given.image)
        settings = merged(
            image.config,
            command=given.command or None,
            env=given.env,
            working_dir=given.workdir,
            user=given.user,
            hostname=given.hostname,
            entrypoint=[given.entrypoint] if given.entrypoint else None,
        )
        name = valid_name(given.name) if given.name else new_name(set(self.containers))
        if name in self.containers:
            raise CourseError(f'Conflict. The container name "/{name}" is already in use')
        below = stack_below(image.layers[-1].source) if image.layers else []
        upper = MemoryUpper(limit=self._room, root=metadata(below[0].node(0)) if below else None)
        container = Container(
            image,
            settings,
            name=name,
            id=f"{len(self.containers):064x}",
            upper=upper,
            now=self._now,
            kernel=self._kernel,
        )
        if settings.working_dir:
            container.rootfs.makedirs(settings.working_dir, exist_ok=True)
        self.containers[name] = container
        return container.name

    def _run(self, words: Sequence[str]) -> str:
        container = self._container(self._create(words, "run"))
        container.start()
        given = _run_options("run", words)
        printed = container.logs
        if given.rm:
            container.remove(force=True)
            del self.containers[container.name]
        return printed or container.name

    def _exec(self, words: Sequence[str]) -> str:
        parser = _parser("exec", "container")
        for flags, kind in ((("-e", "--env"), "append"), (("-w", "--workdir"), "store"), (("-u", "--user"), "store")):
            parser.add_argument(*flags, action=kind)
        _add_flags(parser, *_TERMINAL, ("--privileged",))
        parser.add_argument("command", nargs=argparse.REMAINDER)
        given = parser.parse_args(list(words))
        if not given.command:
            raise CourseError("docker: 'docker exec' requires at least 2 arguments")
        result = self._container(given.container).exec(
            given.command, env=_variables(given.env), workdir=given.workdir, user=given.user
        )
        if result.exit_code:
            raise CourseError(
                f"docker exec {' '.join(words)}: exit code {result.exit_code}: "
                f"{(result.stderr or result.stdout).strip()[:300]}"
            )
        return result.transcript

    def _start(self, words: Sequence[str]) -> str:
        parser = _parser("start")
        _add_flags(parser, ("-a", "--attach"), ("-i", "--interactive"))
        return self._each(parser, words, lambda container, _: container.start())

    def _stop(self, words: Sequence[str]) -> str:
        parser = _parser("stop")
        parser.add_argument("-t", "--time", "--timeout", type=int)
        parser.add_argument("-s", "--signal")
        return self._each(parser, words, lambda container, _: container.stop())

    def _rm(self, words: Sequence[str]) -> str:
        parser = _parser("rm")
        _add_flags(parser, ("-f", "--force"), ("-v", "--volumes"))

        def remove(container: Container, given: argparse.Namespace) -> None:
            container.remove(force=given.force)
            del self.containers[container.name]

        return self._each(parser, words, remove)

    def _each(self, parser: _Parser, words: Sequence[str], work: Callable[[Container, argparse.Namespace], Any]) -> str:
        parser.add_argument("names", nargs="+")
        given = parser.parse_args(list(words))
        for name in given.names:
            work(self._container(name), given)
        return "\n".join(given.names)

    def _commit(self, words: Sequence[str]) -> str:
        parser = _parser("commit", "container", "name")
        parser.add_argument("-c", "--change", action="append", default=[])
        parser.add_argument("-a", "--author", default="")
        parser.add_argument("-m", "--message", default="")
        _add_flags(parser, ("-p", "--pause"))
        given = parser.parse_args(list(words))
        image = self._container(given.container).commit(given.name, given.author, given.message, given.change)
        return self._keep(given.name, image)

    def _tag(self, words: Sequence[str]) -> str:
        given = _parser("tag", "source", "name").parse_args(list(words))
        self._keep(given.name, self.find(given.source))
        return ""

    def _keep(self, name: str, image: Image) -> str:
        image = image.named(normal_name(name))
        self.made.pop(normal_name(name), None)
        self.made[normal_name(name)] = self.images[normal_name(name)] = image
        return str(image.id)


VERBS = ("commit", "create", "exec", "rm", "run", "start", "stop", "tag")


_GROUPS = {"container": VERBS, "image": ("tag",)}  # management commands, and which verbs each has


def _without_prompt(words: list[str]) -> list[str]:
    """A command from its verb on: without `$`, `sudo`, `docker`, and `container` or `image` before a verb of theirs.

    >>> _without_prompt(["$", "docker", "container", "rm", "my"])
    ['rm', 'my']
    """
    for prefix in ("$", "sudo", "docker"):
        words = words[1:] if words[:1] == [prefix] else words
    return words[1:] if len(words) > 1 and words[1] in _GROUPS.get(words[0], ()) else words


def _parser(prog: str, *operands: str) -> _Parser:
    parser = _Parser(prog=prog, add_help=False, allow_abbrev=False, exit_on_error=False)
    for operand in operands:
        parser.add_argument(operand)
    return parser


_TERMINAL = (("-i", "--interactive"), ("-t", "--tty"), ("-d", "--detach"))


def _add_flags(parser: _Parser, *flags: tuple[str, ...]) -> None:
    """Options without a value, which may be joined where they are short: `-it`."""
    for names in flags:
        parser.add_argument(*names, action="store_true")


def _run_options(verb: str, words: Sequence[str]) -> argparse.Namespace:
    """The options of `run` and `create`, read. Raises: CourseError."""
    parser = _parser(verb)
    parser.add_argument("--name", default="")
    parser.add_argument("-e", "--env", action="append")
    parser.add_argument("-w", "--workdir")
    parser.add_argument("-u", "--user")
    parser.add_argument("-h", "--hostname", default="")
    parser.add_argument("--entrypoint")
    parser.add_argument("-p", "--publish", action="append")
    for flags in (
        ("--network", "--net"),
        ("--platform",),
        ("--pull",),
        ("--restart",),
        ("-l", "--label"),
        ("-m", "--memory"),
    ):
        parser.add_argument(*flags, action="append")  # they change nothing that a recipe is judged by
    _add_flags(parser, *_TERMINAL, ("--rm",), ("--init",), ("--privileged",))
    parser.add_argument("image")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    given = parser.parse_args(list(words))
    given.env = _variables(given.env)
    return given


def _variables(given: list[str] | None) -> dict[str, str]:
    return dict(item.partition("=")[::2] for item in given or [])

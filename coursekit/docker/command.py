"""How a verb is called, and how it refuses: one clear line on stderr, and docker's exit code.

    coursekit ps -a     ─┐                      ┌─ 0
    %docker ps -a       ─┴─ execute(group, …) ──┼─ 1    the daemon says no; 126, 127, 128 + signal: from a command
                                                └─ 125  the command line itself is wrong

Source: docker/cli cli/required.go, spf13/pflag errors.go; texts recorded from docker 28.2 and dockerd 20.10.
"""

import errno
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from coursekit.docker.client import Client
from coursekit.docker.formatters import printable
from coursekit.errors import Conflict, CourseError, NotFound
from coursekit.language import _

INTERRUPTED = 130  # 128 + SIGINT
BROKEN_PIPE = 141  # 128 + SIGPIPE
DISK_FULL = (errno.ENOSPC, errno.EDQUOT)


class DockerError(CourseError):
    """A request that was understood and cannot be met; `code` is the exit code."""

    def __init__(self, line: str, code: int = 1) -> None:
        super().__init__(line)
        self.code = code


def daemon(trouble: object) -> str:
    """A refusal as docker's daemon words it."""
    return f"Error response from daemon: {trouble}"


class Verb(click.Command):
    """A command that takes docker's spellings (`--human=false`, `-n=1`) and words its complaints as docker does."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, list(self._plain(args)))
        except click.UsageError as error:
            raise self._reworded(ctx, error) from error

    def _plain(self, args: Sequence[str]) -> list[str]:
        """The arguments with `--flag=true` and `-n=1` in click's spelling, up to the operands of a command."""
        options = {name: option for option in self.params if isinstance(option, click.Option) for name in option.opts}
        plain: list[str] = []
        for index, word in enumerate(args):
            before = options.get(plain[-1]) if plain else None
            is_value = before is not None and not before.is_flag
            if word == "--" or not (is_value or word.startswith("-") or self.allow_interspersed):
                return [*plain, *args[index:]]
            plain += [word] if is_value else _spelled(word, options)
        return plain

    @property
    def allow_interspersed(self) -> bool:
        """Whether options may follow operands; not where the operands are a command with options of its own."""
        return bool(self.context_settings.get("allow_interspersed_args", True))

    def _reworded(self, ctx: click.Context, error: click.UsageError) -> DockerError:
        match error:
            case click.NoSuchOption():
                name = error.option_name
                short = not name.startswith("--")
                said = f"unknown shorthand flag: {name[-1]!r} in {name}" if short else f"unknown flag: {name}"
                return self._with_help(ctx, said, 125)
            case click.BadOptionUsage():
                return self._with_help(ctx, f"flag needs an argument: {error.option_name}", 125)
            case click.BadParameter(param=click.Option() as option) if not isinstance(error, click.MissingParameter):
                names = ", ".join(sorted(option.opts, key=len))
                value, _, why = error.message.partition(" is ")
                value = value.replace("'", '"')
                return self._with_help(ctx, f'invalid argument {value} for "{names}" flag: {why.rstrip(".")}', 125)
            case click.MissingParameter(param=click.Option() as option):
                return self._with_help(ctx, f'required flag "{max(option.opts, key=len)}" not set', 1)
            case click.BadParameter() if not isinstance(error, click.MissingParameter):
                return self._with_help(ctx, error.format_message(), 1)
        return self._with_help(ctx, f"{ctx.find_root().info_name}: '{ctx.command_path}' {self._wants()}", 1)

    def _wants(self) -> str:
        """How many operands there must be, in docker's words."""
        operands = [param for param in self.params if isinstance(param, click.Argument)]
        least = sum(param.required * max(param.nargs, 1) for param in operands)
        plural = "" if least == 1 else "s"
        if any(param.nargs < 0 for param in operands):
            return f"requires at least {least} argument{plural}"
        most = len(operands)
        if most > least:
            return f"requires {'at most' if least == 0 else f'{least} to'} {most} argument{'' if most == 1 else 's'}"
        return f"requires {least} argument{plural}" if least else "accepts no arguments"

    def _with_help(self, ctx: click.Context, said: str, code: int) -> DockerError:
        return DockerError(f"{said} (see '{ctx.command_path} --help')", code)


def _spelled(word: str, options: Mapping[str, click.Option]) -> list[str]:
    """One option in click's spelling: a switch with a value becomes itself, its opposite or nothing."""
    name, equals, value = word.partition("=")
    option = options.get(name)
    if not equals or option is None:
        return [word]
    if not option.is_flag:
        return [name, value]
    wanted = value.lower() in ("true", "1", "t")
    if wanted == bool(option.default):
        return []
    return [name] if wanted else option.secondary_opts[:1]


def platform_option(verb: Any) -> Any:
    """`--platform`, for a verb that takes an image: until the verb has ended, its client opens images for that one."""

    def choose(context: click.Context, _: click.Parameter, text: str | None) -> None:
        client = context.find_object(Client)
        if text is None or client is None:
            return
        from coursekit.image.platform import parse_platform

        client.platform = parse_platform(text)
        context.call_on_close(lambda: setattr(client, "platform", None))

    said = "Of an image for several platforms, the one for this: os/arch[/variant]"
    return click.option("--platform", metavar="string", expose_value=False, callback=choose, help=said)(verb)


class Verbs(click.Group):
    """A group of verbs; an unknown one is answered with docker's line."""

    command_class = Verb
    group_class = type

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args:
            click.echo(self.get_help(ctx))
            ctx.exit()
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            said = f"{ctx.find_root().info_name}: unknown command: {ctx.command_path} {args[0]}"
            raise DockerError(f"{said} (see '{ctx.command_path} --help')")
        return super().resolve_command(ctx, args)


def execute(group: click.Group, args: Sequence[str], client: Client, name: str) -> int:
    """Run one command line and say its exit code; whatever happens, no traceback."""
    try:
        code = group.main(args=list(args), prog_name=name, standalone_mode=False, obj=client)
        _flush()
        return code if isinstance(code, int) else 0
    except DockerError as error:
        return _complain(str(error), error.code)
    except click.UsageError as error:
        return _complain(f"{error.format_message()} (see '{name} --help')", 125)
    except click.ClickException as error:
        return _complain(error.format_message(), 1)
    except (KeyboardInterrupt, click.Abort, EOFError):
        return INTERRUPTED
    except BrokenPipeError:
        return _drop_output()
    except SystemExit as error:  # click ends so when nobody reads its output any more
        return error.code if isinstance(error.code, int) else BROKEN_PIPE
    except OSError as error:
        return _complain(os_line(error), 1)
    except (NotFound, Conflict) as error:
        return _complain(daemon(error), 1)
    except CourseError as error:
        return _complain(str(error), 1)
    except Exception as error:  # the outermost edge: a person sees a line, whoever mends it sees the rest
        if os.environ.get("COURSEKIT_DEBUG"):
            raise
        if isinstance(error, ModuleNotFoundError) and not (error.name or "coursekit").startswith("coursekit"):
            return _complain(_missing(error.name or ""), 1)
        line = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        return _complain(f"{name}: a mistake in coursekit: {line} (COURSEKIT_DEBUG=1 shows where)", 70)


def _missing(module: str) -> str:
    """Why something cannot be done where a module is not there, and where it can."""
    if sys.platform == "emscripten":
        return _("this does not work in a browser; on a machine of your own it does, after pip install coursekit")
    if module in sys.stdlib_module_names:
        return _("this needs Linux: Python has no {name} here").format(name=module)
    return _("this needs {name}: pip install {name}").format(name=module)


def os_line(error: OSError) -> str:
    """A file system's refusal as one line.

    >>> os_line(FileNotFoundError(2, "No such file or directory", "/nope"))
    '/nope: no such file or directory'
    """
    words = (error.strerror or str(error)).rstrip(".")
    words = words[:1].lower() + words[1:]
    if error.errno in DISK_FULL:
        words += "; nothing was changed"
    return f"{error.filename}: {words}" if error.filename is not None else words


def _complain(line: str, code: int) -> int:
    complain(line)
    return code


def complain(line: str) -> None:
    """One line on stderr, whatever line ends and control characters its parts brought along."""
    flat = " ".join(part for part in line.splitlines() if part.strip())
    text = printable(flat)
    try:
        sys.stdout.flush()  # what was said before stands before
        click.echo(text, err=True)
    except OSError:  # nobody listens on stderr either
        return
    except UnicodeEncodeError:
        click.echo(text.encode("ascii", "backslashreplace").decode(), err=True)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()


def _drop_output() -> int:
    """Nobody reads our output any more: let the interpreter find nothing to flush at its end."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        try:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        except (OSError, ValueError, AttributeError):
            return BROKEN_PIPE
    return BROKEN_PIPE


def each_of(names: Sequence[str], act: Callable[[str], Any], *, forgiving: bool = False) -> list[str]:
    """Do `act` for each name. A refusal is one line on stderr and does not end the round; the names that were refused.

    `forgiving`: what does not exist is said, and is no failure.
    """
    failed = []
    for name in names:
        try:
            act(name)
        except CourseError as error:
            complain(str(error) if isinstance(error, DockerError) else daemon(error))
            if not (forgiving and isinstance(error, NotFound)):
                failed.append(name)
    return failed


def each(names: Sequence[str], act: Callable[[str], Any], *, forgiving: bool = False) -> None:
    """As `each_of`, and then exit code 1 if there was a refusal."""
    if each_of(names, act, forgiving=forgiving):
        raise click.exceptions.Exit(1)


pass_client = click.make_pass_decorator(Client)


def table_options(verb: Any) -> Any:
    """--format, --json, -q and --no-trunc: what every listing verb takes."""
    for option in (
        click.option("--format", "form", metavar="string", default="", help="table, json, or a Go template"),
        click.option("--json", "as_json", is_flag=True, help="one JSON object a line: --format json"),
        click.option("-q", "--quiet", is_flag=True, help="only IDs"),
        click.option("--no-trunc", is_flag=True, help="do not truncate output"),
    ):
        verb = option(verb)
    return verb

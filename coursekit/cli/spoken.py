"""Our own verbs speak the language in use, in their help and where they refuse; docker's verbs keep docker's words.

A verb's help is its docstring, an option's help the text in its decorator: both are templates of the catalogue without a
mark, since click has them as text. Tests: tests/editions/test_interface.py.
"""

import copy
import inspect
from collections.abc import Iterable

import click

from coursekit.columns import columns, folded, left
from coursekit.docker.command import DockerError, Verb, Verbs
from coursekit.language import _, later, retold

SEE = later("{said} (see '{path} --help')")
REFUSALS = (  # as coursekit.docker.command words them
    later("unknown flag: {name}"),
    later("unknown shorthand flag: {letter} in {name}"),
    later("flag needs an argument: {name}"),
    later('invalid argument {value} for "{names}" flag: {why}'),
    later('required flag "{name}" not set'),
    later("{program}: unknown command: {command}"),
    later("{program} accepts no arguments"),
    later("{program} requires at least {n} argument"),
    later("{program} requires at least {n} arguments"),
    later("{program} requires at most {n} argument"),
    later("{program} requires at most {n} arguments"),
    later("{program} requires {least} to {most} arguments"),
    later("{program} requires {n} argument"),
    later("{program} requires {n} arguments"),
)
WHY = (  # in click's words
    later("not a valid integer"),
    later("not a valid integer range"),
    later("not a valid float"),
    later("not in the range {range}"),
    later("not one of {choices}"),
)
OF_OPTIONS = (  # the same, in a page of help
    later("default: {value}"),
    later("required"),
    later("Show this message and exit."),
    later("Show the version and exit."),
    later("(that of your locale)"),
    later("Commands"),
)


class Help(click.HelpFormatter):
    """click's, with lines that end where text of wide characters may end."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The line of usage."""
        super().write_usage(prog, args, _("Usage: ") if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        """The line above a section."""
        self.write(f"{'':{self.current_indent}}" + _("{title}:").format(title=_(heading)) + "\n")

    def write_text(self, text: str) -> None:
        """Paragraphs."""
        if text.isascii():
            return super().write_text(text)
        for number, paragraph in enumerate(text.split("\n\n")):
            lines = folded(paragraph, self.width, " " * self.current_indent)
            self.write("\n" * bool(number) + "\n".join(lines) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Two columns: what is typed, and what it is for."""
        rows = list(rows)
        if all(said.isascii() for _term, said in rows):
            return super().write_dl(rows, col_max, col_spacing)
        wide = min(max(columns(term) for term, _said in rows), col_max) + col_spacing
        margin = " " * self.current_indent
        for term, said in rows:
            first, *lines = folded(said, max(self.width - len(margin) - wide, 20)) or [""]
            if columns(term) > wide - col_spacing:
                lines, first = [first, *lines], ""
            shown = [left(margin + term, len(margin) + wide) + first, *(margin + " " * wide + line for line in lines)]
            self.write("".join(f"{line.rstrip()}\n" for line in shown))


class _Context(click.Context):
    formatter_class = Help


class Spoken(click.Command):
    """What a verb or a group of verbs of our own does in another way than docker's."""

    context_class = _Context

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click's. Raises: DockerError in the language in use."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            said = f"unknown flag: {error.option_name} (see '{ctx.command_path} --help')"
            raise DockerError(in_words(said), 125) from error
        except DockerError as error:
            raise DockerError(in_words(str(error)), error.code) from error

    def told(self) -> str:
        """The whole help in the language in use."""
        return _(inspect.cleandoc(self.help or ""))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The help, below the usage."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(self.told())

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first sentence: English cut at `limit`, another language whole."""
        text = self.told()
        return super().get_short_help_str(limit) if text.isascii() else text.partition("\n")[0].partition("。")[0]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, and below them the commands of a group."""
        options = [each for each in self.get_params(ctx) if isinstance(each, click.Option)]
        rows = [record for each in options if (record := _record(each, ctx))]
        with formatter.section(_("Options")):
            formatter.write_dl(rows)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)


class CourseVerb(Spoken, Verb):
    """A verb of our own."""


class CourseVerbs(Spoken, Verbs):
    """A group of our own verbs."""

    command_class = CourseVerb

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As docker's. Raises: DockerError in the language in use."""
        try:
            return super().resolve_command(ctx, args)
        except DockerError as error:
            raise DockerError(in_words(str(error)), error.code) from error


def in_words(said: str) -> str:
    """A refusal of the command line in the language in use."""
    line, see, path = said.partition(" (see '")
    head, flag, why = line.partition(" flag: ")
    line = head + flag + (retold(why, WHY) or why)
    line = retold(line, REFUSALS) or line
    return _(SEE).format(said=line, path=path.removesuffix(" --help')")) if see else line


def _record(option: click.Option, ctx: click.Context) -> tuple[str, str] | None:
    """A row of an option's help, with what click adds to it."""
    option = copy.copy(option)
    option.help = _(option.help or "")
    if (record := option.get_help_record(ctx)) is None:
        return None
    said, bracket, extra = record[1].partition("  [")
    if not bracket:
        return record
    parts = []
    for part in extra.removesuffix("]").split("; "):
        name, colon, value = part.partition(": ")
        parts.append(retold(name + colon + (retold(value, OF_OPTIONS) or value), OF_OPTIONS) or part)
    return record[0], f"{said}  [{'; '.join(parts)}]"


def texts(command: click.Command) -> list[str]:
    """The templates of a verb or a group of our own and of all below it: helps of verbs, helps of options."""
    if not isinstance(command, Spoken):
        return []
    found = [inspect.cleandoc(command.help or "")]
    found += [each.help for each in command.params if isinstance(each, click.Option) and each.help]
    for each in getattr(command, "commands", {}).values():
        found += texts(each)
    return found

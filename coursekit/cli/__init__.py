"""The command line: docker's verbs on a store of our own, and coursekit's own words.

    coursekit ps -a                docker's verbs, from coursekit.docker
    coursekit tree nginx --json    looking: layers, ls, cat, tree, mount
    coursekit lab                  the course: lab, class, exercises, check, doctor
    coursekit grade 06-…           a class: grade, marks

`main` is the console script.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path

import click

from coursekit import __version__
from coursekit.cli import course, explain, grading, looking, mounting, site, teaching
from coursekit.cli.spoken import CourseVerbs
from coursekit.docker import VERBS
from coursekit.docker.client import Client
from coursekit.docker.command import INTERRUPTED, execute
from coursekit.language import _, later

SECTIONS = {
    later("The course"): (*course.VERBS, *site.VERBS),
    later("A class"): (*grading.VERBS, *teaching.VERBS),
    later("Looking into images"): (*looking.VERBS, *explain.VERBS, *mounting.VERBS),
    later("docker's verbs"): VERBS,
}


class House(CourseVerbs):
    """The commands, by what they are for."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, verbs in SECTIONS.items():
            with formatter.section(_(title)):
                formatter.write_dl([(str(verb.name), verb.get_short_help_str(88)) for verb in verbs])


@click.group(
    cls=House, name="coursekit", context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, message="coursekit %(version)s")
def coursekit() -> None:
    """What is a container image made of? A course in notebooks, on a union file system of its own.

    docker's verbs work on coursekit's own store, without Docker, root or a network. Begin with: coursekit lab
    """


for _verbs in SECTIONS.values():
    for _verb in _verbs:
        coursekit.add_command(_verb)


def main() -> None:
    """Run the command line of this process and exit with docker's codes."""
    _open_closed_streams()
    try:
        code = execute(coursekit, sys.argv[1:], _client(), "coursekit")
    except KeyboardInterrupt:
        code = INTERRUPTED
    sys.exit(code)


def _open_closed_streams() -> None:
    """After `<&-` or `>&-` nothing is read or printed, and no file of ours gets the free number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - open until the end


def _client() -> Client:
    home = os.environ.get("COURSEKIT_HOME")
    ask = _ask if sys.stdin is not None and sys.stdin.isatty() else None
    return Client(root=Path(home) if home else None, ask=ask)


def _ask(prompt: str) -> str:
    """A line typed on the terminal, with editing and history."""
    with suppress(ImportError):  # Windows has none
        import readline  # noqa: F401  (input() uses it once it is imported)
    return input(prompt)

"""The verbs that are not here yet, and say so in one line."""

import click

from coursekit.docker.command import DockerError, Verb

INSTEAD = "save the image with -o image.tar, then skopeo copy docker-archive:image.tar docker://NAME"


@click.command(
    cls=Verb,
    name="push",
    context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]},
    help=f"(Not in this version.) Instead: {INSTEAD}",
    short_help="(Not in this version)",
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def push(words: tuple[str, ...]) -> None:
    raise DockerError(f"push is not in this version of coursekit; {INSTEAD}")

"""The verbs that are not here yet, and say so in one line."""

from collections.abc import Callable

import click

from coursekit.docker.command import Refused, Verb

_ANY = {"ignore_unknown_options": True, "help_option_names": ["--help"]}


def _later(name: str, instead: str) -> click.Command:
    def refuse(words: tuple[str, ...]) -> None:
        raise Refused(f"{name} is not in this version of coursekit; {instead}")

    callback: Callable[..., None] = click.argument("words", nargs=-1, type=click.UNPROCESSED)(refuse)
    return Verb(
        name,
        callback=callback,
        params=getattr(callback, "__click_params__", []),
        context_settings=_ANY,
        help=f"(Not in this version.) Instead: {instead}",
        short_help="(Not in this version)",
    )


pull = _later("pull", "fetch the image with skopeo copy docker://NAME docker-archive:image.tar, then load -i image.tar")
push = _later("push", "save the image with -o image.tar, then skopeo copy docker-archive:image.tar docker://NAME")

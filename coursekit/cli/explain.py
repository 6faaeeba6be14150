"""explain and compare: why an image is as big as it is, what to change, and how two images differ."""

import json
import re
import shutil
import sys
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coursekit.cli.looking import image_layer, write_json
from coursekit.cli.spoken import CourseVerb
from coursekit.docker.client import Client
from coursekit.docker.command import DockerError, pass_client, platform_option
from coursekit.docker.formatters import printable
from coursekit.docker.images import find_image
from coursekit.docker.output import print_lines
from coursekit.errors import ImageError
from coursekit.language import _, sentences

if TYPE_CHECKING:
    from coursekit.anatomy.explain import Explanation
    from coursekit.image.image import Image

NARROW = 80  # columns where nobody says how many there are
_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?([kMG]?i?B?)", re.IGNORECASE)
_UNITS = {"": 1, "k": 1000, "m": 1000**2, "g": 1000**3, "ki": 1024, "mi": 1024**2, "gi": 1024**3}


@click.command(cls=CourseVerb, name="explain")
@platform_option
@click.option("--json", "as_json", is_flag=True, help="one JSON object, as explain.schema.json describes it")
@click.option("--layer", type=int, metavar="N", help="every path that layer N added, changed or deleted, instead")
@click.option("--path", default="", help="the history of one path, layer by layer, instead")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="write it as one HTML page, too")
@click.option("--try", "trying", is_flag=True, help="try what is advised in the teaching shell; takes seconds")
@click.option("--lowest-efficiency", type=float, metavar="0-1", help="exit with 1 below this (dive's definition)")
@click.option("--highest-waste", metavar="SIZE", help="exit with 1 if more serves nobody, such as 20MB")
@click.option("--schema", is_flag=True, help="print the JSON schema, and stop")
@click.argument("image", required=False)
@pass_client
def explain(
    client: Client,
    image: str | None,
    as_json: bool,
    layer: int | None,
    path: str,
    html: Path | None,
    trying: bool,
    lowest_efficiency: float | None,
    highest_waste: str | None,
    schema: bool,
) -> None:
    """Say why an image is as big as it is, and what to write instead in its Dockerfile."""
    if schema:
        click.echo(files("coursekit").joinpath("data", "explain.schema.json").read_text(encoding="utf-8"), nl=False)
        return
    if image is None:
        said = _("'coursekit explain' requires an image, such as debian-nginx:bullseye or ./my-image.tar")
        raise DockerError(said)
    most = None if highest_waste is None else size_of(highest_waste)
    opened = find_image(client, image)
    if path:
        _one_path(opened, path, as_json)
        return
    if layer is not None:
        _one_layer(opened, layer, as_json)
        return
    from coursekit.anatomy.explain import explain as explained
    from coursekit.anatomy.render import as_text, page

    found = explained(opened)
    if trying:
        found = found.tried(lambda told: click.echo(_("trying {what}").format(what=printable(told)), err=True))
    if html is not None:
        with open(html, "w", encoding="utf-8") as file:
            file.write(page(found))
    print_lines([json.dumps(found.to_json())] if as_json else as_text(found, _columns()).split("\n"))
    failed = list(_beyond(found, lowest_efficiency, most))
    if failed:
        raise DockerError(sentences(*failed))


def _columns() -> int:
    """How wide the terminal is."""
    return shutil.get_terminal_size((NARROW, 24)).columns if sys.stdout.isatty() else NARROW


def size_of(text: str) -> int:
    """Bytes of a size as people write it. Raises: DockerError.

    >>> size_of("20MB"), size_of("1.5 MiB"), size_of("700")
    (20000000, 1572864, 700)
    """
    found = _SIZE.fullmatch(text.strip())
    unit = "" if found is None else found[2].lower().removesuffix("b")
    if found is None or unit not in _UNITS:
        said = _("{text} is no size; write bytes, or a number with kB, MB, GB, KiB, MiB or GiB")
        raise DockerError(said.format(text=repr(text)))
    return int(float(found[1]) * _UNITS[unit])


def _beyond(found: "Explanation", lowest: float | None, most: int | None) -> Iterable[str]:
    """What misses a threshold, in sentences; what is not known misses each of them."""
    if (lowest is not None or most is not None) and found.scores is None:
        yield _("What serves nobody is not known of this image, so no threshold can be held.")
        return
    if lowest is not None and found.scores is not None and found.scores.dive < lowest:
        yield _("The efficiency is {n}, below {least}.").format(n=f"{found.scores.dive:.4f}", least=f"{lowest:g}")
    if most is not None and found.wasted is not None and found.wasted > most:
        yield _("{n} bytes serve nobody, more than {most}.").format(n=f"{found.wasted:,}", most=f"{most:,}")


def _one_path(image: "Image", path: str, as_json: bool) -> None:
    from coursekit.anatomy.file_history import Story, story
    from coursekit.anatomy.render import story_json

    steps = story(image, path)
    if as_json:
        write_json(story_json(steps))
    else:
        print_lines(repr(Story(path, steps)).split("\n"))


def _one_layer(image: "Image", number: int, as_json: bool) -> None:
    """Every path that a layer added, changed or deleted."""
    from coursekit.anatomy.explain import path_changes

    layer = image_layer(image, number)
    try:
        found = list(path_changes(layer))
    except ImageError as problem:
        raise DockerError(_("what layer {n} holds is not known: {why}").format(n=number, why=problem)) from problem
    if as_json:
        write_json({"change": each.kind.name.lower(), "path": each.path, "size": each.size} for each in found)
        return
    wide = max((len(f"{each.size:,}") for each in found), default=0)
    print_lines(f"{each.kind.value}  {each.size:>{wide},}  {printable(each.path)}" for each in found)


@click.command(cls=CourseVerb, name="compare")
@platform_option
@click.option("--json", "as_json", is_flag=True, help="one JSON object")
@click.argument("left", metavar="A")
@click.argument("right", metavar="B")
@pass_client
def compare(client: Client, left: str, right: str, as_json: bool) -> None:
    """Compare two images: sizes, common layers, and the paths in which they differ."""
    from coursekit.anatomy.difference import difference

    found = difference(find_image(client, left), find_image(client, right))
    print_lines([json.dumps(found.to_json())] if as_json else repr(found).split("\n"))


VERBS = (explain, compare)

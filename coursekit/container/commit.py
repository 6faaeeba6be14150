"""Commit: the writable layer, frozen, becomes the top layer of a new image.

    image   A B          history a b           commit          image   A B + upperdir
    upperdir  /etc/motd                        ──────>         history a b + (created by the container's command)

A container in which nothing changed adds no layer, as dockerd 20.10 does it: a row in the history that says
`empty_layer`. What is mounted (volumes) is not in upperdir, so it is not in the image either.

Source: docker commit; moby daemon/commit.go, dockerfile changes.
"""

import json
import re
import shlex
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from coursekit.container.process_config import with_variables
from coursekit.errors import CourseError
from coursekit.events import Committed
from coursekit.image.config import History, ImageConfig
from coursekit.image.contentless_layer import only_measured
from coursekit.image.image import Image
from coursekit.image.image_layer import stack_below
from coursekit.image.make_image import MadeLayer, build_image, make_layer
from coursekit.image.reference import normal_name
from coursekit.layers.layer import Layer

if TYPE_CHECKING:
    from coursekit.container.container import Container

INSTRUCTIONS = ("CMD", "ENTRYPOINT", "ENV", "EXPOSE", "LABEL", "USER", "VOLUME", "WORKDIR")


def commit(container: "Container", reference: str | None, author: str, message: str, changes: Sequence[str]) -> Image:
    """The new image; it knows its name, and no store yet. Raises: ImageError, CourseError."""
    name = normal_name(reference) if reference else None
    config = runtime_config(container, changes)
    created = datetime.fromtimestamp(container.clock() / 10**9, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    upper = container.upper.freeze()
    empty = not upper.children(0)
    words = " ".join(container.settings.command)
    history = History(created=created, created_by=words, author=author, comment=message, empty_layer=empty)
    layers = [] if empty else [_layer(container.image, upper)]
    image = build_image(
        container.image, layers, config=config, history=[history], created=created, author=author, name=name
    )
    if not empty:
        layer = image.layers[-1]
        container.tell(Committed(diff_id=str(layer.diff_id), size=layer.size_tar or 0))
    return image


def _layer(image: Image, upper: Layer) -> Layer | MadeLayer:
    """The upperdir as a layer; what came from a package index may be kept without its bytes. Raises: ImageError."""
    if not only_measured(upper):
        return upper
    return make_layer(upper, stack_below(image.layers[-1].source) if image.layers else [], keep_absent=True)


def runtime_config(container: "Container", changes: Sequence[str]) -> dict[str, Any]:
    """The config of the new image: the container's own, then the changes in order."""
    settings = container.settings
    config: dict[str, Any] = {
        "Env": list(settings.env),
        "Cmd": list(settings.command) or None,
        "Entrypoint": list(settings.entrypoint) or None,
        "WorkingDir": settings.working_dir or None,
        "User": settings.user or None,
        "Volumes": {path: {} for path in settings.volumes} or None,
        "ExposedPorts": {port: {} for port in settings.ports} or None,
        "Labels": dict(settings.labels) or None,
        "StopSignal": settings.stop_signal or None,
    }
    runtime_changes(config, changes)
    ImageConfig.parse(
        json.dumps(
            {
                "config": {key: value for key, value in config.items() if value is not None},
                "rootfs": {"type": "layers", "diff_ids": []},
            }
        ).encode()
    )
    return config


def runtime_changes(config: dict[str, Any], changes: Sequence[str]) -> dict[str, Any]:
    """The config, changed in place by lines of a Dockerfile. Raises: CourseError.

    An ENTRYPOINT forgets the CMD that was there, unless a line before it gave one, as dockerd does it.
    """
    has_cmd = False
    for change in changes:
        apply(config, change)
        instruction = change.split()[0].upper()
        has_cmd = has_cmd or instruction == "CMD"
        if instruction == "ENTRYPOINT" and not has_cmd:
            config["Cmd"] = None
    return config


def apply(config: dict[str, Any], change: str) -> None:
    """One line of a Dockerfile, applied to the config. Raises: CourseError."""
    word, _, rest = change.strip().partition(" ")
    rest = rest.strip()
    instruction = word.upper()
    if instruction not in INSTRUCTIONS:
        raise CourseError(f"{word.lower()} is not a valid change command (valid are {', '.join(INSTRUCTIONS)})")
    if not rest:
        raise CourseError(f"{instruction} requires at least one argument")
    match instruction:
        case "CMD":
            config["Cmd"] = command(rest)
        case "ENTRYPOINT":
            config["Entrypoint"] = command(rest)
        case "ENV":
            config["Env"] = list(with_variables(config.get("Env") or [], pairs(rest, "ENV")))
        case "LABEL":
            config["Labels"] = {
                **(config.get("Labels") or {}),
                **dict(pair.partition("=")[::2] for pair in pairs(rest, "LABEL")),
            }
        case "EXPOSE":
            ports = [port if "/" in port else f"{port}/tcp" for port in rest.split()]
            config["ExposedPorts"] = {**(config.get("ExposedPorts") or {}), **{port: {} for port in ports}}
        case "VOLUME":
            paths = json_list(rest) or rest.split()
            config["Volumes"] = {**(config.get("Volumes") or {}), **{path: {} for path in paths}}
        case "WORKDIR":
            before = config.get("WorkingDir") or "/"
            config["WorkingDir"] = rest if rest.startswith("/") else f"{before.rstrip('/')}/{rest}"
        case "USER":
            config["User"] = rest


def json_list(text: str) -> list[str] | None:
    """The list that the text is in JSON, or None.

    >>> json_list('["nginx", "-g"]'), json_list("nginx -g")
    (['nginx', '-g'], None)
    """
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, list) and all(isinstance(item, str) for item in value) else None


def command(text: str) -> list[str]:
    """The exec form as it is, the shell form as a command of `/bin/sh -c`."""
    words = json_list(text)
    return ["/bin/sh", "-c", text] if words is None else words


def pairs(text: str, instruction: str) -> list[str]:
    """NAME=value …, or the old form `NAME value`. Raises: CourseError."""
    if not re.match(r"[^\s=]+=", text):
        name, _, value = text.partition(" ")
        if not value:
            raise CourseError(f"{instruction} must have two arguments")
        return [f"{name}={value.strip()}"]
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise CourseError(f"{instruction} {text}: {error}") from None
    for word in words:
        if "=" not in word:
            raise CourseError(f"Syntax error - can't find = in {word!r}. Must be of the form: name=value")
    return words

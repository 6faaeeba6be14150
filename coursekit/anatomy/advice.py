"""Advice: for bytes that serve nobody, what to write instead in the Dockerfile, and what it would save.

    wasted_bytes   which paths, why, in which layer
    here           grouped by what would help; the layer, its instruction, another way to write it, the bytes

`tried` runs an instruction of the image again in the teaching shell, as it is and as advised, and says what that really
saved: only where the shell knows the programs, and builds the layer that the image has.

Source of the remedies: Docker's docs, "Building best practices"; apt-get(8), pip, npm, apk and dnf manuals.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from coursekit.anatomy.wasted_bytes import Lost, Why
from coursekit.columns import cut
from coursekit.errors import CourseError
from coursekit.image.image_layer import size_of_files
from coursekit.image.units import human_size
from coursekit.language import _, later

if TYPE_CHECKING:
    from coursekit.image.image import Image

NEAR = 0.02  # the teaching shell's layer may differ from the image's by this part and still count as the same


class Made(StrEnum):
    """How a layer came to be, as far as its instruction says."""

    BASE = "base"
    COPY = "copy"
    RUN = "run"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to change. Layers are numbered from the base, 0; sizes are bytes."""

    layer: int  # that stores the bytes
    instruction: str  # that made it, as a Dockerfile has it
    finding: str
    instead: str
    saves: int
    paths: int
    append: str = ""  # what would be added to a RUN
    joins: int | None = None  # the layer whose RUN that is, where it would go
    measured: int | None = None  # what it saved when it was tried


@dataclass(frozen=True, slots=True)
class _Place:
    """A place where programs leave things behind."""

    prefix: str
    what: str
    append: str
    instead: str


_PLACES = (
    _Place(
        "/var/lib/apt/lists",
        later("Lists of packages that apt-get update fetched"),
        "rm -rf /var/lib/apt/lists/*",
        later("End the same RUN with: && rm -rf /var/lib/apt/lists/*"),
    ),
    _Place(
        "/var/cache/apt",
        later("What apt-get downloaded, and its own index"),
        "apt-get clean",
        later("End the same RUN with: && apt-get clean"),
    ),
    _Place(
        "/var/cache/yum",
        later("What yum downloaded"),
        "yum clean all",
        later("End the same RUN with: && yum clean all"),
    ),
    _Place(
        "/var/cache/dnf",
        later("What dnf downloaded"),
        "dnf clean all",
        later("End the same RUN with: && dnf clean all"),
    ),
    _Place("/var/cache/apk", later("What apk downloaded"), "", later("Write: apk add --no-cache …")),
    _Place("/root/.cache/pip", later("What pip downloaded"), "", later("Write: pip install --no-cache-dir …")),
    _Place(
        "/root/.npm",
        later("What npm downloaded"),
        "npm cache clean --force",
        later("End the RUN with: && npm cache clean --force"),
    ),
    _Place(
        "/root/.cache",
        later("A cache of the build"),
        "rm -rf /root/.cache",
        later("End the same RUN with: && rm -rf /root/.cache"),
    ),
    _Place("/tmp", later("Temporary files"), "rm -rf /tmp/*", later("Delete them in the RUN that makes them.")),
    _Place("/var/tmp", later("Temporary files"), "rm -rf /var/tmp/*", later("Delete them in the RUN that makes them.")),
    _Place(
        "/var/log",
        later("Logs of the build"),
        "",
        later("Delete them in the RUN that writes them; the base may bring some, too."),
    ),
    _Place("/var/cache", later("A cache of the build"), "", later("Delete it in the RUN that makes it.")),
)
_SHELL_FORM = re.compile(r"^(?:RUN )?(?:\|\d+ (?:\S+=\S* )*)?/bin/(?:ba)?sh -c ")


def instruction(created_by: str) -> str:
    """A row of the history as the line of a Dockerfile that it came from, as near as can be.

    >>> instruction("/bin/sh -c #(nop) COPY file:ab in /etc "), instruction("RUN /bin/sh -c apt-get update # buildkit")
    ('COPY file:ab in /etc', 'RUN apt-get update')
    """
    text = " ".join(created_by.split()).removesuffix("# buildkit").strip()
    if "#(nop)" in text:
        return text.partition("#(nop)")[2].strip()
    found = _SHELL_FORM.match(text)
    return f"RUN {text[found.end() :]}" if found else text


def made(index: int, created_by: str) -> Made:
    """How layer `index` was made. What adds a whole tree to / is a base."""
    text = instruction(created_by)
    word = text.partition(" ")[0].upper()
    if (word == "ADD" and text.rstrip().endswith(" in /")) or (index == 0 and word not in ("RUN", "COPY", "ADD")):
        return Made.BASE
    return {"RUN": Made.RUN, "COPY": Made.COPY, "ADD": Made.COPY}.get(word, Made.OTHER)


def advice(image: "Image", lost: Iterable[Lost]) -> tuple[Advice, ...]:
    """What to change, the most bytes first; nothing below a thousandth of the image is worth a line."""
    rows = [layer.created_by for layer in image.layers]
    groups: dict[tuple[str, ...], list[Lost]] = {}
    for each in lost:
        groups.setdefault(_key(each, rows), []).append(each)
    found = [_advised(items, rows) for items in groups.values()]
    least = image.size // 1000
    return tuple(sorted((each for each in found if each.saves >= least), key=lambda each: (-each.saves, each.layer)))


def _key(each: Lost, rows: list[str]) -> tuple[str, ...]:
    """What the same change of a Dockerfile would help."""
    layer = each.layers[-1]
    if each.cause is Why.LEFT_BEHIND:
        return each.cause, str(layer), _place(each.path).prefix
    if made(layer, rows[layer]) is Made.BASE:
        return Made.BASE, str(layer)
    return each.cause, str(layer), str(each.hidden_by)


def _place(path: str) -> _Place:
    return next(place for place in _PLACES if path == place.prefix or path.startswith(f"{place.prefix}/"))


def _advised(items: list[Lost], rows: list[str]) -> Advice:
    """The advice for one group."""
    first = items[0]
    layer = first.layers[-1]
    told = Advice(layer, instruction(rows[layer]), "", "", sum(each.size for each in items), len(items))
    kind = made(layer, rows[layer])
    if first.cause is Why.LEFT_BEHIND:
        place = _place(first.path)
        if kind is Made.BASE:
            return replace(
                told, finding=_("{what} come with the base.").format(what=_(place.what)), instead=_(_SMALLER_BASE)
            )
        return replace(
            told,
            finding=_("{what} are left in {place}.").format(what=_(place.what), place=place.prefix),
            instead=_(place.instead),
            append=place.append,
        )
    if kind is Made.BASE:
        return replace(
            told, finding=_("The base stores files that later layers delete or store again."), instead=_(_SMALLER_BASE)
        )
    by = first.hidden_by if first.hidden_by is not None else layer
    there = _("layer {n}, {instruction}").format(n=by, instruction=shortened(instruction(rows[by]), 40))
    match first.cause, kind:
        case Why.DELETED, Made.COPY:
            finding = _("What is copied here is deleted by {layer}.").format(layer=there)
            instead = _("Leave it out of the build context (.dockerignore), or copy only what is needed.")
        case Why.DELETED, _:
            finding = _("What is made here is deleted by {layer}.").format(layer=there)
            instead = _("Delete it in the RUN that makes it: join layer {by} to layer {layer} with &&.").format(
                by=by, layer=layer
            )
        case Why.TOUCHED, Made.COPY:
            finding = _("Only mode, owner or time change in {layer}: the files are stored again.").format(layer=there)
            instead = _("Set them while copying: COPY --chown=USER --chmod=MODE …")
        case Why.TOUCHED, _:
            finding = _("Only mode, owner or time change in {layer}: the files are stored again.").format(layer=there)
            instead = _("Change them in the RUN that makes the files: join layer {by} to layer {layer}.").format(
                by=by, layer=layer
            )
        case _, Made.COPY:
            finding = _("What is copied here is replaced by {layer}.").format(layer=there)
            instead = _("Copy the later version alone.")
        case _:
            finding = _("What is made here is replaced by {layer}.").format(layer=there)
            instead = _("Make it once: join layer {by} to layer {layer}, or change the order.").format(
                by=by, layer=layer
            )
    run = instruction(rows[by])
    if kind is Made.RUN and run.startswith("RUN ") and first.cause in (Why.DELETED, Why.TOUCHED):
        told = replace(told, append=run.removeprefix("RUN "), joins=by)
    return replace(told, finding=finding, instead=instead)


_SMALLER_BASE = later(
    "Nothing in your own lines changes that. A smaller base does, or a fresh stage that copies only what it needs "
    "(COPY --from=build …)."
)


def shortened(text: str, most: int) -> str:
    """A text on one line, cut with … after `most` columns."""
    return cut(" ".join(text.split()), most)


def tried(
    image: "Image", found: Iterable[Advice], progress: Callable[[str], None] = lambda told: None
) -> tuple[Advice, ...]:
    """The same advice, with `measured` where the teaching shell could run the instruction both ways."""
    sizes: dict[tuple[int, str], int | None] = {}

    def size(layer: int, command: str) -> int | None:
        if (layer, command) not in sizes:
            progress(f"layer {layer}: {shortened(command, 60)}")
            sizes[layer, command] = _layer_size(image, layer, command)
        return sizes[layer, command]

    answers = []
    for each in found:
        command = each.instruction.removeprefix("RUN ")
        measured = None
        if each.append and each.instruction.startswith("RUN "):
            plain, stored = size(each.layer, command), image.layers[each.layer].size_files
            if plain is not None and abs(plain - stored) <= NEAR * stored:
                better = size(each.layer, f"{command} && {each.append}")
                gone = 0 if each.joins is None else image.layers[each.joins].size_files
                measured = None if better is None else plain + gone - better
        answers.append(replace(each, measured=measured))
    return tuple(answers)


def _layer_size(image: "Image", layer: int, command: str) -> int | None:
    """Bytes of files in the layer that a command makes on the layers below it; None where it does not succeed."""
    from coursekit.container.execution import Execution  # who tries nothing does not wait for the shell
    from coursekit.container.host_mounts import mount_lines, mount_system
    from coursekit.container.process_config import ProcessConfig
    from coursekit.shell.machine import Kernel, Machine
    from coursekit.vfs.overlay import Overlay

    lowers = [each.lower for each in image.layers[:layer]][::-1]
    if not lowers:
        return None
    tree = Overlay(lowers)
    lines = mount_lines(len(lowers), {})
    words = ["/bin/sh", "-c", command]
    try:
        mount_system(tree, Kernel.of_this_host(), "advice", "advice", tuple(words), lines, lambda: 0)
        machine = Machine(
            tree, lambda: 0, "advice", kernel=Kernel.of_this_host(), mounts=lines, entrypoint=" ".join(words)
        )
        result = Execution(machine, ProcessConfig(env=tuple(image.config.env), working_dir="/")).run(words)
    except (CourseError, OSError):
        return None
    if result.exit_code or tree.upper is None:
        return None
    return size_of_files(tree.upper.freeze())


def saving(each: Advice) -> str:
    """What an advice saves, in words: measured where it was tried."""
    if each.measured is not None:
        return _("{size}, tried").format(size=human_size(each.measured))
    return human_size(each.saves)

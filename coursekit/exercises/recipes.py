"""Recipes: a Dockerfile or docker commands as text, replayed where an answer is judged. The text is the evidence.

    judge(case, answer)  ──>  built(answer, {"app.py": "…"})  ──>  Built: the image, or docker's line about what failed
                              replayed(answer, {"shop": image})

The same text gives the same image, byte for byte, on every machine: the clock stands still, the kernel is a fixed one,
there is no network, and only bundled images are known beside those that are handed in. It is bounded in length, steps,
bytes written and time.

Pure but for a watch that stops what takes too long. Neighbour: recipe_commands reads the commands.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from coursekit.builder.build import build
from coursekit.builder.cache import BuildCache
from coursekit.builder.dockerfile import parse
from coursekit.errors import BuildError, CourseError
from coursekit.exercises.forms import RECIPE_LIMIT
from coursekit.exercises.recipe_commands import Commands
from coursekit.image import bundled
from coursekit.image.image import Image
from coursekit.image.reference import is_name, normal_name
from coursekit.language import _
from coursekit.shell.machine import Kernel

STEPS = 60  # instructions or commands
ROOM = 512 << 20  # bytes that a step may write
SECONDS = 10.0  # of CPU: a busy machine costs nobody a mark
NOW = 1_637_115_641 * 10**9  # when every recipe is replayed: 17 November 2021
KERNEL = Kernel("Linux", "5.10.0-9-amd64", "#1 SMP Debian 5.10.70-1 (2021-09-30)", "x86_64")
_CACHE = BuildCache()  # of this process: equal steps are built once


@dataclass(frozen=True, slots=True)
class Built:
    """What became of a recipe: `image` is what it is about (None if it failed), `images` all that got a name."""

    image: Image | None
    trouble: str = ""  # docker's line about what failed
    place: str = ""  # the same with the lines of the Dockerfile around it
    log: tuple[str, ...] = ()
    images: Mapping[str, Image] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """Why it failed, and what the shell said of it: its own last line, else the last that was printed."""
        steps = [line.partition(" ")[2] for line in self.log if line.startswith("#") and "ERROR:" not in line]
        begun = max((at for at, line in enumerate(steps) if not line[:1].isdigit()), default=len(steps))
        printed = [line.partition(" ")[2] for line in steps[begun + 1 :]]
        words = next((line for line in reversed(printed) if line.startswith("sh: ")), printed[-1] if printed else "")
        said = _("{trouble}. The shell said: {words}")
        return said.format(trouble=self.trouble, words=words) if words else self.trouble

    @property
    def size(self) -> int:
        """Bytes in the files of all layers; 0 if there is no image."""
        return self.image.size if self.image else 0

    @property
    def size_compressed(self) -> int:
        """Bytes that travel; 0 if there is no image."""
        return self.image.size_compressed if self.image else 0


def built(
    dockerfile: str,
    context: Mapping[str, Any] | None = None,
    *,
    tag: str | None = None,
    target: str = "",
    args: Mapping[str, str] | None = None,
) -> Built:
    """The image of a Dockerfile. It never raises on a recipe: `trouble` says what is wrong with it."""
    log: list[str] = []
    try:
        _check(dockerfile, len(parse(dockerfile).instructions))
        image = build(
            dockerfile,
            dict(context or {}),
            tag=tag,
            args=args,
            target=target,
            say=_watched(log),
            now=lambda: NOW,
            cache=_CACHE,
            room=ROOM,
            kernel=KERNEL,
            find=bundled_image,
        )
    except CourseError as error:
        return Built(None, str(error), "\n".join(getattr(error, "__notes__", [])), tuple(log))
    except RecursionError:
        return Built(None, _("the recipe is nested too deeply"), log=tuple(log))
    return Built(image, log=tuple(log), images={image.name: image} if image.name else {})


def replayed(commands: str, images: Mapping[str, Image] | None = None, *, name: str = "") -> Built:
    """What docker commands leave: run, create, exec, start, stop, rm, commit, tag, cp within a container's own tree.

    `images` may be named beside the bundled ones. `image` is the one called `name`, or the last that was committed.
    """
    lines = logical_lines(commands)
    log: list[str] = []
    machine = Commands(dict(images or {}), find=bundled_image, now=lambda: NOW, kernel=KERNEL, room=ROOM)
    try:
        _check(commands, len(lines))
        say = _watched(log)
        for line in lines:
            say(f"$ {line}")
            for printed in machine.run(line).splitlines():
                say(printed)
    except CourseError as error:
        return Built(None, str(error), log=tuple(log), images=machine.made)
    except RecursionError:
        return Built(None, _("the recipe is nested too deeply"), log=tuple(log))
    image = machine.find(name) if name else next(reversed(machine.made.values()), None)
    trouble = "" if image else f"No such image: {name}" if name else _("no image was committed")
    return Built(image, trouble, log=tuple(log), images=machine.made)


def bundled_image(name: str) -> Image:
    """The bundled image of that name: a recipe sees nothing else of the machine. Raises: NotFound."""
    return bundled.get(normal_name(name) if is_name(name) else name)


def logical_lines(text: str) -> list[str]:
    """The commands of a text: continuations joined, comments and empty lines left out.

    >>> logical_lines("# c\\ndocker run \\\\\\n  centos\\n\\n")
    ['docker run     centos']
    """
    joined = text.replace("\\\n", "  ")
    return [line.strip() for line in joined.splitlines() if line.strip() and not line.strip().startswith("#")]


def _check(text: str, steps: int) -> None:
    if len(text) > RECIPE_LIMIT:
        said = _("a recipe of {n:,} characters; no more than {most:,} are replayed")
        raise BuildError(said.format(n=len(text), most=RECIPE_LIMIT))
    if steps > STEPS:
        raise BuildError(_("a recipe of {n} steps; no more than {most} are replayed").format(n=steps, most=STEPS))


def _watched(log: list[str]) -> Callable[[str], None]:
    """Keep the lines of progress, and stop a recipe that takes too long between them."""
    end = time.process_time() + SECONDS

    def say(line: str) -> None:
        if len(log) < 2000:
            log.append(line[:500])
        if time.process_time() > end:
            raise BuildError(_("the recipe computed for more than {n:.0f} seconds").format(n=SECONDS))

    return say

"""ENTRYPOINT and CMD: what of the image and of `docker run` becomes the command that starts.

    image        ENTRYPOINT  /entry.sh      CMD  nginx -g …
    docker run                              ls        a command takes the place of CMD alone
    starts       /entry.sh  ls

The container's own rule is asked (`container.process_config`). What the learner turns: the form of each, and what is
typed after the image's name.

Pure. Source: Dockerfile reference, "Understand how CMD and ENTRYPOINT interact".
"""

import json
from collections.abc import Sequence
from dataclasses import replace

from coursekit.container.process_config import merged
from coursekit.diagrams.board import Board
from coursekit.diagrams.knobs import Knob
from coursekit.diagrams.scene import Scene
from coursekit.image.config import ImageConfig
from coursekit.language import _, series

LEFT, WIDE, TALL, SPACE = 150.0, 640.0, 60.0, 30.0
ENTRY, CMD, HALF = LEFT + 14, LEFT + 14 + 306, 292.0
SHELL = ("/bin/sh", "-c")
ENTRYPOINTS = {"none": (), "exec": ("/entry.sh",), "shell": (*SHELL, "/entry.sh")}
CMDS = {"none": (), "exec": ("nginx", "-g", "daemon off;"), "shell": (*SHELL, "nginx")}
TYPED = {"none": (), "ls": ("ls",)}


def entrypoint_cmd(entrypoint: str = "exec", cmd: str = "exec", typed: str = "ls") -> Scene:
    """What starts: `entrypoint` and `cmd` are "none", "exec" or "shell"; `typed` is "none" or "ls".

    Raises: ValueError for other values.
    """
    for value, known in ((entrypoint, ENTRYPOINTS), (cmd, CMDS), (typed, TYPED)):
        if value not in known:
            raise ValueError(_("{value} is not one of {known}").format(value=repr(value), known=series(known)))
    forms = (("none", _("none")), ("exec", _('exec form: ["…"]')), ("shell", _("shell form")))
    knobs = (
        Knob("entrypoint", "ENTRYPOINT", forms, entrypoint),
        Knob("cmd", "CMD", forms, cmd),
        Knob("typed", _("After the image's name"), (("none", _("nothing")), ("ls", "ls")), typed),
    )
    return replace(_drawn(entrypoint, cmd, typed), knobs=knobs, turn=_drawn)


def _drawn(entrypoint: str, cmd: str, typed: str) -> Scene:
    entry, command, given = ENTRYPOINTS[entrypoint], CMDS[cmd], TYPED[typed]
    started = merged(config(entry, command), command=given).argv
    board = Board(LEFT + WIDE + 12, 8 + 3 * (TALL + SPACE), left=LEFT, least=300)
    image, run, starts = (8 + n * (TALL + SPACE) for n in range(3))
    for id, y, name, note, tone in (
        ("image", image, _("image"), _("its configuration"), "layer-1"),
        ("run", run, "docker run", _("what you type"), "merged"),
        ("starts", starts, _("starts"), _("process 1"), "container"),
    ):
        board.put(id, "slab", LEFT, y, WIDE, TALL, tone=tone)
        board.name_row(id, y, TALL, name, note, tone)
    for id, x, over, words in (("entry", ENTRY, "ENTRYPOINT", entry), ("cmd", CMD, "CMD", command)):
        board.put(id, "tile", x, image + 10, HALF, 40, " ".join(words) or _("none"), over=over, tone="layer-1")
    board.step(
        _("An image says with ENTRYPOINT and CMD what a container of it starts. CMD is the part to be replaced.")
    )
    if given:
        said = {"over": _("after the image's name"), "tone": "merged", "fresh": True}
        board.put("typed", "tile", CMD, run + 10, HALF, 40, " ".join(given), **said)
        board.change("cmd", hidden=True)
        between, says = image + TALL + SPACE / 2, _("takes the place of CMD")
        board.arrow(CMD + HALF / 2, run + 10, CMD + HALF / 2, image + 52, says, shape="line", label_y=between)
        board.step(_("What you type after the image's name takes the place of CMD. The ENTRYPOINT stays."))
    else:
        board.step(_("Nothing is typed after the image's name, so CMD stays as it is."))
    rest = given or command
    if entry:
        more = {"over": _("from ENTRYPOINT"), "tone": "container", "fresh": True, "origin": "entry"}
        board.put("first", "tile", ENTRY, starts + 10, HALF, 40, " ".join(entry), **more)
    if rest:
        over, origin = (_("from what you typed"), "typed") if given else (_("from CMD"), "cmd")
        more = {"over": over, "tone": "container", "fresh": True, "origin": origin}
        board.put("second", "tile", CMD, starts + 10, HALF, 40, " ".join(rest), **more)
    board.recall()
    board.step(_ended(entrypoint, started))
    return board.scene(_("ENTRYPOINT and CMD"))


def config(entrypoint: Sequence[str], cmd: Sequence[str]) -> ImageConfig:
    """The configuration of an image that says this, and has no layers."""
    document = {"os": "linux", "architecture": "amd64", "rootfs": {"type": "layers", "diff_ids": []}}
    said = {"config": {"Entrypoint": list(entrypoint), "Cmd": list(cmd)}}
    return ImageConfig.parse(json.dumps(document | said).encode())


def _ended(entrypoint: str, started: tuple[str, ...]) -> str:
    if not started:
        return _("Nothing is left to start: docker run refuses, “no command specified”.")
    line = " ".join(started)
    if entrypoint == "shell" and len(started) > len(ENTRYPOINTS["shell"]):
        said = _("{line} starts. A shell runs its first word alone: what comes after it is lost as $0.")
        return said.format(line=line)
    return _("The two are put one after the other: {line} starts.").format(line=line)

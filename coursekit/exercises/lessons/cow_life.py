"""Lesson 04: what a stop, a restart and a removal leave, and the note's lines kept or corrected.

Source: docker's storage driver page, "Container and layers"; the study note.
"""

from collections.abc import Callable
from random import Random
from typing import Any

from coursekit.exercises.forms import Choose, Fill
from coursekit.exercises.lessons.cow_operations import LESSON
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Hint, Kind, WrongModel

_STATES = {"kept": "the changed version", "image": "the image's version"}


_ALIVE = ("at once", "rename", "commit", "pause", "exec")  # looks before any stop
_SLEPT = ("restart", "stop-start", "reboot", "cp")  # looks after one


def _life(random: Random) -> dict[str, Any]:
    """Six to eight looks at one changed file: at once, after stops, in a second container, after rm and run."""
    looks = ["at once", "second", "rm-run", *random.sample(_SLEPT, random.randrange(2, 4))]
    looks += random.sample(_ALIVE[1:], random.randrange(1, 3))
    random.shuffle(looks)
    name = random.choice(("web", "shop", "api", "front", "blog", "wiki"))
    path = random.choice(("/etc/motd", "/etc/nginx/nginx.conf", "/usr/share/nginx/html/index.html"))
    return {"looks": looks, "name": name, "path": path}


def _texts(case: Case) -> dict[str, str]:
    name = case["name"]
    return {
        "at once": f"in {name}, the moment after the change",
        "restart": f"in {name}, after docker restart {name}",
        "stop-start": f"in {name}, after docker stop {name}, a night, and docker start {name}",
        "reboot": f"in {name}, after the host was rebooted and docker start {name}",
        "cp": f"docker cp {name}:{case['path']} -, while {name} is stopped",
        "rename": f"in {name}, after docker rename {name} old-{name}",
        "commit": f"in a container of the image that docker commit {name} made after the change",
        "pause": f"in {name}, after docker pause {name} and docker unpause {name}",
        "exec": f"in {name}, in another docker exec that began before the change",
        "second": f"in a second container of the same image, while {name} runs",
        "rm-run": f"in a new {name}, after docker rm -f {name} and the same docker run again",
    }


def _seen(case: Case, kept: Callable[[str], bool]) -> dict[str, dict[str, str]]:
    return {look: {"shows": "kept" if kept(look) else "image"} for look in case["looks"]}


def _true(look: str) -> bool:
    return look in (*_ALIVE, *_SLEPT)


WHAT_IS_LEFT = Exercise(
    id="what-is-left",
    lesson=LESSON,
    title="Stop, restart, remove: what is left?",
    kind=Kind.PREDICTION,
    points=2,
    objective="tell what a stop keeps from what a removal deletes",
    make=_life,
    question=lambda case: (
        f"In container {case['name']} the file `{case['path']}` of the image is changed. What "
        "does `cat` show of it: 'kept' (the changed version) or 'image' (the image's own)?"
    ),
    form=lambda case: Fill({look: _texts(case)[look] for look in case["looks"]}, {"shows": Choose(_STATES)}),
    truth=lambda case: _seen(case, _true),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["stopping-loses-changes"],
            lambda case: _seen(case, lambda look: look in _ALIVE),
            "The container layer is a directory on the host's disk. Stopping ends a process and deletes nothing.",
        ),
        WrongModel(
            MISCONCEPTIONS["changes-need-a-restart"],
            lambda case: _seen(case, lambda look: look in _SLEPT),
            "The next `cat` finds the file in upperdir; nothing has to be loaded again.",
        ),
        WrongModel(
            MISCONCEPTIONS["removing-keeps-changes"],
            lambda case: _seen(case, lambda look: look != "second"),
            "`docker rm` deletes upperdir, and the new container begins with an empty one.",
        ),
        WrongModel(
            MISCONCEPTIONS["containers-share-the-writable-layer"],
            lambda case: _seen(case, lambda look: look != "rm-run"),
            "Each container has an upperdir of its own; shared are the layers below.",
        ),
        WrongModel(
            MISCONCEPTIONS["writing-edits-the-image"],
            lambda case: _seen(case, lambda look: True),
            "If the image had changed, every container of it would show that. None does.",
        ),
    ),
    hints=(
        Hint("Where does the change lie, and which command deletes that place?"),
        Hint("Try it: change a file in `web`, then `web.restart()`, and read it again."),
        Hint("The container layer is born with the container, lives through stop and start, and dies with rm."),
    ),
    explanation="The change lies in the container layer. It is seen at once, lives through stop, start and "
    "restart, belongs to this one container, and goes with `docker rm`. The note's first line has it “effective "
    "after a restart”: no restart is needed for the file (a program that read its configuration at start must be "
    "told, which is another matter).",
)

_LINES = {
    "add": ("Add: a new file goes to the container layer.", True),
    "read": (
        "Read: the file is looked for from the top down, and once found is copied to the container layer and opened.",
        False,
    ),
    "modify": ("Modify: looked for from the top down, copied to the container layer, then changed.", True),
    "delete": ("Delete: only a record of the deletion is made in the container layer.", True),
    "restart": ("The container layer can be changed; changes take effect after a restart.", False),
    "only": ("Only the container layer is writable; all image layers are read-only.", True),
    "changes": ("The container layer keeps what changed; the image itself is not modified.", True),
    "shared": ("A container's changes are seen by it alone, though its base is shared.", True),
}


def _note(random: Random) -> dict[str, Any]:
    others = sorted(set(_LINES) - {"read", "restart"})
    rows = ["read", "restart", *random.sample(others, random.randrange(2, 6))]
    random.shuffle(rows)
    return {"rows": rows}


NOTE_CORRECTED = Exercise(
    id="note-corrected",
    lesson=LESSON,
    title="The note, line by line",
    kind=Kind.TABLE,
    points=2,
    objective="correct a text about copy-on-write by what was tried",
    make=_note,
    question="Lines of the study note. Write 'right' or 'wrong' for each, by what you have seen happen.",
    form=lambda case: Fill(
        {row: _LINES[row][0] for row in case["rows"]}, {"verdict": Choose({"right": "right", "wrong": "wrong"})}
    ),
    truth=lambda case: {row: {"verdict": "right" if _LINES[row][1] else "wrong"} for row in case["rows"]},
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["reading-copies-up"],
            lambda case: {"read": {"verdict": "right"}},
            "After a read, `web.diff()` is empty and no event CopiedUp was emitted.",
        ),
        WrongModel(
            MISCONCEPTIONS["changes-need-a-restart"],
            lambda case: {"restart": {"verdict": "right"}},
            "The changed file was read back at once, before any restart.",
        ),
    ),
    hints=(
        Hint("Two of the lines are wrong in every variant. Which did the engine contradict?"),
        Hint("Look at the events of a `cat`, and at when a written file is seen."),
        Hint("One wrong line is about reading, the other about restarting."),
    ),
    explanation="The note is right about most of it. Reading, though, opens the file where it lies, and a change "
    "is seen at once. If reading did copy up, starting a program would double every library it loads, in every "
    "container.",
)

"""Lesson 02: `commit`, `save` and `export` told apart by what is in their result.

    docker commit c1 new:1          container ─> image: the image's layers and one more
    docker save shop:1 -o s.tar     image ─> archive: layers, history, configuration
    docker export c1 -o e.tar       container ─> one tar of the merged tree, and nothing else

Source: Docker's command line reference, docker container commit, export, image save.
"""

from collections.abc import Callable
from random import Random
from typing import Any

from coursekit.exercises.forms import Choose, Fill
from coursekit.exercises.lessons.layer_made import LESSON
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Hint, Kind, WrongModel

COMMANDS = ("commit", "save", "export")
FATES = {
    "added": ("what c1 wrote to {path}, a new file", "yes", "no", "yes"),
    "rewritten": ("what c1 wrote to {path}, a file of the image", "yes", "no", "yes"),
    "original": ("the image's own version of {path}, which c1 has overwritten", "yes", "yes", "no"),
    "removed": ("the bytes of {path}, which c1 has deleted", "yes", "yes", "no"),
    "hidden": ("the bytes of {path}, which a later layer of shop:1 deletes", "yes", "yes", "no"),
    "untouched": ("{path}, a file of the image that c1 only read", "yes", "yes", "yes"),
    "volume": ("what c1 wrote to {path}, a volume", "no", "no", "no"),
    "layers": ("the layers of shop:1, each by itself", "yes", "yes", "no"),
    "configuration": ("ENV, CMD and the history", "yes", "yes", "no"),
}
"""What may be in a result, and whether it is in that of commit, save and export."""

_PATHS = ("/srv/a.db", "/srv/b.log", "/etc/app.conf", "/opt/tool", "/usr/lib/x.so", "/root/notes", "/var/tmp/c")


def _rows(random: Random) -> dict[str, Any]:
    """Seven rows: those that a belief is about, and one or two more, each with a path."""
    fates = ["added", "hidden", "volume", "layers", "configuration"]
    fates += random.sample(("rewritten", "original", "removed", "untouched"), 2)
    random.shuffle(fates)
    paths = iter(random.sample(_PATHS, len(fates)))
    return {"rows": {f"row {n}": [fate, _place(fate, next(paths))] for n, fate in enumerate(fates, 1)}}


def _place(fate: str, path: str) -> str:
    return "/data/orders" if fate == "volume" else path


def _inside(case: Case, says: Callable[[str, str], str | None]) -> dict[str, dict[str, str]]:
    """The cells that `says(fate, command)` fills; None leaves one out."""
    found: dict[str, dict[str, str]] = {}
    for row, (fate, _) in case["rows"].items():
        cells = {command: said for command in COMMANDS if (said := says(fate, command)) is not None}
        if cells:
            found[row] = cells
    return found


def _true(fate: str, command: str) -> str:
    return FATES[fate][1 + COMMANDS.index(command)]


def _if(fates: tuple[str, ...], command: str, said: str) -> Callable[[Case], dict[str, dict[str, str]]]:
    return lambda case: _inside(case, lambda fate, each: said if fate in fates and each == command else None)


COMMIT_SAVE_EXPORT = Exercise(
    id="commit-save-export",
    lesson=LESSON,
    title="commit, save, export",
    kind=Kind.TABLE,
    points=3,
    objective="tell commit, save and export apart by what is in their result",
    make=_rows,
    question="c1 is a container of the image shop:1. Three commands are given: `docker commit c1 new:1`, `docker save "
    "shop:1 -o s.tar` and `docker export c1 -o e.tar`. Is this in the new image, in s.tar, in e.tar: 'yes' or 'no'? "
    "(Bytes that are stored count, even where no container would see them.)",
    form=lambda case: Fill(
        {row: FATES[fate][0].format(path=path) for row, (fate, path) in case["rows"].items()},
        {command: Choose({"yes": "yes", "no": "no"}) for command in COMMANDS},
    ),
    truth=lambda case: _inside(case, _true),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["volumes-are-committed"],
            _if(("volume",), "commit", "yes"),
            "`docker diff c1` has no line for /data/orders, and commit takes what diff lists.",
        ),
        WrongModel(
            MISCONCEPTIONS["save-saves-the-container"],
            _if(("added", "rewritten"), "save", "yes"),
            "The command names shop:1, and no container: c1 might not even exist.",
        ),
        WrongModel(
            MISCONCEPTIONS["export-keeps-layers"],
            _if(("layers", "configuration"), "export", "yes"),
            "List e.tar: paths of one tree, as `ls` in the container shows them.",
        ),
        WrongModel(
            MISCONCEPTIONS["commit-flattens"],
            _if(("layers", "hidden", "removed", "original"), "commit", "no"),
            "`docker history new:1` shows all rows of shop:1 and one more.",
        ),
        WrongModel(
            MISCONCEPTIONS["later-rm-shrinks"],
            _if(("hidden",), "save", "no"),
            "An archive of an image holds its layers as they are, and the lower one has the file.",
        ),
    ),
    hints=(
        Hint("For each command: does it look at an image, at a container layer, or at the merged tree?"),
        Hint("Where does a volume lie: in the container layer, or beside it?", after="volumes-are-committed"),
        Hint("List the members of an exported tar, and count the layers of a committed image."),
        Hint(
            "commit: all old layers, and the container layer on top. save: the image as it is. export: what can be "
            "seen in c1, without volumes."
        ),
    ),
    explanation="commit adds **one layer** to the image: the container's. save packs an image, all its layers and its "
    "configuration, and knows no container. export packs a tree: what can be seen, once, without history; what is "
    "hidden is gone, and so are ENV and CMD (`docker import` makes an image of one layer of it). A volume is in none "
    "of them.",
)

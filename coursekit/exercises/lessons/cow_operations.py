"""Lesson 04: the note's four operations (add, read, modify, delete), and what `docker diff` prints of them.

Source: Linux overlayfs.rst, "Non-directories", "whiteouts and opaque directories";
docker diff in Docker's command line reference.
"""

import os
from collections.abc import Callable, Collection
from functools import partial
from random import Random
from typing import Any

from coursekit.diagrams.picture import stack_scene
from coursekit.diagrams.scene import Scene
from coursekit.events import Event
from coursekit.exercises.forms import Choose, Fill, Pick
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Hint, Kind, WrongModel
from coursekit.layers.layer import Layer
from coursekit.vfs.overlay import Overlay

LESSON = "04-copy-on-write"
FILES = (
    "/etc/nginx/nginx.conf",
    "/etc/nginx/mime.types",
    "/etc/nginx/uwsgi_params",
    "/etc/debconf.conf",
    "/etc/motd",
    "/etc/profile",
    "/etc/nsswitch.conf",
    "/etc/shells",
    "/usr/share/nginx/html/index.html",
)
_VERBS = {
    "add": "echo hello > {path}",
    "read": "cat {path}",
    "modify": "echo '# mine' >> {path}",
    "delete": "rm {path}",
    "chmod": "chmod 600 {path}",
}
_GAINS = frozenset({"add", "modify", "delete", "chmod"})  # what leaves something in upperdir


def _new_name(path: str, random: Random) -> str:
    """A name that the image has not, in the directory of `path`."""
    name = random.choice(("motd", "notes", "todo", "site", "local"))
    return f"{path.rpartition('/')[0]}/{name}{random.randrange(10, 100)}.txt"


def _operations(random: Random) -> dict[str, Any]:
    """Six steps on six files: the four operations, chmod, and one more of them."""
    verbs = ["add", "read", "modify", "delete", "chmod", random.choice(("read", "modify", "delete"))]
    random.shuffle(verbs)
    paths = random.sample(FILES, len(verbs))
    steps = [
        {"verb": verb, "path": _new_name(path, random) if verb == "add" else path}
        for verb, path in zip(verbs, paths, strict=True)
    ]
    return {"steps": {f"{n}": step for n, step in enumerate(steps, 1)}}


def _picture(case: Case) -> Scene:
    """The six commands on a real overlay, to be run once the prediction is made."""
    steps = list(case["steps"].values())
    image = Layer.of({step["path"]: "a line\n" for step in steps if step["verb"] != "add"})
    happened: list[Event] = []
    overlay = Overlay(lowerdir=[image], emit=happened.append)
    for step in steps:
        _run(overlay, step["verb"], step["path"])
    paths, names = [step["path"] for step in steps], ["container layer", "image"]
    return stack_scene([image], happened=happened, paths=paths, names=names, title="Six commands in a fresh container")


def _run(overlay: Overlay, verb: str, path: str) -> None:
    match verb:
        case "add":
            overlay.write_text(path, "hello\n")
        case "read":
            overlay.read_text(path)
        case "modify":
            with overlay.open(path, os.O_WRONLY | os.O_APPEND) as file:
                file.write(b"# mine\n")
        case "delete":
            overlay.unlink(path)
        case "chmod":
            overlay.chmod(path, 0o600)


def _form(case: Case) -> Pick:
    steps = case["steps"].values()
    return Pick(
        {step["path"]: _VERBS[step["verb"]].format(path=step["path"]) for step in steps},
        partial(_picture, case),
        view="upperdir",
    )


def _holds(case: Case, gains: Collection[str]) -> list[str]:
    return [step["path"] for step in case["steps"].values() if step["verb"] in gains]


FOUR_OPERATIONS = Exercise(
    id="four-operations",
    lesson=LESSON,
    title="Four operations, which layer changes?",
    kind=Kind.PREDICTION,
    points=3,
    objective="predict what each file operation leaves in the container layer",
    make=_operations,
    question=lambda case: (
        "Six commands run in a fresh container, each on a file of its own:\n\n```\n"
        + "\n".join(_VERBS[step["verb"]].format(path=step["path"]) for step in case["steps"].values())
        + "\n```\n\nAll but the new file lie in the image. For which of them does the container layer (upperdir) hold "
        "something afterwards, be it the file or a mark in its place? Directories on the way do not count."
    ),
    form=_form,
    truth=lambda case: _holds(case, _GAINS),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["reading-copies-up"],
            lambda case: _holds(case, _GAINS | {"read"}),
            "The step that reads says: read where it is, nothing is copied.",
        ),
        WrongModel(
            MISCONCEPTIONS["whiteout-below"],
            lambda case: _holds(case, _GAINS - {"delete"}),
            "The layer below is read-only. The mark that hides the name can only lie above it.",
        ),
        WrongModel(
            MISCONCEPTIONS["chmod-is-free"],
            lambda case: _holds(case, _GAINS - {"chmod"}),
            "The mode belongs to the file, and upperdir needs the file to hold it: all of it is copied.",
        ),
        WrongModel(
            MISCONCEPTIONS["writing-edits-the-image"],
            lambda case: _holds(case, {"add"}),
            "The image's layers are read-only: every change has to leave something in upperdir.",
        ),
    ),
    hints=(
        Hint("For each command: after it, must the container see something else than the image holds?"),
        Hint(
            "The note says that reading copies a file up. What would the event list show if it did?",
            after="reading-copies-up",
        ),
        Hint("Run them one by one, and look at `web.diff()` after each."),
        Hint("Only reading leaves nothing. A new file, new contents, a new mode, a deletion: each leaves something."),
    ),
    explanation="Only what changes something reaches upperdir. Reading is served from the layer that has the "
    "file. Modifying, and chmod too, first copy the **whole** file up. Deleting writes a whiteout. The image's "
    "layers never change.",
)


def _session(random: Random) -> dict[str, Any]:
    """Five commands on files of three directories, and the paths that might be listed."""
    verbs = ["add", "modify", "delete", "read", random.choice(("modify", "delete", "read", "chmod"))]
    while True:
        random.shuffle(verbs)
        paths = random.sample(FILES, len(verbs))
        changed = {_parent(path) for verb, path in zip(verbs, paths, strict=True) if verb != "read"}
        beside = [path for path in FILES if path not in paths and _parent(path) in changed]
        if beside:
            break
    steps = [
        [verb, _new_name(path, random) if verb == "add" else path] for verb, path in zip(verbs, paths, strict=True)
    ]
    rows = {path for _, path in steps} | {_parent(path) for _, path in steps} | {random.choice(beside)}
    return {"steps": steps, "rows": sorted(rows)}


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


_LETTER = {"add": "A", "modify": "C", "chmod": "C", "delete": "D"}


def _diff(case: Case, letters: Callable[[str], str]) -> dict[str, dict[str, str]]:
    """A, C, D or '-' for each row; `letters` gives a verb's; the directory of a listed file is C."""
    found = {path: letters(verb) for verb, path in case["steps"]}
    changed = {parent for path, letter in found.items() if letter != "-" for parent in _above(path)}
    return {row: {"line": "C" if row in changed else found.get(row, "-")} for row in case["rows"]}


def _above(path: str) -> list[str]:
    parts = path.split("/")[1:-1]
    return ["/" + "/".join(parts[: n + 1]) for n in range(len(parts))]


def _true_letter(verb: str) -> str:
    return _LETTER.get(verb, "-")


def _siblings(case: Case) -> dict[str, dict[str, str]]:
    """Everything that is in a changed directory is listed too."""
    truth = _diff(case, _true_letter)
    changed = {row for row, cells in truth.items() if cells["line"] == "C"}
    return {
        row: {"line": "C" if cells["line"] == "-" and row.rpartition("/")[0] in changed else cells["line"]}
        for row, cells in truth.items()
    }


DIFF_LINES = Exercise(
    id="diff-lines",
    lesson=LESSON,
    title="What `docker diff` prints",
    kind=Kind.PREDICTION,
    points=3,
    objective="derive the lines of `docker diff` from what lies in upperdir",
    make=_session,
    question=lambda case: (
        "A fresh container runs\n\n```\n"
        + "\n".join(_VERBS[verb].format(path=path) for verb, path in case["steps"])
        + "\n```\n\nWhich letter does `docker diff` print before each path: 'A', 'C', 'D', or '-' for no line?"
    ),
    form=lambda case: Fill(
        {row: row for row in case["rows"]},
        {"line": Choose({"A": "A (added)", "C": "C (changed)", "D": "D (deleted)", "-": "no line"})},
    ),
    truth=lambda case: _diff(case, _true_letter),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["reading-copies-up"],
            lambda case: _diff(case, lambda verb: "C" if verb == "read" else _true_letter(verb)),
            "`cat` leaves nothing in upperdir, so there is nothing to list.",
        ),
        WrongModel(
            MISCONCEPTIONS["whiteout-below"],
            lambda case: _diff(case, lambda verb: "-" if verb == "delete" else _true_letter(verb)),
            "A whiteout lies in upperdir, and `docker diff` prints it as D.",
        ),
        WrongModel(
            MISCONCEPTIONS["directory-copies-children"],
            _siblings,
            "A directory comes up empty: C for it says nothing about its other children.",
        ),
    ),
    hints=(
        Hint("`docker diff` lists what lies in upperdir. Which of the commands put something there?"),
        Hint("A file in upperdir needs its directories in upperdir too. How are those listed?"),
        Hint("A new file: A. A changed one: C. A whiteout: D. Directories above any of them: C. All else: no line."),
    ),
    explanation="docker diff reads upperdir: a file that the image has is C, one that it has not is A, a whiteout "
    "is D. The directories above were copied up to hold them, so they are C. What was only read is not there.",
)

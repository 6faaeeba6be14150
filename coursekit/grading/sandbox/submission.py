"""One submission from its files to its verdicts: what a worker does, on this machine or another. JSON in, JSON out.

    cells and files ──> box ──> outputs                        (`execute`)
    evidence of all exercises, the course secret ──> judge ──> verdicts    (`Boxes.verdicts`, by `asking`)

Neighbours: `boxes` (the warm processes), `outputs` (what is believed of one), `worker` (who asks).
"""

import atexit
import base64
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from coursekit.errors import ExerciseError
from coursekit.grading.judging import outputs
from coursekit.grading.sandbox import boxes, places
from coursekit.grading.sandbox.boxes import Ended, Limits, Zygote

FILES = 32 * 2**20  # bytes of all files that go into a box with a notebook
LEFT = "its process left before the last cell"
TRIAL = "import os\ndef trial(paths): return [os.getuid(), [path for path in paths if os.path.exists(path)]]"


@dataclass(frozen=True, slots=True)
class Ran:
    """A notebook's run: outputs and count by cell, as far as it came, and why it was stopped ('' for it was not)."""

    cells: dict[int, tuple[list[dict[str, Any]], int | None]]
    stopped: str
    cpu: float  # seconds
    wall: float


class Boxes:
    """The warm processes of a grader, each started when it is first needed; threads may share them.

    With a `lesson` the judges work out first what many submissions of it would each work out anew.
    """

    def __init__(self, box: str = "bubblewrap", hidden: Sequence[str] = (), lesson: str = "") -> None:
        if box not in ("bubblewrap", "none"):
            raise ExerciseError(f"a box is made by 'bubblewrap' or by 'none', not by {box!r}")
        self.box = box
        self._hidden = tuple(hidden)
        self._lesson = lesson
        self._lock = threading.RLock()
        self._made: dict[str, Zygote] = {}
        self._keeper = ThreadPoolExecutor(1)  # bubblewrap dies with the thread that started it: this one stays

    def functions(self) -> Zygote:
        """Where learners' functions run. Raises: ExerciseError where no box can be had."""
        return self._get("functions")

    def notebook(self, work: Mapping[str, Any], limits: Limits) -> Ended:
        """Runs a notebook's cells. Raises: ExerciseError where no box can be had."""
        self.functions()  # and with it the proof that boxes hold
        self._get("judges")  # they get ready while the first notebooks run
        return self._get("notebooks").ask(work, limits)

    def judge(self, work: Mapping[str, Any], limits: Limits) -> Ended:
        """Asks a judge. Raises: ExerciseError where no box can be had."""
        self.functions()
        return self._get("judges").ask(work, limits)

    def _get(self, kind: str) -> Zygote:
        with self._lock:
            if kind in self._made and not self._made[kind].alive():  # killed from outside: a new one costs a second
                self._made.pop(kind).close()
                if kind == "functions" and "judges" in self._made:  # they would go on asking the old one
                    self._made.pop("judges").close()
            if kind not in self._made:
                self._made[kind] = self._keeper.submit(self._start, kind).result()
            return self._made[kind]

    def _start(self, kind: str) -> Zygote:
        match kind:
            case "functions":
                made = boxes.functions(self.box)
                try:
                    self._prove(made)
                except ExerciseError:
                    made.close()
                    raise
                return made
            case "notebooks":
                return boxes.notebooks(self.box, self._hidden)
        return boxes.judges(self._made["functions"].fileno(), self._lesson)

    def _prove(self, made: Zygote) -> None:
        """Runs a function in a box and looks at what it sees. Raises: ExerciseError where it is no box."""
        if self.box == "none":
            return
        seen = [str(Path(boxes.__file__)), os.path.expanduser("~/.ssh"), str(Path.cwd() / "gradebook.db")]
        work = {"source": TRIAL, "name": "trial", "inputs": [[seen]]}
        try:
            ended = made.ask(work, boxes.FUNCTION)
        except ExerciseError as problem:
            raise places.refuse(f"it does not work here ({problem})") from problem
        said = ended.output.decode(errors="replace")
        if ended.stopped or '"value": [1000, []]' not in said:
            raise places.refuse(f"its box does not hold here ({ended.stopped or said.strip()[-300:]})")

    def close(self) -> None:
        """Ends the processes, and every box with them."""
        with self._lock:
            for made in self._made.values():
                made.close()
            self._made.clear()
            self._keeper.shutdown()

    def __enter__(self) -> "Boxes":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def shared(box: str, hidden: Sequence[str] = (), lesson: str = "") -> Boxes:
    """The boxes of this process, kept until it ends; others when a teacher's own exercises are others."""
    return _shared(box, tuple(hidden), lesson, os.environ.get("COURSEKIT_EXERCISES", ""))


@cache
def _shared(box: str, hidden: tuple[str, ...], lesson: str, exercises: str) -> Boxes:
    made = Boxes(box, hidden, lesson)
    atexit.register(made.close)
    return made


def execute(
    boxes_: Boxes, cells: Sequence[str], files: Mapping[str, str], seed: str, *, limits: Limits, seconds: float
) -> Ran:
    """Runs the cells as the student whose variants `seed` names; `files` are base64 by relative name."""
    environment = {"COURSEKIT_STUDENT": seed, "HOME": "/tmp/student", "USER": "student"}
    if boxes_.box == "none":
        environment = {"COURSEKIT_STUDENT": seed, "NBGRADER_EXECUTION": "autograde", "COURSEKIT_BOX": "1"}
    work = {"cells": list(cells), "files": dict(files), "environment": environment, "seconds": seconds}
    size = sum(len(each) for each in files.values()) * 3 // 4
    ended = boxes_.notebook(work, {**limits, "disk": limits["disk"] + size})
    shown = outputs.read(ended.output, len(cells))
    stopped = ended.stopped or (LEFT if len(shown) < len(cells) else "")
    return Ran(shown, stopped, ended.cpu, ended.wall)


def files_in(directory: Path) -> tuple[dict[str, str], list[str]]:
    """The files beside a notebook, in base64 by relative name, and in words what was left out. No link is followed."""
    found: dict[str, str] = {}
    left_out: list[str] = []
    room = FILES
    for path in sorted(_files(directory)):
        name = path.relative_to(directory).as_posix()
        size = path.stat().st_size
        if size > room:
            left_out.append(f"{name} ({size >> 20} MiB) did not go into the box: at most {FILES >> 20} MiB do")
            continue
        room -= size
        found[name] = base64.b64encode(path.read_bytes()).decode()
    return found, left_out


def _files(directory: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(directory):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(folder, name)
            if path.is_file() and not path.is_symlink() and path.suffix != ".ipynb":
                yield path

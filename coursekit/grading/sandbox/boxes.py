"""The grader's end of the boxes: three warm processes, started when first needed, and one request to one of them.

    functions   in bubblewrap, with the standard library alone; runs a learner's function     `function_host`
    notebooks   in bubblewrap, with coursekit and a shell; runs a submission's cells          `notebook_shell`
    workers     no box, limits only; never run a learner's code, know the course secret       `classroom.worker`

With `box="none"` the first two run under limits only. Without bubblewrap nothing runs unless that was asked for.
Neighbours: `zygote` (their end), `places` (what a box is shown).
"""

import atexit
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from coursekit.errors import ExerciseError
from coursekit.grading.sandbox import places
from coursekit.grading.sandbox.zygote import HEADER, exactly

Limits = Mapping[str, int]
TRIAL = "import os\ndef trial(paths): return [os.getuid(), [path for path in paths if os.path.exists(path)]]"

_LIMITS = {  # of a notebook; of a function; of a worker, all that it judges included
    "cpu": (120, 5, 90),  # seconds
    "wall": (300, 20, 300),  # seconds
    "memory": (2**30, 512 * 2**20, 2 * 2**30),  # bytes, the sum of its processes
    "processes": (32, 1, 256),
    "files": (256, 32, 256),  # open at once, by one process
    "file": (32 * 2**20, 2**20, 2**26),  # bytes of one file
    "disk": (64 * 2**20, 8 * 2**20, 0),  # bytes; a worker has none of its own
    "inodes": (4096, 256, 0),
    "output": (32 * 2**20, 8 * 2**20, 64 * 2**20),  # bytes
    "sockets": (128, 32, 256),
    "locks": (4096, 64, 4096),
}
NOTEBOOK: Limits = {name: row[0] for name, row in _LIMITS.items()}
FUNCTION: Limits = {name: row[1] for name, row in _LIMITS.items()}
JUDGE: Limits = {name: row[2] for name, row in _LIMITS.items()}

_PARTS = (
    "coursekit.exercises.plain",
    "coursekit.grading.sandbox.namespaces",
    "coursekit.grading.sandbox.zygote",
    "coursekit.grading.sandbox.function_host",
)
_BARE = """
import json, sys, types
for name in ("coursekit", "coursekit.exercises", "coursekit.grading", "coursekit.grading.sandbox"):
    sys.modules[name] = types.ModuleType(name)
for name, text in json.loads(sys.stdin.buffer.readline()).items():
    parent, _, short = name.rpartition(".")
    part = sys.modules[name] = types.ModuleType(short)
    sys.modules[short] = part
    exec(compile(text, short, "exec"), part.__dict__)
    setattr(sys.modules[parent], short, part)
plain, zygote, inside = (sys.modules[name] for name in ("plain", "zygote", "function_host"))
for name in [name for name in sys.modules if name.split(".")[0] == "coursekit" or name in (%r)]:
    del sys.modules[name]
zygote.serve(int(sys.argv[1]), lambda request, out: inside.work(plain, request, out), nested=sys.argv[2:] == ["nested"])
"""


class BoxLost(ExerciseError):
    """The process that makes boxes is gone: no fault of the work that it was given."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What came out of a box: its output, and why it was stopped ('' when it came to its end)."""

    output: bytes
    stopped: str
    cpu: float  # seconds
    wall: float
    peak: int  # bytes


class Zygote:
    """A warm process and the socket on which it takes requests; several threads may ask at once."""

    def __init__(self, command: list[str], given: bytes = b"", keep: Iterable[int] = (), nested: bool = False) -> None:
        self.asks: list[Zygote] = []  # those that its work asks
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process
        words = [*command, str(theirs.fileno()), *(["nested"] if nested else []), *map(str, keep)]
        with theirs, tempfile.TemporaryFile() as opened:
            opened.write(given)
            opened.seek(0)
            self._process = subprocess.Popen(
                words,
                stdin=opened,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
                pass_fds=(theirs.fileno(), *keep),
                start_new_session=True,  # Ctrl-C is for the grader, who ends it
            )

    def fileno(self) -> int:
        """The control socket, for who asks from a process of its own."""
        return self._control.fileno()

    def ask(self, work: Mapping[str, Any], limits: Limits) -> Ended:
        """Runs one request to its end. Raises: BoxLost when the zygote is gone."""
        try:
            return ask(self.fileno(), work, limits)
        except (OSError, EOFError) as problem:
            raise BoxLost(f"the process that makes boxes ended: {self.complaint() or problem}") from problem

    def alive(self) -> bool:
        """Whether it still waits for requests."""
        return self._process.poll() is None

    def complaint(self) -> str:
        """The end of what the process said on standard error."""
        return os.pread(self._said.fileno(), 1 << 20, 0).decode(errors="replace").strip()[-1000:]

    def close(self) -> None:
        """Ends the process, and every box with it."""
        self._control.close()
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._said.close()


def ask(
    control: int, work: Mapping[str, Any], limits: Limits, hear: Callable[[bytes], Iterable[bytes]] | None = None
) -> Ended:
    """One request on a control socket; with `hear`, what it gives for a piece of output goes back to the work.

    Raises: OSError, EOFError, and what `hear` raises: the box is then ended.
    """
    mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    with mine:
        with theirs, socket.socket(fileno=os.dup(control)) as sending:
            socket.send_fds(sending, [b"."], [theirs.fileno()])
        mine.settimeout(limits["wall"] + 60)
        data = json.dumps({"work": work, "limits": dict(limits)}).encode()
        mine.sendall(struct.pack(">Q", len(data)) + data)
        output = bytearray()
        while True:
            kind, size = HEADER.unpack(exactly(mine, HEADER.size))
            piece = exactly(mine, size)
            if kind == b"e":
                end = json.loads(piece)
                return Ended(bytes(output), end["stopped"], end["cpu"], end["wall"], end["peak"])
            if hear is None:
                output += piece
                continue
            for answer in hear(piece):
                mine.sendall(answer)


def functions(box: str = "bubblewrap", hidden: Iterable[str] = ()) -> Zygote:
    """The zygote for learners' functions; `hidden` are directories that no box may see."""
    texts = {name: _text(name) for name in _PARTS}
    program = _BARE % (tuple(name.rpartition(".")[2] for name in _PARTS),)
    command = [*places.bare(box, hidden), "-c", program]
    return Zygote(command, json.dumps(texts).encode() + b"\n", nested=box != "none")


def notebooks(box: str = "bubblewrap", hidden: Iterable[str] = (), lessons: str = "") -> Zygote:
    """The zygote for notebooks; `lessons` as `places.course` has it."""
    command = [*places.course(box, hidden, lessons), "-m", "coursekit.grading.sandbox.notebook_shell"]
    return Zygote(command, nested=box != "none")


def workers(program: str, functions_at: int, notebooks_at: int, course: Mapping[str, Any]) -> Zygote:
    """The zygote for workers of the module `program`, which ask the other two on their control sockets.

    It reads `course` on its standard input, as JSON.
    """
    command = [sys.executable, "-P", "-m", program]
    return Zygote(command, json.dumps(course).encode(), keep=(functions_at, notebooks_at))


def _text(module: str) -> str:
    package, _, name = module.rpartition(".")
    return files(package).joinpath(f"{name}.py").read_text("utf-8")


class Boxes:
    """The warm processes of a grader, each started when it is first needed; threads may share them.

    With a `course`, the plain data of `classroom.course`, workers know a lesson before its first submission comes.
    """

    def __init__(
        self, box: str = "bubblewrap", hidden: Sequence[str] = (), course: Mapping[str, Any] | None = None
    ) -> None:
        if box not in ("bubblewrap", "none"):
            raise ExerciseError(f"a box is made by 'bubblewrap' or by 'none', not by {box!r}")
        self.box = box
        self._hidden = tuple(hidden)
        self._course = dict(course or {})
        self._program = ""  # of workers
        self._lock = threading.RLock()
        self._made: dict[str, Zygote] = {}
        self._lessons = tempfile.TemporaryDirectory(prefix="coursekit-lessons-")  # without their keys
        self._keeper = ThreadPoolExecutor(1)  # bubblewrap dies with the thread that started it: this one stays

    def learn(self, course: Mapping[str, Any]) -> None:
        """Has workers know this course from now on."""
        with self._lock:
            if self._course != dict(course):
                self._course = dict(course)
                if "workers" in self._made:
                    self._made.pop("workers").close()

    def functions(self) -> Zygote:
        """Where learners' functions run. Raises: ExerciseError where no box can be had."""
        return self._get("functions")

    def notebook(self, work: Mapping[str, Any], limits: Limits) -> Ended:
        """Runs a notebook's cells. Raises: ExerciseError where no box can be had."""
        self.functions()  # and with it the proof that boxes hold
        return self._ask("notebooks", work, limits)

    def worker(self, program: str, work: Mapping[str, Any], limits: Limits) -> Ended:
        """Asks a worker of the module `program`. Raises: ExerciseError where no box can be had."""
        self._program = program
        return self._ask("workers", work, limits)

    def _ask(self, kind: str, work: Mapping[str, Any], limits: Limits) -> Ended:
        """Asks; where the process was killed meanwhile, once more on a new one."""
        try:
            return self._get(kind).ask(work, limits)
        except BoxLost:
            return self._get(kind).ask(work, limits)

    def _get(self, kind: str) -> Zygote:
        with self._lock:
            if kind == "workers":  # they ask the other two, and would go on asking old ones
                asked = [self._get("functions"), self._get("notebooks")]
                if "workers" in self._made and self._made["workers"].asks != asked:
                    self._made.pop("workers").close()
            if kind in self._made and not self._made[kind].alive():  # killed from outside: a new one costs a second
                self._made.pop(kind).close()
            if kind not in self._made:
                self._made[kind] = self._keeper.submit(self._start, kind).result()
            return self._made[kind]

    def _start(self, kind: str) -> Zygote:
        match kind:
            case "functions":
                made = functions(self.box, self._hidden)
            case "notebooks":
                lessons = Path(self._lessons.name, "lessons")
                if not lessons.is_dir():
                    places.without_keys(lessons.parent)
                made = notebooks(self.box, self._hidden, str(lessons))
            case _:
                asked = [self._made["functions"], self._made["notebooks"]]
                made = workers(self._program, asked[0].fileno(), asked[1].fileno(), {**self._course, "box": self.box})
                made.asks = asked
                return made
        try:
            self._prove(made, kind)
        except BaseException:
            made.close()
            raise
        return made

    def _prove(self, made: Zygote, kind: str) -> None:
        """Runs something in a box, and looks at what it sees. Raises: ExerciseError where it is no box."""
        if self.box == "none":
            return
        seen = self._secrets()
        work: dict[str, Any] = {"source": TRIAL, "name": "trial", "inputs": [[seen]]}
        if kind == "notebooks":
            cell = f"{TRIAL}\nimport json; print(json.dumps({{'value': trial(json.loads({json.dumps(seen)!r}))}}))"
            work = {"cells": [cell], "files": {}, "environment": {}, "seconds": 60}
        try:
            ended = made.ask(work, FUNCTION if kind == "functions" else NOTEBOOK)
        except ExerciseError as problem:
            raise places.refuse(f"it does not work here ({problem})") from problem
        said = ended.output.decode(errors="replace").replace("\\", "")
        if ended.stopped or '"value": [1000, []]' not in said:
            raise places.refuse(f"its box does not hold here ({ended.stopped or said.strip()[-300:]})")

    def _secrets(self) -> list[str]:
        """Paths that no box may see, as far as they are here."""
        seen = [
            os.path.expanduser("~/.ssh"),
            "/etc/shadow",
            str(Path.cwd() / "gradebook.db"),
            str(Path.cwd() / "submitted"),
        ]
        needed = places.needed()
        for place in self._hidden:
            with suppress(OSError):
                names = sorted(os.listdir(place))[:200]
                inside = [os.path.join(place, name) for name in names]
                seen += [path for path in inside if not any(Path(each).is_relative_to(path) for each in needed)]
        return [each for each in seen if os.path.lexists(each)]

    def close(self) -> None:
        """Ends the processes, and every box with them."""
        with self._lock:
            for made in self._made.values():
                made.close()
            self._made.clear()
            self._keeper.shutdown()
            self._lessons.cleanup()

    def __enter__(self) -> "Boxes":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


_shared: dict[str, Boxes] = {}


def shared(box: str, hidden: Sequence[str] = (), course: Mapping[str, Any] | None = None) -> Boxes:
    """The boxes of this process, kept until it ends or others are asked for: of another course, or other exercises."""
    of = json.dumps([box, *hidden, os.environ.get("COURSEKIT_EXERCISES", ""), course or {}], sort_keys=True)
    if of not in _shared:
        while _shared:
            _shared.popitem()[1].close()
        _shared[of] = Boxes(box, hidden, course)
        atexit.register(_shared[of].close)
    return _shared[of]

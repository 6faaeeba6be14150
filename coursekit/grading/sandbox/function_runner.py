"""Runs a learner's function on inputs, in a fresh process that cannot import coursekit, and brings plain results back.

    source, inputs ──JSON──> box.command(inside) ──JSON lines──> Ran
                                   │ ▲  calls of served functions: they run here, so that the course's own solution of
                                   ▼ │  an earlier step can stand in for a wrong one, and its source never goes there

Never pickle; at most 8 MiB back and the given seconds; the process group is killed at the end. In a browser, where no
process can be started, a fresh namespace whose imports refuse coursekit does for practice, and its steps are counted;
nothing is graded there.

What the process writes comes piece by piece, with a limit to each wait. Windows waits for sockets and not for pipes: there
a thread reads, and the wait is for what it brings.

It is the adapter of `exercises.running.Run` that an instant check and a grader share.
"""

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from importlib.resources import files
from math import ceil
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Any

from coursekit.exercises import plain
from coursekit.exercises.plain import NotPlain, decode, encode
from coursekit.exercises.running import Crashed, Ran, Refused, Result, Returned, Run, Served
from coursekit.exercises.stepping import STEPS, Recorded, steps
from coursekit.grading.sandbox import boxes, call_recorder, function_host, step_count
from coursekit.grading.sandbox.bare_python import command

PIECE = 1 << 16  # bytes
WAITS_FOR_PIPES = os.name == "posix"

Heard = Callable[[float], bytes | None]  # the next piece, b"" at the end; None where nothing came in so many seconds


@contextmanager
def listening(pipe: IO[bytes]) -> Iterator[Heard]:
    """To be called for each piece."""
    if not WAITS_FOR_PIPES:
        yield _read_by_a_thread(pipe)
        return
    with selectors.DefaultSelector() as ready:
        ready.register(pipe, selectors.EVENT_READ)
        yield lambda seconds: os.read(pipe.fileno(), PIECE) if ready.select(seconds) else None


def _read_by_a_thread(pipe: IO[bytes]) -> Heard:
    pieces: SimpleQueue[bytes] = SimpleQueue()

    def read() -> None:
        while piece := os.read(pipe.fileno(), PIECE):
            pieces.put(piece)
        pieces.put(b"")

    def heard(seconds: float) -> bytes | None:
        try:
            return pieces.get(timeout=seconds)
        except Empty:
            return None

    threading.Thread(target=read, daemon=True).start()
    return heard


MEMORY = 512 * 2**20
PATIENCE = 5.0  # seconds of wall time beyond three times the CPU seconds: a busy machine costs no marks
GLANCE = 0.25  # seconds between two looks at a process that says nothing
OUTPUT = 8 * 2**20
ASKED = 20_000  # calls of served functions in one run

_PROGRAM = """
import json, sys, types
request = json.loads(sys.stdin.buffer.readline())
parts = []
for name in ("plain", "function_host", "call_recorder"):
    parts.append(types.ModuleType(name))
    exec(compile(request.pop(name), name, "exec"), parts[-1].__dict__)
parts[1].serve(parts[0], request, parts[2])
"""


def run(
    source: str,
    name: str,
    inputs: Sequence[Sequence[Any]],
    *,
    seconds: float,
    before: Sequence[str] = (),
    served: Sequence[Served] = (),
) -> Ran:
    """Calls function `name` of `source` on each of `inputs`. Never raises for what the source does."""
    said, stopped = _asked(_work(source, name, inputs, before, served), seconds, served)
    return _ran(said, len(inputs), stopped)


def record(
    source: str,
    name: str,
    args: Sequence[Any],
    *,
    seconds: float,
    before: Sequence[str] = (),
    served: Sequence[Served] = (),
) -> Recorded:
    """One call, step by step, where `run` would run it and within the same limits. Never raises for what the source does."""
    request = _work(source, name, [args], before, served) | {"steps": STEPS}
    said, stopped = _asked(request, seconds, served)
    pairs = [(line(each), each) for each in said.split(b"\n")[:-1]]
    told = [each["step"] for each, _ in pairs if "step" in each]
    cut = any("cut" in each for each, _ in pairs)
    ran = _ran(b"".join(raw + b"\n" for each, raw in pairs if "step" not in each and "cut" not in each), 1, stopped)
    result = ran.results[0] if ran.results and not cut else None
    return Recorded(steps(told[:STEPS]), result, "" if cut else ran.stopped, cut)


def _asked(request: dict[str, Any], seconds: float, served: Sequence[Served]) -> tuple[bytes, str]:
    """What came of a request, as lines, and why it was stopped."""
    limits = {
        "RLIMIT_CPU": ceil(seconds),
        "RLIMIT_AS": MEMORY,
        "RLIMIT_FSIZE": 2**20,
        "RLIMIT_NOFILE": 32,
        "RLIMIT_NPROC": 1,
        "RLIMIT_CORE": 0,
    }
    if sys.platform == "emscripten":
        return _here(request, served)
    return _elsewhere({**request, "limits": limits}, seconds, {one.name: one for one in served})


def boxed(functions: int) -> Run:
    """The same by the warm process that makes boxes for a grader, asked on its control socket."""

    def run_boxed(
        source: str,
        name: str,
        inputs: Sequence[Sequence[Any]],
        *,
        seconds: float,
        before: Sequence[str] = (),
        served: Sequence[Served] = (),
    ) -> Ran:
        talk = Dialogue({one.name: one for one in served})
        limits = {**boxes.FUNCTION, "cpu": ceil(seconds), "wall": ceil(3 * seconds + PATIENCE)}
        try:
            stopped = boxes.ask(functions, _work(source, name, inputs, before, served), limits, talk.hear).stopped
        except Enough as problem:
            stopped = str(problem)
        except (OSError, EOFError) as problem:
            raise BoxGone(f"the process that makes boxes ended ({problem})") from problem
        if stopped.startswith("no box could be made"):
            raise BoxGone(stopped)
        known = "" if stopped.startswith("its process ended") else stopped
        return _ran(talk.said(), len(inputs), known)

    return run_boxed


def _work(
    source: str, name: str, inputs: Sequence[Sequence[Any]], before: Sequence[str], served: Sequence[Served]
) -> dict[str, Any]:
    return {
        "before": list(before),
        "served": [{"name": one.name, "parameters": list(one.parameters)} for one in served],
        "source": source,
        "name": name,
        "inputs": [encode(list(args)) for args in inputs],
    }


def _elsewhere(request: dict[str, Any], seconds: float, served: Mapping[str, Served]) -> tuple[bytes, str]:
    for module in (plain, function_host, call_recorder):
        package, _, name = module.__name__.rpartition(".")
        request[name] = files(package).joinpath(f"{name}.py").read_text("utf-8")
    process = subprocess.Popen(
        command(_PROGRAM),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={"LC_ALL": "C.UTF-8"} if os.name == "posix" else None,
        cwd=tempfile.gettempdir(),
    )
    try:
        _hand_over(process, json.dumps(request).encode() + b"\n")
        if served and process.stdin and os.name == "posix":
            os.set_blocking(process.stdin.fileno(), False)  # who asks and does not listen holds up nobody
        return _read(process, seconds, served)
    finally:
        _end(process)


def _hand_over(process: subprocess.Popen[bytes], request: bytes) -> None:
    """Writes the request, which the process reads before anything else; one that never started reads nothing."""
    if process.stdin is None:
        raise TypeError("the process has no pipe")
    with suppress(BrokenPipeError):
        process.stdin.write(request)
        process.stdin.flush()


def _read(process: subprocess.Popen[bytes], seconds: float, served: Mapping[str, Served]) -> tuple[bytes, str]:
    """What it wrote, and why it was stopped. Wall time has room for a busy machine; CPU time is limited inside."""
    talk = Dialogue(served)
    began, last = time.monotonic(), 0.0
    pipe = process.stdout
    if pipe is None:
        raise TypeError("the process has no pipe")
    with listening(pipe) as heard:
        while True:
            piece = heard(GLANCE)
            if piece is None:
                now = time.monotonic() - began
                if now > 3 * seconds + PATIENCE:
                    return talk.said(), f"it had not ended after {now:.0f} seconds"
                if asleep(process.pid) > seconds + last and not runnable(process.pid):
                    return talk.said(), f"it waited for {seconds:g} seconds and computed nothing"
                continue
            last = asleep(process.pid)
            if not piece:
                return talk.said(), _why(process, seconds)
            try:
                for answer in talk.hear(piece):
                    _answer(process, answer)
            except Enough as problem:
                return talk.said(), str(problem)


def asleep(pid: int) -> float:
    """Seconds that a process and those below it slept: all of their time in which they neither ran nor wanted to.

    A busy machine makes a process wait for its turn, which is no sleep. 0 where the kernel does not tell.
    Source: Linux Documentation/scheduler/sched-stats.rst, /proc/<pid>/schedstat; proc(5).
    """
    try:
        found = []
        for root in _with_those_below(pid):
            ran, queued = map(int, (root / "schedstat").read_text().split()[:2])
            found.append((ran + queued) / 1e9)
        started = int(Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()[19])
        uptime = float(Path("/proc/uptime").read_text().split()[0])
    except (OSError, ValueError):
        return 0.0
    return max(uptime - started / os.sysconf("SC_CLK_TCK") - sum(found), 0.0)


def runnable(pid: int) -> bool:
    """Whether a process or one below it runs or wants to: how long it has waited for its turn is told only afterwards."""
    try:
        states = [(root / "stat").read_text().rpartition(")")[2].split()[0] for root in _with_those_below(pid)]
    except (OSError, ValueError):
        return False
    return "R" in states


def _with_those_below(pid: int) -> Iterator[Path]:
    """Where /proc tells of a process and of all below it, itself first."""
    pids = [pid]
    for each in pids:
        root = Path("/proc", str(each))
        yield root
        pids += map(int, (root / "task" / str(each) / "children").read_text().split())


def _answer(process: subprocess.Popen[bytes], answer: bytes) -> None:
    """Hands an answer over, at once or not at all. Raises: Enough."""
    if process.stdin is None:
        raise TypeError("the process has no pipe")
    try:
        written = os.write(process.stdin.fileno(), answer)
    except (BlockingIOError, BrokenPipeError):
        written = 0
    if written != len(answer):
        raise Enough("it asked and did not listen")


def _why(process: subprocess.Popen[bytes], seconds: float) -> str:
    try:
        code = process.wait(5)
    except subprocess.TimeoutExpired:
        return ""
    too_long = getattr(signal, "SIGXCPU", None)  # Windows has none
    if too_long and code in (-too_long, 128 + too_long):
        return f"it computed for more than {seconds:g} seconds"
    return ""


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError, AttributeError):  # Windows has no groups
        process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            with suppress(BrokenPipeError, BlockingIOError):
                pipe.close()


def _ran(said: bytes, count: int, stopped: str) -> Ran:
    lines = said.split(b"\n")[:-1]
    results: list[Result] = []
    first = line(lines[0]) if lines else {}
    if "failed" in first:
        return Ran(tuple(Crashed(str(first["failed"])) for _ in range(count)))
    for each in lines[1 : count + 1]:
        results.append(_result(line(each)))
    if len(results) < count and not stopped:
        stopped = "its process ended before all calls were done (it left, or it took too much memory)"
    told = line(lines[count + 1]).get("printed") if len(lines) > count + 1 else None
    printed = told if type(told) is int else 0
    return Ran(tuple(results), stopped if len(results) < count else "", printed=printed)


def _result(said: dict[str, Any]) -> Result:
    try:
        match said:
            case {"value": value, "args": list(args)}:
                return Returned(decode(value), tuple(decode(args)))
            case {"errno": int(number), "args": list(args)}:
                return Refused(number, tuple(decode(args)))
            case {"error": str(error)}:
                return Crashed(error)
    except NotPlain as problem:
        return Crashed(str(problem))
    return Crashed("a result that cannot be read")


def _here(request: dict[str, Any], served: Sequence[Served] = (), most: int = step_count.STEPS) -> tuple[bytes, str]:
    """The same in this process, which nothing can interrupt: it counts the steps. Prints are counted and let go."""
    known = {one.name: one for one in served}
    lines: list[dict[str, Any]] = []
    files, unheard = (function_host.ANSWER, function_host.EARLIER), function_host.Unheard()
    before = unheard.printed
    with step_count.counted(files, most) as count, redirect_stdout(unheard), redirect_stderr(unheard):
        given = function_host.answers(
            plain,
            request,
            lambda said: known[said["ask"]].answer(said["args"]),
            _importing(__import__),
            call_recorder,
            lines.append,
        )
        for line in given:
            if count.stopped:  # the line says how the call was ended, which is no result of it
                break
            lines.append(line)
    if not count.stopped:
        lines.append({"printed": unheard.printed - before})
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines), count.stopped


def _importing(allowed: Callable[..., Any]) -> Callable[..., Any]:
    def refuse(name: str, *rest: Any, **more: Any) -> Any:
        if name.split(".")[0] == "coursekit":
            raise ImportError("coursekit cannot be imported where functions are judged")
        return allowed(name, *rest, **more)

    return refuse


class BoxGone(BaseException):
    """No box can be had. It is no fault of an answer, and passes all that catches those."""


class Enough(Exception):
    """The run is to be stopped; says why."""


class Dialogue:
    """One run's lines so far. A line {"ask": name, "args"} is a call of a served function: it is answered, and no result."""

    def __init__(self, served: Mapping[str, Served]) -> None:
        self._said = bytearray()
        self._served = served
        self._asked, self._whole = 0, 0  # calls answered; where in `_said` the line begins that is not whole yet

    def said(self) -> bytes:
        """The lines that are results."""
        return bytes(self._said[: self._whole] if self._served else self._said)

    def hear(self, piece: bytes) -> Iterator[bytes]:
        """Takes a piece of output in, and gives the answers to what it asks. Raises: Enough."""
        self._said += piece
        while self._served and (at := self._said.find(b"\n", self._whole)) >= 0:
            question = line(bytes(self._said[self._whole : at]))
            if "ask" not in question:
                self._whole = at + 1
                continue
            del self._said[self._whole : at + 1]
            self._asked += 1
            one = self._served.get(str(question["ask"]))
            if self._asked > ASKED or one is None:
                raise Enough(f"it called lent functions more than {ASKED:,} times, or wrongly")
            yield json.dumps(one.answer(question.get("args"))).encode() + b"\n"
        if len(self._said) > OUTPUT:
            raise Enough(f"it gave back more than {OUTPUT >> 20} MiB")


def line(text: bytes) -> dict[str, Any]:
    """The object that a line holds, {} for none."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return said if type(said) is dict else {}

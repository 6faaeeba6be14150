"""A warm process that waits, and forks a box for each request: its loop, and the supervisor of one box.

    grader ── control socket: one end of a new socket ──> zygote ── fork ──> supervisor ── namespaces.start ──> the work
      └───── that socket: the request; back come frames of output, then how it ended ──────┘     <──────────┘

The supervisor alone writes to the grader, so that no work can say how it ended. It passes at most `output` bytes on,
and kills the box when that, the wall time, the sum of memory or the number of processes is passed, or the grader goes.

    frames   b"o" length bytes      output of the work
             b"e" length JSON       the end: {"stopped", "code", "cpu", "wall", "peak"}

Neighbours: `namespaces` (the box), `boxes` (the grader's end). Standard library only.
"""

import gc
import json
import mmap
import os
import select
import signal
import socket
import struct
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext, suppress
from functools import partial
from typing import Any, NamedTuple

from coursekit.grading.sandbox import namespaces

Work = Callable[[dict[str, Any], int], None]  # (request, descriptor to write to)

HEADER = struct.Struct(">cQ")
REQUEST = 256 * 2**20
ANSWERS = 4 * 2**20  # bytes that wait for the work to read them
TICK = 0.02  # seconds between two looks at memory and processes
_PAGE = mmap.PAGESIZE


def serve(control: int, work: Work, *, nested: bool, keep: tuple[int, ...] = ()) -> None:
    """Forks a supervisor for each socket that arrives on `control`, until that closes; `keep` is left to the work."""
    gc.collect()
    gc.freeze()  # what is warm stays where it is: a fork that looked through it for waste would copy all of it
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(fileno=control) as listening:
        while True:
            try:
                told, passed, _, _ = socket.recv_fds(listening, 1, 1)
            except InterruptedError:
                continue
            if not told:
                return
            if os.fork() == 0:
                namespaces.leave_after(partial(supervise, passed[0], work, nested, keep, listening.fileno()))
            os.close(passed[0])


def supervise(talk: int, work: Work, nested: bool, keep: tuple[int, ...], listening: int) -> None:
    """One request: reads it, starts its box, and watches over it to its end."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.close(listening)
    with socket.socket(fileno=talk) as grader:
        grader.settimeout(10)
        request = json.loads(_read(grader))
        with nullcontext() if nested else tempfile.TemporaryDirectory(prefix="coursekit-box-") as place:
            if place:
                os.chdir(place)
            end = _box(grader, request, work, namespaces.start if nested else namespaces.start_plain, keep)
        _send(grader, b"e", json.dumps(end).encode())


def _box(
    grader: socket.socket, request: dict[str, Any], work: Work, start: Callable[..., Any], keep: tuple[int, ...]
) -> dict[str, Any]:
    mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    out = theirs.fileno()
    try:
        ids = start(request["limits"], out, lambda: work(request["work"], out), keep)
    except OSError as problem:
        return {"stopped": f"no box could be made: {problem}", "code": -1, "cpu": 0.0, "wall": 0.0, "peak": 0}
    theirs.close()
    with mine:
        return _watch(grader, mine, ids, request["limits"])


def _watch(
    grader: socket.socket, box: socket.socket, ids: tuple[int, int], limits: Mapping[str, int]
) -> dict[str, Any]:
    """How the box ended; its output is passed on meanwhile, and the grader's answers to it."""
    gate, first = ids
    began, looked, base = time.monotonic(), 0.0, _resident(os.getpid())
    stopped, size, weight = "", 0, Weight(0, 0, 0, 0, 0.0)
    for piece in _output(grader, box):
        if piece is None:
            stopped = "the grader stopped it, or it did not listen"
        elif piece:
            size += len(piece)
            with suppress(OSError):
                _send(grader, b"o", piece)
        now = time.monotonic()
        if now - looked >= TICK:
            looked, weight = now, weigh(ids, base)
        stopped = stopped or _passed(limits, size, now - began, weight)
        if stopped:
            break
    if not stopped and not _gone(gate):
        stopped = "it closed its output and went on"
    _kill(first)
    _, status, used = os.wait4(gate, 0)
    code, cpu = os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime
    if not stopped and code != 0:
        late = cpu >= limits["cpu"] - 0.5 or code in (128 + signal.SIGXCPU, -signal.SIGXCPU)
        stopped = f"it computed for more than {limits['cpu']} seconds" if late else f"its process ended with {code}"
    return {"stopped": stopped, "code": code, "cpu": cpu, "wall": time.monotonic() - began, "peak": weight.memory}


def _output(grader: socket.socket, box: socket.socket) -> Iterator[bytes | None]:
    """Pieces of output, empty ones when a tick has passed; ends when the work has.

    None when the grader hangs up, or its answers are more than the work takes.
    """
    watched, answers = select.poll(), bytearray()
    watched.register(grader, select.POLLIN)
    while True:
        watched.register(box, select.POLLIN | (select.POLLOUT if answers else 0))
        events = dict(watched.poll(TICK * 1000))
        if grader.fileno() in events:
            answer = _received(grader)
            answers += answer
            if not answer or len(answers) > ANSWERS:
                yield None
        event = events.get(box.fileno(), 0)
        if event & select.POLLOUT and answers:
            with suppress(OSError):
                del answers[: box.send(answers, socket.MSG_DONTWAIT)]
        if event & ~select.POLLOUT:
            piece = _received(box)
            if not piece:
                return
            yield piece
        else:
            yield b""


def _received(source: socket.socket) -> bytes:
    try:
        return source.recv(1 << 16)
    except OSError:
        return b""


def _read(grader: socket.socket) -> bytes:
    (size,) = struct.unpack(">Q", exactly(grader, 8))
    if size > REQUEST:
        raise ValueError(f"a request of {size} bytes")
    return exactly(grader, size)


def exactly(source: socket.socket, size: int) -> bytes:
    """So many bytes of a socket. Raises: EOFError when the other side hangs up before."""
    got = bytearray()
    while len(got) < size:
        piece = source.recv(min(size - len(got), 1 << 20))
        if not piece:
            raise EOFError(f"the other side hung up after {len(got)} of {size} bytes")
        got += piece
    return bytes(got)


def _send(grader: socket.socket, kind: bytes, data: bytes) -> None:
    grader.sendall(HEADER.pack(kind, len(data)) + data)


def _passed(limits: Mapping[str, int], size: int, wall: float, weight: "Weight") -> str:
    """Which limit was passed, in words; '' for none."""
    if size > limits["output"]:
        return f"it gave out more than {limits['output'] >> 20} MiB"
    if wall > limits["wall"]:
        return f"it ran longer than {limits['wall']} seconds"
    if weight.memory > limits["memory"]:
        return f"it took more than {limits['memory'] >> 20} MiB of memory"
    if weight.processes > limits["processes"] + 2:  # the gate and process 1 are ours
        return f"it started more than {limits['processes']} processes"
    if weight.sockets > limits["sockets"]:
        return f"it opened more than {limits['sockets']} sockets"
    if weight.locks > limits["locks"]:
        return f"it held more than {limits['locks']} locks on files"
    if weight.cpu > limits["cpu"] + 1:
        return f"it computed for more than {limits['cpu']} seconds"
    return ""


def _gone(gate: int, seconds: float = 2.0) -> bool:
    """Whether the gate ends within so long; it is left to be waited for."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if os.waitid(os.P_PID, gate, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            return True
        time.sleep(0.002)
    return False


def _kill(first: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(first, signal.SIGKILL)


class Weight(NamedTuple):
    """What a box takes now: bytes beyond what each process had from the zygote, processes, seconds of CPU.

    Sockets and file locks are memory of the kernel that no limit of its own bounds.
    """

    memory: int
    processes: int
    sockets: int  # of its network namespace, those on their way in another socket too
    locks: int
    cpu: float


def weigh(ids: tuple[int, int], base: int) -> Weight:
    """The weight of all processes below the gate; sockets are counted where process 1 has a namespace of its own."""
    gate, first = ids
    seen: dict[int, tuple[int, int, float]] = {}
    for each in _all_here() if first > 0 else _listed_below(gate):
        with suppress(OSError, ValueError, IndexError), open(f"/proc/{each}/stat", "rb") as opened:
            words = opened.read().rpartition(b")")[2].split()
            ticks = sum(map(int, words[11:15]))
            seen[each] = int(words[1]), int(words[21]) * _PAGE, ticks / os.sysconf("SC_CLK_TCK")
    below = {gate}
    while more := {each for each, (parent, _, _) in seen.items() if parent in below} - below:
        below |= more
    found = [seen[each] for each in below if each in seen]
    memory = sum(max(0, resident - base) for _, resident, _ in found)
    return Weight(memory, len(found), _sockets(first), _locks(below), sum(cpu for _, _, cpu in found))


def _all_here() -> list[int]:
    """All processes of this pid namespace: in bubblewrap they are few, and none that forks and dies can be missed."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit()] if os.path.isdir("/proc") else []


def _listed_below(process: int) -> list[int]:
    """A process and those below it, as it lists its children; without a box /proc has all of the machine's."""
    found = [process]
    for each in found:
        try:
            for thread in os.listdir(f"/proc/{each}/task"):
                with open(f"/proc/{each}/task/{thread}/children") as opened:
                    found += map(int, opened.read().split())
        except OSError:
            if not os.path.exists(f"/proc/self/task/{os.getpid()}/children"):  # a kernel that does not list them
                return _all_here()
    return found


def _sockets(first: int) -> int:
    try:
        with open(f"/proc/{first}/net/unix", "rb") as opened:
            return opened.read().count(b"\n") - 1  # below a line of titles
    except OSError:
        return 0


def _locks(processes: set[int]) -> int:
    """Their locks on ranges of files. A row is `1: POSIX ADVISORY WRITE 4711 …`, with `->` before POSIX if it waits."""
    try:
        with open("/proc/locks", "rb") as opened:
            rows = [line.replace(b" -> ", b" ").split() for line in opened]
    except OSError:
        return 0
    return sum(int(row[4]) in processes for row in rows if row[1] == b"POSIX")


def _resident(process: int) -> int:
    try:
        with open(f"/proc/{process}/statm") as opened:
            return int(opened.read().split()[1]) * _PAGE
    except OSError:
        return 0

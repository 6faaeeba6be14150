"""What runs inside the box beside a learner's function: it defines the function, calls it, and writes plain results.

    line in   {"source", "name", "inputs": [[argument, …], …], "limits": {…}, "before": [source, …], "served": [{…}, …],
               "steps": how many steps of each call are told, none without it}
    lines out {"ready": true}, then for each input {"value"|"errno"|"error", "args"}, at last {"printed": characters}
    between   {"ask": name, "args"} out, one line with the answer in: a served function, which runs outside
              {"step": {…}} out, before the call's own line: see `call_recorder`

It holds no answer, no seed and no reference: what a learner's code can reach in this process is its own input. Its text
is sent into the box with that of `exercises.plain`, so it imports nothing but the standard library.
"""

import io
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import IO, Any, Protocol

ANSWER = "<your answer>"
EARLIER = "<an earlier answer>"
Ask = Callable[[dict[str, Any]], dict[str, Any]]
Tell = Callable[[dict[str, Any]], None]


class Plain(Protocol):
    """What is used of `exercises.plain`."""

    @property
    def NotPlain(self) -> type[ValueError]: ...

    def encode(self, value: Any, /) -> Any: ...
    def decode(self, data: Any, /) -> Any: ...


class Recorder(Protocol):
    """What is used of `call_recorder`."""

    def watched(
        self, function: Callable[..., Any], file: str, most: int, tell: Tell, plain: Any, /
    ) -> Callable[..., Any]: ...


def answers(
    plain: Plain,
    request: dict[str, Any],
    ask: Ask | None = None,
    refused: Callable[..., Any] | None = None,
    recorder: Recorder | None = None,
    tell: Tell | None = None,
) -> Iterator[dict[str, Any]]:
    """The lines out. `refused`, where there is no box, stands in for `__import__` in the learner's namespace.

    `ask` puts a served function's call to who answers it; `tell` takes the steps that `recorder` sees, one by one.
    """
    namespace: dict[str, Any] = {"__name__": "answer"}
    if refused is not None:
        builtins = __builtins__ if isinstance(__builtins__, dict) else vars(__builtins__)
        namespace["__builtins__"] = {**builtins, "__import__": refused}
    for earlier in request.get("before", ()):
        with suppress(BaseException):  # an earlier answer that fails costs itself; who needs it will miss its names
            exec(compile(earlier, EARLIER, "exec", dont_inherit=True), namespace)
    for one in request.get("served", ()):
        if ask is not None:
            namespace[one["name"]] = asking(plain, one, ask)
    try:
        exec(compile(request["source"], ANSWER, "exec", dont_inherit=True), namespace)
    except BaseException as problem:
        yield {"failed": told(problem)}
        return
    function = namespace.get(request["name"])
    if not callable(function):
        yield {"failed": f"the answer cell defines no function `{request['name']}`"}
        return
    if recorder is not None and tell is not None and "steps" in request:
        function = recorder.watched(function, ANSWER, int(request["steps"]), tell, plain)
    yield {"ready": True}
    for args in request["inputs"]:
        yield _called(plain, function, plain.decode(args))


def _called(plain: Plain, function: Callable[..., Any], args: list[Any]) -> dict[str, Any]:
    try:
        try:
            value = function(*args)
        except OSError as refusal:
            number = refusal.errno
            return {"errno": number if type(number) is int else 0, "args": plain.encode(args)}
        return {"value": plain.encode(value), "args": plain.encode(args)}
    except plain.NotPlain as problem:
        return {"error": f"{problem}"}
    except BaseException as problem:
        return {"error": told(problem)}


def asking(plain: Plain, one: dict[str, Any], ask: Ask) -> Callable[..., Any]:
    """A function that is answered elsewhere: what it returns, raises and changes is what the other side says."""

    def function(*args: Any, **named: Any) -> Any:
        given = [*args, *(named.pop(name) for name in one["parameters"][len(args) :] if name in named)]
        if named or len(given) != len(one["parameters"]):
            raise TypeError(f"{one['name']}() takes {', '.join(one['parameters'])}")
        said = ask({"ask": one["name"], "args": plain.encode(given)})
        for at, after in said.get("args", {}).items():
            become(given[int(at)], plain.decode(after))
        if "errno" in said:
            raise OSError(said["errno"], os.strerror(said["errno"]))
        if "error" in said:
            raise TypeError(said["error"])
        return plain.decode(said["value"])

    return function


def become(have: Any, want: Any) -> None:
    """Makes a dict or a list what `want` is, in place; the dicts and lists in a list stay the same objects, too."""
    if isinstance(have, dict):
        have.clear()
        have.update(want)
    elif isinstance(have, list):
        for at, (old, new) in enumerate(zip(have, want, strict=False)):
            if isinstance(old, dict | list) and type(old) is type(new):
                become(old, new)
                want[at] = old
        have[:] = want


def told(problem: BaseException) -> str:
    """The exception in one line, with the line of the answer where it arose."""
    try:
        said = f"{type(problem).__name__}: {problem}"[:300].replace("\n", " ")
        lines = [frame.lineno for frame in traceback.extract_tb(problem.__traceback__) if frame.filename == ANSWER]
        return f"{said}, in line {lines[-1]} of your answer" if lines else said
    except BaseException:  # an exception whose own text raises
        return "an exception"


def limit(limits: dict[str, int]) -> None:
    """Takes on the limits, in this process and its children, for good."""
    try:
        import resource
    except ImportError:  # Windows: the caller's patience alone bounds it
        return
    for name, most in limits.items():
        kind = getattr(resource, name, None)
        if kind is not None:
            hard = resource.getrlimit(kind)[1]
            most = most if hard < 0 else min(most, hard)
            second = 1 if name == "RLIMIT_CPU" and (hard < 0 or most < hard) else 0  # SIGXCPU first: it tells why
            with suppress(ValueError, OSError):  # a system that knows the limit and refuses it (macOS: RLIMIT_AS)
                resource.setrlimit(kind, (most, most + second))


class Unheard(io.TextIOBase):
    """Where an answer's prints go: nowhere, and at once, however long they are. They are counted."""

    printed = 0  # characters, of all that is written in this process

    def writable(self) -> bool:
        """It is written to."""
        return True

    def write(self, text: str, /) -> int:
        """Lets go of the text."""
        Unheard.printed += len(text)
        return len(text)


def stay_alone(event: str, args: Any) -> None:
    """An audit hook that refuses other processes and foreign functions; the limits hold where it can be passed."""
    if event in ("os.fork", "os.forkpty", "os.system", "os.exec", "os.posix_spawn", "subprocess.Popen"):
        raise RuntimeError("no other process can be started here")
    if event.startswith("ctypes."):
        raise RuntimeError("no foreign function can be called here")


def work(plain: Plain, request: dict[str, Any], out: int) -> None:
    """Answers the request on a descriptor, both ways, in a box that somebody else has made."""
    sys.stdout = sys.stderr = Unheard()
    sys.addaudithook(stay_alone)
    _answer_all(plain, request, os.fdopen(out, "w", encoding="ascii"), os.fdopen(os.dup(out), "rb"))


def serve(plain: Plain, request: dict[str, Any], recorder: Recorder | None = None) -> None:
    """Answers the request on what was standard output; what the learner prints goes nowhere."""
    out, replies = os.fdopen(os.dup(1), "w", encoding="ascii"), os.fdopen(os.dup(0), "rb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    sys.stdout = sys.stderr = Unheard()
    limit(request["limits"])
    sys.addaudithook(stay_alone)
    _answer_all(plain, request, out, replies, recorder)


def _answer_all(
    plain: Plain, request: dict[str, Any], out: IO[str], replies: IO[bytes], recorder: Recorder | None = None
) -> None:
    def tell(line: dict[str, Any]) -> None:
        out.write(json.dumps(line) + "\n")
        out.flush()

    def ask(question: dict[str, Any]) -> dict[str, Any]:
        tell(question)
        said: dict[str, Any] = json.loads(replies.readline())
        return said

    for line in answers(plain, request, ask, recorder=recorder, tell=tell):
        tell(line)
    tell({"printed": Unheard.printed})
    os._exit(0)

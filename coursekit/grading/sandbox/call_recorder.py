"""Tells each step of a call while it runs: the line that is next, what changed, what was printed.

    {"step": {"line": 7, "in": "lookup", "depth": 0, "how": "line", "set": {"found": "[0]"}, "is": {"tree": "lowers[1]"}}}
    {"step": {… "how": "return", "said": "[0]"}}        {"step": {… "how": "raise", "said": "KeyError: '/a'"}}

It runs in the function's own process, as safe as the check itself: values become short text there, so that no object
leaves it. `set` has the names that changed since this call's last step, `gone` those that went, `is` those that are one
of the arguments or a part of one, `printed` what was printed since the last step, `args` the arguments as they are now,
where they changed. Steps are told as they come: what ends the process takes none of them away.

Its text is sent into the box with that of `function_host`, so it imports nothing but the standard library.
"""

import io
import json
import reprlib
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from types import CodeType, FrameType
from typing import Any

NAMES = 24  # variables of one call that are told
LETTERS = 160  # of one value
PRINTED = 4_000  # characters of all prints together
ARGS = 40_000  # characters of all arguments: larger ones are told once
ROOM = 2 * 2**20  # characters of all steps together


class Enough(BaseException):
    """Ends a call whose steps are all told. No `Exception`, so that few answers catch it."""


class _Brief(reprlib.Repr):
    """Values as short text: containers to some depth and length, the rest cut."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel, self.maxdict, self.maxlist, self.maxset, self.maxtuple = 4, 8, 10, 10, 10
        self.maxstring, self.maxlong, self.maxother = 60, 40, 60

    def repr_function(self, value: Any, level: int) -> str:
        """A function by its name: where it lies in memory is no news."""
        return f"<function {value.__name__}>"

    def repr_bytes(self, value: bytes, level: int) -> str:
        """The beginning of long bytes: no more than that is turned into text."""
        return repr(value) if len(value) <= 40 else f"{value[:36]!r}…"


_BRIEF = _Brief()


def brief(value: Any) -> str:
    """A value in at most LETTERS characters, whatever it is."""
    try:
        said = _BRIEF.repr(value)
    except Exception:  # an object whose own text raises
        return f"<{type(value).__name__}>"
    return said if len(said) <= LETTERS else f"{said[: LETTERS - 1]}…"


def watched(
    function: Callable[..., Any], file: str, most: int, tell: Callable[[dict[str, Any]], None], plain: Any
) -> Callable[..., Any]:
    """The function, with each step of a call in `file` told, `most` of them at most: there the call is ended."""

    def call(*args: Any) -> Any:
        recorder = _Recorder(file, most, tell, plain, function, args)
        before = sys.gettrace()
        with redirect_stdout(recorder.prints):
            sys.settrace(recorder.entered)
            try:
                return function(*args)
            finally:
                sys.settrace(before)

    return call


class _Prints(io.StringIO):
    """What was printed since somebody asked last; beyond PRINTED characters nothing is kept."""

    def __init__(self) -> None:
        super().__init__()
        self._room, self._kept = PRINTED, [""]

    def write(self, text: str, /) -> int:
        """Keeps as much as there is room for."""
        self._kept.append(text[: self._room])
        self._room -= min(len(text), self._room)
        return len(text)

    def taken(self) -> str:
        """What came since the last time."""
        text, self._kept = "".join(self._kept), []
        return text


class _Recorder:
    """One call. `calls` has, for each call of the answer's functions that is open, its names as they were told last."""

    def __init__(
        self,
        file: str,
        most: int,
        tell: Callable[[dict[str, Any]], None],
        plain: Any,
        function: Any,
        args: Sequence[Any],
    ) -> None:
        self.file, self.left, self.tell, self.plain = file, most, tell, plain
        self.prints = _Prints()
        self.args, self.told_args, self.room = args, "", ROOM
        self.calls: list[dict[str, str] | None] = []  # None: not one of its steps was told
        self.raising: FrameType | None = None
        code = getattr(function, "__code__", None)
        names = code.co_varnames[: code.co_argcount] if isinstance(code, CodeType) else ()
        self.places = _places(names, args)

    def entered(self, frame: FrameType, event: str, arg: Any) -> Any:
        """What Python calls for each new frame: those of the answer are looked into, with no comprehension's own."""
        code = frame.f_code
        if code.co_filename != self.file or code.co_name.startswith("<"):
            return None
        self.calls.append(None)
        return self.stepped

    def stepped(self, frame: FrameType, event: str, arg: Any) -> Any:
        """What Python calls for each event in such a frame."""
        if event == "line":
            self.raising = None
            self._step(frame, "line", "")
        elif event == "exception":
            if arg[0] not in (StopIteration, GeneratorExit, Enough):
                self.raising = frame
                self._step(frame, "raise", _told(arg[1], arg[0]))
        elif event == "return":
            if self.raising is not frame:
                self._step(frame, "return", brief(arg))
            if self.calls:
                self.calls.pop()
        return self.stepped

    def _step(self, frame: FrameType, how: str, said: str) -> None:
        depth = max(len(self.calls) - 1, 0)
        names = {name: value for name, value in list(frame.f_locals.items())[:NAMES] if not name.startswith("__")}
        now = {name: brief(value) for name, value in names.items()}
        told = self.calls[-1] if self.calls else None
        known = told or {}
        told_if_any = {
            "set": {name: text for name, text in now.items() if known.get(name) != text},
            "gone": [name for name in known if name not in now],
            "is": {
                name: self.places[id(value)]
                for name, value in names.items()
                if self.places.get(id(value), name) != name
            },
            "said": said,
            "printed": self.prints.taken(),
            "new": told is None,
        }
        if self.calls:
            self.calls[-1] = now
        step = {"line": frame.f_lineno, "in": frame.f_code.co_name, "depth": depth, "how": how}
        self._tell(step | {key: value for key, value in told_if_any.items() if value} | self._changed())

    def _changed(self) -> dict[str, Any]:
        """The arguments, where they are not what was told last."""
        if len(self.told_args) > ARGS:
            return {}
        try:
            args = self.plain.encode(list(self.args))
            text = json.dumps(args)
        except ValueError:
            return {}
        if text == self.told_args:
            return {}
        self.told_args = text
        return {"args": args}

    def _tell(self, step: dict[str, Any]) -> None:
        self.left -= 1
        self.room -= len(json.dumps(step))
        if self.left < 0 or self.room < 0:
            self.tell({"cut": True})
            raise Enough
        self.tell({"step": step})


def _places(names: Sequence[str], args: Sequence[Any]) -> dict[int, str]:
    """What the parts of the arguments are called, by identity: of a list its dicts and lists, `lowers[0]`."""
    found: dict[int, str] = {}
    for name, arg in zip(names, args, strict=False):
        if isinstance(arg, dict | list):
            found[id(arg)] = name
        for at, each in enumerate(arg if isinstance(arg, list) else ()):
            if isinstance(each, dict | list):
                found.setdefault(id(each), f"{name}[{at}]")
    return found


def _told(problem: Any, kind: Any) -> str:
    try:
        return f"{kind.__name__}: {problem}"[:LETTERS].replace("\n", " ")
    except Exception:  # an exception whose own text raises
        return "an exception"

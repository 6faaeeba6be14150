"""Runs a notebook's cells in this process: an IPython shell that writes down what a kernel would have sent.

    work    {"cells": [source, …], "files": {name: base64}, "environment": {…}, "seconds": for one cell,
             "quiet": [numbers of cells whose results nobody looks at: they are run, and not drawn]}
    lines   {"cell": 3, "count": 4, "outputs": [ …as nbformat writes them… ]}   a cell again when a later one updates it

No kernel, so no sockets: a fork of a warm process has the shell and its modules already. The outputs are those of
ipykernel, which a test compares; what writes to descriptors 1 and 2 past Python is added after its cell.

It runs inside the box: nothing that it says is believed. The process that forks it has imported all that lessons use:

    python -m coursekit.grading.sandbox.notebook_shell SOCKET [nested]

Neighbours: `zygote` (the loop), `boxes` (starts it in bubblewrap).
"""

import base64
import builtins
import getpass
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.formatters import DisplayFormatter
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from coursekit.exercises import catalogue
from coursekit.grading.sandbox import zygote
from coursekit.image import bundled

ABROAD = ("matplotlib.pyplot", "matplotlib_inline.backend_inline", "ipywidgets", "anywidget", "IPython.display")
PARTS = ("fs", "union", "image", "container", "anatomy", "diagrams", "widgets", "exercises", "docker", "magic")


def warm_up() -> None:
    """Imports what a lesson would, reads the course's images, draws one figure, so that no fork pays for it."""
    make()
    for name in ABROAD:
        with suppress(ImportError):
            import_module(name)
    for part in PARTS:
        package = import_module(f"coursekit.{part}")
        for module in walk_packages(getattr(package, "__path__", ()), f"{package.__name__}."):
            with suppress(ImportError):
                import_module(module.name)
    catalogue.exercises()
    for name in bundled.skeleton_names():
        _ = bundled.get(name).size  # reads all of it
    _draw()


def _draw() -> None:
    with suppress(ImportError), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from matplotlib import pyplot

        figure, axes = pyplot.subplots()
        axes.set_title("warm")
        figure.savefig(io.BytesIO(), format="png")
        pyplot.close("all")


def _fonts() -> None:
    """A copy of the font list that the grader's account has, so that none is made anew."""
    known, mine = os.environ.pop("COURSEKIT_FONTS", ""), os.environ.get("MPLCONFIGDIR", "")
    if known and mine and Path(known).is_dir():
        with suppress(OSError):
            shutil.copytree(known, mine, dirs_exist_ok=True, ignore=shutil.ignore_patterns("tex.cache"))


def main() -> None:
    """Warms up, then serves."""
    control, nested = int(sys.argv[1]), sys.argv[2:] == ["nested"]
    _fonts()
    warm_up()
    zygote.serve(control, work, nested=nested)


STREAM = 2**20  # characters of one stream in one cell
CUT = "\n… cut here: more than a million characters …\n"
TOO_LONG = "No reply before the cell's time was over"

Output = dict[str, Any]


class Page:
    """The outputs of all cells so far, as they would stand in the notebook."""

    def __init__(self) -> None:
        self.cells: list[list[Output]] = []
        self.changed: set[int] = set()
        self._clear_next = False
        self._shown: dict[str, list[Output]] = {}

    def open(self) -> None:
        """Outputs from now on are those of the next cell."""
        self.cells.append([])
        self._clear_next = False

    def add(self, output: Output, display_id: str | None = None) -> None:
        """One more output of the present cell."""
        if not self.cells:
            return
        if self._clear_next:
            self.cells[-1].clear()
            self._clear_next = False
        self.cells[-1].append(output)
        self.changed.add(len(self.cells) - 1)
        if display_id is not None:
            self._shown.setdefault(display_id, []).append(output)

    def stream(self, name: str, text: str) -> None:
        """Text on stdout or stderr, joined to what stands there already."""
        if not text or not self.cells:
            return
        last = self.cells[-1][-1] if self.cells[-1] and not self._clear_next else {}
        if last.get("name") != name:
            last = {"output_type": "stream", "name": name, "text": ""}
            self.add(last)
        room = STREAM - len(last["text"])
        if room > 0:
            last["text"] += text[:room] + (CUT if len(text) > room else "")
        self.changed.add(len(self.cells) - 1)

    def update(self, display_id: str, data: Any, metadata: Any) -> None:
        """New contents of all outputs with this id."""
        for number, outputs in enumerate(self.cells):
            for output in outputs:
                if any(output is each for each in self._shown.get(display_id, ())):
                    output["data"], output["metadata"] = data, metadata
                    self.changed.add(number)

    def clear(self, wait: bool) -> None:
        """Forgets the present cell's outputs, with `wait` when the next one comes."""
        if wait:
            self._clear_next = True
        elif self.cells:
            self.cells[-1].clear()
            self.changed.add(len(self.cells) - 1)


PAGE = Page()


class Stream:
    """What stands for sys.stdout and sys.stderr."""

    encoding = "utf-8"
    errors = "strict"
    closed = False

    def __init__(self, name: str, number: int) -> None:
        self.name = name
        self._number = number

    def write(self, text: str) -> int:
        """Adds text to the page."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        PAGE.stream(self.name, text)
        return len(text)

    def writelines(self, lines: Any) -> None:
        """Adds each line."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Nothing is held back."""

    def isatty(self) -> bool:
        """Nobody types here."""
        return False

    def writable(self) -> bool:
        """It takes text."""
        return True

    def readable(self) -> bool:
        """It has none to give."""
        return False

    def fileno(self) -> int:
        """The descriptor that programs write to."""
        return self._number


class Hook(DisplayHook):
    """The value of a cell's last expression."""

    def write_output_prompt(self) -> None:
        """No prompt: the count is kept beside the data."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        """Adds the value's forms as an execute_result."""
        bundle = {"data": _texts(format_dict), "metadata": md_dict or {}}
        if bundle["data"]:
            PAGE.add({"output_type": "execute_result", "execution_count": self.prompt_count, **bundle})

    def finish_displayhook(self) -> None:
        """Nothing is left open."""


class Publisher(DisplayPublisher):
    """display() and its like."""

    def publish(
        self,
        data: Any,
        metadata: Any = None,
        source: Any = None,
        *,
        transient: Any = None,
        update: bool = False,
        **more: Any,
    ) -> None:
        """Adds or updates a display_data."""
        id = (transient or {}).get("display_id")
        if update:
            PAGE.update(str(id), _texts(data), metadata or {})
        else:
            PAGE.add({"output_type": "display_data", "data": _texts(data), "metadata": metadata or {}}, id)

    def clear_output(self, wait: bool = False) -> None:
        """Clears the cell's outputs."""
        PAGE.clear(wait)


class Shell(InteractiveShell):
    """IPython, writing to the page."""

    displayhook_class = Type(Hook)
    display_pub_class = Type(Publisher)

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        error = {"ename": str(etype.__name__), "evalue": str(evalue), "traceback": list(map(str, stb))}
        PAGE.add({"output_type": "error", **error})

    def system(self, cmd: str) -> None:
        """`!command`, its output on the page; no terminal is needed for it."""
        words = ["/bin/sh", "-c", self.var_expand(cmd, depth=1)]
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        PAGE.stream("stdout", done.stdout.decode(errors="replace"))
        self.user_ns["_exit_code"] = done.returncode

    def enable_gui(self, gui: Any = None) -> None:
        """There is no window system."""

    def init_virtualenv(self) -> None:
        """The interpreter is that of the course."""


class Undrawn(DisplayFormatter):
    """Draws nothing."""

    def format(self, obj: Any, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        """No form of any object."""
        return {}, {}


def _texts(data: Any) -> dict[str, Any]:
    """Bytes as base64, as a kernel sends them."""
    return {
        str(kind): base64.b64encode(each).decode() if isinstance(each, bytes) else each for kind, each in data.items()
    }


def make() -> Shell:
    """The shell of this process, made before modules that look for one are imported."""
    config = Config()
    config.HistoryManager.enabled = False
    return Shell.instance(config=config)


class _TooLong(BaseException):
    """The time of a cell is over."""


def work(request: dict[str, Any], out: int) -> None:
    """Runs the cells, writing a line after each."""
    os.environ.update(request["environment"])
    _unpack(request["files"])
    random.seed()
    if sys.path[:1] != [""]:
        sys.path.insert(0, "")
    shell = Shell.instance()
    spilled = [_spill(number) for number in (1, 2)]
    sys.stdout, sys.stderr = Stream("stdout", 1), Stream("stderr", 2)
    shell.user_ns["__name__"] = "__main__"
    _refuse_input()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # as in a kernel: it interrupts the cell
    quiet = set(request.get("quiet", ()))
    for number, source in enumerate(request["cells"]):
        PAGE.open()
        with _undrawn(shell) if number in quiet else nullcontext():
            _timed(partial(shell.run_cell, source, store_history=True), request["seconds"])
        for stream, read in zip(("stdout", "stderr"), spilled, strict=True):
            PAGE.stream(stream, read())
        _tell(out, shell.execution_count - 1)


@contextmanager
def _undrawn(shell: Shell) -> Iterator[None]:
    """Results are made and not drawn: what a figure or a page looks like is most of what a lesson's own cells cost."""
    formatter = shell.display_formatter
    shell.display_formatter = Undrawn(parent=shell)
    try:
        yield
    finally:
        shell.display_formatter = formatter


def _unpack(files: dict[str, str]) -> None:
    for name, data in files.items():
        os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
        with open(name, "wb") as opened:
            opened.write(base64.b64decode(data))


def _spill(number: int) -> Callable[[], str]:
    """Turns a descriptor to a file, and gives the reader of what is new in it."""
    path = f".coursekit-{number}"
    opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    os.unlink(path)
    os.dup2(opened, number)
    at = 0

    def read() -> str:
        nonlocal at
        text = os.pread(opened, STREAM, at)
        at += len(text)
        return text.decode(errors="replace")

    return read


def _refuse_input() -> None:
    def refused(prompt: object = "") -> str:
        raise StdinNotImplementedError("raw_input was called, but this frontend does not support input requests.")

    builtins.input = refused
    getpass.getpass = refused  # type: ignore[assignment]


def _timed(step: Callable[[], Any], seconds: float) -> None:
    """Runs a step for so long at most; a cell that goes on is ended as an error of its own.

    On a busy machine the shell may be interrupted again while it still writes that error: it is put there in any case.
    """
    late = False

    def over(*_: Any) -> None:
        nonlocal late
        late = True
        raise _TooLong

    signal.signal(signal.SIGALRM, over)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
        step()
    except _TooLong:
        pass
    except BaseException as problem:  # the shell shows what cells raise; this is the shell itself, patched or broken
        PAGE.add(_error(type(problem).__name__, ""))
    finally:
        with suppress(_TooLong):
            signal.setitimer(signal.ITIMER_REAL, 0)
    if late:
        outputs = PAGE.cells[-1]
        if outputs and outputs[-1].get("ename") == _TooLong.__name__:
            outputs.pop()
        PAGE.add(_error("CellTimeoutError", TOO_LONG))


def _error(name: str, value: str) -> Output:
    return {"output_type": "error", "ename": name, "evalue": value, "traceback": [f"{name}: {value}"]}


def _tell(out: int, count: int) -> None:
    for number in sorted(PAGE.changed | {len(PAGE.cells) - 1}):
        line: dict[str, Any] = {"cell": number, "outputs": PAGE.cells[number]}
        if number == len(PAGE.cells) - 1:
            line["count"] = count
        try:
            text = json.dumps(line)
        except (TypeError, ValueError, RecursionError) as problem:
            line["outputs"] = [_error("NotJSON", f"an output that is no JSON: {problem}"[:300])]
            text = json.dumps(line)
        data = text.encode() + b"\n"
        while data:
            data = data[os.write(out, data) :]
    PAGE.changed.clear()


if __name__ == "__main__":
    main()

"""Ends an answer's code after so many steps, where nothing can interrupt it: in a browser.

A step is a line that begins, a jump, or a call. Only those in the answer's own text count: what it calls is
ours, or written in C. Source: Python's sys.monitoring (3.12 and later); before
it sys.settrace, which ends with the first exception of ours, so there an answer that catches everything goes on.
"""

import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any

STEPS = 3_000_000  # of one run, all calls together: what a browser does in some seconds


class Enough(BaseException):
    """Ends code that took all of its steps. No `Exception`, so that few answers catch it."""


class Count:
    """How many steps are left of those that may be taken."""

    def __init__(self, most: int) -> None:
        self.most = self.left = most

    def step(self) -> None:
        """Takes one. Raises: Enough, at each one beyond, so that an answer that catches it does not get far."""
        self.left -= 1
        if self.left < 0:
            raise Enough

    @property
    def stopped(self) -> str:
        """Why the code was ended, as a grader's sentence goes on; '' while steps are left."""
        return f"it took more than {self.most:,} steps (a browser counts steps, not seconds)" if self.left < 0 else ""


@contextmanager
def counted(files: Collection[str], most: int = STEPS) -> Iterator[Count]:
    """Counts the steps of code in `files` that runs within it. Raises: Enough, in that code alone."""
    count = Count(most)
    with (_monitored if hasattr(sys, "monitoring") else _traced)(files, count.step):
        yield count


@contextmanager
def _monitored(files: Collection[str], step: Callable[[], None]) -> Iterator[None]:
    watch: Any = getattr(sys, "monitoring")  # noqa: B009 - mypy checks against Python 3.11
    tool = next((number for number in range(6) if watch.get_tool(number) is None), None)
    if tool is None:
        yield
        return

    def seen(code: CodeType, *_at: int) -> Any:
        if code.co_filename not in files:
            return watch.DISABLE
        return step()

    kinds = (watch.events.LINE, watch.events.JUMP, watch.events.PY_START)
    watch.use_tool_id(tool, "coursekit")
    for kind in kinds:
        watch.register_callback(tool, kind, seen)
    watch.set_events(tool, kinds[0] | kinds[1] | kinds[2])
    try:
        yield
    finally:
        watch.set_events(tool, 0)
        for kind in kinds:
            watch.register_callback(tool, kind, None)
        watch.free_tool_id(tool)


@contextmanager
def _traced(files: Collection[str], step: Callable[[], None]) -> Iterator[None]:
    def entered(frame: FrameType, event: str, arg: Any) -> Any:
        if frame.f_code.co_filename not in files:
            return None
        step()
        frame.f_trace_opcodes = True  # a jump to itself begins no line
        last = -1

        def seen(frame: FrameType, event: str, arg: Any) -> Any:
            nonlocal last
            if event == "line" or (event == "opcode" and frame.f_lasti <= last):
                step()
            last = frame.f_lasti
            return seen

        return seen

    before = sys.gettrace()
    sys.settrace(entered)
    try:
        yield
    finally:
        sys.settrace(before)

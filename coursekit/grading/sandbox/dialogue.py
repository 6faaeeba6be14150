"""What a learner's function says while it runs, line by line, and the answers to what it asks.

A line {"ask": name, "args"} is a call of a served function: it is answered, and no result. All other lines are kept.
Neighbours: `runner` (two ways to run a function), `inside` (the other end).
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from coursekit.exercises.running import Served

OUTPUT = 8 * 2**20
ASKED = 20_000  # calls of served functions in one run


class Enough(Exception):
    """The run is to be stopped; says why."""


class Dialogue:
    """One run's lines so far."""

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

"""What hostile students of the sample class put into an answer cell, and whether a person should hear of it.

Data, run in boxes only. The tests try many more.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attack:
    """Code of an answer cell; `flagged` when it ends in a stop that a person should look at.

    None where the machine decides: one process alone is refused more, which is an error in its cell; the sum of all is
    too much, which is a stop.
    """

    source: str
    flagged: bool | None = False


_FORGED = """\
class Full:
    def __init__(self, id, answer):
        self.id = id
    def _repr_mimebundle_(self, include=None, exclude=None):
        claim = {"exercise": self.id, "seed": "", "version": "", "mark": 99, "verdict": "full"}
        return {"text/plain": "99", "application/vnd.coursekit.answer+json": claim}
ck.check = Full
answer = ..."""

_FLOOD = """\
import os
while True:
    for number in range(1, 64):
        try:
            os.write(number, b"x" * 2**20)
        except OSError:
            pass"""

ATTACKS = {
    "forged marks": Attack(_FORGED),
    "fork bomb": Attack("import os\nwhile True:\n    os.fork()", flagged=None),
    "memory": Attack("hoard = []\nwhile True:\n    hoard.append(bytearray(2**24))", flagged=None),
    "output": Attack(_FLOOD, flagged=True),
    "disk": Attack("with open('full', 'wb') as f:\n    while True: f.write(bytes(2**20))"),
    "network": Attack("import socket\nsocket.create_connection(('192.0.2.1', 80), 5)"),
    "the next student": Attack("import os, signal\nos.kill(-1, signal.SIGKILL)"),
    "the answers": Attack("from pathlib import Path\nanswer = [*map(str, Path('/').rglob('*.ipynb'))] or ..."),
}

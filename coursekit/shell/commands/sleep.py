"""sleep, which takes no time here; true, false.

Source of words: coreutils.
"""

import re

from coursekit.shell.process import Process, UsageError, quoted
from coursekit.shell.programs import command


@command("sleep SECONDS")
def sleep(process: Process) -> int:
    """No time passes here."""
    if not process.args:
        raise UsageError("missing operand")
    for text in process.args:
        if not re.fullmatch(r"\d+(\.\d+)?[smhd]?|infinity", text):
            raise UsageError(f"invalid time interval {quoted(text)}")
    return 0


@command("true")
def true(process: Process) -> int:
    return 0


@command("false")
def false(process: Process) -> int:
    return 1

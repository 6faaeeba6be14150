"""date.

Source of words: coreutils.
"""

import re
from datetime import UTC, datetime

from coursekit.shell.commands.touch import instant
from coursekit.shell.getopt import parse
from coursekit.shell.process import Process, UsageError, quoted
from coursekit.shell.programs import command

STAMP = "%a %b %e %H:%M:%S UTC %Y"


@command("date [-u] [-d TIME | -r FILE] [+FORMAT]")
def date(process: Process) -> int:
    options = parse(process.args, "ud:r:RI", {"utc": "u", "date": "d", "reference": "r"})
    ns = process.machine.now()
    if options.has("d"):
        try:
            ns = instant(options.value("d"), ns)
        except UsageError:
            raise UsageError(f"invalid date {quoted(options.value('d'))}", hint=False) from None
    if options.has("r"):
        ns = process.tree.stat(process.at(options.value("r"))).st_mtime_ns
    form = next((operand[1:] for operand in options.operands if operand.startswith("+")), STAMP)
    if options.has("I"):
        form = "%F"
    when = datetime.fromtimestamp(ns // 10**9, UTC)
    form = re.sub(r"%N", f"{ns % 10**9:09d}", re.sub(r"%s", str(ns // 10**9), form))
    process.line(when.strftime(form))
    return 0

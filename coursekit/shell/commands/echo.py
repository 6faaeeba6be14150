"""echo, as dash's builtin and as the program; and yes.

Source: POSIX.1-2017, echo; dash, coreutils.
"""

import re
from collections.abc import Sequence

from coursekit.shell.commands.printf import Stop, unescape
from coursekit.shell.process import Process, UsageError, encoded
from coursekit.shell.programs import command
from coursekit.shell.streams import Pipe


def dash_echo(args: Sequence[str]) -> bytes:
    """What dash's echo prints: backslashes count, -n is the only option.

    >>> dash_echo(["-n", "a\\\\tb"])
    b'a\\tb'
    """
    newline = list(args[:1]) != ["-n"]
    words = args if newline else args[1:]
    try:
        return unescape(" ".join(words), "0[0-7]{0,3}", "c") + (b"\n" if newline else b"")
    except Stop as stop:
        return stop.output


@command("echo [-neE] [WORD]…")
def echo(process: Process) -> int:
    """The program: backslashes count with -e alone."""
    words = list(process.args)
    newline, escapes = True, False
    while words and re.fullmatch(r"-[neE]+", words[0]):
        for letter in words.pop(0)[1:]:
            newline = newline and letter != "n"
            escapes = letter == "e" if letter in "eE" else escapes
    text = " ".join(words)
    try:
        process.out(unescape(text, "0[0-7]{0,3}|[1-7][0-7]{0,2}", "xce") if escapes else text)
    except Stop as stop:
        process.out(stop.output)
        return 0
    process.out("\n" if newline else "")
    return 0


@command("yes [WORD]…")
def yes(process: Process) -> int:
    """Endless in a pipe alone, whose reader takes what it wants; nobody would end it elsewhere."""
    stdout = process.fds.get(1)
    if not isinstance(stdout, Pipe):
        raise UsageError("this never ends: take a part of it (yes | head -n 3)", hint=False)
    stdout.repeat(encoded(" ".join(process.args or ["y"]) + "\n"))
    return 0

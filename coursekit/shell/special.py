"""The special builtins: commands that change the shell, or its flow.

The assignments before them stay, and a redirection of theirs that fails ends a script.

Source: POSIX.1-2017, Shell Command Language, 2.14; messages as dash words them.
"""

import errno
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from coursekit.shell.exits import Exited, LoopLeft, Returned, ShellError
from coursekit.shell.find_program import search
from coursekit.shell.parser import Parser
from coursekit.shell.process import decoded

if TYPE_CHECKING:
    from coursekit.shell.shell import Shell

Builtin = Callable[["Shell", list[str]], int]
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
OPTION_NAMES = {
    "allexport": "a",
    "errexit": "e",
    "noexec": "n",
    "noglob": "f",
    "nounset": "u",
    "verbose": "v",
    "xtrace": "x",
}


def number(args: list[str], name: str, default: int) -> int:
    """The number that the first argument is."""
    if not args:
        return default
    if not args[0].isdigit():
        raise ShellError(f"{name}: Illegal number: {args[0]}")
    return int(args[0])


def colon(shell: "Shell", args: list[str]) -> int:
    return 0


def dot(shell: "Shell", args: list[str]) -> int:
    """Run a file in this very shell."""
    if not args:
        return 0
    path = args[0] if "/" in args[0] else search(shell.session, shell.cwd, args[0], shell.variables)
    if path is None:
        raise ShellError(f".: {args[0]}: not found")
    try:
        source = decoded(shell.tree.read_bytes(absolute(shell, path)))
    except OSError as error:
        problem = "Permission denied" if error.errno == errno.EACCES else "No such file"
        raise ShellError(f".: cannot open {args[0]}: {problem}") from None
    return run_here(shell, source)


def run_here(shell: "Shell", source: str) -> int:
    parser = Parser(source)
    shell.status = 0
    while (sequence := parser.next_command()) is not None:
        shell.sequence(sequence)
    return shell.status


def evaluated(shell: "Shell", args: list[str]) -> int:
    return run_here(shell, " ".join(args))


def leave_loops(again: bool) -> Builtin:
    def leave(shell: "Shell", args: list[str]) -> int:
        depth = number(args, "continue" if again else "break", 1)
        if not shell.loops:
            return 0
        raise LoopLeft(min(depth, shell.loops), again)

    return leave


def execute(shell: "Shell", args: list[str]) -> int:
    """Run a program instead of the shell."""
    if not args:
        return 0
    raise Exited(shell.launch(args, shell.environment(), shell.fds))


def leave(shell: "Shell", args: list[str]) -> int:
    raise Exited(number(args, "exit", shell.status) & 0xFF)


def give_back(shell: "Shell", args: list[str]) -> int:
    raise Returned(number(args, "return", shell.status) & 0xFF)


def export(shell: "Shell", args: list[str]) -> int:
    return declare(shell, args, "export", shell.exported)


def readonly(shell: "Shell", args: list[str]) -> int:
    return declare(shell, args, "readonly", shell.readonly)


def declare(shell: "Shell", args: list[str], word: str, marked: set[str]) -> int:
    """Mark variables, and set those given with a value; without arguments list them."""
    for arg in args if args != ["-p"] else []:
        name, equals, value = arg.partition("=")
        if not NAME.fullmatch(name):
            raise ShellError(f"{word}: {name}: bad variable name")
        if equals:
            shell.assign(name, value)
        marked.add(name)
    if not args or args == ["-p"]:
        for name in sorted(marked):
            value = f"={single_quoted(shell.variables[name])}" if name in shell.variables else ""
            shell.out(f"{word} {name}{value}\n")
    return 0


def single_quoted(text: str) -> str:
    """The text in single quotes, as `set` and `export` print values.

    >>> single_quoted("it's")
    '\\'it\\'"\\'"\\'s\\''
    """
    return "'" + text.replace("'", "'\"'\"'") + "'"


def set_options(shell: "Shell", args: list[str]) -> int:
    """`set -e`, `set +x`, `set -o NAME`, `set -- a b`; alone it lists the variables."""
    if not args:
        for name in sorted(shell.variables):
            shell.out(f"{name}={single_quoted(shell.variables[name])}\n")
        return 0
    rest = list(args)
    while rest and rest[0][:1] in "-+" and rest[0] not in ("-", "+", ""):
        arg = rest.pop(0)
        if arg == "--":
            shell.positional = rest
            return 0
        letters = arg[1:]
        if letters == "o" and rest:
            letters = OPTION_NAMES.get(rest[0], "?")
            rest.pop(0)
        for letter in letters:
            if letter not in "aefnuvxmbCI":
                raise ShellError(f"set: Illegal option {arg[0]}{letter}")
            (shell.options.add if arg[0] == "-" else shell.options.discard)(letter)
    if rest:
        shell.positional = rest
    return 0


def shift(shell: "Shell", args: list[str]) -> int:
    count = number(args, "shift", 1)
    if count > len(shell.positional):
        raise ShellError("shift: can't shift that many")
    shell.positional = shell.positional[count:]
    return 0


def trap(shell: "Shell", args: list[str]) -> int:
    """Only EXIT is of use: no signal ever arrives."""
    for signal in args[1:]:
        if args[0] == "-":
            shell.traps.pop("EXIT" if signal == "0" else signal, None)
        else:
            shell.traps["EXIT" if signal == "0" else signal] = args[0]
    return 0


def unset(shell: "Shell", args: list[str]) -> int:
    functions = args[:1] == ["-f"]
    for name in args[1:] if args[:1] in (["-f"], ["-v"]) else args:
        if functions:
            shell.functions.pop(name, None)
            continue
        if not NAME.fullmatch(name):
            raise ShellError(f"unset: {name}: bad variable name")
        if name in shell.readonly:
            raise ShellError(f"unset: {name}: is read only")
        shell.variables.pop(name, None)
        shell.exported.discard(name)
    return 0


def absolute(shell: "Shell", path: str) -> str:
    return path if path.startswith("/") else f"{shell.cwd.rstrip('/')}/{path}"


SPECIAL: Mapping[str, Builtin] = {
    ":": colon,
    ".": dot,
    "break": leave_loops(False),
    "continue": leave_loops(True),
    "eval": evaluated,
    "exec": execute,
    "exit": leave,
    "export": export,
    "readonly": readonly,
    "return": give_back,
    "set": set_options,
    "shift": shift,
    "trap": trap,
    "unset": unset,
}

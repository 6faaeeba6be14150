"""The builtins: commands that are functions of the shell, since they change it or its flow, or as dash has them.

    SPECIAL     . : break continue eval exec exit export readonly return set shift trap unset
                the assignments before them stay, and a redirection of theirs that fails ends a script
    BUILTINS    cd, read, local, command, type and their like; echo, printf, test and pwd, which dash has for speed

Source: POSIX.1-2017, Shell Command Language 2.14 and Utilities; messages as dash words them.
"""

import errno
import os
import re
import stat
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from coursekit.shell.commands.echo import dash_echo
from coursekit.shell.commands.printf import formatted
from coursekit.shell.commands.symbolic_mode import ModeError, changed_mode
from coursekit.shell.conditions import TestError, evaluate
from coursekit.shell.exits import Exited, LoopLeft, Returned, ShellError
from coursekit.shell.find_program import search
from coursekit.shell.parser import RESERVED, Parser
from coursekit.shell.process import decoded
from coursekit.shell.programs import programs
from coursekit.shell.real_path import real_path
from coursekit.shell.streams import read_line

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
    path = args[0] if "/" in args[0] else search(shell.machine, shell.cwd, args[0], shell.variables)
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


def cd(shell: "Shell", args: list[str]) -> int:
    """Change the working directory; `..` goes back along the names that were followed."""
    physical = args[:1] == ["-P"]
    rest = args[1:] if args[:1] in (["-P"], ["-L"], ["--"]) else args
    target = rest[0] if rest else shell.variables.get("HOME", "")
    if not target:
        return 0
    shows = target == "-"
    target = shell.variables.get("OLDPWD", shell.cwd) if shows else target
    path = normal(absolute(shell, target)) if not physical else real_path(shell.tree, absolute(shell, target))
    try:
        found = stat.S_ISDIR(shell.tree.stat(path).st_mode) and shell.tree.access(path, os.X_OK)
    except OSError:
        found = False
    if not found:
        shell.complain(f"cd: can't cd to {target}")
        return 2
    shell.assign("OLDPWD", shell.cwd)
    shell.cwd = path
    shell.assign("PWD", path)
    if shows:
        shell.out(path + "\n")
    return 0


def normal(path: str) -> str:
    """The path without `.`, `..` and doubled slashes, by its names alone.

    >>> normal("/a//b/../c/.")
    '/a/c'
    """
    names: list[str] = []
    for name in path.split("/"):
        if name == "..":
            names = names[:-1]
        elif name not in ("", "."):
            names.append(name)
    return "/" + "/".join(names)


def pwd(shell: "Shell", args: list[str]) -> int:
    shell.out((real_path(shell.tree, shell.cwd) if args[:1] == ["-P"] else shell.cwd) + "\n")
    return 0


def printing(name: str, text: Callable[[], tuple[bytes, list[str]]], shell: "Shell") -> int:
    output, problems = text()
    try:
        if 1 not in shell.fds:
            raise OSError
        if output:
            shell.fds[1].write(output)
    except OSError:
        shell.complain(f"{name}: {name}: I/O error")
        return 1
    for problem in problems:
        shell.complain(f"{name}: {problem}")
    return (2 if "directive" in problems[0] else 1) if problems else 0


def echo(shell: "Shell", args: list[str]) -> int:
    return printing("echo", lambda: (dash_echo(args), []), shell)


def printf(shell: "Shell", args: list[str]) -> int:
    args = args[1:] if args[:1] == ["--"] else args
    if not args:
        shell.complain("printf: usage: printf format [arg ...]")
        return 2
    return printing("printf", lambda: formatted(args[0], args[1:]), shell)


def test(shell: "Shell", args: list[str], name: str = "test") -> int:
    try:
        return int(not evaluate(args, shell.tree, lambda path: absolute(shell, path) if path else ""))
    except TestError as error:
        shell.complain(f"{name}: {error}")
        return 2


def bracket(shell: "Shell", args: list[str]) -> int:
    if args[-1:] != ["]"]:
        shell.complain("[: missing ]")
        return 2
    return test(shell, args[:-1], "[")


def read(shell: "Shell", args: list[str]) -> int:
    """Read a line into variables; without -r a backslash takes the meaning from the next character."""
    raw = args[:1] == ["-r"]
    names = args[1:] if raw else args
    if not names:
        raise ShellError("read: arg count")
    line = decoded(read_line(shell.fds[0])) if 0 in shell.fds else ""
    ended = line.endswith("\n")
    line = line.removesuffix("\n")
    while not raw and line.endswith("\\") and ended:
        more = decoded(read_line(shell.fds[0]))
        ended = more.endswith("\n")
        line = line[:-1] + more.removesuffix("\n")
    line = line if raw else re.sub(r"\\(.)", r"\1", line)
    ifs = shell.variables.get("IFS", " \t\n")
    white = "".join(char for char in ifs if char in " \t\n")
    line = line.strip(white)
    separator = f"[{re.escape(white)}]*[{re.escape(ifs)}][{re.escape(white)}]*" if ifs else r"(?!)"
    if white:
        separator += f"|[{re.escape(white)}]+"
    values = re.split(separator, line, maxsplit=len(names) - 1) if len(names) > 1 else [line]
    for index, name in enumerate(names):
        shell.assign(name, values[index] if index < len(values) else "")
    return int(not ended)


def local(shell: "Shell", args: list[str]) -> int:
    if not shell.locals:
        raise ShellError("local: not in a function")
    for arg in args:
        name, equals, value = arg.partition("=")
        shell.locals[-1].setdefault(name, shell.variables.get(name))
        if equals:
            shell.assign(name, value)
    return 0


def command(shell: "Shell", args: list[str]) -> int:
    """`command -v NAME` says what a name is; `command NAME` runs it past the functions."""
    if args[:1] in (["-v"], ["-V"]):
        return which(shell, args[1:], described=args[0] == "-V")
    if not args:
        return 0
    builtin = SPECIAL.get(args[0]) or BUILTINS.get(args[0])
    if builtin:
        return builtin(shell, args[1:])
    return shell.launch(args, shell.environment(), shell.fds)


def which(shell: "Shell", names: list[str], described: bool) -> int:
    status = 0
    for name in names:
        with shell.machine.quietly():
            path = search(shell.machine, shell.cwd, name, shell.variables)
        program = programs().get(name)
        if name in RESERVED:
            text = f"{name} is a shell keyword" if described else name
        elif name in shell.functions:
            text = f"{name} is a shell function" if described else name
        elif name in SPECIAL or name in BUILTINS or (program and not program.of_image and not path):
            text = f"{name} is a shell builtin" if described else name
        elif path:
            text = f"{name} is {path}" if described else path
        else:
            text = f"{name}: not found" if described else ""
            status = 127
        if text:
            shell.out(text + "\n")
    return status


def type_of(shell: "Shell", args: list[str]) -> int:
    return which(shell, args, described=True)


def helped(shell: "Shell", args: list[str]) -> int:
    """What there is."""
    for synopsis in sorted({program.synopsis for name, program in programs().items() if not args or name in args}):
        shell.out(synopsis + "\n")
    if not args:
        shell.out("and, built in: " + " ".join(sorted({*SPECIAL, *BUILTINS})) + "\n")
    return 0


def status_of(value: int) -> Builtin:
    return lambda shell, args: value


def umask(shell: "Shell", args: list[str]) -> int:
    """Show the bits that new files do not get, or set them for this shell and what it starts."""
    symbolic = args[:1] == ["-S"]
    match args[1:] if symbolic or args[:1] == ["--"] else args:
        case []:
            classes = zip("ugo", (6, 3, 0), strict=True)
            granted = [f"{who}={bits_of(~shell.umask >> shift)}" for who, shift in classes]
            shell.out(",".join(granted) + "\n" if symbolic else f"{shell.umask:04o}\n")
            return 0
        case [text, *_] if text[:1].isdigit():
            problem = "" if re.fullmatch("[0-7]+", text) else f"Illegal number: {text}"
            shell.umask = shell.umask if problem else int(text, 8) & 0o777
        case [text, *_] if text.startswith("-"):
            problem = f"Illegal option {text[:2]}"
        case [text, *_]:
            problem = ""
            try:
                granted_bits = changed_mode(text, ~shell.umask & 0o777, directory=True, umask=shell.umask)
                shell.umask = ~granted_bits & 0o777
            except ModeError:
                problem = "" if not text else f"Illegal mode: {text}"
    if problem:
        shell.complain(f"umask: {problem}")
    shell.tree.umask = shell.umask
    return 2 if problem else 0


def bits_of(bits: int) -> str:
    """Three bits in letters.

    >>> bits_of(0o5)
    'rx'
    """
    return "".join(letter for letter, bit in zip("rwx", (4, 2, 1), strict=True) if bits & bit)


BUILTINS: Mapping[str, Builtin] = {
    "cd": cd,
    "pwd": pwd,
    "echo": echo,
    "printf": printf,
    "test": test,
    "[": bracket,
    "read": read,
    "local": local,
    "command": command,
    "type": type_of,
    "true": status_of(0),
    "false": status_of(1),
    "wait": status_of(0),
    "hash": status_of(0),
    "umask": umask,
    "help": helped,
}

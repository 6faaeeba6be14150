"""Running one simple command: words expanded, descriptors led, then a builtin, a function or a program.

Whatever goes wrong in a command ends here as its message and exit status: no traceback leaves the teaching shell.

Source: POSIX.1-2017, Shell Command Language, 2.9.1; messages as dash words them.
"""

import errno
import os
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from coursekit.shell import find_program as launch
from coursekit.shell.builtins import BUILTINS
from coursekit.shell.exits import Exited, LimitReached, Returned, ShellError
from coursekit.shell.process import Process, UsageError, encoded
from coursekit.shell.programs import commands
from coursekit.shell.redirection import Redirections
from coursekit.shell.special import SPECIAL
from coursekit.shell.streams import Stream
from coursekit.shell.syntax import Simple

if TYPE_CHECKING:
    from coursekit.shell.shell import Shell

USAGE_STATUS = {"ls": 2, "sort": 2, "grep": 2, "egrep": 2, "fgrep": 2, "diff": 2, "cmp": 2, "env": 125, "sh": 2}


def run_simple(shell: "Shell", node: Simple) -> None:
    """Run it; the shell's status is its exit status.

    Raises: ShellError, and what `exit`, `return`, `break` and `continue` raise.
    """
    shell.spend()
    shell.line = node.line
    shell.captured_status = None
    argv = shell.expander.arguments(node.words)
    if (argv and argv[0] in SPECIAL) or not argv:
        for assignment in node.assignments:
            shell.assign(assignment.name, shell.expander.text(assignment.value))
        values = {}
    else:
        values = {item.name: shell.expander.text(item.value) for item in node.assignments}
    if "x" in shell.options:
        trace(shell, node, values, argv)
    redirections = Redirections(shell.session, shell.cwd, shell.expander)
    try:
        fds = redirections.apply(shell.fds, node.redirects)
    except ShellError as error:
        shell.complain(error.message, node.line)
        shell.status = 2
        if argv and argv[0] in SPECIAL:
            raise Exited(2) from None
        return
    if argv == ["exec"]:
        shell.fds = fds
        shell.kept.append(redirections)
        shell.status = 0
        return
    try:
        shell.status = dispatch(shell, argv, values, fds) if argv else shell.captured_status or 0
    finally:
        redirections.close()


def trace(shell: "Shell", node: Simple, values: Mapping[str, str], argv: Sequence[str]) -> None:
    """What `set -x` prints."""
    given = values or {item.name: shell.variables[item.name] for item in node.assignments}
    words = [*(f"{name}={value}" for name, value in given.items()), *argv]
    if 2 in shell.fds:
        shell.fds[2].write(encoded(shell.variables.get("PS4", "+ ") + " ".join(words) + "\n"))


def dispatch(shell: "Shell", argv: list[str], values: Mapping[str, str], fds: dict[int, Stream]) -> int:
    """Run a builtin, a function or a program, with `values` added to its environment."""
    name = argv[0]
    if name in SPECIAL:
        return with_fds(shell, fds, lambda: SPECIAL[name](shell, argv[1:]))
    if name in shell.functions:
        return with_fds(shell, fds, lambda: call_function(shell, name, argv[1:], values))
    if name in BUILTINS:
        return with_fds(shell, fds, lambda: with_values(shell, values, lambda: BUILTINS[name](shell, argv[1:])))
    return run_program(shell, argv, {**shell.environment(), **values}, fds)


def with_fds(shell: "Shell", fds: dict[int, Stream], work: Callable[[], int]) -> int:
    before, shell.fds = shell.fds, fds
    try:
        return work()
    except OSError as error:  # printing into a closed descriptor or a full disk
        shell.fds = before
        shell.complain(os.strerror(error.errno or errno.EIO))
        return 1
    finally:
        if shell.fds is fds:
            shell.fds = before


def with_values(shell: "Shell", values: Mapping[str, str], work: Callable[[], int]) -> int:
    """Run `work` with variables that hold for it alone."""
    before = {name: shell.variables.get(name) for name in values}
    shell.variables.update(values)
    try:
        return work()
    finally:
        restore(shell, before)


def restore(shell: "Shell", before: Mapping[str, str | None]) -> None:
    for name, value in before.items():
        if value is None:
            shell.variables.pop(name, None)
        else:
            shell.variables[name] = value


def call_function(shell: "Shell", name: str, args: list[str], values: Mapping[str, str]) -> int:
    """Run a function with its own positional parameters."""
    before, shell.positional = shell.positional, args
    shell.locals.append({})
    shell.depth += 1
    try:
        if shell.depth > shell.depth_limit:
            raise LimitReached(f"more than {shell.depth_limit} functions or subshells within each other")

        def body() -> int:
            shell.command(shell.functions[name])
            return shell.status

        return with_values(shell, values, body)
    except Returned as returned:
        return returned.status
    finally:
        shell.depth -= 1
        shell.positional = before
        restore(shell, shell.locals.pop())


def run_program(shell: "Shell", argv: Sequence[str], environment: Mapping[str, str], fds: Mapping[int, Stream]) -> int:
    """Run a command of ours or a script of the tree, or say why not; its exit status."""
    ours = commands()
    argv = [arg.replace("\0", "") for arg in argv]
    match launch.find_program(shell.session, shell.cwd, argv[0], environment, ours):
        case launch.Ours(name):
            return run_ours(shell, name, argv, environment, fds)
        case launch.Script(path, source):
            child = shell.child(environment, fds, path, argv[1:])
            return child.run_script(source)
        case launch.Foreign(path, why):
            say(
                shell,
                fds,
                f"{shell.prefix()}{argv[0]}: {path} is {why} of the image; the teaching shell runs no "
                "programs but its own (`help` lists them)\n",
            )
            return 126
        case launch.Unreadable(interpreter):
            say(shell, fds, f"{interpreter}: 0: cannot open {argv[0]}: Permission denied\n")
            return 2
        case launch.Failure(text, status):
            say(shell, fds, f"{shell.prefix()}{argv[0]}: {text}\n")
            if text == "not found" and "commands" not in shell.advised:
                shell.advised.add("commands")
                say(shell, fds, available())
            return status


def say(shell: "Shell", fds: Mapping[int, Stream], text: str) -> None:
    if 2 in fds:
        fds[2].write(encoded(text))


def available() -> str:
    """The line after "not found": what this shell is, and has."""
    names = ", ".join(sorted({*commands(), *BUILTINS, *SPECIAL} - {":", ".", "["} - launch.OF_AN_IMAGE))
    return textwrap.fill(f"(This is coursekit's teaching shell. It has {names}.)", 110, break_on_hyphens=False) + "\n"


def run_ours(
    shell: "Shell", name: str, argv: Sequence[str], environment: Mapping[str, str], fds: Mapping[int, Stream]
) -> int:
    """Run a command of ours: its failures become messages as coreutils prints them."""
    process = Process(shell, argv, environment, fds)
    try:
        if "--help" in process.args and name not in ("echo", "test", "["):
            process.line(f"Usage: {commands()[name].synopsis}\n(as coursekit's teaching shell has it)")
            status = 0
        else:
            status = commands()[name].run(process)
        process.flush()
    except UsageError as error:
        process.complain(error.text)
        if error.hint:
            process.err(f"Try '{name} --help' for more information.\n")
        status = USAGE_STATUS.get(name, 1)
    except OSError as error:
        status = failed(process, error)
    except (ShellError, Exited, RecursionError):
        raise
    except Exception as error:  # a bug of ours must not end the lesson with a traceback
        process.complain(f"the teaching shell failed here ({type(error).__name__}: {error}); please report it")
        status = 70
    for hint in process.hints:
        process.err(f"({hint})\n")
    return status


def failed(process: Process, error: OSError) -> int:
    """Report an error that the command did not expect."""
    process.buffer.clear()
    if error.filename:
        process.refuse(error, str(error.filename))
    else:
        process.complain(error.strerror or str(error))
    return 1

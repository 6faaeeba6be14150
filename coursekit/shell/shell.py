"""The shell: commands in, effects on the merged tree and an exit status out.

    source → Parser → CommandList → AndOr → Pipeline → Simple → builtin | function | command
                                                      └ words through Expander, descriptors through Redirections

Simplified: everything runs in one process, one thing at a time. A pipeline runs its commands one after the other, each
in a copy of the shell (as dash runs them); `&` is refused.

Source: POSIX.1-2017, Shell Command Language; where it leaves a choice, dash.
"""

import errno
import os
import textwrap
import time
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from math import inf

import coursekit.shell.commands  # noqa: F401  registers them
from coursekit.errors import os_error
from coursekit.shell.builtins import BUILTINS, SPECIAL
from coursekit.shell.exits import Exited, LimitReached, LoopLeft, Returned, ShellError
from coursekit.shell.expansion import Expander
from coursekit.shell.find_program import Failure, Foreign, Ours, Script, Unreadable, find_program
from coursekit.shell.machine import Machine
from coursekit.shell.parser import Parser
from coursekit.shell.patterns import matches
from coursekit.shell.process import Process, UsageError, encoded
from coursekit.shell.programs import programs
from coursekit.shell.redirection import Redirections
from coursekit.shell.streams import Pipe, Stream
from coursekit.shell.syntax import (
    AndOr,
    Case,
    Command,
    CommandList,
    For,
    Function,
    Group,
    If,
    Pipeline,
    Redirect,
    Redirected,
    Simple,
    Subshell,
    While,
)
from coursekit.vfs.overlay import Overlay

COMMAND_LIMIT = 200_000  # of one exec: an endless loop ends here
UNTIL: ContextVar[float] = ContextVar("time.process_time() from which on no command begins", default=inf)
VARIABLE_LIMIT = 4 << 20  # characters
DEPTH_LIMIT = 60  # functions, subshells and scripts within each other

USAGE_STATUS = {"ls": 2, "sort": 2, "grep": 2, "egrep": 2, "fgrep": 2, "diff": 2, "cmp": 2, "env": 125, "sh": 2}


class Shell:
    """One shell: variables, working directory, descriptors, and the status of the last command."""

    def __init__(
        self,
        machine: Machine,
        environment: Mapping[str, str],
        cwd: str,
        fds: Mapping[int, Stream],
        arg0: str = "sh",
        positional: Sequence[str] = (),
    ) -> None:
        self.machine = machine
        self.variables = dict(environment)
        self.exported = set(environment)
        self.readonly: set[str] = set()
        self.cwd = cwd
        self.fds = dict(fds)
        self.arg0 = arg0
        self.positional = list(positional)
        self.options: set[str] = set()
        self.functions: dict[str, Command] = {}
        self.traps: dict[str, str] = {}
        self.locals: list[dict[str, str | None]] = []
        self.exited = False  # `exit` was called
        self.goes_on = False  # more lines come, as on a terminal
        self.status = 0
        self.umask = machine.tree.umask
        self.line = 1
        self.captured_status: int | None = None
        self.guarded = 0  # inside a condition, where `set -e` does not count
        self.kept: list[Redirections] = []  # of `exec > file`, open until the shell ends
        self.depth = 0
        self.depth_limit = DEPTH_LIMIT
        self.loops = 0
        self.spent = [0]  # commands run, counted over all copies
        self.advised: set[str] = set()  # what was explained already, over all copies
        self.expander = Expander(self)

    @property
    def tree(self) -> Overlay:
        return self.machine.tree

    def fork(self) -> "Shell":
        """A copy: what it changes, this shell does not see."""
        copy = Shell(self.machine, self.variables, self.cwd, self.fds, self.arg0, self.positional)
        copy.exported = set(self.exported)
        copy.readonly = set(self.readonly)
        copy.options = set(self.options)
        copy.functions = dict(self.functions)
        copy.status, copy.line = self.status, self.line
        copy.guarded, copy.depth, copy.loops = self.guarded, self.depth + 1, self.loops
        copy.spent, copy.advised = self.spent, self.advised
        if copy.depth > DEPTH_LIMIT:
            raise LimitReached(f"more than {DEPTH_LIMIT} functions or subshells within each other")
        return copy

    # what expansion asks

    def special(self, name: str) -> str | None:
        match name:
            case "?":
                return str(self.status)
            case "$":
                return "1"
            case "#":
                return str(len(self.positional))
            case "0":
                return self.arg0
            case "-":
                return "".join(sorted(self.options))
            case _:
                return None

    def option(self, letter: str) -> bool:
        return letter in self.options

    def assign(self, name: str, value: str) -> None:
        """Raises: ShellError for a variable that is read-only."""
        if name in self.readonly:
            raise ShellError(f"{name}: is read only")
        if len(value) > VARIABLE_LIMIT:
            raise LimitReached(f"{name}: more than {VARIABLE_LIMIT >> 20} MiB in a variable")
        self.variables[name] = value
        if "a" in self.options:
            self.exported.add(name)

    def home_of(self, user: str) -> str | None:
        if not user:
            return self.variables.get("HOME")
        uid = self.machine.numbers("passwd").get(user)
        return None if uid is None else self.machine.home(uid)

    def capture(self, body: tuple[CommandList, ...]) -> str:
        """What a script prints, without the line ends at its end."""
        output = Pipe()
        copy = self.fork()
        copy.fds[1] = output
        self.captured_status = copy.run_bodies(body)
        if output.endless:
            raise LimitReached("this output never ends: take a part of it (yes | head -n 3)")
        return output.read().replace(b"\0", b"").decode("utf-8", "surrogateescape").rstrip("\n")

    def environment(self) -> dict[str, str]:
        return {name: value for name, value in self.variables.items() if name in self.exported}

    # running

    def run_script(self, source: str) -> int:
        """Run a script line by line; its exit status. Errors of the shell are printed, never raised."""
        parser = Parser(source.replace("\0", ""))

        def run_lines() -> None:
            while (sequence := parser.next_command()) is not None:
                if "n" not in self.options:
                    self.sequence(sequence)

        return self._ending(run_lines)

    def run_bodies(self, bodies: tuple[CommandList, ...]) -> int:
        """Run parsed commands as a subshell does."""

        def run_all() -> None:
            for body in bodies:
                self.sequence(body)

        return self._ending(run_all)

    def _ending(self, work: Callable[[], None]) -> int:
        before, self.tree.umask = self.tree.umask, self.umask
        try:
            return self._ended(work)
        finally:
            self.tree.umask = before

    def _ended(self, work: Callable[[], None]) -> int:
        try:
            try:
                work()
            except Exited as left:
                self.status, self.exited = left.status, True
            if "EXIT" in self.traps:
                self.status = self._trap(self.traps.pop("EXIT"), self.status)
        except Exited as left:
            self.status = left.status
        except Returned as left:
            self.status = left.status
        except LoopLeft:
            self.status = 0
        except LimitReached as error:
            if self.depth:
                raise
            self.complain(error.message)
            self.status = error.status
        except ShellError as error:
            self.complain(error.message, error.line)
            self.status = error.status
        except RecursionError:
            self.complain("too much within each other")
            self.status = 2
        for redirections in self.kept if not self.goes_on else []:
            redirections.close()
        return self.status

    def prefix(self) -> str:
        """What stands before the shell's own messages."""
        return f"{self.arg0}: {self.line}: "

    def _trap(self, action: str, status: int) -> int:
        parser = Parser(action)
        while (sequence := parser.next_command()) is not None:
            self.sequence(sequence)
        return status

    def complain(self, text: str, line: int | None = None) -> None:
        """Print `sh: LINE: text` on stderr."""
        self.line = line or self.line
        if 2 in self.fds:
            self.fds[2].write(encoded(f"{self.prefix()}{text}\n"))

    def out(self, text: str) -> None:
        """Print on stdout, as a builtin."""
        if 1 not in self.fds:
            raise os_error(errno.EBADF, "-")
        self.fds[1].write(encoded(text))

    def sequence(self, sequence: CommandList) -> None:
        for item in sequence.items:
            self.and_or(item)

    def and_or(self, node: AndOr) -> None:
        pipelines = [("", node.first), *node.rest]
        for index, (operator, pipeline) in enumerate(pipelines):
            if (operator == "&&" and self.status) or (operator == "||" and not self.status):
                continue
            last = index == len(pipelines) - 1
            self.guarded += not last
            try:
                self.pipeline(pipeline)
            finally:
                self.guarded -= not last

    def pipeline(self, node: Pipeline) -> None:
        self.guarded += node.negated
        try:
            if len(node.commands) == 1:
                self.command(node.commands[0])
            else:
                self._piped(node.commands)
        finally:
            self.guarded -= node.negated
        if node.negated:
            self.status = int(not self.status)
        elif self.status and "e" in self.options and not self.guarded:
            raise Exited(self.status)

    def _piped(self, commands: tuple[Command, ...]) -> None:
        source: Stream | None = None
        for index, command in enumerate(commands):
            copy = self.fork()
            copy.line = self.line
            if source is not None:
                copy.fds[0] = source
            if index < len(commands) - 1:
                source = copy.fds[1] = Pipe()
            self.status = copy._ending(lambda copy=copy, command=command: copy.command(command))  # type: ignore[misc]

    def command(self, node: Command) -> None:
        match node:
            case Simple():
                self._simple(node)
            case Subshell(body):
                self.status = self.fork().run_bodies((body,))
            case Group(body):
                self.sequence(body)
            case If():
                self._if(node)
            case While():
                self._while(node)
            case For():
                self._for(node)
            case Case():
                self._case(node)
            case Function(name, body):
                self.functions[name] = body
                self.status = 0
            case Redirected(command, redirects):
                self._with_redirects(redirects, lambda: self.command(command))

    # compound commands: POSIX 2.9.4

    def _if(self, node: If) -> None:
        for condition, body in node.branches:
            if self._holds(condition):
                self.sequence(body)
                return
        self.status = 0
        if node.otherwise is not None:
            self.sequence(node.otherwise)

    def _while(self, node: While) -> None:
        status = 0
        while True:
            leave = False
            try:
                self.loops += 1
                if self._holds(node.condition) == node.until:
                    break
                self.sequence(node.body)
            except LoopLeft as left:
                leave = self._leaves(left)
            finally:
                self.loops -= 1
            status = self.status
            self.spend()
            if leave:
                break
        self.status = status

    def _for(self, node: For) -> None:
        values = list(self.positional) if node.words is None else self.expander.arguments(node.words)
        self.status = 0
        for value in values:
            self.assign(node.name, value)
            leave = False
            try:
                self.loops += 1
                self.sequence(node.body)
            except LoopLeft as left:
                leave = self._leaves(left)
            finally:
                self.loops -= 1
            if leave:
                break

    def _case(self, node: Case) -> None:
        text = self.expander.text(node.word)
        self.status = 0
        for choices, body in node.arms:
            if any(matches(self.expander.pattern(choice), text) for choice in choices):
                self.sequence(body)
                return

    def _holds(self, sequence: CommandList) -> bool:
        self.guarded += 1
        try:
            self.sequence(sequence)
        finally:
            self.guarded -= 1
        return self.status == 0

    def _leaves(self, left: LoopLeft) -> bool:
        """Whether this loop ends; an outer one hears of it again."""
        self.status = 0
        if left.depth > 1:
            raise LoopLeft(left.depth - 1, left.again)
        return not left.again

    def _with_redirects(self, redirects: tuple[Redirect, ...], work: Callable[[], None]) -> None:
        """Run `work` with descriptors led elsewhere; a redirection that fails is a status, not an end."""
        redirections = Redirections(self.machine, self.cwd, self.expander)
        before = self.fds
        try:
            try:
                self.fds = redirections.apply(before, redirects)
            except ShellError as error:
                self.complain(error.message)
                self.status = 2
                return
            work()
        finally:
            self.fds = before
            redirections.close()

    def spend(self) -> None:
        """Count a step; an endless loop ends with a clear message."""
        self.spent[0] += 1
        if self.spent[0] > COMMAND_LIMIT:
            raise LimitReached(f"stopped after {COMMAND_LIMIT:,} commands: a loop without an end?")
        if time.process_time() > UNTIL.get():
            raise LimitReached(
                f"stopped after {self.spent[0]:,} commands, as its time was over: a loop without an end?"
            )

    # simple commands: words expanded, descriptors led, then a builtin, a function or a program: POSIX 2.9.1

    def _simple(self, node: Simple) -> None:
        """Run it; the shell's status is its exit status.

        Raises: ShellError, and what `exit`, `return`, `break` and `continue` raise.
        """
        self.spend()
        self.line = node.line
        self.captured_status = None
        argv = self.expander.arguments(node.words)
        if (argv and argv[0] in SPECIAL) or not argv:
            for assignment in node.assignments:
                self.assign(assignment.name, self.expander.text(assignment.value))
            values = {}
        else:
            values = {item.name: self.expander.text(item.value) for item in node.assignments}
        if "x" in self.options:
            self._trace(node, values, argv)
        redirections = Redirections(self.machine, self.cwd, self.expander)
        try:
            fds = redirections.apply(self.fds, node.redirects)
        except ShellError as error:
            self.complain(error.message, node.line)
            self.status = 2
            if argv and argv[0] in SPECIAL:
                raise Exited(2) from None
            return
        if argv == ["exec"]:
            self.fds = fds
            self.kept.append(redirections)
            self.status = 0
            return
        try:
            self.status = self._dispatch(argv, values, fds) if argv else self.captured_status or 0
        finally:
            redirections.close()

    def _trace(self, node: Simple, values: Mapping[str, str], argv: Sequence[str]) -> None:
        """What `set -x` prints."""
        given = values or {item.name: self.variables[item.name] for item in node.assignments}
        words = [*(f"{name}={value}" for name, value in given.items()), *argv]
        if 2 in self.fds:
            self.fds[2].write(encoded(self.variables.get("PS4", "+ ") + " ".join(words) + "\n"))

    def _dispatch(self, argv: list[str], values: Mapping[str, str], fds: dict[int, Stream]) -> int:
        """Run a builtin, a function or a program, with `values` added to its environment."""
        name = argv[0]
        if name in SPECIAL:
            return self._with_fds(fds, lambda: SPECIAL[name](self, argv[1:]))
        if name in self.functions:
            return self._with_fds(fds, lambda: self._call_function(name, argv[1:], values))
        if name in BUILTINS:
            return self._with_fds(fds, lambda: self._with_values(values, lambda: BUILTINS[name](self, argv[1:])))
        return self.launch(argv, {**self.environment(), **values}, fds)

    def _with_fds(self, fds: dict[int, Stream], work: Callable[[], int]) -> int:
        before, self.fds = self.fds, fds
        try:
            return work()
        except OSError as error:  # printing into a closed descriptor or a full disk
            self.fds = before
            self.complain(os.strerror(error.errno or errno.EIO))
            return 1
        finally:
            if self.fds is fds:
                self.fds = before

    def _with_values(self, values: Mapping[str, str], work: Callable[[], int]) -> int:
        """Run `work` with variables that hold for it alone."""
        before = {name: self.variables.get(name) for name in values}
        self.variables.update(values)
        try:
            return work()
        finally:
            self._restore(before)

    def _restore(self, before: Mapping[str, str | None]) -> None:
        for name, value in before.items():
            if value is None:
                self.variables.pop(name, None)
            else:
                self.variables[name] = value

    def _call_function(self, name: str, args: list[str], values: Mapping[str, str]) -> int:
        """Run a function with its own positional parameters."""
        before, self.positional = self.positional, args
        self.locals.append({})
        self.depth += 1
        try:
            if self.depth > self.depth_limit:
                raise LimitReached(f"more than {self.depth_limit} functions or subshells within each other")

            def body() -> int:
                self.command(self.functions[name])
                return self.status

            return self._with_values(values, body)
        except Returned as returned:
            return returned.status
        finally:
            self.depth -= 1
            self.positional = before
            self._restore(self.locals.pop())

    # programs

    def launch(self, argv: Sequence[str], environment: Mapping[str, str], fds: Mapping[int, Stream]) -> int:
        """Run a command of ours or a script of the tree, or say why not; its exit status."""
        argv = [arg.replace("\0", "") for arg in argv]
        match find_program(self.machine, self.cwd, argv[0], environment):
            case Ours(name):
                return self._run_ours(name, argv, environment, fds)
            case Script(path, source):
                child = self.child(environment, fds, path, argv[1:])
                return child.run_script(source)
            case Foreign(path, why):
                self._say(
                    fds,
                    f"{self.prefix()}{argv[0]}: {path} is {why} of the image; the teaching shell runs no "
                    "programs but its own (`help` lists them)\n",
                )
                return 126
            case Unreadable(interpreter):
                self._say(fds, f"{interpreter}: 0: cannot open {argv[0]}: Permission denied\n")
                return 2
            case Failure(text, status):
                self._say(fds, f"{self.prefix()}{argv[0]}: {text}\n")
                if text == "not found" and "commands" not in self.advised:
                    self.advised.add("commands")
                    self._say(fds, available())
                return status

    def _say(self, fds: Mapping[int, Stream], text: str) -> None:
        if 2 in fds:
            fds[2].write(encoded(text))

    def _run_ours(
        self, name: str, argv: Sequence[str], environment: Mapping[str, str], fds: Mapping[int, Stream]
    ) -> int:
        """Run a command of ours: its failures become messages as coreutils prints them."""
        process = Process(self, argv, environment, fds)
        try:
            if "--help" in process.args and name not in ("echo", "test", "["):
                process.line(f"Usage: {programs()[name].synopsis}\n(as coursekit's teaching shell has it)")
                status = 0
            else:
                status = programs()[name].main(process)
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

    def finds(self, name: str) -> bool:
        """Whether a name leads to something that can be tried."""
        found = find_program(self.machine, self.cwd, name, self.environment())
        return not isinstance(found, Failure)

    def child(
        self, environment: Mapping[str, str], fds: Mapping[int, Stream], arg0: str, args: Sequence[str]
    ) -> "Shell":
        """A new shell with the environment alone, as `sh` and scripts start."""
        shell = Shell(self.machine, environment, self.cwd, fds, arg0, args)
        shell.spent, shell.advised, shell.depth = self.spent, self.advised, self.depth + 1
        shell.assign("PWD", self.cwd)
        shell.exported.add("PWD")
        if shell.depth > DEPTH_LIMIT:
            raise LimitReached(f"more than {DEPTH_LIMIT} scripts within each other")
        return shell


def available() -> str:
    """The line after "not found": what this shell is, and has."""
    everywhere = {name for name, program in programs().items() if not program.of_image}
    names = ", ".join(sorted({*everywhere, *BUILTINS, *SPECIAL} - {":", ".", "["}))
    return textwrap.fill(f"(This is coursekit's teaching shell. It has {names}.)", 110, break_on_hyphens=False) + "\n"


def failed(process: Process, error: OSError) -> int:
    """Report an error that the command did not expect."""
    process.buffer.clear()
    if error.filename:
        process.refuse(error, str(error.filename))
    else:
        process.complain(error.strerror or str(error))
    return 1

"""The shell: commands in, effects on the merged tree and an exit status out.

    source → Parser → Sequence → AndOr → Pipeline → Simple → builtin | function | command
                                                      └ words through Expander, descriptors through Redirections

Simplified: everything runs in one process, one thing at a time. A pipeline runs its commands one after the other, each
in a copy of the shell (as dash runs them); `&` is refused.

Source: POSIX.1-2017, Shell Command Language; where it leaves a choice, dash.
"""

import errno
from collections.abc import Callable, Mapping
from collections.abc import Sequence as Many

from coursekit.errors import os_error
from coursekit.shell import compound as flow
from coursekit.shell.exits import Exited, LimitReached, LoopLeft, Returned, ShellError
from coursekit.shell.expansion import Expander
from coursekit.shell.find_program import Failure, find_program
from coursekit.shell.machine import Session
from coursekit.shell.parser import Parser
from coursekit.shell.process import encoded
from coursekit.shell.programs import commands
from coursekit.shell.redirection import Redirections
from coursekit.shell.simple_command import run_program, run_simple
from coursekit.shell.streams import Pipe, Stream
from coursekit.shell.syntax import (
    AndOr,
    Case,
    Command,
    For,
    Function,
    Group,
    If,
    Pipeline,
    Redirect,
    Redirected,
    Sequence,
    Simple,
    Subshell,
    While,
)
from coursekit.vfs.overlay import Overlay

COMMAND_LIMIT = 200_000  # of one exec: an endless loop ends here
VARIABLE_LIMIT = 4 << 20  # characters
DEPTH_LIMIT = 60  # functions, subshells and scripts within each other


class Shell:
    """One shell: variables, working directory, descriptors, and the status of the last command."""

    def __init__(
        self,
        session: Session,
        environment: Mapping[str, str],
        cwd: str,
        fds: Mapping[int, Stream],
        arg0: str = "sh",
        positional: Many[str] = (),
    ) -> None:
        self.session = session
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
        self.umask = session.tree.umask
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
        return self.session.tree

    def fork(self) -> "Shell":
        """A copy: what it changes, this shell does not see."""
        copy = Shell(self.session, self.variables, self.cwd, self.fds, self.arg0, self.positional)
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
        uid = self.session.numbers("passwd").get(user)
        return None if uid is None else self.session.home(uid)

    def capture(self, body: tuple[Sequence, ...]) -> str:
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

    def run_bodies(self, bodies: tuple[Sequence, ...]) -> int:
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

    def sequence(self, sequence: Sequence) -> None:
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
                run_simple(self, node)
            case Subshell(body):
                self.status = self.fork().run_bodies((body,))
            case Group(body):
                self.sequence(body)
            case If():
                flow.run_if(self, node)
            case While():
                flow.run_while(self, node)
            case For():
                flow.run_for(self, node)
            case Case():
                flow.run_case(self, node)
            case Function(name, body):
                self.functions[name] = body
                self.status = 0
            case Redirected(command, redirects):
                self._with_redirects(redirects, lambda: self.command(command))

    def _with_redirects(self, redirects: tuple[Redirect, ...], work: Callable[[], None]) -> None:
        """Run `work` with descriptors led elsewhere; a redirection that fails is a status, not an end."""
        redirections = Redirections(self.session, self.cwd, self.expander)
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

    def launch(self, argv: Many[str], environment: Mapping[str, str], fds: Mapping[int, Stream]) -> int:
        """Run a program (no builtin, no function); its exit status."""
        return run_program(self, argv, environment, fds)

    def finds(self, name: str) -> bool:
        """Whether a name leads to something that can be tried."""
        found = find_program(self.session, self.cwd, name, self.environment(), commands())
        return not isinstance(found, Failure)

    def child(self, environment: Mapping[str, str], fds: Mapping[int, Stream], arg0: str, args: Many[str]) -> "Shell":
        """A new shell with the environment alone, as `sh` and scripts start."""
        shell = Shell(self.session, environment, self.cwd, fds, arg0, args)
        shell.spent, shell.advised, shell.depth = self.spent, self.advised, self.depth + 1
        shell.assign("PWD", self.cwd)
        shell.exported.add("PWD")
        if shell.depth > DEPTH_LIMIT:
            raise LimitReached(f"more than {DEPTH_LIMIT} scripts within each other")
        return shell

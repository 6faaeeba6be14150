"""Terminal: a shell in a container that is given line after line, as `docker exec -it … bash`.

root@fdc889b3f706:/# cd /etc          the shell stays: directory, variables, functions
root@fdc889b3f706:/etc#
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from coursekit.container.execution import Execution, Refusal
from coursekit.container.result import Result, result_of
from coursekit.shell.exits import ShellError
from coursekit.shell.parser import Parser
from coursekit.shell.streams import Captured, Pipe, Stream

if TYPE_CHECKING:
    from coursekit.container.container import Container


class Terminal:
    """A shell between its first line and `exit`."""

    def __init__(self, container: "Container", execution: Execution, command: Sequence[str] = ("sh",)) -> None:
        """`command` is the shell's own: its name stands before its messages. Raises: NotFound, Refusal's words."""
        self.container = container
        self._execution = execution
        self.finished = False
        self.exit_code = 0
        self._kept = ""
        self._streams = Pipe(), Captured(bytearray()), Captured(bytearray())
        self.refusal = ""
        name = (command[0] if command else "sh").rsplit("/", 1)[-1]
        try:
            environment = {**execution.prepare(), "TERM": "xterm"}
        except Refusal as refusal:
            self.refusal, self.exit_code, self.finished = refusal.text, refusal.status, True
            environment = {}
        self._shell = execution.shell(environment, self._streams, name)
        self._shell.goes_on = True
        self._user = "#" if execution.machine.uid == 0 else "$"
        self._name = execution.machine.names("passwd").get(execution.machine.uid, "I have no name!")
        self._plain = name != "bash"

    @property
    def prompt(self) -> str:
        """What stands before the next line: `root@fdc889b3f706:/# ` in bash, `# ` in sh, `> ` within a command."""
        if self._kept:
            return "> "
        if self._plain:
            return f"{self._user} "
        home = self._shell.variables.get("HOME", "")
        cwd = self._shell.cwd
        inside = home not in ("", "/") and (cwd == home or cwd.startswith(home + "/"))
        return f"{self._name}@{self.container.hostname}:{'~' + cwd[len(home) :] if inside else cwd}{self._user} "

    def send(self, line: str) -> Result:
        """Give the shell a line; what it prints. One that opens a quote, an `if` or a here-document waits for more."""
        if self.finished:
            return Result("", self.refusal, self.exit_code)
        source = f"{self._kept}{line}\n"
        if unfinished(source):
            self._kept = source
            return Result("", "", 0)
        self._kept = ""
        transcript = bytearray()
        stdout, stderr = Captured(transcript), Captured(transcript)
        shell = self._shell
        fresh = self._streams[0], stdout, stderr
        renewed: list[Stream] = [*fresh]
        anew = {id(old): new for old, new in zip(self._streams, renewed, strict=True)}
        shell.fds = {number: anew.get(id(stream), stream) for number, stream in shell.fds.items()}
        self._streams = fresh
        shell.exited = False
        shell.spent[0] = 0
        with self.container.turn():
            if self.container.state != "running":  # somebody stopped it
                self.finished, self.exit_code = True, 137
                return Result("", "", self.exit_code)
            shell.machine.tree = self.container.rootfs
            with self._execution.acting():
                self.exit_code = shell.run_script(source) & 0xFF
        self.finished = shell.exited
        return result_of(stdout, stderr, self.exit_code)

    def interrupt(self) -> None:
        """Ctrl-C: forget what was typed."""
        self._kept = ""
        self._shell.status = self.exit_code = 130


def unfinished(source: str) -> bool:
    """Whether the shell would ask for more lines.

    >>> unfinished("if true\\n"), unfinished("echo 'a\\n"), unfinished("echo\\n")
    (True, True, False)
    """
    parser = Parser(source)
    try:
        while parser.next_command() is not None:
            pass
    except ShellError as error:
        return any(
            text in error.message
            for text in (
                "end of file unexpected",
                "Unterminated quoted string",
                "EOF in backquote",
                "Missing '}'",
                "Missing '))'",
            )
        )
    return parser.lexer.wants_more or source.endswith("\\\n")

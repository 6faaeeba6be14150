"""Execution: one command started in a container: its user, environment and directory, and what comes of it.

Source: docker exec; messages of runc as docker hands them on.
"""

import errno
import re
import stat
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Literal

from coursekit.container.process_config import PATH, ProcessConfig, with_variables
from coursekit.container.result import Result, result_of
from coursekit.container.users import NoSuchUser, find_user
from coursekit.errors import NotStarted
from coursekit.language import _
from coursekit.packages import apt_command, dpkg_command, yum  # noqa: F401  registers them with the shell
from coursekit.shell import find_program as launch
from coursekit.shell.exits import ShellError
from coursekit.shell.machine import Machine
from coursekit.shell.real_path import is_directory
from coursekit.shell.shell import Shell, available
from coursekit.shell.streams import Captured, Pipe
from coursekit.union.caller import Caller

STAYS = frozenset(("sh", "bash", "dash", "ash", "sleep"))  # first processes that last
NOT_CREATED = (
    "failed to create task for container: failed to create shim task: OCI runtime create failed: "
    "runc create failed: unable to start container process: "
)
FAILED = "OCI runtime exec failed: exec failed: unable to start container process: "


class Refusal(Exception):
    """A command that cannot be started; in docker's words, with its exit code, and perhaps a word of ours."""

    def __init__(self, text: str, status: int, advice: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.status = status
        self.advice = advice


class Execution:
    """Runs commands in one machine."""

    def __init__(
        self,
        machine: Machine,
        settings: ProcessConfig,
        *,
        env: Mapping[str, str] | Sequence[str] | None = None,
        workdir: str | None = None,
        user: str | None = None,
    ) -> None:
        self.machine = machine
        self.settings = settings
        self.extra = env or {}
        self.workdir = workdir or settings.working_dir or "/"
        self.user = user or settings.user

    def prepare(self) -> dict[str, str]:
        """Settle user and directory; the environment. Raises: Refusal."""
        machine = self.machine
        with machine.quietly():
            try:
                self.settle_user()
            except NoSuchUser as unknown:
                raise Refusal(str(unknown), 126) from None
            if not is_directory(machine.tree, self.workdir):
                missing = machine.tree.exists(self.workdir)
                problem = "not a directory" if missing else "no such file or directory"
                raise Refusal(
                    f'{FAILED}chdir to cwd ("{self.workdir}") set in config.json failed: {problem}: unknown', 126
                )
            return self.environment()

    def settle_user(self) -> None:
        """Find the user. Raises: NoSuchUser."""
        machine = self.machine
        found = find_user(machine, self.user)
        machine.uid, machine.gid, machine.further = found.uid, found.gid, tuple(sorted(found.groups))

    def environment(self) -> dict[str, str]:
        """The variables of a command: the container's, those given for it, and HOME."""
        machine = self.machine
        variables = with_variables([f"PATH={PATH}", f"HOSTNAME={machine.hostname}"], self.settings.env)
        environment = dict(item.partition("=")[::2] for item in with_variables(variables, self.extra))
        if not environment.get("HOME"):
            environment["HOME"] = machine.home(machine.uid)
        return environment

    def acting(self) -> AbstractContextManager[None]:
        """While it lasts, the tree is the user's who was settled."""
        machine = self.machine
        return machine.tree.acting(Caller(machine.uid, machine.gid, frozenset(machine.further)))

    def shell(
        self, environment: Mapping[str, str], streams: tuple[Pipe, Captured, Captured], arg0: str = "sh"
    ) -> Shell:
        """A shell in the directory, with the environment."""
        stdin, stdout, stderr = streams
        shell = Shell(self.machine, environment, self.workdir, {0: stdin, 1: stdout, 2: stderr}, arg0)
        shell.assign("PWD", self.workdir)
        shell.exported.add("PWD")
        return shell

    def run(self, command: str | Sequence[str], stdin: str | bytes = "") -> Result:
        """Run a command: a string as `sh -c` would, a sequence as a program with its arguments. Raises: TypeError."""
        check_types(command, stdin)
        transcript, refused = bytearray(), ""
        stdout, stderr = Captured(transcript), Captured(transcript)
        data = stdin.encode("utf-8", "surrogateescape") if isinstance(stdin, str) else stdin
        try:
            shell = self.shell(self.prepare(), (Pipe(data), stdout, stderr))
            with self.acting():
                status = shell.run_script(command) if isinstance(command, str) else self.start(shell, command)
        except Refusal as refusal:
            stderr.write(f"{refusal.text}\n{refusal.advice}".encode("utf-8", "surrogateescape"))
            status, refused = refusal.status, refusal.text
        except OSError as error:  # more output than is kept
            stderr.write(f"sh: {error.strerror}\n".encode())
            status = 1
        return result_of(stdout, stderr, status & 0xFF, refused)

    def start(self, shell: Shell, command: Sequence[str]) -> int:
        """Start a program as runc does: there is no shell to say "not found". Raises: Refusal."""
        if not command or not command[0]:
            raise Refusal(f'{FAILED}exec: "": executable file not found in $PATH: unknown', 126)
        command = [word.replace("\0", "") for word in command]
        environment = shell.environment()
        found = launch.find_program(self.machine, shell.cwd, command[0], environment)
        if isinstance(found, launch.Failure):
            problem, _ = why_not(self.machine, shell.cwd, command[0])
            raise Refusal(f"{FAILED}{problem}: unknown", 126, "" if "/" in command[0] else available())
        if not isinstance(found, launch.Ours):
            shell.line = 0
        else:
            environment.pop("PWD", None)
        try:
            return shell.launch(list(command), environment, shell.fds)
        except ShellError as error:
            shell.complain(error.message)
            return error.status


def check_types(command: object, stdin: object) -> None:
    """Refuse what is no command and what is no input. Raises: TypeError."""
    words = isinstance(command, Sequence) and all(isinstance(word, str) for word in command)
    if not words or isinstance(command, (bytes, bytearray)):
        said = _('a command is a string, as "ls /etc", or a list of strings, as ["ls", "/etc"]: not {command}')
        raise TypeError(said.format(command=repr(command)))
    if not isinstance(stdin, (str, bytes)):
        said = _("stdin is a string or bytes, what the command is to read: not {stdin}")
        raise TypeError(said.format(stdin=repr(stdin)))


def why_not(machine: Machine, cwd: str, name: str) -> tuple[str, int]:
    """Why no program of this name can be started, as runc says it, and the exit code of docker's `run`."""
    if "/" not in name:
        return f'exec: "{name}": executable file not found in $PATH', 127
    try:
        with machine.quietly():
            mode = machine.tree.stat(name if name.startswith("/") else f"{cwd.rstrip('/')}/{name}").st_mode
    except OSError as error:
        problem = (error.strerror or str(error)).lower()
        return f'exec: "{name}": stat {name}: {problem}', 126 if error.errno == errno.EACCES else 127
    startable = stat.S_ISREG(mode) and mode & 0o111  # by somebody
    return f"exec {name}: permission denied" if startable else f'exec: "{name}": permission denied', 126


def settle_first_user(execution: Execution) -> None:
    """Find the user of process 1. Raises: NotStarted."""
    try:
        with execution.machine.quietly():
            execution.settle_user()
    except NoSuchUser as unknown:
        raise NotStarted(str(unknown), 125) from None


def find_first_process(execution: Execution, argv: Sequence[str]) -> Literal["stays", "ends"]:
    """Whether process 1 goes on until it is stopped, or is a command that does its work and ends.

    Raises: NotStarted for a user that nobody knows, and a program that is nowhere or not for this user.
    """
    machine = execution.machine
    settle_first_user(execution)
    if not argv:
        return "stays"
    cwd = execution.workdir if execution.workdir.startswith("/") else "/"
    with execution.acting():
        found = launch.find_program(machine, cwd, argv[0], execution.environment())
        if isinstance(found, launch.Failure):
            said, code = why_not(machine, cwd, argv[0])
            raise NotStarted(f"{NOT_CREATED}{said}: unknown", code)
    if not isinstance(found, launch.Ours):
        return "stays"
    waits = found.name == "tail" and any(re.match(r"-\w*[fF]", arg) for arg in argv[1:])
    script = found.name in STAYS and found.name != "sleep" and len(argv) > 1 and not lasts(argv[1:])
    return "stays" if (found.name in STAYS and not script) or waits else "ends"


def lasts(arguments: Sequence[str]) -> bool:
    """Whether the arguments of a shell leave it waiting for input, or start something that lasts.

    >>> lasts(["-c", "sleep infinity"]), lasts(["-c", "echo hi"]), lasts(["-i"])
    (True, False, True)
    """
    if not any(re.fullmatch(r"-\w*c\w*", arg) for arg in arguments):
        return all(arg.startswith("-") for arg in arguments)
    return any(re.search(r"\b(sleep\s+(infinity|\d{2,})|tail\s+-f|while\s+(true|:))", arg) for arg in arguments)

"""Execution: one command started in a container: its user, environment and directory, and what comes of it.

Floor 4 (container). Source: docker exec; messages of runc as docker hands them on.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Literal

from coursekit.container.result import Result, result_of
from coursekit.container.settings import PATH, Settings, with_variables
from coursekit.container.shell import launch
from coursekit.container.shell.commands.registry import commands
from coursekit.container.shell.paths import is_directory
from coursekit.container.shell.running import available
from coursekit.container.shell.session import Session
from coursekit.container.shell.shell import Shell
from coursekit.container.shell.signals import ShellError
from coursekit.container.shell.streams import Captured, Pipe
from coursekit.errors import NotFound
from coursekit.union.caller import Caller

STAYS = frozenset(("sh", "bash", "dash", "ash", "sleep"))  # first processes that last
NOT_CREATED = (
    "failed to create task for container: failed to create shim task: OCI runtime create failed: "
    "runc create failed: unable to start container process: "
)
FAILED = "OCI runtime exec failed: exec failed: unable to start container process: "


class Refusal(Exception):
    """A command that cannot be started; in docker's words, with its exit code."""

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.text = text
        self.status = status


class Execution:
    """Runs commands in one session."""

    def __init__(
        self,
        session: Session,
        settings: Settings,
        *,
        env: Mapping[str, str] | Sequence[str] | None = None,
        workdir: str | None = None,
        user: str | None = None,
    ) -> None:
        self.session = session
        self.settings = settings
        self.extra = env or {}
        self.workdir = workdir or settings.working_dir or "/"
        self.user = settings.user if user is None else user

    def prepare(self) -> dict[str, str]:
        """Settle user and directory; the environment. Raises: Refusal."""
        session = self.session
        with session.quietly():
            session.uid, session.gid = resolve_user(session, self.user)
            if not is_directory(session.tree, self.workdir):
                missing = session.tree.exists(self.workdir)
                problem = "not a directory" if missing else "no such file or directory"
                raise Refusal(
                    f'{FAILED}chdir to cwd ("{self.workdir}") set in config.json failed: {problem}: unknown', 126
                )
            variables = with_variables([f"PATH={PATH}", f"HOSTNAME={session.hostname}"], self.settings.env)
            environment = dict(item.partition("=")[::2] for item in with_variables(variables, self.extra))
            environment.setdefault("HOME", session.home(session.uid))
            return environment

    def acting(self) -> AbstractContextManager[None]:
        """While it lasts, the tree is the user's who was settled. A group that was named is the only one."""
        session = self.session
        groups = () if ":" in self.user else session.groups(session.uid)
        return session.tree.acting(Caller(session.uid, session.gid, frozenset(groups)))

    def shell(
        self, environment: Mapping[str, str], streams: tuple[Pipe, Captured, Captured], arg0: str = "sh"
    ) -> Shell:
        """A shell in the directory, with the environment."""
        stdin, stdout, stderr = streams
        shell = Shell(self.session, environment, self.workdir, {0: stdin, 1: stdout, 2: stderr}, arg0)
        shell.assign("PWD", self.workdir)
        shell.exported.add("PWD")
        return shell

    def run(self, command: str | Sequence[str], stdin: str | bytes = "") -> Result:
        """Run a command: a string as `sh -c` would, a sequence as a program with its arguments. Raises: TypeError."""
        check_types(command, stdin)
        transcript = bytearray()
        stdout, stderr = Captured(transcript), Captured(transcript)
        data = stdin.encode("utf-8", "surrogateescape") if isinstance(stdin, str) else stdin
        try:
            shell = self.shell(self.prepare(), (Pipe(data), stdout, stderr))
            with self.acting():
                status = shell.run_script(command) if isinstance(command, str) else self.start(shell, command)
        except Refusal as refusal:
            stderr.write(refusal.text.encode("utf-8", "surrogateescape") + b"\n")
            status = refusal.status
        except OSError as error:  # more output than is kept
            stderr.write(f"sh: {error.strerror}\n".encode())
            status = 1
        return result_of(stdout, stderr, status & 0xFF)

    def start(self, shell: Shell, command: Sequence[str]) -> int:
        """Start a program as runc does: there is no shell to say "not found". Raises: Refusal."""
        if not command or not command[0]:
            raise Refusal(f'{FAILED}exec: "": executable file not found in $PATH: unknown', 126)
        command = [word.replace("\0", "") for word in command]
        environment = shell.environment()
        found = launch.find_program(self.session, shell.cwd, command[0], environment, commands())
        if isinstance(found, launch.Failure):
            problem = "executable file not found in $PATH"
            if "/" in command[0]:
                problem = "no such file or directory" if found.status == 127 else found.text.lower()
            text = f'{FAILED}exec: "{command[0]}": {problem}: unknown'
            if "/" not in command[0]:
                text += "\n" + available().rstrip()
            elif found.status == 127:
                text = f'{FAILED}exec: "{command[0]}": stat {command[0]}: {problem}: unknown'
            raise Refusal(text, 126)
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
        wanted = 'a string, as "ls /etc", or a list of strings, as ["ls", "/etc"]'
        raise TypeError(f"a command is {wanted}: not {command!r}")
    if not isinstance(stdin, (str, bytes)):
        raise TypeError(f"stdin is a string or bytes, what the command is to read: not {stdin!r}")


def resolve_user(session: Session, user: str) -> tuple[int, int]:
    """The uid and gid of `USER`, `UID` or `USER:GROUP`, by the image's own /etc/passwd and /etc/group.

    Raises: Refusal.
    """
    if not user:
        return 0, 0
    name, _, group = user.partition(":")
    users = session.numbers("passwd")
    if name in users:
        uid = users[name]
    elif name.isdigit():
        uid = int(name)
    else:
        raise Refusal(f"unable to find user {name}: no matching entries in passwd file", 126)
    if not group:
        return uid, session.primary_group(uid)
    groups = session.numbers("group")
    if group not in groups and not group.isdigit():
        raise Refusal(f"unable to find group {group}: no matching entries in group file", 126)
    return uid, groups.get(group, int(group) if group.isdigit() else 0)


def find_first_process(session: Session, argv: Sequence[str], cwd: str) -> Literal["stays", "ends"]:
    """Whether process 1 goes on until it is stopped, or is a command that does its work and ends.

    Raises: NotFound for a program that is nowhere.
    """
    if not argv:
        return "stays"
    environment = {"PATH": PATH}
    found = launch.find_program(session, cwd if cwd.startswith("/") else "/", argv[0], environment, commands())
    if isinstance(found, launch.Failure):
        problem = (
            "executable file not found in $PATH" if "/" not in argv[0] else f"stat {argv[0]}: no such file or directory"
        )
        raise NotFound(f'{NOT_CREATED}exec: "{argv[0]}": {problem}: unknown')
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

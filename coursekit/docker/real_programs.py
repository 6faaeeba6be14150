"""`run --real` and `exec --real`: the image's own programs, or one line that says why our shell stands in.

Neighbour: container.real does the work.
"""

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from coursekit.docker.client import Client
from coursekit.docker.command import complain
from coursekit.docker.output import write_result, write_text

if TYPE_CHECKING:
    from coursekit.container.container import Container


def run_in(
    client: Client,
    container: "Container",
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    workdir: str | None = None,
    user: str | None = None,
    stdin: bool = False,
) -> int | None:
    """Runs a program of the image in a container; its exit code, or None where no real program can be run."""
    from coursekit.container.execution import Execution, Refusal
    from coursekit.container.real_programs import Unreal, run_real

    execution = Execution(container.machine(), container.settings, env=env, workdir=workdir, user=user)
    streams = client.stdin is None and _is_ours()
    data = client.read_input().encode("utf-8", "surrogateescape") if stdin and not streams else b""
    try:
        result = run_real(execution, command, stdin=None if stdin and streams else data, captured=not streams)
    except Unreal as reason:
        complain(f"not the real program: {reason}; the course's own shell stands in")
        return None
    except Refusal as refusal:
        write_text(f"{refusal.text}\r\n", sys.stdout)  # where docker's exec says it
        return refusal.status
    write_result(result)
    return result.exit_code


def first_process(client: Client, container: "Container", *, interactive: bool) -> int | None:
    """Runs process 1 of a fresh container to its end, as `run` does; None where no real program can be run.

    Raises: NotStarted for a user that nobody knows.
    """
    from coursekit.container.execution import Execution, settle_first_user

    with container.turn(), container.starting():
        settle_first_user(Execution(container.machine(), container.settings))
        code = run_in(client, container, container.argv, stdin=interactive)
        if code is not None:
            container.ended(code)
    return code


def _is_ours() -> bool:
    """Whether standard output is this process's own, and no notebook's."""
    try:
        return sys.stdout.fileno() == 1
    except (OSError, ValueError):
        return False

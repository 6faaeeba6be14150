"""Ask dockerd what users_cases.py asks: part of record_docker, which writes the answers down.

The image has Debian's own dash and coreutils, with the libraries they need, so that every message can be compared.
"""

import io
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from tests.container.users_cases import DEEDS, DOERS, ENDINGS, LATER, PROGRAMS, REFUSALS, RUNS, TREE, WHO
from tests.real.daemon import Docker
from tests.shell.record_dash import build_programs

MTIME = 1_577_880_000
BOX = ("--network", "none")
STATE = "{{.State.Status}} {{.State.ExitCode}} {{.State.Error}}"


def image_tar() -> bytes:
    """The tree and the programs, as one tar."""
    buffer = io.BytesIO()
    with tempfile.TemporaryDirectory() as scratch, tarfile.open(fileobj=buffer, mode="w") as tar:
        for path, (mode, uid, gid, text) in TREE.items():
            member = tarfile.TarInfo(path.lstrip("/"))
            member.type = tarfile.DIRTYPE if text is None else tarfile.REGTYPE
            data = (text or "").encode()
            member.mode, member.uid, member.gid, member.size, member.mtime = mode, uid, gid, len(data), MTIME
            tar.addfile(member, io.BytesIO(data))
        build_programs(Path(scratch), PROGRAMS)
        for entry in sorted(Path(scratch).iterdir()):
            tar.add(entry, entry.name)
    return buffer.getvalue()


def load(docker: Docker, place: Path) -> None:
    """One image for each USER of the cases: users:0, users:1, …, in the order of `image_users`."""
    (place / "users.tar").write_bytes(image_tar())
    for number, user in enumerate(image_users()):
        changes = ["-c", 'CMD ["sleep","1000"]', *(["-c", f"USER {user}"] if user else [])]
        docker("import", *changes, place / "users.tar", f"users:{number}")


def image_users() -> list[str]:
    """The USERs of the images, each once."""
    return list(dict.fromkeys(user for user, _, _ in [*ENDINGS, *RUNS]))


def image_of(user: str) -> str:
    """The name of the image with this USER."""
    return f"users:{image_users().index(user)}"


def plain(text: str) -> str:
    """Without what differs from one container, minute or machine to the next, and without docker's word on --help."""
    text = re.sub(r"\b[0-9a-f]{64}\b", "ID", text)
    text = re.sub(r"\b[A-Z][a-z]{2} +\d+ +(\d\d:\d\d|\d{4})\b", "DATE", text)
    return re.sub(r"\n*(See|Run) 'docker \w+ --help'.*\n", "\n", text)


def said(docker: Docker, *words: str) -> dict[str, Any]:
    """Exit code and streams of a docker command."""
    command = ["docker", "-H", f"unix://{docker.socket}", *words]
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)
    return {"code": done.returncode, "stdout": plain(done.stdout.decode()), "stderr": plain(done.stderr.decode())}


def run(docker: Docker, user: str, options: list[str], command: list[str]) -> dict[str, Any]:
    """`docker run` to its end, and the state that it leaves: status, exit code, error."""
    answer = said(docker, "run", *BOX, "--name", "case", *options, image_of(user), *command)
    state = plain(docker("inspect", "-f", STATE, "case", check=False)).strip()
    docker("rm", "-f", "case", check=False)
    return {"image_user": user, "options": options, "command": command, **answer, "state": state}


def exec_(docker: Docker, user: str, options: list[str], command: list[str]) -> dict[str, Any]:
    """`docker exec` in a running container of an image with this USER."""
    docker("run", "-d", *BOX, "--name", "case", image_of(user))
    answer = said(docker, "exec", *options, "case", *command)
    docker("rm", "-f", "case")
    return {"image_user": user, "options": options, "command": command, **answer}


def later(docker: Docker, command: str, options: list[str]) -> dict[str, Any]:
    """Who `exec` makes a command, after one of root's."""
    docker("run", "-d", *BOX, "--name", "case", image_of(""))
    docker("exec", "case", "sh", "-c", command)
    answer = said(docker, "exec", *options, "case", "sh", "-c", WHO)
    docker("rm", "-f", "case")
    return {"after": command, "options": options, **answer}


def refusals(docker: Docker) -> list[dict[str, Any]]:
    """What each verb says of what cannot be started."""
    found = []
    for made, lines in REFUSALS:
        docker(*made, *BOX, "--name", "case", image_of(""))
        found += [{"made": made, "line": line, **said(docker, *line)} for line in lines]
        docker("rm", "-f", "case")
    return found


def deed(docker: Docker, user: str, command: str) -> dict[str, Any]:
    """A command in a shell, by one of the users."""
    answer = exec_(docker, "", ["-u", user], ["sh", "-c", command])
    return {"user": user, "command": command, **{key: answer[key] for key in ("code", "stdout", "stderr")}}


def users(docker: Docker, place: Path) -> dict[str, Any]:
    """All answers."""
    load(docker, place)
    return {
        "runs": [run(docker, *case) for case in [*ENDINGS, *RUNS]],
        "execs": [exec_(docker, *case) for case in ENDINGS],
        "refusals": refusals(docker),
        "later": [later(docker, *case) for case in LATER],
        "deeds": [deed(docker, user, command) for command in DEEDS for user in DOERS],
    }

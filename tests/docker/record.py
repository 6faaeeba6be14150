"""Record what docker prints on the sessions of `sessions.py`, with the tiny image: python -m tests.docker.record

Starts a dockerd of its own (as root, without a network), and ends it. The answers lie in
tests/docker/recorded.json, which test_as_docker.py plays again on coursekit.
"""

import json
import shlex
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.docker.sessions import SESSIONS
from tests.docker.small_image import archive

RECORDED = Path(__file__).parent / "recorded.json"
DAEMON = ("--storage-driver", "overlay2", "--iptables=false", "--ip6tables=false", "--bridge=none", "--ip-masq=false")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="coursekit-record-") as name:
        place = Path(name)
        socket = f"unix://{place}/d.sock"
        command = [
            "dockerd",
            "--data-root",
            f"{place}/data",
            "--exec-root",
            f"{place}/exec",
            "-H",
            socket,
            "-p",
            f"{place}/d.pid",
            *DAEMON,
        ]
        with open(place / "log", "wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as daemon:
            try:
                docker = ["docker", "-H", socket]
                while subprocess.run([*docker, "version"], capture_output=True, check=False).returncode:
                    if daemon.poll() is not None:
                        sys.exit((place / "log").read_text())
                    time.sleep(0.2)
                work = place / "work"
                work.mkdir()
                recorded = {title: record(docker, session, work) for title, session in SESSIONS.items()}
            finally:
                daemon.terminate()
                daemon.wait(30)
    RECORDED.write_text(json.dumps(recorded, indent=1) + "\n")


def record(docker: list[str], session: list[str], work: Path) -> list[dict[str, object]]:
    """One session on a daemon without images and containers."""
    clear(docker)
    prepare(work)
    answers: list[dict[str, object]] = []
    for line in session:
        if line.startswith("sleep "):
            time.sleep(float(line.split()[1]))
            continue
        done = subprocess.run(
            [*docker, *docker_words(line)], capture_output=True, text=True, cwd=work, timeout=60, check=False
        )
        at = moment(docker, line) if done.returncode == 0 else time.time()
        printed = {"stdout": done.stdout, "stderr": done.stderr.replace(str(work), "WORK")}
        answers.append({"line": line, "at": at, **printed, "code": done.returncode})
        print(f"$ docker {line}\n{done.stdout}{done.stderr}[{done.returncode}]")
    clear(docker)
    return answers


def moment(docker: list[str], line: str) -> float:
    """The time that a command counts from: of what it made or started, else now."""
    verb, name = line.split()[0], line.split()[-1]
    key = {"create": ".Created", "start": ".State.StartedAt", "restart": ".State.StartedAt"}.get(verb)
    if key is None:
        return time.time()
    latest = ["ps", "-alq"] if verb == "create" else ["ps", "-aq", "--filter", f"name={name}"]
    found = subprocess.run([*docker, *latest], capture_output=True, text=True, check=True).stdout.strip()
    asked = [*docker, "inspect", "-f", f"{{{{{key}}}}}", found]
    when = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()[:26].rstrip("Z")
    return datetime.fromisoformat(when).replace(tzinfo=UTC).timestamp()


def prepare(work: Path) -> None:
    """The files that the sessions name."""
    (work / "nginx.tar").write_bytes(archive())
    (work / "garbage.tar").write_bytes(bytes(range(256)) * 20)
    (work / "truncated.tar").write_bytes(archive()[:40_000])
    (work / "new").write_bytes(b"new\n")


def docker_words(line: str) -> list[str]:
    """The words of a line; a container has no network, which docker must be told."""
    words = shlex.split(line)
    return [*words[:1], "--network", "none", *words[1:]] if words[0] in ("run", "create") else words


def clear(docker: list[str]) -> None:
    for kind, remove in (("ps -aq", "rm -fv"), ("images -q", "rmi -f")):
        found = subprocess.run([*docker, *kind.split()], capture_output=True, text=True, check=False).stdout.split()
        if found:
            subprocess.run([*docker, *remove.split(), *dict.fromkeys(found)], capture_output=True, check=False)


if __name__ == "__main__":
    main()

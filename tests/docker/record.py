"""Record what docker prints on the sessions of `sessions.py`, with the tiny image: python -m tests.docker.record

Starts a dockerd of its own (see ORACLES in the project's notes: root, no network), and ends it. The answers lie in
tests/docker/recorded.json, which test_as_docker.py plays again on coursekit.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.docker.sessions import SESSIONS
from tests.docker.small_image import archive

RECORDED = Path(__file__).parent / "recorded.json"
DAEMON = ("--storage-driver", "overlay2", "--iptables=false", "--ip6tables=false", "--bridge=none", "--ip-masq=false")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="coursekit-record-") as name:
        place = Path(name)
        socket = f"unix://{place}/d.sock"
        command = ["dockerd", "--data-root", f"{place}/data", "--exec-root", f"{place}/exec", "-H", socket,
                   "-p", f"{place}/d.pid", *DAEMON]  # fmt: skip
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
    (work / "nginx.tar").write_bytes(archive())
    (work / "garbage.tar").write_bytes(bytes(range(256)) * 20)
    (work / "truncated.tar").write_bytes(archive()[:40_000])
    (work / "new").write_bytes(b"new\n")
    answers: list[dict[str, object]] = []
    for line in session:
        if line.startswith("sleep "):
            time.sleep(float(line.split()[1]))
            continue
        began = time.time()
        words = docker_words(line)
        done = subprocess.run([*docker, *words], capture_output=True, text=True, cwd=work, timeout=60, check=False)
        answers.append({"line": line, "at": began, "stdout": done.stdout, "stderr": done.stderr, "code": done.returncode})
        print(f"$ docker {line}\n{done.stdout}{done.stderr}[{done.returncode}]")
    clear(docker)
    return answers


def docker_words(line: str) -> list[str]:
    """The words of a line; a container has no network, which docker must be told."""
    import shlex

    words = shlex.split(line)
    return [*words[:1], "--network", "none", *words[1:]] if words[0] in ("run", "create") else words


def clear(docker: list[str]) -> None:
    for kind, remove in (("ps -aq", "rm -fv"), ("images -q", "rmi -f")):
        found = subprocess.run([*docker, *kind.split()], capture_output=True, text=True, check=False).stdout.split()
        if found:
            subprocess.run([*docker, *remove.split(), *dict.fromkeys(found)], capture_output=True, check=False)


if __name__ == "__main__":
    main()

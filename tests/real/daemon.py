"""A dockerd of the test's own: classic overlay2, its own socket and directories, no network, ended by its process."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.tools import PATIENCE, run


class Docker:
    """`docker` on one daemon."""

    def __init__(self, socket: Path) -> None:
        self.socket = socket

    def __call__(self, *words: str | Path, timeout: float = 300, check: bool = True) -> str:
        """What the command printed."""
        return run("docker", "-H", f"unix://{self.socket}", *words, timeout=timeout, check=check)


@contextmanager
def dockerd(place: Path) -> Iterator[Docker]:
    """A daemon below `place`, ready to answer. Its socket's path must stay below 108 bytes."""
    docker = Docker(place / "d.sock")
    command = [
        "dockerd",
        "--data-root",
        place / "data",
        "--exec-root",
        place / "exec",
        "-H",
        f"unix://{docker.socket}",
        "-p",
        place / "d.pid",
        "--storage-driver",
        "overlay2",
        "--iptables=false",
        "--ip6tables=false",
        "--bridge=none",
        "--ip-masq=false",
    ]
    with open(place / "log", "wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as server:
        try:
            for _ in range(240):
                if server.poll() is not None:
                    said = (place / "log").read_text()[-2000:]
                    raise AssertionError(f"dockerd ended with {server.returncode}:\n{said}")
                try:
                    docker("version", timeout=20)
                    break
                except (AssertionError, subprocess.TimeoutExpired):
                    time.sleep(0.25)
            yield docker
        finally:
            server.terminate()
            try:
                server.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                server.kill()

"""dockerd for tests: its own socket and data below a temporary folder, no network, ended by its process id."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.tools import PATIENCE, run


@contextmanager
def dockerd(root: Path) -> Iterator[str]:
    """The address of a daemon with the classic overlay2 store. The path of a socket is at most 107 bytes."""
    address = f"unix://{root}/d.sock"
    log = (root / "log").open("wb")
    daemon = subprocess.Popen(
        [
            "dockerd",
            "--data-root",
            root / "data",
            "--exec-root",
            root / "exec",
            "-H",
            address,
            "-p",
            root / "pid",
            "--storage-driver",
            "overlay2",
            "--iptables=false",
            "--ip6tables=false",
            "--bridge=none",
            "--ip-masq=false",
        ],
        stdout=log,
        stderr=log,
    )
    try:
        for _ in range(300):
            if daemon.poll() is not None or "Server Version" in run("docker", "-H", address, "info", check=False):
                break
            time.sleep(0.1)
        yield address
    finally:
        daemon.terminate()
        daemon.wait(timeout=PATIENCE)
        log.close()

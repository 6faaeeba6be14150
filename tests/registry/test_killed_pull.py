"""A pull killed at any moment: the store is whole, what was acknowledged stays, and the next pull goes on.

One process imports everything once and forks a child for each kill. The child counts what it asks of the file system in
the store (Python's audit events), its connections, and the pieces that arrive, and kills itself before the n-th of
these: no test waits for a time. A pull is acknowledged when it returned.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from coursekit.image.bundled import get as bundled
from coursekit.image.layout import write as write_layout
from coursekit.image.store import Store
from coursekit.registry.pull import pull
from tests.image.test_store import is_whole
from tests.registry import serving
from tests.tools import needs, run

KILLS = 20
ZYGOTE = r"""
import os, signal, sys
import filelock, httpx
from coursekit.image.store import Store
from coursekit.registry.pull import Silent, pull

root, name = sys.argv[1:]
CHANGES = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.utime", "os.chmod"}

def child(asked):
    left = asked

    def count():
        nonlocal left
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def hear(event, args):
        in_store = event in CHANGES and isinstance(args[0], (str, bytes)) and os.fsdecode(args[0]).startswith(root)
        if in_store or event == "socket.connect":
            count()

    class Counting(Silent):
        def advanced(self, layer, size):
            count()

    sys.addaudithook(hear)
    pull(name, Store(root), watcher=Counting())
    os.write(1, f"pulled {asked - left}\n".encode())

for line in sys.stdin:
    one = os.fork()
    if one == 0:
        child(int(line))
        os._exit(0)
    os.waitpid(one, 0)
    os.write(1, b"dead\n")
"""


@pytest.fixture
def name(tmp_path: Path) -> Iterator[str]:
    """An image in a registry on loopback."""
    write_layout([bundled("teach/app:1")], tmp_path / "layout")
    with serving.registry(tmp_path) as port:
        where = f"127.0.0.1:{port}/me/app:1"
        run(
            "skopeo", "copy", "-q", "--dest-tls-verify=false", f"oci:{tmp_path}/layout:teach/app:1", f"docker://{where}"
        )
        yield where


@needs("docker-registry", "skopeo")
@pytest.mark.slow
def test_a_pull_killed_at_any_moment(name: str, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    store.add(bundled("teach/base:1"), "kept:1")
    command = [sys.executable, "-c", ZYGOTE, str(store.root), name]
    ended = 0
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as zygote:

        def turn(kill_at: int) -> int | None:
            """How many steps a pull took; None if it was killed before it said so."""
            assert zygote.stdin and zygote.stdout
            zygote.stdin.write(f"{kill_at}\n")
            said = zygote.stdout.readline()
            if said.startswith("pulled"):
                assert zygote.stdout.readline() == "dead\n"
                return int(said.split()[1])
            assert said == "dead\n"
            return None

        steps = turn(1 << 30)
        assert steps is not None and steps > KILLS, "the kills are spread over these"
        for kill in range(KILLS):
            store.remove(name)
            acknowledged = turn(1 + kill * steps // KILLS) is not None
            ended += acknowledged
            there = {image.name for image in store.images(with_bundled=False)}
            assert store.damaged() == {}
            assert there >= ({name, "kept:1"} if acknowledged else {"kept:1"})
            is_whole(store)
            assert pull(name, store).id == bundled("teach/app:1").id
    assert ended < KILLS // 2, "most of the pulls were killed"
    is_whole(store)
    for path in store.root.rglob(".new-*"):  # what was left unfinished is old by now
        os.utime(path, (0, 0))
    store.prune()
    is_whole(store)
    assert not list(store.root.rglob(".new-*"))

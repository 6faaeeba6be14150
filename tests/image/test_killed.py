"""A process killed at any moment of load, build, run, commit, rm and rmi: the store is whole, nothing said is lost.

One process imports everything once and forks a child for each kill. The child counts what it asks of the file system in
the store (Python's audit events) and kills itself before the n-th request, so that every moment has its number: no
test waits for a time. A verb is acknowledged when it returned 0; what was acknowledged must be there afterwards.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from coursekit.container.containers import Containers
from coursekit.image.open import Image
from coursekit.image.store import Store
from coursekit.vfs.overlay import Overlay
from tests.image.making import classic, member, tar
from tests.image.test_store import is_whole
from tests.tools import needs, run

KILLS = 20 if os.environ.get("COURSEKIT_CI") else 100
ZYGOTE = r"""
import os, signal, sys
from coursekit.docker import docker
from coursekit.docker.command import execute
from coursekit.docker.client import Client
import coursekit.builder.build, coursekit.container.containers, coursekit.image.archive, coursekit.shell.shell, filelock

root, archives = sys.argv[1:]
CHANGES = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.truncate", "os.utime", "os.chmod"}

def child(turn, left):
    def count(event, args):
        nonlocal left
        if event in CHANGES and args and isinstance(args[0], (str, bytes)) and os.fsdecode(args[0]).startswith(root):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(count)
    steps = [
        ("+load", ["load", "-q", "-i", f"{archives}/{turn}.tar"], None),
        ("+built", ["build", "-q", "-t", f"built:{turn}", "-"], f"FROM load:{turn}\nRUN echo {turn} > /built\n"),
        ("+box", ["run", "--name", f"box{turn}", f"built:{turn}", "sh", "-c", f"echo {turn} > /made"], None),
        ("+committed", ["commit", f"box{turn}", f"committed:{turn}"], None),
        ("-box", ["rm", f"box{turn}"], None),
        ("-built", ["rmi", f"built:{turn}"], None),
    ]
    for said, words, given in steps:
        if execute(docker, words, Client(root, given), "docker") != 0:
            os.write(1, f"failed {words}\n".encode())
            os._exit(1)
        os.write(1, f"{said} {turn}\n".encode())
    os.write(1, f"used {-left}\n".encode())

for line in sys.stdin:
    turn, left = map(int, line.split())
    one = os.fork()
    if one == 0:
        null = os.open(os.devnull, os.O_RDWR)
        mine = os.dup(1)
        os.dup2(null, 1)
        sys.stdout = open(os.devnull, "w")
        os.dup2(mine, 1)
        child(turn, left)
        os._exit(0)
    os.waitpid(one, 0)
    os.write(1, b"dead\n")
"""


class Victims:
    """The store, the process that forks what is killed, and what has been acknowledged so far."""

    def __init__(self, root: Path, archives: Path) -> None:
        self.store, self.archives = Store(root), archives
        command = [sys.executable, "-c", ZYGOTE, str(root), str(archives)]
        self.zygote = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.there: dict[str, bool] = {}  # what was said last of each: made, or removed
        self.requests = 0  # to the file system, of one whole turn

    def turn(self, number: int, kill_at: int) -> list[str]:
        """Run the verbs for `number` up to the `kill_at`-th request; the acknowledgements come back."""
        layer = tar(member("bin/sh", data=b"#!shell\n", mode=0o755), member("number", data=b"%d" % number))
        classic(self.archives / f"{number}.tar", [layer], tags=(f"load:{number}",))
        assert self.zygote.stdin and self.zygote.stdout
        self.zygote.stdin.write(f"{number} {kill_at}\n")
        said = []
        while (line := self.zygote.stdout.readline().strip()) != "dead":
            assert line and not line.startswith("failed"), line
            if line.startswith("used"):
                self.requests = kill_at + int(line.split()[1])
                continue
            said.append(line)
            kind, turn = line.split()
            self.there[f"{kind[1:]}:{turn}"] = kind[0] == "+"
        return said


@pytest.fixture
def victims(tmp_path: Path) -> Iterator[Victims]:
    (tmp_path / "archives").mkdir()
    made = Victims(tmp_path / "store", tmp_path / "archives")
    with made.zygote:  # its standard input ends with the block, and so does it
        yield made


def check(victims: Victims, turn: int, said: list[str]) -> None:
    """All that was acknowledged is there and reads right; what was being done when the kill came may be or not."""
    store = Store(victims.store.root)
    assert store.damaged() == {}
    names = {image.name for image in store.images(with_bundled=False)}
    boxes = {box.name: box for box in Containers(store).list()}
    for what, made in victims.there.items():
        kind, _, number = what.partition(":")
        in_flight = int(number) == turn and len(said) < 6  # its next verb may have removed it
        there = f"box{number}" in boxes if kind == "box" else what in names
        assert there or not made or in_flight, f"{what} was acknowledged and is gone"
        assert made or not there, f"{what} was acknowledged as removed and is there"
    for name in names - {None}:
        kind, _, number = str(name).partition(":")
        tree = Overlay.from_image(store.get(str(name)), upperdir=None)
        assert tree.read_text("/number") == number
        if kind != "load":
            assert tree.read_text("/built") == f"{number}\n"
        if kind == "committed":
            assert tree.read_text("/made") == f"{number}\n"
    for box in boxes.values():
        assert box.rootfs.read_text("/number") == box.name.removeprefix("box")


def clear(victims: Victims, turn: int) -> None:
    """Take away what a turn made, so that the next one makes as many requests."""
    store = Store(victims.store.root)
    for box in Containers(store).list():
        if box.name == f"box{turn}":
            Containers(store).remove(box.name, force=True)
    for image in store.images(with_bundled=False):
        if image.name is None or image.name.endswith(f":{turn}"):
            store.remove(image.name or str(image.id))
    for what in [what for what in victims.there if what.endswith(f":{turn}")]:
        del victims.there[what]


@pytest.mark.slow
def test_nothing_acknowledged_is_lost(victims: Victims, tmp_path: Path) -> None:
    whole = victims.turn(0, 1 << 30)
    assert whole == ["+load 0", "+built 0", "+box 0", "+committed 0", "-box 0", "-built 0"]
    check(victims, 0, whole)
    victims.turn(KILLS + 1, 1 << 30)
    clear(victims, KILLS + 1)
    assert victims.requests > 100, "the kills are spread over these"
    acknowledged = set()
    for number in range(1, KILLS + 1):
        said = victims.turn(number, number * victims.requests // (KILLS + 1))
        acknowledged.add(len(said))
        check(victims, number, said)
        clear(victims, number)
    assert acknowledged >= {0, 1, 2, 3, 4, 5}, "kills fell into every verb"
    is_whole(victims.store)
    for path in victims.store.root.rglob(".new-*"):  # what was left unfinished is old by now
        os.utime(path, (0, 0))
    victims.store.prune()
    is_whole(victims.store)
    assert not list(victims.store.root.glob("blobs/*/.new-*"))


@needs("skopeo")
@pytest.mark.slow
def test_skopeo_reads_what_a_killed_process_left(victims: Victims, tmp_path: Path) -> None:
    victims.turn(0, 1 << 30)
    for number in range(1, 6):
        victims.turn(number, number * victims.requests // 6)
    named = [str(image.name) for image in victims.store.images(with_bundled=False) if image.name]
    assert named
    for name in named:
        run("skopeo", "copy", f"oci:{victims.store.root}:{name}", f"oci:{tmp_path}/copy:t")
        assert Image.open(tmp_path / "copy", store=Store(tmp_path / "other")).id == victims.store.get(name).id
        shutil.rmtree(tmp_path / "copy")

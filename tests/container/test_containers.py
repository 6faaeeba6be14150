"""Containers in a store: kept through every verb, found again, unharmed by whoever is killed or writes at once."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from coursekit.container.container import run
from coursekit.container.containers import Containers
from coursekit.container.persistence import STATE
from coursekit.errors import Conflict, NotFound, StoreError
from coursekit.image.image import Image
from coursekit.image.make_image import build_image
from coursekit.image.store import Store
from coursekit.layers.layer import Layer


def image() -> Image:
    tree = {"/etc/motd": "hello\n", "/data/seed": "seed\n", "/etc/hostname": "x\n"}
    return build_image(None, [Layer.of(tree)], config={"Cmd": ["sh"]}, name="base:1")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def containers(store: Store) -> Containers:
    return Containers(store)


def test_a_container_is_found_again_by_name_id_and_prefix(containers: Containers) -> None:
    made = containers.create(image(), name="web")
    for reference in ("web", "/web", made.id, made.id[:12], made.id[:1]):
        assert containers.get(reference).id == made.id
    for reference in ("we", "", "zzz"):
        with pytest.raises(NotFound, match=f"^No such container: {reference}$"):
            containers.get(reference)


def test_two_with_one_prefix_are_ambiguous(containers: Containers) -> None:
    for _ in range(17):  # more than there are first digits
        containers.create(image())
    shared = next(digit for digit in "0123456789abcdef" if sum(c.id.startswith(digit) for c in containers.list()) > 1)
    with pytest.raises(Conflict, match="Multiple IDs found with provided prefix"):
        containers.get(shared)
    assert len({container.name for container in containers.list()}) == 17


def test_a_name_in_use_is_refused(containers: Containers) -> None:
    first = containers.create(image(), name="web")
    with pytest.raises(Conflict, match=f'The container name "/web" is already in use by container "{first.id}"'):
        containers.create(image(), name="web")


def test_everything_is_kept(store: Store, containers: Containers) -> None:
    made = containers.create(image(), name="web", env=["B=2"], volumes=["data:/data"])
    made.start()
    made.exec("echo mine > /etc/mine; rm /etc/motd; mkdir /d; ln /etc/mine /d/l; echo v > /data/v")
    made.exec("truncate -s 9M /hole")
    made.rootfs.mkfifo("/p", 0o600)
    containers.save(made)
    found = Containers(Store(store.root)).get("web")
    assert (found.state, found.started_at, found.created) == ("running", made.started_at, made.created)
    assert found.settings == made.settings
    assert found.diff() == made.diff()
    assert found.exec("cat /d/l /data/v /data/seed; stat -c %h /d/l; stat -c '%s %F' /hole /p; echo $B").stdout == (
        "mine\nv\nseed\n2\n9437184 regular file\n0 fifo\n2\n"
    )
    found.stop()
    again = containers.get("web")
    assert (again.state, again.exit_code, again.finished_at) == ("exited", 0, found.finished_at)


def test_run_with_a_store_keeps_it(store: Store) -> None:
    run(image(), name="web", store=store).exec("touch /here")
    assert [str(change) for change in Containers(store).get("web").diff()] == ["A /here"]


def test_removing_deletes_the_writable_layer_and_not_named_volumes(store: Store, containers: Containers) -> None:
    made = containers.create(image(), name="web", volumes=["data:/data", "/anon"])
    directory = store.containers_dir / made.id
    assert directory.exists()
    assert containers.remove("web", volumes=True) == made.id
    assert not directory.exists()
    assert [path.name for path in (store.root / "volumes").iterdir()] == ["data.tar"]
    with pytest.raises(NotFound):
        containers.get("web")
    with pytest.raises(NotFound):
        made.start()


def test_a_running_one_is_removed_with_force_alone(containers: Containers) -> None:
    containers.create(image(), name="web").start()
    with pytest.raises(Conflict):
        containers.remove("web")
    containers.remove("web", force=True)
    assert containers.list() == ()


def test_two_holders_of_one_container_see_each_other(containers: Containers) -> None:
    one = containers.create(image(), name="web").start()
    other = containers.get("web")
    one.exec("echo one > /one")
    other.exec("echo two > /two")
    assert one.exec("cat /one /two").stdout == "one\ntwo\n"
    other.stop()
    with pytest.raises(Conflict, match="is not running"):
        one.exec("ls")


def test_two_containers_share_a_named_volume(containers: Containers) -> None:
    one = containers.create(image(), volumes=["shared:/data"]).start()
    two = containers.create(image(), volumes=["shared:/mnt"]).start()
    one.exec("echo from one > /data/one")
    two.exec("echo from two > /mnt/two")
    assert one.exec("cat /data/seed /data/one /data/two").stdout == "seed\nfrom one\nfrom two\n"


def test_threads_take_turns(containers: Containers) -> None:
    containers.create(image(), name="web").start()

    def add(number: int) -> None:
        containers.get("web").exec(f"echo {number} > /n{number}")

    threads = [threading.Thread(target=add, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert containers.get("web").exec("cat /n*").stdout == "0\n1\n2\n3\n4\n5\n"


KILLED = """
import sys
from coursekit.container.containers import Containers
from coursekit.image.store import Store
web = Containers(Store(sys.argv[1])).get("web")
print("ready", flush=True)
for number in range(100000):
    web.exec(f"echo {number} > /counter; echo {number} > /data/counter; head -c 200000 /dev/zero > /ballast")
"""


@pytest.mark.slow
def test_a_process_killed_at_any_moment_leaves_it_whole(store: Store, containers: Containers) -> None:
    containers.create(image(), name="web", volumes=["data:/data"]).start()
    for delay in (0.0, 0.013, 0.031, 0.05, 0.087):
        with subprocess.Popen([sys.executable, "-c", KILLED, str(store.root)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            threading.Event().wait(delay)
            os.kill(process.pid, signal.SIGKILL)
        found = containers.get("web")
        assert found.exec("touch /alive; ls /alive").stdout == "/alive\n"
        assert found.exec("cat /etc/motd").stdout == "hello\n"


def test_a_damaged_state_is_one_clear_line(store: Store, containers: Containers) -> None:
    made = containers.create(image(), name="web")
    state = store.containers_dir / made.id / STATE
    text = state.read_text()
    for damage in ("", "[]", "{", '{"id": 1}'):
        state.write_text(damage)
        assert containers.list() == ()
        with pytest.raises(StoreError, match="cannot be read"):
            containers.get(made.id)
    state.write_text(text)
    (state.parent / json.loads(text)["upper"]).write_bytes(b"garbage")
    with pytest.raises(StoreError, match="cannot be read"):
        containers.get("web")


def test_an_image_that_is_gone_is_named(store: Store, containers: Containers) -> None:
    containers.create(image(), name="web")
    store.remove("base:1", force=True)
    with pytest.raises(NotFound, match="web: its image base:1 is not in the store any more"):
        containers.get("web")


def test_a_full_disk_leaves_what_was_kept(containers: Containers, monkeypatch: pytest.MonkeyPatch) -> None:
    made = containers.create(image(), name="web").start()
    made.exec("echo kept > /kept")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="the disk is full; nothing was changed"):
        made.exec("echo lost > /lost")
    monkeypatch.undo()
    assert [str(change) for change in containers.get("web").diff()] == ["A /kept"]


def test_what_changes_nothing_works_on_a_full_disk(containers: Containers, monkeypatch: pytest.MonkeyPatch) -> None:
    made = containers.create(image(), name="web", volumes=["/data"]).start()
    made.exec("mkdir /dir; echo kept > /kept; ln -s kept /link; echo more > /data/more; rm /etc/motd")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    for held in (made, containers.get("web")):
        assert held.exec("ls /dir /data; cat /kept").stdout == "/data:\nmore\nseed\n\n/dir:\nkept\n"
    with pytest.raises(StoreError, match="the disk is full; nothing was changed"):
        made.stop()

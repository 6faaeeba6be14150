"""The store: names, several processes, a process killed at any moment, a full disk."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from coursekit.errors import Conflict, ImageError, NotFound, StoreError
from coursekit.fs.node import Metadata
from coursekit.image import layout
from coursekit.image.layer_cache import LayerCache
from coursekit.image.make_image import build_image
from coursekit.image.open import Image
from coursekit.image.store import Store
from coursekit.layers.layer import Layer
from tests.image.making import Layout, member, tar
from tests.image.trees import example, file
from tests.real.listing import listing
from tests.tools import PATIENCE, needs_root_overlay, run


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def small(text: str, name: str | None = None) -> Image:
    """An image with one file."""
    return build_image(None, [Layer.of({"/file": text})], created=f"2026-01-{len(text):02}T00:00:00Z", name=name)


def own_names(store: Store) -> list[str | None]:
    return [image.name for image in store.images(with_bundled=False)]


def test_an_image_comes_back_as_it_went_in(store: Store) -> None:
    image = example()
    added = store.add(image)
    assert added.name == "me/example:1"
    for found in (added, store.get("me/example:1"), store.get(image.id.short), store.get(str(image.id))):
        assert found.id == image.id
        assert [listing(layer.lower) for layer in found.layers] == [listing(layer.lower) for layer in image.layers]


def test_a_name_without_a_tag_is_latest_and_the_default_registry_is_not_said(store: Store) -> None:
    store.add(small("a"), "docker.io/library/web")
    assert own_names(store) == ["web:latest"]
    assert store.get("web").id == store.get("docker.io/library/web:latest").id


def test_nothing_is_written_before_something_is_stored(store: Store) -> None:
    assert store.images(with_bundled=False) == ()
    assert not store.root.exists()


def test_several_names_of_one_image_take_no_room(store: Store) -> None:
    image = store.add(small("a"), "one:1")
    before = store.disk_usage()["blobs"]
    store.tag("one:1", "two:2")
    store.tag(image.id.short, "localhost:5000/three:3")
    assert store.disk_usage()["blobs"] == before
    assert store.names_of(image) == ("localhost:5000/three:3", "one:1", "two:2")
    assert len(store.images(with_bundled=False)) == 3


def test_a_name_moves_to_the_newer_image_and_the_older_stays_without_one(store: Store) -> None:
    old, new = store.add(small("a"), "web:1"), store.add(small("bb"), "web:1")
    assert [(image.name, image.id) for image in store.images(with_bundled=False)] == [("web:1", new.id), (None, old.id)]
    assert store.remove(old.id.short) == (f"Deleted: {old.id}",)
    assert own_names(store) == ["web:1"]


def test_adding_again_changes_nothing(store: Store) -> None:
    image = small("a", "web:1")
    store.add(image)
    index = (store.root / "index.json").read_bytes()
    store.add(image)
    assert (store.root / "index.json").read_bytes() == index


def test_removing_a_name_keeps_the_image_until_its_last_one_goes(store: Store) -> None:
    image = store.add(small("a"), "one:1")
    store.tag("one:1", "two:1")
    assert store.remove("one:1") == ("Untagged: one:1",)
    assert store.get("two:1").verify().id == image.id
    assert store.remove("two:1") == ("Untagged: two:1", f"Deleted: {image.id}")
    assert store.disk_usage()["blobs"] == 0


def test_removing_by_id_takes_all_names_and_wants_force_for_several(store: Store) -> None:
    image = store.add(small("a"), "one:1")
    store.tag("one:1", "two:1")
    with pytest.raises(Conflict, match="must be forced"):
        store.remove(image.id.short)
    assert store.remove(image.id.short, force=True) == ("Untagged: one:1", "Untagged: two:1", f"Deleted: {image.id}")


def test_one_damaged_image_costs_only_itself_and_can_be_removed(store: Store) -> None:
    hurt = store.add(small("a"), "hurt:1")
    store.add(small("bb"), "well:1")
    store.blobs.path(hurt.manifest.digest).unlink()
    assert own_names(store) == ["well:1"]
    assert "does not have it" in str(store.damaged()["hurt:1"])
    assert store.prune() == 0
    assert store.get("well:1").verify().name == "well:1"
    with pytest.raises(ImageError, match=r"hurt:1 is damaged"):
        store.get("hurt:1")
    assert store.remove("hurt:1") == ("Untagged: hurt:1",)
    assert store.damaged() == {}


def test_layers_that_another_image_uses_stay(store: Store) -> None:
    base = store.add(small("a"), "base:1")
    child = store.add(build_image(base, [Layer.of({"/more": "b"})], name="child:1"))
    store.remove("base:1")
    assert store.get("child:1").verify().layers[0].diff_id == base.layers[0].diff_id == child.layers[0].diff_id


def test_unknown_names_and_ids(store: Store) -> None:
    for reference, says in (("nothing", "No such image: nothing:latest"), ("0123", "No such image"), ("A b", "A b")):
        with pytest.raises(NotFound, match=says):
            store.get(reference)
    with pytest.raises(ImageError, match="is no image name"):
        store.add(small("a"), "UPPER:1")


def test_an_id_that_fits_two_images(store: Store) -> None:
    images = [store.add(small(str(number) * 3), f"n:{number}") for number in range(20)]
    starts = [image.id.encoded[0] for image in images]
    twice = next(start for start in starts if starts.count(start) > 1)
    with pytest.raises(Conflict, match="write more of it"):
        store.get(twice)


def test_bundled_images_are_there_without_being_copied(store: Store) -> None:
    assert store.get("nginx:1.21.3").id.short == "87a94228f133"
    assert {"nginx:1.21.3", "nginx:1.21.4", "debian-nginx:bullseye"} <= {image.name for image in store.images()}
    assert not store.root.exists()
    with pytest.raises(Conflict, match="bundled"):
        store.remove("nginx:1.21.3")


def test_an_image_on_a_bundled_one_is_stored_without_the_layers_that_are_not_here(store: Store, tmp_path: Path) -> None:
    parent = store.get("debian-nginx:bullseye")
    store.add(build_image(parent, [Layer.of({"/etc/motd": "hi"})], name="web:1"))
    found = Store(store.root).get("web:1")
    assert len(found.layers) == len(parent.layers) + 1
    assert found.size == parent.size + 2
    with pytest.raises(ImageError, match="skeleton"):
        layout.write([found], tmp_path / "out")
    assert not (tmp_path / "out" / "index.json").exists()


def test_a_bundled_image_may_get_another_name(store: Store) -> None:
    found = store.tag("debian-nginx:bullseye", "mine:1")
    assert (found.name, found.id) == ("mine:1", store.get("debian-nginx:bullseye").id)
    assert Store(store.root).get("mine:1").verify().size == found.size
    assert store.remove("mine:1") == ("Untagged: mine:1", f"Deleted: {found.id}")


def test_images_can_be_kept_in_sets(store: Store) -> None:
    image = store.add(small("a"), "one:1")
    assert len({image, store.get("one:1"), image.named("two:1")}) == 2
    assert len({layer for found in (image, store.get("one:1")) for layer in found.layers}) == 1


def test_a_published_image_says_why_it_cannot_be_stored(store: Store) -> None:
    with pytest.raises(ImageError, match="debian-nginx:bullseye"):
        store.add(store.get("nginx:1.21.3"), "mine:1")
    assert not store.root.exists()


def test_a_damaged_index_is_one_clear_line(store: Store) -> None:
    store.add(small("a"), "web:1")
    (store.root / "index.json").write_text("{")
    with pytest.raises(StoreError, match=r"cannot be read.*is not JSON"):
        store.images()


def test_the_cache_may_go_at_any_time(store: Store) -> None:
    image = store.add(example())
    before = listing(image.layers[0].lower)
    store.cache.clear()
    assert listing(store.get("me/example:1").layers[0].lower) == before
    held = store.get("me/example:1").layers[0].lower  # an index in hand, its raw tar gone
    for path in (store.root / "cache" / "raw").iterdir():
        path.unlink()
    assert listing(held) == before


def test_a_damaged_cache_is_made_again(store: Store) -> None:
    image = store.add(example())
    before = listing(image.layers[0].lower)
    (index,) = (store.root / "cache" / "index").glob(f"sha256-{image.layers[0].diff_id.encoded}-*")
    data = index.read_bytes()
    for spoilt in (data[:-7], data[:200] + b"\xff" + data[201:], data[:30], b"", b"x"):
        index.write_bytes(spoilt)
        assert listing(store.get("me/example:1").layers[0].lower) == before
    for path in (store.root / "cache" / "raw").iterdir():
        path.write_bytes(path.read_bytes()[:100])
    assert listing(store.get("me/example:1").layers[0].lower) == before


def raw_tar(store: Store, image: Image) -> Path:
    """The raw tar of the base; those of other layers may be written meanwhile."""
    (found,) = (store.root / "cache" / "raw").glob(f"[!.]*{image.layers[0].diff_id.encoded}*")
    return found


def test_a_raw_tar_that_was_written_to_is_never_read(store: Store) -> None:
    store.add(example())
    image = store.get("me/example:1")
    listing(image.layers[0].lower)  # indexed, its raw tar in the cache
    before = listing(image.layers[0].lower)
    raw = raw_tar(store, image)
    raw.write_bytes(bytes(raw.stat().st_size))  # as long as it was, and later than its index
    assert listing(store.get("me/example:1").layers[0].lower) == before


def test_a_raw_tar_that_was_only_touched_is_read_on(store: Store) -> None:
    store.add(example())
    image = store.get("me/example:1")
    listing(image.layers[0].lower)  # indexed, its raw tar in the cache
    raw = raw_tar(store, image)
    raw.touch()
    identity = raw.stat().st_ino
    assert listing(store.get("me/example:1").layers[0].lower) == listing(image.layers[0].lower)
    assert raw.stat().st_ino == identity, "it was made anew, though its digest is right"


def test_the_cache_keeps_to_its_size(tmp_path: Path) -> None:
    cache = LayerCache(tmp_path / "cache", cap=60_000)
    for number in range(5):
        Layout(tmp_path / f"l{number}", [tar(member(f"f{number}", data=bytes([number]) * 20_000))])
        layout.read(tmp_path / f"l{number}", cache=cache).verify()
        assert sum(path.stat().st_size for path in (tmp_path / "cache" / "raw").iterdir()) <= 60_000
    assert layout.read(tmp_path / "l0", cache=cache).layers[0].lower.children(0).keys() == {"f0"}


# several processes

ADDER = """
import sys
from coursekit.image.make_image import build_image
from coursekit.image.store import Store
from coursekit.layers.layer import Layer
store = Store(sys.argv[1])
for number in range(int(sys.argv[3])):
    text = f"{sys.argv[2]} {number} " * 2000
    store.add(build_image(None, [Layer.of({"/file": text, "/other": str(number)})]), f"p{sys.argv[2]}:{number}")
    if number % 3 == 2:
        store.remove(f"p{sys.argv[2]}:{number}")
        store.prune()
    print(number, flush=True)
"""


def adder(store: Store, who: object, times: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", ADDER, str(store.root), str(who), str(times)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def is_whole(store: Store) -> None:
    """Every image that the store names can be read, to the last digest, with an empty cache."""
    Store(store.root).cache.clear()
    for image in Store(store.root).images(with_bundled=False):
        image.verify()
        for _, blocks in layout.blobs_of(image):
            for _ in blocks:
                pass


def test_four_processes_at_once_lose_nothing(store: Store) -> None:
    processes = [adder(store, who, 6) for who in range(4)]
    for process in processes:
        process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
    assert sorted(own_names(store)) == sorted(f"p{who}:{number}" for who in range(4) for number in (0, 1, 3, 4))  # type: ignore[type-var]
    is_whole(store)


@pytest.mark.slow
def test_a_process_killed_at_any_moment_leaves_the_store_whole(store: Store) -> None:
    store.add(small("keep"), "keep:1")
    kept = 0
    for attempt in range(12):
        process = adder(store, attempt, 50)
        assert process.stdout is not None
        process.stdout.readline()  # it has begun to write
        time.sleep(0.011 * attempt)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        is_whole(store)
        names = own_names(store)
        assert "keep:1" in names and len(names) >= kept
        kept = len(names)
    for path in store.root.rglob(".new-*"):  # what was left unfinished is old by now
        os.utime(path, (0, 0))
    store.prune()
    assert not list(store.root.rglob(".new-*"))
    is_whole(store)


# a full disk


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MiB."""
    root = tmp_path / "tiny"
    root.mkdir()
    run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", root)
    try:
        yield root
    finally:
        run("umount", "-l", root, check=False)


@needs_root_overlay
def test_a_full_disk_is_one_clear_line_and_the_store_is_unharmed(tiny_disk: Path) -> None:
    store = Store(tiny_disk / "store")
    store.add(small("keep"), "keep:1")
    names, index = own_names(store), (store.root / "index.json").read_bytes()
    big = build_image(None, [Layer.of({"/random": os.urandom(3 << 20)})], name="big:1")
    with pytest.raises(StoreError, match="the disk is full") as caught:
        store.add(big)
    assert "\n" not in str(caught.value)
    assert (own_names(store), (store.root / "index.json").read_bytes()) == (names, index)
    assert not [path for path in store.root.rglob(".new-*")]
    is_whole(store)
    assert store.add(small("fits"), "fits:1").name == "fits:1"


@needs_root_overlay
def test_a_cache_on_a_full_disk_is_done_without(tiny_disk: Path, tmp_path: Path) -> None:
    Layout(tmp_path / "layout", [tar(member("zeros", data=bytes(8 << 20)))])
    store = Store(tiny_disk / "store")
    image = Image.open(tmp_path / "layout", store=store)
    image.verify()
    assert listing(image.layers[0].lower)["/zeros"][7] == 8 << 20
    assert not [path for path in store.root.rglob("*") if path.is_file()]


@needs_root_overlay
def test_a_read_only_store_can_be_read(tiny_disk: Path) -> None:
    store = Store(tiny_disk / "store")
    store.add(small("keep"), "keep:1")
    run("mount", "-o", "remount,ro", tiny_disk)
    assert listing(store.get("keep:1").layers[0].lower)["/file"][7] == 4
    with pytest.raises(StoreError, match="Read-only"):
        store.add(small("more"), "more:1")


def test_the_index_is_the_one_that_oci_describes(store: Store) -> None:
    store.add(small("a"), "web:1")
    index = json.loads((store.root / "index.json").read_bytes())
    assert index["schemaVersion"] == 2
    assert index["manifests"][0]["annotations"] == {"org.opencontainers.image.ref.name": "web:1"}
    assert json.loads((store.root / "oci-layout").read_bytes()) == {"imageLayoutVersion": "1.0.0"}


def test_what_no_image_can_hold_is_named(store: Store) -> None:
    with pytest.raises(ImageError, match=r"/\.wh\.x cannot be in an image"):
        build_image(None, [Layer.of({"/.wh.x": file(Metadata().__class__.__name__)})])

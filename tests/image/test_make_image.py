"""New images: a parent's layers shared, its config kept but for what is changed, history and layers in balance."""

import subprocess
import sys

import pytest

from coursekit.errors import ImageError
from coursekit.image.config import History, parse_time
from coursekit.image.digest import Digest
from coursekit.image.make_image import build_image
from coursekit.image.manifest import Platform
from coursekit.image.open import Image
from coursekit.image.store import Store
from coursekit.layers.layer import Layer
from tests.image.trees import example, overlay_of
from tests.tools import PATIENCE

WHEN = "2026-02-03T04:05:06.789Z"


def test_a_child_shares_its_parents_layers_and_adds_its_own() -> None:
    parent = example()
    child = build_image(
        parent,
        [Layer.of({"/new": "12345"})],
        created=WHEN,
        author="me",
        name="child:1",
        history=[History(WHEN, "RUN new", "me", "said so")],
    )
    assert child.layers[:3] == parent.layers and len(child.layers) == 4
    assert [child.layers[n].source for n in range(3)] == [layer.source for layer in parent.layers]
    assert child.config.env == parent.config.env and child.config.cmd == parent.config.cmd
    assert (child.config.created, child.config.author) == (WHEN, "me")
    row = child.history[0]
    assert (row.id, row.created_by, row.size, row.comment, row.layer) == (str(child.id), "RUN new", 5, "said so", 3)
    assert [older.id for older in child.history[1:]] == ["<missing>"] * 4
    assert overlay_of(child).read_text("/new") == "12345"
    assert str(child.id) == str(Digest.of(child.config.raw))


def test_the_same_makes_the_same_image() -> None:
    assert example().id == example().id and example().manifest.digest == example().manifest.digest


def test_an_image_may_change_its_config_alone() -> None:
    parent = example()
    changes = {"Env": ["X=1"], "Cmd": None, "Labels": {"a": "b"}, "ExposedPorts": {"80/tcp": {}}}
    child = build_image(parent, history=[History(created_by="ENV X=1", empty_layer=True)], config=changes)
    assert (child.config.env, child.config.cmd, dict(child.config.labels)) == (("X=1",), (), {"a": "b"})
    assert child.config.exposed_ports == ("80/tcp",) and child.config.diff_ids == parent.config.diff_ids
    assert child.config.environment == {"X": "1"}
    assert child.id != parent.id and child.chain_id == parent.chain_id


def test_an_unchanged_container_commits_to_an_empty_layer() -> None:
    child = build_image(example(), [Layer.of({})], created=WHEN)
    assert child.layers[-1].size_files == 0 and child.layers[-1].size_tar == 1024
    assert child.layers[-1].diff_id == example().layers[-1].diff_id  # two empty layers are one


def test_history_and_layers_balance() -> None:
    with pytest.raises(ImageError, match="1 new layers, and 2 rows"):
        build_image(None, [Layer.of({})], history=[History(), History()])


def test_for_another_machine() -> None:
    image = build_image(None, [Layer.of({"/a": ""})], platform=Platform("linux", "arm", "v7"))
    assert str(image.platform) == "linux/arm/v7"


def test_what_belonged_to_one_build_of_docker_is_not_inherited() -> None:
    child = build_image(Image.open("nginx:1.21.3"), history=[History(created_by="ENV A=b", empty_layer=True)])
    document = child.config.document()
    assert not {"container", "container_config", "docker_version"} & document.keys()
    assert len(document["history"]) == len(Image.open("nginx:1.21.3").config.history) + 1


def test_a_layer_on_a_published_image_says_what_is_missing() -> None:
    with pytest.raises(ImageError, match="published metadata"):
        build_image(Image.open("nginx:1.21.3"), [Layer.of({"/a": ""})])


def test_times_as_docker_and_others_write_them() -> None:
    for text in ("2021-10-12T02:03:40.360294686Z", "2021-10-12T04:03:40.36+02:00", "2021-10-12 02:03:40"):
        found = parse_time(text)
        assert found is not None and (found.year, found.hour, found.second) == (2021, 2, 40)
    for text in ("", "yesterday", "0001-13-01T00:00:00Z"):
        assert parse_time(text) is None


BROWSER = """
import sys
for name in ("mmap", "fcntl", "filelock", "isal", "zstandard", "platformdirs"):
    sys.modules[name] = None
import threading
def refuse(self): raise RuntimeError("can't start new thread")
threading.Thread.start = refuse
import coursekit as ck
from coursekit.image.make_image import build_image
from coursekit.image.store import Store
store = Store(sys.argv[1])
image = build_image(None, [ck.Layer.of({"/file": "text"}), ck.Layer.of({"/more": "b"})], name="web:1")
store.add(image)
assert ck.Overlay.from_image(ck.Image.open("web:1", store=store)).read_text("/file") == "text"
assert ck.Image.open("debian-nginx:bullseye", store=store).size > 10**8
"""


def test_all_this_works_where_there_are_no_threads_locks_maps_or_native_helpers(store_root: str) -> None:
    subprocess.run([sys.executable, "-c", BROWSER, store_root], check=True, timeout=PATIENCE)
    assert Store(store_root).get("web:1").verify().size == 5


@pytest.fixture
def store_root(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("browser"))

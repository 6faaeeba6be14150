"""The teaching images: small, whole, and the same on every machine."""

from pathlib import Path

import pytest

from coursekit.container.container import run
from coursekit.errors import NotFound
from coursekit.image import archive
from coursekit.image import teaching_images as teaching
from coursekit.image.open import Image
from coursekit.image.store import Store
from coursekit.vfs.overlay import Overlay
from tests.tools import needs
from tests.tools import run as shell

IDS = {
    "teach/app:1": "0da5da5e42f5",
    "teach/base:1": "d00cac7be4cd",
    "teach/centos:7": "396c8ac46b2b",
    "teach/other:1": "bb74bc8db5c1",
}


@pytest.mark.parametrize("name", teaching.names())
def test_they_open_by_name_and_have_the_same_id_everywhere(name: str) -> None:
    assert Image.open(name).id.short == IDS[name]


def test_an_unknown_one_says_which_there_are() -> None:
    with pytest.raises(NotFound, match="teach/app:1, teach/base:1"):
        teaching.image("teach/none:1")


def test_app_and_other_share_their_base() -> None:
    base, app, other = (Image.open(f"teach/{name}:1") for name in ("base", "app", "other"))
    assert app.layers[0].diff_id == other.layers[0].diff_id == base.layers[0].diff_id
    assert app.layers[0].digest == other.layers[0].digest
    assert (len(base.layers), len(app.layers), len(other.layers)) == (1, 3, 2)


def test_a_layer_hides_what_the_base_still_has() -> None:
    app, base = (Overlay.from_image(Image.open(f"teach/{name}:1")) for name in ("app", "base"))
    assert base.read_text("/etc/motd").startswith("Welcome")
    assert not app.exists("/etc/motd")
    assert len(app.lowerdir) == 3


def test_history_has_its_empty_rows() -> None:
    assert [(row.created_by.split()[0], row.empty_layer) for row in Image.open("teach/app:1").history] == [
        ("CMD", True),
        ("EXPOSE", True),
        ("RUN", False),
        ("COPY", False),
        ("ENV", True),
        ("CMD", True),
        ("ADD", False),
    ]


def test_a_container_runs_in_it() -> None:
    made = run("teach/app:1", name="app")
    assert made.exec("pwd; echo $APP_PORT; cat /etc/os-release").stdout.startswith("/srv/app\n8080\nPRETTY_NAME")


@needs("skopeo")
def test_skopeo_takes_it(tmp_path: Path) -> None:
    archive.write([Image.open("teach/app:1")], tmp_path / "app.tar")
    told = shell("skopeo", "inspect", "--config", f"docker-archive:{tmp_path / 'app.tar'}")
    assert "APP_PORT=8080" in told


def test_it_goes_into_a_store_and_comes_back(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add(Image.open("teach/app:1"), "mine:1")
    back = Image.open("mine:1", store=store)
    assert back.id == Image.open("teach/app:1").id
    assert Overlay.from_image(back).read_text("/srv/app/app.conf") == "port = 8080\n"

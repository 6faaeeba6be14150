"""What umoci itself writes is read, its oddities too."""

from pathlib import Path

import pytest

from coursekit.image.open import Image
from coursekit.vfs.overlay import Overlay
from tests.tools import needs, run

pytestmark = needs("umoci")


@pytest.fixture
def layout(tmp_path: Path) -> Path:
    """A layout with an image of one layer: /site/old and /site/sub/page."""
    (tmp_path / "first" / "sub").mkdir(parents=True)
    (tmp_path / "first" / "old").write_text("old\n")
    (tmp_path / "first" / "sub" / "page").write_text("page\n")
    run("umoci", "init", "--layout", tmp_path / "layout")
    run("umoci", "new", "--image", f"{tmp_path / 'layout'}:x")
    run("umoci", "insert", "--image", f"{tmp_path / 'layout'}:x", tmp_path / "first", "/site")
    return tmp_path / "layout"


def test_a_layer_that_insert_left_unpadded_is_read(layout: Path) -> None:
    """umoci 0.4.7 ends such a tar with the last file's last byte, without padding or the two blocks of zeros."""
    image = Image.open(f"{layout}:x")
    assert Overlay.from_image(image).read_text("/site/sub/page") == "page\n"
    assert image.history[0].empty_layer is False


def test_insert_whiteout_hides(layout: Path) -> None:
    run("umoci", "insert", "--image", f"{layout}:x", "--whiteout", "/site/old")
    image = Image.open(f"{layout}:x")
    assert Overlay.from_image(image).listdir("/site") == ["sub"]
    assert image.layers[-1].deleted == 1


def test_insert_opaque_hides_all_that_was_there(layout: Path, tmp_path: Path) -> None:
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "new").write_text("new\n")
    run("umoci", "insert", "--image", f"{layout}:x", "--opaque", tmp_path / "second", "/site")
    assert list(Overlay.from_image(Image.open(f"{layout}:x")).listdir("/site")) == ["new"]

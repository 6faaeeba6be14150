"""Why a package is there, by the image's own records."""

from itertools import pairwise

import pytest

from coursekit.anatomy.dependency_chain import STATUS, closure, depends, why
from coursekit.errors import NotFound
from coursekit.image.make_image import build_image
from coursekit.image.open import Image
from coursekit.layers.layer import Layer
from coursekit.vfs.overlay import Overlay


@pytest.fixture(scope="module")
def image() -> Image:
    return Image.open("debian-nginx:bullseye")


def test_nobody_asked_for_icu_but_nginx_leads_to_it(image: Image) -> None:
    chain = why(image, "libicu67")
    assert chain[0] == "nginx" and chain[-2:] == ("libxml2", "libicu67")
    assert any("xslt" in name for name in chain)


def test_each_wants_the_next(image: Image) -> None:
    wants = depends(Overlay.from_image(image).read_text(STATUS))
    chain = why(image, "libicu67")
    assert all(after in wants[before] for before, after in pairwise(chain))


def test_what_was_asked_for_stands_alone(image: Image) -> None:
    assert why(image, "curl") == ("curl",)


def test_curl_does_not_lead_to_icu(image: Image) -> None:
    wants = depends(Overlay.from_image(image).read_text(STATUS))
    assert "libicu67" in closure(["libnginx-mod-http-xslt-filter"], wants)
    assert "libicu67" not in closure(["curl"], wants)


def test_what_is_not_there_is_refused(image: Image) -> None:
    with pytest.raises(NotFound, match="no package 'linux-image-amd64'"):
        why(image, "linux-image-amd64")
    with pytest.raises(NotFound, match="no dpkg database"):
        why(build_image(None, [Layer.of({"/a": "1"})]), "libc6")

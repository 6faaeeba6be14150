"""Three sizes of one image, and two images side by side."""

from coursekit.anatomy.compare import compare, compare_published
from coursekit.anatomy.facts import published
from coursekit.anatomy.sizes import Sizes, image_sizes, layer_sizes, mebibytes
from coursekit.image.make_image import build_image
from coursekit.image.open import Image
from coursekit.layers.layer import Layer


def test_a_published_image_has_two_known_sizes() -> None:
    assert image_sizes(Image.open("nginx:1.21.3")) == Sizes(53_781_605, None, 133_277_153)


def test_an_image_at_hand_has_three() -> None:
    image = Image.open("debian-nginx:bullseye")
    sizes = image_sizes(image)
    assert sizes.compressed is not None and sizes.tar is not None and sizes.files is not None
    assert sizes.compressed < sizes.files < sizes.tar
    assert len(layer_sizes(image)) == len(image.layers)


def test_unknown_stays_unknown_in_a_sum() -> None:
    assert Sizes(1, None, 2) + Sizes(1, 5, 2) == Sizes(2, None, 4)


def test_mebibytes_are_larger() -> None:
    assert round(mebibytes(published("nginx:1.21.3").files.value), 1) == 127.1


def test_alpine_is_smaller_in_every_row() -> None:
    pairs = compare_published(published("nginx:1.21.3"), published("nginx:1.21.3-alpine"))
    assert [pair.left.value for pair in pairs] == [53_781_605, 133_277_153, 69_250_672, 64_017_668]
    assert all(pair.ratio > 3 for pair in pairs)


def test_images_on_one_base_store_it_once() -> None:
    base = build_image(None, [Layer.of({"/base": "x" * 1000})])
    one = build_image(base, [Layer.of({"/one": "1" * 10})])
    two = build_image(base, [Layer.of({"/two": "2" * 20})])
    found = compare(one, two)
    assert found.common_layers == 1
    assert found.common.files == 1000
    assert found.stored_once == 1000 + 10 + 20


def test_the_two_nginx_images_share_nothing() -> None:
    assert compare(Image.open("nginx:1.21.3"), Image.open("nginx:1.21.4")).common_layers == 0

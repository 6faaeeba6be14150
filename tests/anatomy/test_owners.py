"""Bytes by owner: by the image's own dpkg database, each inode once, what no package lists in brackets."""

import pytest

from coursekit.anatomy.facts import packages
from coursekit.anatomy.owners import Owner, owners
from coursekit.errors import NotFound
from coursekit.image.make_image import build_image
from coursekit.image.open import Image
from coursekit.layers.layer import Layer


@pytest.fixture(scope="module")
def image() -> Image:
    return Image.open("debian-nginx:bullseye")


@pytest.fixture(scope="module")
def found(image: Image) -> tuple[Owner, ...]:
    return owners(image)


def test_icu_weighs_what_its_deb_holds(found: tuple[Owner, ...]) -> None:
    """The published image and the one at hand have the same libicu67, to the byte."""
    icu = next(package for package in packages() if package.name == "libicu67")
    assert sum(owner.size for owner in found if owner.name == "libicu67") - icu.files.value < 1000  # symlinks' targets


def test_nginx_is_not_among_the_ten_largest(found: tuple[Owner, ...]) -> None:
    assert "nginx-core" in {owner.name for owner in found}
    assert not {"nginx", "nginx-core"} & {owner.name for owner in found[:10]}


def test_the_c_library_is_in_the_base_and_nginx_above_it(found: tuple[Owner, ...]) -> None:
    layers = {owner.name: owner.layer for owner in found}
    assert layers["libc6"] == 0 and layers["nginx-core"] == 1


def test_no_package_is_a_kernel(found: tuple[Owner, ...]) -> None:
    assert not [owner for owner in found if owner.name.startswith(("linux-image", "grub"))]


def test_files_without_a_package_are_named_by_their_directory(found: tuple[Owner, ...]) -> None:
    scripts = [owner for owner in found if owner.name == "(/docker-entrypoint.d)"]
    assert scripts and not any(owner.package for owner in scripts)


def test_small_image_with_a_database_links_and_a_stray_file() -> None:
    layer = Layer.of(
        {
            "/var/lib/dpkg/info/libc6:amd64.list": "/.\n/lib\n/lib/libc.so\n/lib/libc.so.6\n",
            "/usr/lib/libc.so": "12345",
            "/usr/lib/libc.so.6": "123",
            "/opt/app/tool": "1234567",
        }
    )
    merged = build_image(None, [layer, Layer.of({"/usr/lib/libc.so.6": "1"})])
    sizes = {(owner.name, owner.layer): owner.size for owner in owners(merged)}
    assert sizes[("(/opt/app)", 0)] == 7
    assert sizes[("(/usr/lib)", 0)] == 5  # /lib is no symlink here: nothing links the list to /usr/lib


def test_an_image_without_a_database_says_so() -> None:
    with pytest.raises(NotFound, match="no dpkg database"):
        owners(build_image(None, [Layer.of({"/a": "1"})]))

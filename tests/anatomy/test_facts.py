"""The published figures hang together: sums are sums, digests are digests, statuses are honest."""

import hashlib
import json

import pytest

from coursekit.anatomy.facts import nginx_package, packages, published, published_names, raw, read
from coursekit.errors import NotFound
from coursekit.image.image_layer import Provenance


@pytest.mark.parametrize("name", published_names())
def test_layers_add_up_to_the_image(name: str) -> None:
    image = published(name)
    assert sum(layer.compressed.value for layer in image.layers) == image.compressed.value
    spread = sum(layer.files.margin for layer in image.layers) + image.files.margin
    assert abs(sum(layer.files.value for layer in image.layers) - image.files.value) <= spread


@pytest.mark.parametrize("name", published_names())
def test_layers_are_numbered_from_the_base(name: str) -> None:
    assert [layer.index for layer in published(name).layers] == list(range(6))


def test_the_133_mb_image_is_known_to_the_byte() -> None:
    image = published("nginx:1.21.3")
    assert image.files.value == sum(layer.files.value for layer in image.layers) == 133_277_153
    assert {layer.files.status for layer in image.layers} == {Provenance.PUBLISHED}
    assert image.release == "Debian 10 (buster)"


def test_only_three_digits_of_the_bullseye_layers_are_known() -> None:
    base, added = published("nginx:1.21.4").layers[:2]
    assert base.files.status is added.files.status is Provenance.INFERRED
    assert base.files.value + added.files.value == pytest.approx(141_482_034, abs=base.files.margin)


def test_raw_files_have_the_published_digests() -> None:
    image = published("nginx:1.21.3")
    config = raw("nginx_1.21.3_buster_config.raw.json")
    manifest = raw("nginx_1.21.3_buster_manifest.raw.json")
    assert "sha256:" + hashlib.sha256(config).hexdigest() == image.image_id
    assert "sha256:" + hashlib.sha256(manifest).hexdigest() == image.manifest_digest
    assert [row["size"] for row in json.loads(manifest)["layers"]] == [row.compressed.value for row in image.layers]


def test_packages_add_up_to_their_published_total() -> None:
    totals = read("packages_bullseye.json")["totals"]
    assert sum(package.files.value for package in packages()) == totals["file_bytes_after_slim_excludes"]
    exact = [package for package in packages() if package.files.status is Provenance.PUBLISHED]
    assert len(exact) == totals["exact_version_matches"]


def test_every_package_has_a_cause() -> None:
    groups = read("packages_bullseye.json")["groups"]
    assert sum(len(group["packages"]) for group in groups.values()) == len(packages())


def test_nginx_lies_between_its_neighbours() -> None:
    figure = nginx_package()
    assert figure.status is Provenance.INFERRED
    assert figure.agrees(3_116_000) and figure.agrees(3_132_000) and not figure.agrees(3_200_000)


def test_an_unknown_name_says_what_there_is() -> None:
    with pytest.raises(NotFound, match=r"no published figures for 'nginx:9'.*nginx:1\.21\.3"):
        published("nginx:9")

"""The nginx images of 2021: their published digests, recomputed, and their history as docker printed it."""

import json
from importlib.resources import files

import pytest

from coursekit.errors import ImageError, NotFound
from coursekit.image import published
from coursekit.image.digest import Digest, chain_ids
from coursekit.image.image_layer import Provenance
from coursekit.image.open import Image
from coursekit.image.units import human_size

pytestmark = pytest.mark.behaviour(49)


def test_the_id_and_the_manifest_digest_of_1_21_3_are_those_that_were_published() -> None:
    image = Image.open("nginx:1.21.3")
    assert str(Digest.of(image.config.raw)) == str(image.id)
    assert str(image.id) == "sha256:87a94228f133e2da99cb16d653cd1373c5b4e8689956386c1c12b60a20421a02"
    assert str(image.manifest.digest) == "sha256:7250923ba3543110040462388756ef099331822c6172a050b12c7a38361ea46f"
    assert (image.size, human_size(image.size), image.size_compressed) == (133_277_153, "133MB", 53_781_605)
    assert published.config_is_exact(image)


def test_1_21_4_is_known_by_its_id_although_its_config_is_put_together() -> None:
    image = Image.open("nginx:1.21.4")
    assert str(image.id) == "sha256:ea335eea17ab984571cd4a3bcf90a0413773b559c75ef4cda07d0ce952b00291"
    assert str(image.manifest.digest) == "sha256:2f14a471f2c2819a3faf88b72f56a0372ff5af4cb42ec45aab00c03ca5c9989f"
    assert (image.size, human_size(image.size), image.size_compressed) == (141_490_847, "141MB", 56_721_513)
    assert not published.config_is_exact(image)
    assert [layer.provenance for layer in image.layers] == [Provenance.INFERRED] * 2 + [Provenance.PUBLISHED] * 4


@pytest.mark.parametrize("name", ["nginx:1.21.3", "nginx:1.21.4"])
def test_history_prints_what_docker_printed(name: str) -> None:
    image = Image.open(name)
    facts = published.facts(name)["history"]
    rows = image.history
    assert [human_size(row.size) for row in rows] == [row["size_display"] for row in reversed(facts)]
    assert [row.created_by for row in rows] == [row["created_by"] for row in reversed(facts)]
    assert [row.empty_layer for row in rows] == [row["empty_layer"] for row in reversed(facts)]
    assert [row.id for row in rows] == [str(image.id)] + ["<missing>"] * (len(rows) - 1)
    assert [row.layer for row in rows if not row.empty_layer] == [5, 4, 3, 2, 1, 0]


def test_chain_ids_are_those_that_docker_printed() -> None:
    facts = json.loads((files("coursekit") / "data/nginx/nginx_1.21.4_bullseye.json").read_bytes())["history"]
    image = Image.open("nginx:1.21.4")
    known = [row.get("chain_id") for row in facts if not row["empty_layer"]]
    found = [str(layer.chain_id) for layer in image.layers]
    assert [mine for mine, theirs in zip(found, known, strict=True) if theirs] == [chain for chain in known if chain]
    assert image.layers[-1].chain_id == chain_ids(image.config.diff_ids)[-1]


def test_the_config_of_nginx() -> None:
    config = Image.open("nginx:1.21.3").config
    assert config.environment["NGINX_VERSION"] == "1.21.3"
    assert config.cmd == ("nginx", "-g", "daemon off;") and config.entrypoint == ("/docker-entrypoint.sh",)
    assert (config.exposed_ports, config.stop_signal, config.architecture) == (("80/tcp",), "SIGQUIT", "amd64")
    assert config.labels == {"maintainer": "NGINX Docker Maintainers <docker-maint@nginx.com>"}
    assert config.created_at is not None and config.created_at.year == 2021


def test_reading_a_file_says_why_not_and_what_to_open_instead() -> None:
    for name in published.names():
        with pytest.raises(ImageError, match=r"published metadata.*debian-nginx:bullseye"):
            Image.open(name).verify()
    with pytest.raises(NotFound, match=r"nginx:1\.21\.3, nginx:1\.21\.4"):
        published.facts("nginx:9")


def test_sizes_in_dockers_words() -> None:
    sizes = (0, 7, 999, 1000, 1037, 1202, 4613, 999_499, 999_999, 69_250_672, 133_277_153, 1_500_000_000, 10**15)
    words = [
        "0B",
        "7B",
        "999B",
        "1kB",
        "1.04kB",
        "1.2kB",
        "4.61kB",
        "999kB",
        "1e+03kB",
        "69.3MB",
        "133MB",
        "1.5GB",
        "1PB",
    ]
    assert [human_size(size) for size in sizes] == words

"""Images as other tools wrote them in ten years: what dockerd, podman, skopeo and umoci open is opened."""

import bz2
import hashlib
import json
import lzma
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from coursekit.errors import DigestMismatch, NotFound
from coursekit.image import archive, layout
from coursekit.image.blobs import LayoutBlobs
from coursekit.image.config import History
from coursekit.image.image import Image as AnImage
from coursekit.image.make_image import build_image
from coursekit.image.open import Image
from coursekit.image.store import Store
from coursekit.layers.layer import Layer
from coursekit.vfs.overlay import Overlay
from tests.image.daemon import dockerd
from tests.image.making import CONFIG, MANIFEST, Layout, classic, digest, member, tar, zipped
from tests.tools import needs, needs_root_overlay, run

ONE, TWO = tar(member("one", data=b"1")), tar(member("two", data=b"2"))
NAME = "org.opencontainers.image.ref.name"


def files(image: AnImage) -> list[str]:
    return list(Overlay.from_image(image, upperdir=None).listdir("/"))


def empty(path: Path, members: dict[str, bytes]) -> Path:
    path.write_bytes(tar(*(member(name, data=data) for name, data in members.items())))
    return path


# archives


@pytest.mark.parametrize("compress", [bz2.compress, lzma.compress], ids=["bzip2", "xz"])
def test_a_compressed_archive(compress: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = classic(tmp_path / "x.tar", [ONE, TWO], tags=("field/x:1",))
    path.write_bytes(compress(path.read_bytes()))
    (image,) = archive.read(path)
    assert image.name == "field/x:1" and files(image) == ["one", "two"]


@pytest.mark.parametrize("compress", [bz2.compress, lzma.compress], ids=["bzip2", "xz"])
def test_a_layer_in_two_members(compress: Callable[[bytes], bytes], tmp_path: Path) -> None:
    Layout(tmp_path / "layout", [ONE], blobs=[compress(ONE[:700]) + compress(ONE[700:])])
    image = Image.open(tmp_path / "layout", store=Store(tmp_path / "store"))
    assert files(image) == ["one"]
    assert files(Store(tmp_path / "store").add(image, "one:1")) == ["one"]


def test_keys_in_any_case_as_jib_wrote_them(tmp_path: Path) -> None:
    path = classic(tmp_path / "x.tar", [ONE])
    (entry,) = json.loads(next(data for name, data in members(path) if name == "manifest.json"))
    lower = [{"config": entry["Config"], "repoTags": ["field/x:1"], "LAYERS": entry["Layers"]}]
    (image,) = archive.read(classic(path, [ONE], manifest=lower))
    assert image.name == "field/x:1" and files(image) == ["one"]


def members(path: Path) -> list[tuple[str, bytes]]:
    found = archive.Archive.open(path)
    return [(name, found.read(one.offset, one.size)) for name, one in found.members.items()]


def test_docker_25_saved_by_id(tmp_path: Path) -> None:
    """Its index.json says "manifests": null, its manifest.json has no tags (moby 47210)."""
    extra = {"oci-layout": b'{"imageLayoutVersion": "1.0.0"}', "index.json": b'{"schemaVersion": 2, "manifests": null}'}
    (image,) = archive.read(classic(tmp_path / "x.tar", [ONE, TWO], tags=(), extra=extra))
    assert image.name is None and files(image) == ["one", "two"]
    assert archive.open_archive(tmp_path / "x.tar", str(image.id)[:20]).id == image.id


def docker_save_v1(path: Path, version: str = "1.9.1") -> Path:
    """A docker save of 2014: a folder a layer, each with the config of the image up to there."""
    base, top = "a" * 64, "b" * 64
    common = {"architecture": "amd64", "os": "linux", "docker_version": version}
    first = {
        "id": base,
        "created": "2014-01-01T00:00:00Z",
        "container_config": {"Cmd": ["ADD", "rootfs", "/"]},
        **common,
    }
    second = {
        "id": top,
        "parent": base,
        "created": "2015-02-03T04:05:06.789Z",
        "author": "somebody",
        "comment": "<by & hand>",
        "container_config": {"Cmd": ["/bin/sh", "-c", "#(nop) COPY"]},
        "config": {"Cmd": ["/one"], "Env": ["A=b"]},
        "Size": 5,
        **common,
    }
    return empty(
        path,
        {
            f"{base}/VERSION": b"1.0",
            f"{base}/json": json.dumps(first).encode(),
            f"{base}/layer.tar": ONE,
            f"{top}/VERSION": b"1.0",
            f"{top}/json": json.dumps(second).encode(),
            f"{top}/layer.tar": TWO,
            "repositories": json.dumps({"field/old": {"1": top}}).encode(),
        },
    )


def test_a_docker_save_of_before_2016(tmp_path: Path) -> None:
    (image,) = archive.read(docker_save_v1(tmp_path / "old.tar"))
    assert image.name == "field/old:1" and files(image) == ["one", "two"]
    assert [row.created_by for row in image.history] == ["/bin/sh -c #(nop) COPY", "ADD rootfs /"]
    assert image.config.env == ("A=b",) and image.config.cmd == ("/one",)
    assert image.history[0].comment == "<by & hand>"


def test_a_docker_save_of_before_2016_without_repositories_has_no_name(tmp_path: Path) -> None:
    there = dict(members(docker_save_v1(tmp_path / "old.tar")))
    del there["repositories"]
    (image,) = archive.read(empty(tmp_path / "bare.tar", there))
    assert image.name is None and len(image.layers) == 2


@needs("dockerd", "docker")
@needs_root_overlay
def test_dockerd_gives_them_the_same_ids(tmp_path: Path) -> None:
    plain = classic(tmp_path / "plain.tar", [ONE, TWO], tags=("field/x:1",))
    xz = tmp_path / "x.tar.xz"
    xz.write_bytes(lzma.compress(plain.read_bytes()))
    old = docker_save_v1(tmp_path / "old.tar")
    short = classic(tmp_path / "short.tar", [ONE, TWO], tags=("field/short:1",))
    with tempfile.TemporaryDirectory() as place, dockerd(Path(place)) as address:  # a socket has a short path
        for path in (xz, old, short):
            run("docker", "-H", address, "load", "-i", path)
            (image,) = archive.read(path)
            theirs = run("docker", "-H", address, "image", "inspect", "-f", "{{.Id}}", str(image.name)).strip()
            assert theirs == str(image.id), path.name


# layouts


def test_an_artifact_beside_an_image_is_passed_over(tmp_path: Path) -> None:
    made = Layout(tmp_path / "l", [ONE])
    config = made.put(b"{}", "application/vnd.oci.empty.v1+json")
    payload = made.put(b'{"critical": {}}', "application/vnd.dev.cosign.simplesigning.v1+json")
    new = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": config,
        "layers": [payload],
        "artifactType": "application/x",
    }
    old = {**new, "config": {**made.put(b"{}", CONFIG)}}  # cosign 1 called its signatures images
    del old["artifactType"]
    image = {**made.entry, "annotations": {NAME: "t"}}
    made.index([image, made.put(json.dumps(new).encode(), MANIFEST), made.put(json.dumps(old).encode(), MANIFEST)])
    assert Image.open(tmp_path / "l", store=Store(tmp_path / "s")).name == "t"
    there = layout.read_all(layout.read_index(made.root), LayoutBlobs(made.root), "l")
    assert [one.name for one in there] == ["t"]


def test_an_unnamed_image_is_called_by_its_digest(tmp_path: Path) -> None:
    made = Layout(tmp_path / "l", [ONE])
    named = {**made.entry, "annotations": {NAME: "t"}}
    made.layers = [made.put(zipped(TWO), made.layers[0]["mediaType"])]
    made.config["rootfs"]["diff_ids"] = [digest(TWO)]
    made.finish()
    made.index([named, made.entry])
    store = Store(tmp_path / "s")
    there = layout.read_all(layout.read_index(made.root), LayoutBlobs(made.root), "l")
    assert [one.name for one in there] == ["t", None]
    with pytest.raises(NotFound, match="holds 2 images") as caught:
        Image.open(tmp_path / "l", store=store)
    assert made.entry["digest"] in str(caught.value) and "<none>" not in str(caught.value)
    assert f"say which, as {tmp_path}/l:t; t, sha256:" in str(caught.value)
    for name in (made.entry["digest"], made.entry["digest"][7:19], str(there[1].id)):
        assert files(Image.open(f"{tmp_path}/l:{name}", store=store)) == ["two"]
    with pytest.raises(NotFound):
        Image.open(f"{tmp_path}/l:<none>", store=store)


# history


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([], ["", ""]),
        ([{"created_by": "one"}], ["one", ""]),
        ([{"created_by": "ENV", "empty_layer": True}] * 2, ["", ""]),
        ([{"created_by": name} for name in ("one", "two", "three")], ["one", "two"]),
    ],
    ids=["none", "too few", "only empty ones", "too many"],
)
def test_a_history_that_does_not_balance(rows: list[dict[str, object]], told: list[str], tmp_path: Path) -> None:
    Layout(tmp_path / "l", [ONE, TWO], config={"history": rows})
    image = Image.open(tmp_path / "l", store=Store(tmp_path / "s"))
    assert [layer.created_by for layer in image.layers] == told
    assert sum(row.size for row in image.history) == image.size == 2
    assert [row.layer for row in image.history if row.layer is not None] == [1, 0]
    child = build_image(image, [Layer.of({"/three": ""})], history=[History(created_by="RUN three")])
    assert [layer.created_by for layer in child.layers] == [*told, "RUN three"]


# what a blob is


def test_a_diff_id_that_is_known_hides_no_other_blob(tmp_path: Path) -> None:
    """Image A is opened; B has another blob and says that it has A's diff_id. Source: umoci's "diffid mismatch"."""
    good = Layout(tmp_path / "a", [ONE])
    bad = Layout(tmp_path / "b", [TWO])
    bad.config["rootfs"]["diff_ids"] = good.config["rootfs"]["diff_ids"]
    bad.finish()
    store = Store(tmp_path / "store")
    assert files(store.add(Image.open(good.root, store=store), "a:1")) == ["one"]
    with pytest.raises(DigestMismatch):
        files(Image.open(bad.root, store=store))
    with pytest.raises(DigestMismatch):
        store.add(Image.open(bad.root, store=store), "b:1")
    assert files(store.get("a:1")) == ["one"] and store.find("b:1") is None


def test_two_blobs_of_one_layer_are_both_read(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    for number, blob in enumerate((ONE, zipped(ONE), zipped(ONE[:512]) + zipped(ONE[512:]))):
        Layout(tmp_path / str(number), [ONE], blobs=[blob])
        assert files(Image.open(tmp_path / str(number), store=store)) == ["one"]
    raws = [path.name for path in (store.root / "cache" / "raw").iterdir()]
    assert raws == [f"sha256-{hashlib.sha256(ONE).hexdigest()}"]


@needs("umoci")
@needs_root_overlay
def test_umoci_refuses_such_a_blob_too(tmp_path: Path) -> None:
    good, bad = Layout(tmp_path / "a", [ONE]), Layout(tmp_path / "b", [TWO])
    bad.config["rootfs"]["diff_ids"] = good.config["rootfs"]["diff_ids"]
    bad.finish()
    with pytest.raises(AssertionError, match="diffid mismatch"):
        run("umoci", "unpack", "--image", f"{bad.root}:t", tmp_path / "bundle")

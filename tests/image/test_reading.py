"""Images opened from layouts and archives, in every form that others write."""

import gzip
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coursekit.errors import ImageError, NotFound
from coursekit.image import archive, compression, layout
from coursekit.image.layer_cache import LayerCache
from coursekit.image.open import Image
from coursekit.image.store import Store
from tests.image.making import CONFIG, MANIFEST, Layout, classic, digest, member, tar, zipped
from tests.image.trees import example
from tests.real.listing import listing

pytestmark = pytest.mark.behaviour(50)

BASE = tar(member("etc/", "dir"), member("etc/hosts", data=b"base"))
TOP = tar(member("etc/.wh.hosts"), member("etc/new", data=b"top"))
INDEX = "application/vnd.oci.image.index.v1+json"
NAME = "org.opencontainers.image.ref.name"


def zstd(data: bytes) -> bytes:
    zstandard = pytest.importorskip("zstandard")
    return bytes(zstandard.ZstdCompressor().compress(data))


def skippable(data: bytes) -> bytes:
    return b"\x50\x2a\x4d\x18" + len(data).to_bytes(4, "little") + data


STORED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": zipped,
    "plain": lambda data: data,
    "zstd": zstd,
    "several gzip members": lambda data: zipped(data[:700]) + zipped(data[700:]),
    "an empty gzip member between": lambda data: zipped(data[:9]) + zipped(b"") + zipped(data[9:]),
    "gzip padded with zeros": lambda data: zipped(data) + bytes(1000),
    "gzip with a name and a time": lambda data: gzip.compress(data, mtime=1234567),
    "several zstd frames": lambda data: zstd(data[:700]) + zstd(data[700:]),
    "a skippable zstd frame": lambda data: skippable(b"stargz") + zstd(data) + skippable(b"table of contents"),
}


@pytest.mark.parametrize("stored", STORED)
@pytest.mark.parametrize("native", [True, False], ids=["native", "stdlib"])
def test_layers_however_they_are_stored(
    stored: str, native: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not native:  # as where isal does not install; zstd then needs Python 3.14
        monkeypatch.setattr(compression, "_gzip_inflater", lambda: compression._ZlibInflater)
    Layout(tmp_path / "l", [BASE, TOP], blobs=[STORED[stored](BASE), STORED[stored](TOP)])
    image = layout.read(tmp_path / "l")
    assert image.layers[1].lower.children(0).keys() == {"etc"}
    assert [layer.size_tar for layer in image.layers] == [len(BASE), len(TOP)]
    assert listing(image.layers[0].lower)["/etc/hosts"][7] == 4


def test_a_large_layer_in_small_pieces_is_the_same(tmp_path: Path) -> None:
    data = tar(member("a", data=bytes(range(256)) * 20_000), member("b", data=b"end"))
    for number, stored in enumerate((zipped(data), zstd(data), zipped(data[:3_000_000]) + zipped(data[3_000_000:]))):
        Layout(tmp_path / str(number), [data], blobs=[stored])
        index = layout.read(tmp_path / str(number), cache=LayerCache(tmp_path / f"c{number}")).layers[0].lower
        content = index.node(index.children(0)["a"]).content  # type: ignore[union-attr]
        assert content.read(0, content.size) == bytes(range(256)) * 20_000


def test_digests_and_names_of_layers(tmp_path: Path) -> None:
    made = Layout(tmp_path / "l", [BASE, TOP])
    image = Image.open(f"{tmp_path}/l:t")
    assert str(image.id) == digest(json.dumps(made.config).encode())
    assert [str(layer.diff_id) for layer in image.layers] == [digest(BASE), digest(TOP)]
    assert [str(layer.digest) for layer in image.layers] == [digest(zipped(BASE)), digest(zipped(TOP))]
    assert str(image.chain_id) == digest(f"{digest(BASE)} {digest(TOP)}".encode())
    assert (image.layers[1].added, image.layers[1].changed, image.layers[1].deleted) == (1, 1, 1)
    assert image.size == 7 and image.size_compressed == len(zipped(BASE)) + len(zipped(TOP))


def with_platforms(root: Path, *platforms: str, depth: int = 0) -> Layout:
    """A layout whose name leads to one image for each platform, each with the platform's name as its only file."""
    made = Layout(root)
    entries: list[dict[str, Any]] = []
    for text in platforms:
        os_, machine, *variant = text.split("/")
        data = tar(member(text.replace("/", "-")))
        layers = [made.put(zipped(data), "application/vnd.oci.image.layer.v1.tar+gzip")]
        config = {"os": os_, "architecture": machine, "rootfs": {"type": "layers", "diff_ids": [digest(data)]}}
        manifest = {"schemaVersion": 2, "config": made.put(json.dumps(config).encode(), CONFIG), "layers": layers}
        platform = {"os": os_, "architecture": machine, **({"variant": variant[0]} if variant else {})}
        entries.append({**made.put(json.dumps(manifest).encode(), MANIFEST), "platform": platform})
    index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}
    for _ in range(depth):
        index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [made.put(json.dumps(index).encode(), INDEX)]}
    made.index([{**made.put(json.dumps(index).encode(), INDEX), "annotations": {NAME: "multi"}}])
    return made


MANY = ("linux/arm/v7", "windows/amd64", "linux/amd64", "linux/arm64/v8", "linux/s390x")


@pytest.mark.parametrize("depth", [0, 2])
@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("linux/amd64", "linux/amd64"),
        ("amd64", "linux/amd64"),
        ("x86_64", "linux/amd64"),
        ("linux/arm64", "linux/arm64/v8"),
        ("linux/arm/v7", "linux/arm/v7"),
        ("windows/amd64", "windows/amd64"),
        ("s390x", "linux/s390x"),
    ],
)
def test_the_platform_that_is_asked_for(wanted: str, given: str, depth: int, tmp_path: Path) -> None:
    with_platforms(tmp_path, *MANY, depth=depth)
    image = Image.open(tmp_path, platform=wanted)
    assert list(image.layers[0].lower.children(0)) == [given.replace("/", "-")]


def test_without_a_wish_it_is_linux_on_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_platforms(tmp_path, *MANY)
    monkeypatch.setattr("coursekit.image.platform.os.uname", lambda: type("", (), {"machine": "aarch64"}))
    assert list(Image.open(tmp_path).layers[0].lower.children(0)) == ["linux-arm64-v8"]
    monkeypatch.setattr("coursekit.image.platform.os.uname", lambda: type("", (), {"machine": "sparc"}))
    assert list(Image.open(tmp_path).layers[0].lower.children(0)) == ["linux-amd64"]


def test_what_is_there_is_listed_where_nothing_fits(tmp_path: Path) -> None:
    with_platforms(tmp_path, "windows/amd64", "linux/riscv64", depth=1)
    with pytest.raises(ImageError, match="has no linux/arm64; it has windows/amd64, linux/riscv64"):
        Image.open(tmp_path, platform="linux/arm64")
    with pytest.raises(ImageError, match="os/architecture"):
        Image.open(tmp_path, platform="a/b/c/d")


def test_names_in_a_layout(tmp_path: Path) -> None:
    one, two = example(name="me/one:1"), example(name="two")
    layout.write([one, two], tmp_path)
    assert Image.open(f"{tmp_path}:me/one:1").name == "me/one:1"
    assert Image.open(f"{tmp_path}:two").name == "two"
    for reference, says in ((str(tmp_path), "holds 2 images"), (f"{tmp_path}:three", "it has me/one:1, two")):
        with pytest.raises(NotFound, match=says):
            Image.open(reference)
    layout.write([two], tmp_path)
    assert len(layout.read_index(tmp_path).manifests) == 2


def test_a_name_that_containerd_gave(tmp_path: Path) -> None:
    made = Layout(tmp_path, [BASE])
    names = {NAME: "1.21", "io.containerd.image.name": "docker.io/library/web:1.21"}
    made.index([{**made.entry, "annotations": names}])
    for tag in ("1.21", "web:1.21", "docker.io/library/web:1.21"):
        assert Image.open(f"{tmp_path}:{tag}").layers[0].size_tar == len(BASE)


def test_media_types_of_docker_are_read_as_well(tmp_path: Path) -> None:
    made = Layout(tmp_path, [BASE], media_type="application/vnd.docker.image.rootfs.diff.tar.gzip")
    config = {**made.put(json.dumps(made.config).encode(), "application/vnd.docker.container.image.v1+json")}
    kind = "application/vnd.docker.distribution.manifest.v2+json"
    manifest = {"schemaVersion": 2, "mediaType": kind, "config": config, "layers": made.layers}
    made.index([made.put(json.dumps(manifest).encode(), kind)])
    image = Image.open(tmp_path)
    assert image.manifest.is_docker and image.layers[0].size_tar == len(BASE)


# archives


@pytest.mark.parametrize("outer", [lambda data: data, zipped, zstd], ids=["plain", "gzip", "zstd"])
def test_a_classic_docker_save(outer: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = classic(tmp_path / "x.tar", [BASE, TOP], tags=("me/web:1", "me/web:2"))
    path.write_bytes(outer(path.read_bytes()))
    images = archive.read(path)
    assert [image.name for image in images] == ["me/web:1", "me/web:2"]
    image = Image.open(f"{path}:me/web:2")
    assert image.name == "me/web:2" and Image.open(path).id == image.id
    assert [layer.digest for layer in image.layers] == [layer.diff_id for layer in image.layers]
    assert image.config.cmd == ("sh",) and listing(image.layers[1].lower)["/etc/hosts"] == ("whiteout",)


def test_layers_that_are_symlinks_to_others_as_old_dockers_saved_them(tmp_path: Path) -> None:
    path = classic(tmp_path / "x.tar", [BASE, BASE], links={"01/layer.tar": "../00/layer.tar"})
    assert [layer.size_tar for layer in Image.open(path).layers] == [len(BASE)] * 2


def test_layers_that_kaniko_compressed(tmp_path: Path) -> None:
    config = json.dumps({"rootfs": {"type": "layers", "diff_ids": [digest(BASE)]}}).encode()
    path = tmp_path / "x.tar"
    listed = json.dumps([{"Config": "c", "RepoTags": None, "Layers": ["l.tar.gz"]}]).encode()
    layer = member("l.tar.gz", data=zipped(BASE))
    path.write_bytes(tar(member("c", data=config), layer, member("manifest.json", data=listed)))
    image = Image.open(path)
    assert (image.name, str(image.layers[0].digest)) == (None, digest(zipped(BASE)))
    assert image.layers[0].media_type.endswith("+gzip") and image.layers[0].size_tar == len(BASE)


def test_two_images_of_one_archive(tmp_path: Path) -> None:
    one, two = example(name="one:1"), example(name="two:1")
    archive.write([one, two], tmp_path / "x.tar", "oci")
    assert [image.name for image in archive.read(tmp_path / "x.tar")] == ["one:1", "two:1"]
    with pytest.raises(NotFound, match="has no image 'three'"):
        Image.open(f"{tmp_path}/x.tar:three")


@pytest.mark.parametrize("flavour", ["docker", "oci"])
def test_archives_have_equal_bytes_for_equal_images(flavour: Any, tmp_path: Path) -> None:
    for name in ("a", "b"):
        archive.write([example()], tmp_path / name, flavour)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    with tarfile.open(tmp_path / "a") as found:
        assert "manifest.json" in found.getnames()


# what a person may write


def test_what_is_no_image_at_all(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for reference, says in (
        (f"{tmp_path}/nothing", "no such file or directory"),
        (f"{tmp_path}/nothing:tag", "no such file or directory"),
        (tmp_path / "nothing", "no such file or directory"),
        (f"{tmp_path}/empty", "no image layout"),
        ("nothing:1", "no such image: nothing:1"),
        ("NO NAME", "no such image: 'NO NAME'"),
        ("", "no such image"),
    ):
        with pytest.raises((ImageError, NotFound), match=says):
            Image.open(reference)


def test_names_before_paths_and_paths_that_say_so_before_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Layout(tmp_path / "web", [BASE], name="1")
    assert Image.open("web:1").layers[0].size_tar == len(BASE)
    Store().add(example(), "web:1")
    assert len(Image.open("web:1").layers) == 3
    assert len(Image.open("./web:1").layers) == 1
    assert len(Image.open(Path("web")).layers) == 1


def test_in_memory_where_there_is_no_disk() -> None:
    image = example(LayerCache())
    assert len(listing(image.layers[0].lower)) > 20
    assert LayerCache().size() == 0

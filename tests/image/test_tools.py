"""What we write, other programs read, and the other way round: skopeo, umoci, podman and dockerd are asked."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from coursekit.image import archive, layout
from coursekit.image.layer_cache import LayerCache
from coursekit.image.open import Image
from coursekit.image.store import Store
from coursekit.image.units import human_size
from tests.image.daemon import dockerd
from tests.image.making import Layout
from tests.image.trees import example, overlay_of
from tests.real import tree
from tests.real.listing import listing
from tests.tools import needs, needs_root_overlay, run


@pytest.fixture(scope="module")
def image() -> Image:
    return example()


def same_image(one: Image, other: Image, *, same_id: bool = True) -> None:
    """Equal in layers and trees, and in ID unless a converter wrote the config again."""
    assert not same_id or other.id == one.id
    assert [layer.diff_id for layer in other.layers] == [layer.diff_id for layer in one.layers]
    assert [listing(layer.lower) for layer in other.layers] == [listing(layer.lower) for layer in one.layers]


@needs("skopeo")
@pytest.mark.parametrize("flavour", ["docker", "oci"])
def test_skopeo_reads_our_archives_and_we_read_its_own(flavour: str, image: Image, tmp_path: Path) -> None:
    ours = tmp_path / "ours.tar"
    archive.write([image], ours, flavour)  # type: ignore[arg-type]
    source = {"docker": f"docker-archive:{ours}:me/example:1", "oci": f"oci-archive:{ours}:1"}[flavour]
    run("skopeo", "copy", source, f"oci:{tmp_path}/layout:back")
    same_image(image, layout.read(tmp_path / "layout", "back"), same_id=flavour == "oci")
    run("skopeo", "copy", source, f"docker-archive:{tmp_path}/theirs.tar:me/example:1")
    same_image(image, archive.open_archive(tmp_path / "theirs.tar", "me/example:1"))
    run("skopeo", "copy", source, f"oci-archive:{tmp_path}/theirs-oci.tar:back")
    same_image(image, archive.open_archive(tmp_path / "theirs-oci.tar"), same_id=flavour == "oci")


@needs("skopeo")
@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_layers_that_skopeo_compresses_are_read(compression: str, image: Image, tmp_path: Path) -> None:
    archive.write([image], tmp_path / "ours.tar")  # its layers are not compressed
    run(
        "skopeo",
        "copy",
        "--dest-compress-format",
        compression,
        f"docker-archive:{tmp_path}/ours.tar",
        f"oci:{tmp_path}/theirs:{compression}",
    )
    back = layout.read(tmp_path / "theirs", compression)
    assert {layer.media_type.rpartition("+")[2] for layer in back.layers} == {compression}
    same_image(image, back, same_id=False)


@needs("skopeo")
def test_the_store_is_a_layout_that_skopeo_reads_as_it_stands(image: Image, tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    store.add(image)
    store.tag("me/example:1", "localhost:5000/other/name:v2")
    (store.containers_dir / "abc").mkdir(parents=True)  # containers lie in it too
    for name in ("me/example:1", "localhost:5000/other/name:v2"):
        run("skopeo", "copy", f"oci:{store.root}:{name}", f"oci:{tmp_path}/copy:c")
        same_image(image, layout.read(tmp_path / "copy", "c"))
        shutil.rmtree(tmp_path / "copy")


@needs("skopeo")
def test_an_image_in_dockers_media_types_is_stored_in_ocis(image: Image, tmp_path: Path) -> None:
    archive.write([image], tmp_path / "x.tar")
    run("skopeo", "copy", "--format", "v2s2", f"docker-archive:{tmp_path}/x.tar", f"dir:{tmp_path}/dir")
    manifest = json.loads((tmp_path / "dir" / "manifest.json").read_bytes())
    made = Layout(tmp_path / "layout")
    for blob in (tmp_path / "dir").iterdir():
        made.put(blob.read_bytes(), "")
    made.index([made.put((tmp_path / "dir" / "manifest.json").read_bytes(), manifest["mediaType"])])
    store = Store(tmp_path / "store")
    docker = Image.open(tmp_path / "layout", store=store)
    stored = store.add(docker, "docker:1")
    assert docker.manifest.is_docker and not stored.manifest.is_docker
    same_image(docker, stored)
    run("skopeo", "copy", f"oci:{store.root}:docker:1", f"docker-archive:{tmp_path}/back.tar:docker:1")
    same_image(stored, archive.open_archive(tmp_path / "back.tar"))


@needs("umoci")
@needs_root_overlay
def test_umoci_unpacks_our_layers_to_the_tree_that_the_engine_shows(image: Image, tmp_path: Path) -> None:
    layout.write([image.named("t")], tmp_path / "ours")
    run("umoci", "unpack", "--image", f"{tmp_path}/ours:t", tmp_path / "bundle")
    theirs = tree.of_directory(tmp_path / "bundle" / "rootfs")
    ours = tree.of_overlay(overlay_of(image))
    del theirs["/"], ours["/"]  # no layer describes the root
    assert ours == theirs
    assert len(ours) > 25


@needs("umoci")
@needs_root_overlay
def test_a_layer_that_umoci_repacks_is_read(image: Image, tmp_path: Path) -> None:
    layout.write([image.named("t")], tmp_path / "ours")
    run("umoci", "unpack", "--image", f"{tmp_path}/ours:t", tmp_path / "bundle")
    root = tmp_path / "bundle" / "rootfs"
    (root / "etc/hosts").unlink()
    shutil.rmtree(root / "srv")
    (root / "srv").write_text("a file where a directory was")
    (root / "var/new").write_bytes(bytes(5000))
    for path in (root / "srv", root / "var/new"):  # umoci rounds what is not whole
        os.utime(path, (1_700_000_000, 1_700_000_000))
    run("umoci", "repack", "--image", f"{tmp_path}/ours:t2", tmp_path / "bundle")
    back = layout.read(tmp_path / "ours", "t2")
    theirs, ours = tree.of_directory(root), tree.of_overlay(overlay_of(back))
    del theirs["/"], ours["/"]
    assert ours == theirs


@needs("tar")
def test_gnu_tar_lists_our_layers_without_a_complaint(image: Image, tmp_path: Path) -> None:
    for number, layer in enumerate(image.layers):
        path = tmp_path / f"{number}.tar"
        path.write_bytes(b"".join(archive_layer(layer, image)))
        assert len(run("tar", "-tvf", path).splitlines()) >= (20, 10, 0)[number]


def archive_layer(layer: object, image: Image) -> Iterator[bytes]:
    """The raw tar of a layer."""
    source = layer.source.index  # type: ignore[attr-defined]
    yield source.source.read(0, source.raw_size)


@needs("podman")
@needs_root_overlay
@pytest.mark.parametrize("flavour", ["docker", "oci"])
def test_podman_loads_our_archives(flavour: str, image: Image, tmp_path: Path, short_path: Path) -> None:
    archive.write([image], tmp_path / "ours.tar", flavour)  # type: ignore[arg-type]
    podman = [
        "podman",
        "--root",
        short_path / "root",
        "--runroot",
        short_path / "run",
        "--storage-driver",
        "vfs",
        "--cgroup-manager",
        "cgroupfs",
    ]
    run(*podman, "load", "-i", tmp_path / "ours.tar")
    found = json.loads(run(*podman, "image", "inspect", "me/example:1"))[0]
    assert found["Id"] == image.id.encoded
    run(*podman, "save", "--format", "docker-archive", "-o", tmp_path / "theirs.tar", "me/example:1")
    assert archive.open_archive(tmp_path / "theirs.tar").id == image.id


@pytest.fixture
def short_path() -> Iterator[Path]:
    """podman's and docker's sockets allow no longer one."""
    with tempfile.TemporaryDirectory(prefix="ck-", ignore_cleanup_errors=True) as root:
        yield Path(root)


@pytest.fixture(scope="module")
def docker() -> Iterator[list[str]]:
    with tempfile.TemporaryDirectory(prefix="ck-", ignore_cleanup_errors=True) as root, dockerd(Path(root)) as address:
        yield ["docker", "-H", address]


@needs("dockerd", "docker")
@needs_root_overlay
@pytest.mark.parametrize("flavour", ["docker", "oci"])
def test_docker_loads_our_archives_and_counts_as_we_do(
    flavour: str, image: Image, docker: list[str], tmp_path: Path
) -> None:
    name = f"me/{flavour}:1"
    archive.write([image.named(name)], tmp_path / "ours.tar", flavour)  # type: ignore[arg-type]
    assert f"Loaded image: {name}" in run(*docker, "load", "-i", tmp_path / "ours.tar")
    found = json.loads(run(*docker, "image", "inspect", name))[0]
    assert found["Id"] == str(image.id)
    assert found["Size"] == image.size
    assert found["RootFS"]["Layers"] == [str(layer.diff_id) for layer in image.layers]
    history = run(*docker, "history", "--no-trunc", "--format", "{{.ID}}|{{.CreatedBy}}|{{.Size}}|{{.Comment}}", name)
    assert history.splitlines() == [
        f"{row.id}|{row.created_by}|{human_size(row.size)}|{row.comment}" for row in image.history
    ]


@needs("dockerd", "docker")
@needs_root_overlay
def test_we_read_what_docker_saves(image: Image, docker: list[str], tmp_path: Path) -> None:
    archive.write([image.named("me/round:1"), image.named("me/round:2")], tmp_path / "ours.tar")
    run(*docker, "load", "-i", tmp_path / "ours.tar")
    run(*docker, "save", "-o", tmp_path / "theirs.tar", "me/round:1", "me/round:2")
    images = archive.read(tmp_path / "theirs.tar", cache=LayerCache(tmp_path / "cache"))
    assert sorted(str(found.name) for found in images) == ["me/round:1", "me/round:2"]
    for found in images:
        assert found.id == image.id
        assert tree.of_overlay(overlay_of(found)).keys() == tree.of_overlay(overlay_of(image)).keys()


@needs("dockerd", "docker")
@needs_root_overlay
def test_docker_sees_in_a_container_what_the_engine_shows(image: Image, docker: list[str], tmp_path: Path) -> None:
    archive.write([image.named("me/export:1")], tmp_path / "ours.tar")
    run(*docker, "load", "-i", tmp_path / "ours.tar")
    container = run(*docker, "create", "--network", "none", "me/export:1").strip()
    run(*docker, "export", "-o", tmp_path / "flat.tar", container)
    run(*docker, "rm", container)
    from coursekit.image.layer_tar import read_file

    flat = {path: row for path, row in listing(read_file(tmp_path / "flat.tar")).items() if not mounted(path)}
    merged = tree.of_overlay(overlay_of(image))
    assert {path for path in merged if not mounted(path)} == flat.keys()
    for path, row in flat.items():
        assert (row[1], row[2], row[3]) == (merged[path].mode, merged[path].uid, merged[path].gid), path
        assert row[0] != "File" or row[8] == "sha256:" + merged[path].digest, path


def mounted(path: str) -> bool:
    """Docker makes these itself in each container."""
    return (
        path == "/"
        or path.split("/")[1] in ("dev", "proc", "sys", ".dockerenv")
        or path
        in (
            "/etc",
            "/etc/hosts",
            "/etc/hostname",
            "/etc/resolv.conf",
            "/etc/mtab",
        )
    )

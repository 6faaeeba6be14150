"""A skeleton says of an image what the image is, bytes aside."""

import errno
import hashlib
import json
from pathlib import Path

import pytest

from coursekit.errors import ContentMissing, ImageError, NotFound
from coursekit.events import CopiedUp, Event
from coursekit.fs.content import Missing
from coursekit.fs.node import WHITEOUT, Device, DeviceKind, Directory, File, Metadata, Symlink
from coursekit.image import skeleton
from coursekit.image.digest import Digest
from coursekit.layers.layer import Layer, LayerBuilder
from coursekit.layers.ports import Lower
from coursekit.vfs.overlay import Overlay
from tests.real import bundle
from tests.real.listing import listing

NAME = "debian-nginx:bullseye"


@pytest.fixture(scope="module")
def debian() -> skeleton.Skeleton:
    return skeleton.read(NAME)


def merged(found: skeleton.Skeleton, **options: object) -> Overlay:
    return Overlay(lowerdir=tuple(reversed(found.layers)), **options)  # type: ignore[arg-type]


def made(tmp_path: Path, *layers: Lower) -> skeleton.Skeleton:
    bundle.write(tmp_path / "made-1", [(layer, 10_240) for layer in layers], b"{}", b"{}", {})
    return skeleton.Skeleton.open(tmp_path / "made-1")


def test_the_bundled_names() -> None:
    assert NAME in skeleton.names()


def test_an_unknown_name_says_which_there_are() -> None:
    with pytest.raises(NotFound, match=NAME):
        skeleton.read("nginx:1.0")


def test_its_digests_are_the_real_ones(debian: skeleton.Skeleton) -> None:
    manifest, config = json.loads(debian.manifest), json.loads(debian.config)
    assert manifest["config"]["digest"] == str(Digest.of(debian.config))
    assert len(manifest["layers"]) == len(config["rootfs"]["diff_ids"]) == len(debian.layers) == len(debian.sizes_tar)


def test_files_that_lessons_read_are_there(debian: skeleton.Skeleton) -> None:
    tree = merged(debian)
    assert "bullseye" in tree.read_text("/etc/os-release")
    assert tree.read_text("/docker-entrypoint.sh").startswith("#!/bin/sh")
    assert "Package: nginx\n" in tree.read_text("/var/lib/dpkg/status")
    assert "/usr/bin/curl\n" in tree.read_text("/var/lib/dpkg/info/curl.list")


def test_bundled_bytes_have_the_digest_that_is_told(debian: skeleton.Skeleton) -> None:
    for layer in debian.layers:
        for entry in range(len(layer) + 1):
            node = layer.node(entry)
            if isinstance(node, File) and not isinstance(node.content, Missing) and node.content.size:
                row = layer._values[layer.inode(entry)]
                told = layer._contents._digests[32 * row : 32 * row + 32]
                assert hashlib.sha256(node.content.read(0, node.content.size)).digest() == told, layer.path(entry)


def test_absent_bytes_say_where_to_get_them(debian: skeleton.Skeleton) -> None:
    with pytest.raises(ContentMissing, match=r"/usr/bin/bash") as refused:
        merged(debian).read_bytes("/bin/bash")
    assert refused.value.errno == errno.EIO
    assert "python -m" in str(refused.value)


def test_an_absent_file_can_be_copied_up(debian: skeleton.Skeleton) -> None:
    events: list[Event] = []
    tree = merged(debian, emit=events.append)
    size = tree.stat("/usr/bin/bash").st_size
    tree.chmod("/usr/bin/bash", 0o700)
    assert [event for event in events if isinstance(event, CopiedUp) and event.size] == [
        CopiedUp(path="/usr/bin/bash", from_layer=len(debian.layers), size=size)
    ]
    assert tree.stat("/usr/bin/bash").st_mode & 0o7777 == 0o700


def test_the_last_layer_hides_and_copies(debian: skeleton.Skeleton) -> None:
    tree = merged(debian)
    assert not tree.exists("/var/www/html")
    assert len(tree.providers("/usr/bin/curl")) == 1
    assert len(merged(debian, upperdir=None).listdir("/docker-entrypoint.d")) == 3


def test_every_kind_comes_back(tmp_path: Path) -> None:
    meta = Metadata(0o4751, 7, 70_000, 1_600_000_000_123_456_789)
    builder = LayerBuilder()
    first = builder.put("/etc/one", Layer.of({"/x": "held"}).get("/x") or WHITEOUT)
    builder.add(builder.put("/etc", Directory(meta)), "two", builder._nodes[first], inode=first)
    builder.put("/etc/gone", WHITEOUT)
    builder.put("/srv", Directory(meta, opaque=True))
    builder.put("/srv/l", Symlink(meta, "../etc/one"))
    builder.put("/srv/\udcff", Symlink(meta, "\udcfe"))
    layer = builder.build()
    back = made(tmp_path, layer, Layer.of({})).layers[0]
    assert listing(back) == listing(layer)
    assert back.nlink(back.children(back.children(0)["etc"])["two"]) == 2


def test_only_lesson_files_keep_their_bytes(tmp_path: Path) -> None:
    back = made(tmp_path, Layer.of({"/etc/hosts": "here", "/bin/sh": "elsewhere"})).layers[0]
    shell = back.node(back.children(back.children(0)["bin"])["sh"])
    hosts = back.node(back.children(back.children(0)["etc"])["hosts"])
    assert isinstance(shell, File) and isinstance(hosts, File)
    assert hosts.content.read(0, 9) == b"here"
    assert shell.content == Missing(9, str(Digest.of(b"elsewhere")), "/bin/sh", skeleton.HOW)


def test_the_same_image_gives_the_same_bytes(tmp_path: Path) -> None:
    layer = Layer.of({"/etc/hosts": "here", "/bin/sh": "elsewhere"})
    made(tmp_path / "a", layer)
    made(tmp_path / "b", layer)
    for path in sorted((tmp_path / "a" / "made-1").iterdir()):
        assert path.read_bytes() == (tmp_path / "b" / "made-1" / path.name).read_bytes(), path.name


@pytest.mark.parametrize(
    "node",
    [Device(Metadata(), DeviceKind.CHAR, 1, 3), Symlink(Metadata(xattrs={"user.x": b"y"}), "x")],
    ids=["device", "xattr"],
)
def test_what_it_cannot_say_it_refuses(tmp_path: Path, node: Device | Symlink) -> None:
    with pytest.raises(ImageError, match="/dev/x"):
        made(tmp_path, Layer.of({"/dev/x": node}))

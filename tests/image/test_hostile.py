"""Images made to do harm, or merely broken: each is one ImageError of one line, and nothing is written.

The ideas are containerd's TestBreakouts, the CVEs of docker, runc and umoci, and what a disk or a network does.
"""

import bz2
import gzip
import lzma
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from coursekit.errors import DigestMismatch, ImageError
from coursekit.image.layer_cache import LayerCache
from coursekit.image.open import Image
from coursekit.image.store import Store
from coursekit.image.tar_reader import Limits
from tests.image.hostile_layers import BASE, LAYERS, Case
from tests.image.hostile_layouts import SPOILT, swap_blob
from tests.image.making import GZIP, Layout, classic, member, tar, zipped

pytestmark = pytest.mark.behaviour(51)


def nothing_is_left(*roots: Path) -> bool:
    return not [path for root in roots for path in root.rglob("*") if path.is_file() and path.name != "lock"]


def refuse(reference: str, says: str, tmp_path: Path) -> ImageError:
    """Opening, reading and adding it fail with one line; neither cache nor store holds anything."""
    store = Store(tmp_path / "store")
    with pytest.raises(ImageError, match=says) as caught:
        Image.open(reference, store=store).verify()
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 400
    with pytest.raises(ImageError, match=says):
        store.add(Image.open(reference, store=store), "bad:1")
    assert nothing_is_left(tmp_path / "store")
    assert store.images(with_bundled=False) == ()
    return caught.value


@pytest.mark.parametrize("bad", LAYERS, ids=lambda bad: bad.what)
def test_a_bad_layer(bad: Case, tmp_path: Path) -> None:
    layers = [BASE, bad.layer] if bad.on_base else [bad.layer]
    if bad.on_base:  # the base is good, and stays in the cache
        Layout(tmp_path / "layout", layers)
        with pytest.raises(ImageError, match=bad.says):
            Image.open(tmp_path / "layout", store=Store(tmp_path / "store")).verify()
        return
    Layout(tmp_path / "layout", layers)
    refuse(f"{tmp_path}/layout:t", bad.says, tmp_path)


@pytest.mark.parametrize(("spoil", "says"), SPOILT, ids=lambda value: getattr(value, "__name__", ""))
def test_a_spoilt_layout(spoil: Callable[[Layout], None], says: str, tmp_path: Path) -> None:
    layout = Layout(tmp_path / "layout", [BASE])
    spoil(layout)
    refuse(str(tmp_path / "layout"), says, tmp_path)


def test_bytes_with_another_digest_say_so(tmp_path: Path) -> None:
    swap_blob(Layout(tmp_path / "layout", [BASE]))
    assert isinstance(refuse(str(tmp_path / "layout"), "should have", tmp_path), DigestMismatch)


XZ_HUGE = lzma.compress(BASE, preset=None, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 768 << 20}])  # type: ignore[list-item]
BLOBS = [
    ("a gzip stream cut in half", lambda blob: blob[: len(blob) // 2], "truncated"),
    ("a gzip stream without its last byte", lambda blob: blob[:-1], "truncated"),
    ("an empty gzip stream", lambda blob: blob[:10], "truncated"),
    ("garbage after the gzip stream", lambda blob: blob + b"garbage!", "something else after"),
    ("a second member that is cut", lambda blob: blob + zipped(b"x")[:12], "truncated"),
    ("gzip within gzip", lambda blob: gzip.compress(blob, mtime=0), "digest"),
    ("a damaged gzip header", lambda blob: blob[:2] + b"\xff" + blob[3:], "decompressed"),
    (
        "a damaged bzip2 stream",
        lambda blob: bz2.compress(BASE)[:20] + b"?" + bz2.compress(BASE)[21:],
        "decompressed|truncated",
    ),
    ("a cut xz stream", lambda blob: lzma.compress(BASE)[:-9], "truncated"),
    ("an xz stream that wants 1.5 GB", lambda blob: XZ_HUGE, "decompressed"),
    ("a cut zstd frame", lambda blob: zstd(BASE)[:-5], "truncated"),
    ("a zstd frame with garbage after it", lambda blob: zstd(BASE) + b"garbage!", "something else after"),
    ("a zstd frame that wants 3 GB of window", lambda blob: b"\x28\xb5\x2f\xfd\x00\xb0" + bytes(50), "decompressed"),
]


def zstd(data: bytes) -> bytes:
    zstandard = pytest.importorskip("zstandard")
    return bytes(zstandard.ZstdCompressor().compress(data))


@pytest.mark.parametrize(("what", "spoil", "says"), BLOBS, ids=[blob[0] for blob in BLOBS])
def test_a_spoilt_blob(what: str, spoil: Callable[[bytes], bytes], says: str, tmp_path: Path) -> None:
    Layout(tmp_path / "layout", [BASE], blobs=[spoil(zipped(BASE))])
    refuse(str(tmp_path / "layout"), says, tmp_path)


def test_a_bomb_is_stopped_before_it_has_filled_the_disk(tmp_path: Path) -> None:
    zeros = tar(member("zeros", data=bytes(64 << 20)))
    Layout(tmp_path / "layout", [zeros])
    store = Store(tmp_path / "store")
    store.cache = LayerCache(tmp_path / "store" / "cache", limits=Limits(free=1 << 20, ratio=100))
    with pytest.raises(ImageError, match="looks like a bomb"):
        Image.open(tmp_path / "layout", store=store).verify()
    assert nothing_is_left(tmp_path / "store")


def test_a_flood_of_entries_is_stopped(tmp_path: Path) -> None:
    Layout(tmp_path / "layout", [tar(*(member(f"f{n}") for n in range(50)))])
    store = Store(tmp_path / "store")
    store.cache = LayerCache(tmp_path / "store" / "cache", limits=Limits(entries=49))
    with pytest.raises(ImageError, match="more than 49 entries"):
        Image.open(tmp_path / "layout", store=store).verify()


def test_a_member_count_in_a_bomb_of_headers_is_bounded_by_default() -> None:
    assert Limits().entries <= 5_000_000 and Limits().raw_size <= 64 << 30


def bad_archives() -> dict[str, tuple[Callable[[Path], object], str]]:
    def named(**changes: object) -> Callable[[Path], object]:
        entry = {"Config": "x.json", "RepoTags": None, "Layers": [], **changes}
        return lambda path: classic(path, [BASE], manifest=[entry])

    return {
        "an empty file": (lambda path: path.write_bytes(b""), "empty"),
        "no archive": (lambda path: path.write_bytes(b"no archive" * 100), "no image archive"),
        "a truncated archive": (lambda path: path.write_bytes(classic(path, [BASE]).read_bytes()[:2500]), "truncated"),
        "a truncated gzip": (
            lambda path: path.write_bytes(zipped(classic(path, [BASE]).read_bytes())[:-9]),
            "truncated",
        ),
        "a tar of something else": (lambda path: path.write_bytes(BASE), "neither manifest.json"),
        "an old docker save of nothing": (
            lambda path: path.write_bytes(tar(member("repositories", data=b"{}"))),
            "no images",
        ),
        "an old docker save without its image": (
            lambda path: path.write_bytes(tar(member("repositories", data=b'{"a": {"b": "c"}}'))),
            "is not in it",
        ),
        "an old docker save whose parents go in a circle": (
            lambda path: path.write_bytes(
                tar(
                    member("repositories", data=b'{"a": {"b": "c"}}'),
                    member("c/json", data=b'{"parent": "d"}'),
                    member("d/json", data=b'{"parent": "c"}'),
                )
            ),
            "has the parent",
        ),
        "a config that is not there": (named(), "does not have it"),
        "a config outside": (named(Config="../../etc/passwd"), "does not have it"),
        "a config that is a number": (named(Config=5), "should be a string"),
        "an empty manifest": (lambda path: classic(path, [BASE], manifest=[]), "no images"),
        "a manifest that is an object": (lambda path: classic(path, [BASE], manifest={}), "should be a list"),
        "a layer that is a symlink outside": (
            lambda path: classic(path, [BASE], links={"00/layer.tar": "../../../etc/passwd"}),
            "does not have it",
        ),
        "a layer that is a symlink to itself": (
            lambda path: classic(path, [BASE], links={"00/layer.tar": "layer.tar"}),
            "no regular file",
        ),
        "a layer of other bytes": (lambda path: swap_layer(path), "digest"),
    }


def swap_layer(path: Path) -> None:
    data = classic(path, [BASE]).read_bytes()
    path.write_bytes(data.replace(b"hosts", b"h0sts").replace(member("etc/h0sts"), member("etc/h0sts")))
    fixed = tar(member("etc/", "dir"), member("etc/h0sts", data=b"x"))
    path.write_bytes(data.replace(BASE, fixed))


ARCHIVES = bad_archives()


@pytest.mark.parametrize("what", ARCHIVES)
def test_a_bad_archive(what: str, tmp_path: Path) -> None:
    make, says = ARCHIVES[what]
    make(tmp_path / "x.tar")
    refuse(str(tmp_path / "x.tar"), says, tmp_path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ImageError, match="no regular file"):
        Image.open(tmp_path / "pipe", store=Store(tmp_path / "store"))


def test_a_blob_that_goes_while_the_image_is_open(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "layout", [BASE])
    image = Image.open(tmp_path / "layout", store=Store(tmp_path / "store"))
    layout.path(layout.layers[0]).unlink()
    with pytest.raises(ImageError, match="missing"):
        image.verify()


def test_a_media_type_that_lies_is_harmless(tmp_path: Path) -> None:
    """The bytes say what they are; the digests say whether they are the right ones."""
    Layout(tmp_path / "layout", [BASE], blobs=[BASE], media_type=GZIP)
    image = Image.open(tmp_path / "layout", store=Store(tmp_path / "store"))
    assert image.layers[0].lower.children(0).keys() == {"etc"}

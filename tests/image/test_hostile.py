"""Images made to do harm, or merely broken: each is one ImageError of one line, and nothing is written.

The ideas are containerd's TestBreakouts, the CVEs of docker, runc and umoci, and what a disk or a network does.
"""

import gzip
import json
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from coursekit.errors import DigestMismatch, ImageError
from coursekit.image.image import Image
from coursekit.image.layer_cache import LayerCache
from coursekit.image.limits import Limits
from coursekit.image.store import Store
from tests.image.making import GZIP, MANIFEST, Layout, classic, digest, member, patched, tar, zipped

DIR, BASE = "dir", tar(member("etc/", "dir"), member("etc/hosts", data=b"x"))
GNU = tarfile.GNU_FORMAT


@dataclass(frozen=True)
class Case:
    """A layer, alone or on BASE, and a part of what is said of it."""

    what: str
    layer: bytes
    says: str
    on_base: bool = False


def case(what: str, *members: bytes, says: str, on_base: bool = False) -> Case:
    return Case(what, tar(*members), says, on_base)


LAYERS = [
    case("a path climbs out", member("../../etc/passwd"), says="leaves the image's root"),
    case("a path climbs out in its middle", member("etc/../../passwd"), says="leaves the image's root"),
    case("a path that only turns round", member("etc/../passwd"), says="leaves the image's root"),
    case("a path ends in two dots", member("etc/..", DIR), says="leaves the image's root"),
    case("an absolute path", member("/etc/passwd"), says="absolute path"),
    case("an absolute path with two slashes", member("//etc/passwd"), says="absolute path"),
    case("a file below a symlink that leads out", member("out", "symlink", link="/"), member("out/passwd"),
         says="lies below the symlink"),
    case("a file below a relative symlink", member("out", "symlink", link="../.."), member("out/x"), says="below the symlink"),
    case("a directory below a symlink", member("out", "symlink", link="/tmp"), member("out/d", DIR), says="below the symlink"),
    case("a symlink deep below a symlink", member("a/", DIR), member("a/b", "symlink", link="/"), member("a/b/c/d/e"),
         says="below the symlink"),
    case("a file below a file", member("a", data=b"1"), member("a/b"), says="below the file"),
    case("a file below a fifo", member("a", "fifo"), member("a/b"), says="below the file"),
    case("a hard link that climbs out", member("shadow", "link", link="../../etc/shadow"), says="leaves the image's root"),
    case("a hard link to an absolute path", member("shadow", "link", link="/etc/shadow"), says="absolute path"),
    case("a hard link to what is not there", member("a", "link", link="nothing"), says="no layer has"),
    case("a hard link to itself", member("a", "link", link="a"), says="no layer has"),
    case("a hard link to the root", member("a", "link", link="."), says="names the image's root"),
    case("a hard link without a target", member("a", "link"), says="no name"),
    case("a hard link to a directory", member("d/", DIR), member("a", "link", link="d"), says="names the directory"),
    case("a hard link to a later file", member("a", "link", link="b"), member("b"), says="no layer has", on_base=True),
    case("a hard link to a whiteout", member(".wh.b"), member("a", "link", link="b"), says="no layer has", on_base=True),
    case("a hard link to a directory below", member("a", "link", link="etc"), says="no layer has", on_base=True),
    case("two hard links that name each other", member("a", "link", link="b"), member("b", "link", link="a"),
         says="no layer has"),
    case("a hard link through a symlink that turns in circles", member("l", "symlink", link="l"),
         member("a", "link", link="l/x"), says="symlinks"),
    case("a whiteout of no name", member("etc/.wh."), says="whiteout of no name"),
    case("a whiteout of the root", member(".wh.."), says="whiteout of no name"),
    case("a whiteout of the parent", member("etc/.wh..."), says="whiteout of no name"),
    case("a whiteout that climbs out", member("../.wh.etc"), says="leaves the image's root"),
    case("an opaque whiteout that climbs out", member("../.wh..wh..opq"), says="leaves the image's root"),
    case("a device 0/0 at the root", member("./", "char"), says="root"),
    case("a root that is a file", member("./", "file", data=b"x", type=b"7"), says="root is no directory"),
    case("a root that is a symlink", member(".", "symlink", link="/etc"), says="root is no directory"),
    case("a name of 256 bytes", member("a" * 256), says="256 bytes"),
    case("a name of 300 bytes in 100 letters", member("€" * 100), says="300 bytes"),
    case("a path of 5000 bytes", member("/".join(["d" * 99] * 50)), says="path of"),
    case("an empty name", patched(member("x"), 0, b"\0"), says="no name"),
    case("an unknown kind of entry", member("a", "Z"), says="is of the type"),
    case("a GNU multi-volume continuation", member("a", "M", data=b"x"), says="is of the type"),
    case("a symlink without a target", member("a", "symlink"), says="target"),
    case("a device with impossible numbers", patched(member("a", "char", devmajor=1), 329, b"7777777\0"), says="device numbers"),
    case("a size beyond the end", patched(member("a"), 124, b"00000777777\0"), says="claims"),
    case("a negative size in base 256", patched(member("a"), 124, b"\xff" * 12), says="claims"),
    case("a size of 2 to the 63rd", patched(member("a"), 124, b"\x80" + b"\0" * 3 + b"\x7f" + b"\xff" * 7), says="claims"),
    case("a size that is no number", patched(member("a"), 124, b"99999999999\0"), says="no octal number"),
    case("a mode that is no number", patched(member("a"), 100, b"rwxr-xr\0"), says="no octal number"),
    case("a uid that does not fit", patched(member("a"), 108, b"\x80\0\0\xff\xff\xff\xff\xff"), says="32 bits"),
    case("a negative gid", patched(member("a"), 116, b"\xff" * 8), says="32 bits"),
    case("a wrong checksum", b"x" + member("aaaa")[1:], says="checksum is wrong"),
    case("PAX records that lie about their length", member("x", "x", data=b"99 path=a\n"), member("a"), says="PAX record"),
    case("PAX records without a length", member("x", "x", data=b"path=a\n"), member("a"), says="PAX record"),
    case("a PAX path with a NUL", member("x", "x", data=b"12 path=a\0b\n"), member("a"), says="NUL"),
    case("a PAX path that climbs out", member("a", pax={"path": "../../x"}), says="leaves the image's root"),
    case("a PAX link that climbs out", member("a", "link", link="b", pax={"linkpath": "../b"}), says="leaves the image's root"),
    case("a global PAX path that climbs out", member("g", "g", data=b"16 path=../../x\n"), member("a"), says="leaves"),
    case("a PAX size that is no number", member("a", pax={"size": "-5"}), says="no number"),
    case("a PAX size beyond the end", member("a", pax={"size": "99999999999999"}), says="claims"),
    case("a PAX time that is none", member("a", pax={"mtime": "yesterday"}), says="no time"),
    case("a PAX header for nobody", member("x", "x", data=b"11 path=ab\n"), says="not there"),
    case("a PAX header of 2 MiB", member("x", "x", data=b" " * (2 << 20)), member("a"), says="extended tar header"),
    case("a GNU long name that climbs out", member("../" + "a" * 200, format=GNU), says="leaves the image's root"),
    case("a lone zero block", member("a") + bytes(512) + member("b"), says="lone zero block"),
    case("a sparse map beyond the file", patched(member("s", "S", data=b"x" * 512), 386, b"%011o\0%011o\0" % (4096, 512)),
         says="contradicts itself"),
    case("a sparse file of 8 EiB", patched(patched(member("s", "S"), 386, b"\0"), 483, b"\x80\0\0\0\x7f" + b"\xff" * 7),
         says="sparse file"),
    Case("half a header", BASE[:512] + BASE[512:700], "truncated"),
    Case("half a file", member("a", data=b"x" * 2000)[:1024], "claims"),
    Case("no tar at all", b"hello, world " * 100, "no tar header"),
    Case("another kind of archive", b"PK\3\4" + bytes(2000), "no tar header"),
]  # fmt: skip


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


def test_there_are_enough_of_them() -> None:
    assert len(LAYERS) + len(SPOILT) + len(BLOBS) + len(ARCHIVES) >= 90


def spoil_size(layout: Layout) -> None:
    layout.layers[0]["size"] += 1
    layout.finish()


def spoil_bytes(layout: Layout) -> None:
    path = layout.path(layout.layers[0])
    data = bytearray(path.read_bytes())
    data[-6] ^= 1  # within gzip's own checksum
    path.write_bytes(data)


def swap_blob(layout: Layout) -> None:
    """Other good bytes, of the same length, under the same name."""
    path = layout.path(layout.layers[0])
    data = zipped(BASE.replace(b"hosts", b"h0sts"))
    path.write_bytes(data)
    layout.layers[0]["size"] = len(data)
    layout.finish()


def lose_blob(layout: Layout) -> None:
    layout.path(layout.layers[0]).unlink()


def lie_about_diff_id(layout: Layout) -> None:
    layout.config["rootfs"]["diff_ids"] = [digest(b"another")]
    layout.finish()


def too_few_diff_ids(layout: Layout) -> None:
    layout.config["rootfs"]["diff_ids"] = []
    layout.finish()


def unbalanced_history(layout: Layout) -> None:
    layout.config["history"] = [{"created_by": "a"}, {"created_by": "b"}]
    layout.finish()


def config_is_a_list(layout: Layout) -> None:
    layout.finish(config=layout.put(b"[]", "application/vnd.oci.image.config.v1+json"))


def config_is_an_artifact(layout: Layout) -> None:
    layout.finish(config=layout.put(b"{}", "application/vnd.oci.empty.v1+json"))


def env_is_a_number(layout: Layout) -> None:
    layout.config["config"] = {"Env": [1]}
    layout.finish()


def digest_is_a_path(layout: Layout) -> None:
    layout.layers[0]["digest"] = "sha256:../../../../etc/passwd"
    layout.finish()


def digest_is_md5(layout: Layout) -> None:
    layout.layers[0]["digest"] = "md5:d41d8cd98f00b204e9800998ecf8427e"
    layout.finish()


def blob_is_a_symlink(layout: Layout) -> None:
    path = layout.path(layout.layers[0])
    path.rename(layout.root / "elsewhere")
    path.symlink_to(layout.root / "elsewhere")


def blobs_are_a_symlink(layout: Layout) -> None:
    (layout.root / "blobs").rename(layout.root.parent / "elsewhere")
    (layout.root / "blobs").symlink_to(layout.root.parent / "elsewhere")


def blob_is_a_directory(layout: Layout) -> None:
    path = layout.path(layout.layers[0])
    path.unlink()
    path.mkdir()


def index_is_a_symlink(layout: Layout) -> None:
    (layout.root / "index.json").rename(layout.root / "other.json")
    (layout.root / "index.json").symlink_to(layout.root / "other.json")


def index_is_no_json(layout: Layout) -> None:
    (layout.root / "index.json").write_text("{")


def index_is_deep(layout: Layout) -> None:
    (layout.root / "index.json").write_text("[" * 100_000)


def index_is_huge(layout: Layout) -> None:
    (layout.root / "index.json").write_bytes(b" " * (9 << 20))


def index_is_both(layout: Layout) -> None:
    index = json.loads((layout.root / "index.json").read_text())
    (layout.root / "index.json").write_text(json.dumps({**index, "layers": []}))


def index_is_empty(layout: Layout) -> None:
    layout.index([])


def version_is_two(layout: Layout) -> None:
    (layout.root / "oci-layout").write_text('{"imageLayoutVersion": "2.0.0"}')


def schema_is_one(layout: Layout) -> None:
    old = layout.put(b'{"schemaVersion": 1, "fsLayers": []}', MANIFEST)
    layout.index([{**old, "annotations": {"org.opencontainers.image.ref.name": "t"}}])


def index_in_itself(layout: Layout) -> None:
    kind = "application/vnd.oci.image.index.v1+json"
    entry = layout.entry
    for _ in range(9):
        entry = layout.put(json.dumps({"schemaVersion": 2, "manifests": [entry]}).encode(), kind)
    layout.index([{**entry, "annotations": {"org.opencontainers.image.ref.name": "t"}}])


def only_for_another_machine(layout: Layout) -> None:
    other = {"os": "plan9", "architecture": "mips"}
    name = {"org.opencontainers.image.ref.name": "t"}
    layout.index([{**layout.entry, "platform": other, "annotations": name}] * 2)


def manifest_is_missing(layout: Layout) -> None:
    layout.path(layout.entry).unlink()


def manifest_claims_gigabytes(layout: Layout) -> None:
    layout.index([{**layout.entry, "size": 1 << 40, "annotations": {"org.opencontainers.image.ref.name": "t"}}])


def a_thousand_layers(layout: Layout) -> None:
    layout.layers *= 1000
    layout.finish()


SPOILT: list[tuple[Callable[[Layout], None], str]] = [
    (spoil_size, "by its descriptor"), (spoil_bytes, "digest|decompressed"), (swap_blob, "should have the digest"),
    (lose_blob, "is missing"), (lie_about_diff_id, "uncompressed tar"), (too_few_diff_ids, "diff_ids"),
    (unbalanced_history, "history has 2 rows"), (config_is_a_list, "JSON object"), (config_is_an_artifact, "no container"),
    (env_is_a_number, "Env"), (digest_is_a_path, "a digest is"), (digest_is_md5, "a digest is"),
    (blob_is_a_symlink, "is a symlink"), (blobs_are_a_symlink, "is a symlink"), (blob_is_a_directory, "no regular file"),
    (index_is_a_symlink, "no index.json"), (index_is_no_json, "is not JSON"), (index_is_deep, "is not JSON"),
    (index_is_huge, "no more than"), (index_is_both, "two ways"), (index_is_empty, "no image|empty"),
    (version_is_two, "version '2.0.0'"), (schema_is_one, "schema 1"), (index_in_itself, "nested"),
    (only_for_another_machine, "plan9/mips"), (manifest_is_missing, "does not have it"),
    (manifest_claims_gigabytes, "claims|no more than"), (a_thousand_layers, "1000 layers"),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "says"), SPOILT, ids=lambda value: getattr(value, "__name__", ""))
def test_a_spoilt_layout(spoil: Callable[[Layout], None], says: str, tmp_path: Path) -> None:
    layout = Layout(tmp_path / "layout", [BASE])
    spoil(layout)
    refuse(str(tmp_path / "layout"), says, tmp_path)


def test_bytes_with_another_digest_say_so(tmp_path: Path) -> None:
    swap_blob(Layout(tmp_path / "layout", [BASE]))
    assert isinstance(refuse(str(tmp_path / "layout"), "should have", tmp_path), DigestMismatch)


BLOBS = [
    ("a gzip stream cut in half", lambda blob: blob[: len(blob) // 2], "truncated"),
    ("a gzip stream without its last byte", lambda blob: blob[:-1], "truncated"),
    ("an empty gzip stream", lambda blob: blob[:10], "truncated"),
    ("garbage after the gzip stream", lambda blob: blob + b"garbage!", "something else after"),
    ("a second member that is cut", lambda blob: blob + zipped(b"x")[:12], "truncated"),
    ("gzip within gzip", lambda blob: gzip.compress(blob, mtime=0), "digest"),
    ("a damaged gzip header", lambda blob: blob[:2] + b"\xff" + blob[3:], "decompressed"),
    ("bzip2", lambda blob: b"BZh91AY&SY" + blob, "bzip2"),
    ("xz", lambda blob: b"\xfd7zXZ\0" + blob, "xz"),
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
        return lambda path: classic(path, [BASE], manifest=[{"Config": "x.json", "RepoTags": None, "Layers": [], **changes}])

    return {
        "an empty file": (lambda path: path.write_bytes(b""), "empty"),
        "no archive": (lambda path: path.write_bytes(b"no archive" * 100), "no image archive"),
        "a truncated archive": (lambda path: path.write_bytes(classic(path, [BASE]).read_bytes()[:2500]), "truncated"),
        "a truncated gzip": (lambda path: path.write_bytes(zipped(classic(path, [BASE]).read_bytes())[:-9]), "truncated"),
        "a tar of something else": (lambda path: path.write_bytes(BASE), "neither manifest.json"),
        "a docker save of 2014": (lambda path: path.write_bytes(tar(member("repositories", data=b"{}"))), "before 2016"),
        "a config that is not there": (named(), "does not have it"),
        "a config outside": (named(Config="../../etc/passwd"), "does not have it"),
        "a config that is a number": (named(Config=5), "should be a string"),
        "an empty manifest": (lambda path: classic(path, [BASE], manifest=[]), "no images"),
        "a manifest that is an object": (lambda path: classic(path, [BASE], manifest={}), "should be a list"),
        "a layer that is a symlink outside": (
            lambda path: classic(path, [BASE], links={"00/layer.tar": "../../../etc/passwd"}), "does not have it"),
        "a layer that is a symlink to itself": (
            lambda path: classic(path, [BASE], links={"00/layer.tar": "layer.tar"}), "no regular file"),
        "a layer of other bytes": (lambda path: swap_layer(path), "digest"),
    }  # fmt: skip


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


def test_a_media_type_that_lies_is_harmless(tmp_path: Path) -> None:
    """The bytes say what they are; the digests say whether they are the right ones."""
    Layout(tmp_path / "layout", [BASE], blobs=[BASE], media_type=GZIP)
    image = Image.open(tmp_path / "layout", store=Store(tmp_path / "store"))
    assert image.layers[0].lower.children(0).keys() == {"etc"}

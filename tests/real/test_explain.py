"""`explain` beside umoci, skopeo and a count of the layers' tars by tarfile alone, on an image that umoci built."""

import gzip
import json
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from coursekit.anatomy.explain import explain
from coursekit.anatomy.wasted_bytes import Why, by_cause
from tests.tools import needs, run

pytestmark = needs("umoci", "skopeo")


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three layers made by umoci repack: files, then changes, then deletions."""
    place = tmp_path_factory.mktemp("umoci")
    image = f"{place / 'layout'}:x"
    run("umoci", "init", "--layout", place / "layout")
    run("umoci", "new", "--image", image)

    def layer(number: int) -> Path:
        run("umoci", "unpack", "--rootless", "--image", image, place / f"bundle{number}")
        return place / f"bundle{number}" / "rootfs"

    def repack(number: int) -> None:
        run("umoci", "repack", "--image", image, place / f"bundle{number}")

    root = layer(1)
    (root / "usr" / "share" / "doc").mkdir(parents=True)
    for number in range(40):
        (root / "usr" / "share" / "doc" / f"file{number}").write_bytes(bytes([number]) * (number * 97))
    (root / "etc").mkdir()
    (root / "etc" / "conf").write_text("one\n" * 500)
    repack(1)
    root = layer(2)
    (root / "etc" / "conf").write_text("two\n" * 300)
    (root / "usr" / "share" / "doc" / "file39").chmod(0o600)
    (root / "etc" / "new").write_text("new\n")
    repack(2)
    root = layer(3)
    for number in range(10, 20):
        (root / "usr" / "share" / "doc" / f"file{number}").unlink()
    repack(3)
    return place / "layout"


def tars(layout: Path) -> list[bytes]:
    """The layers' tars, base first, found by way of index.json and the manifest alone."""

    def blob(digest: str) -> bytes:
        return (layout / "blobs" / "sha256" / digest.removeprefix("sha256:")).read_bytes()

    manifest = json.loads(blob(json.loads((layout / "index.json").read_text())["manifests"][0]["digest"]))
    return [gzip.decompress(blob(each["digest"])) for each in manifest["layers"]]


def counted(layout: Path) -> tuple[list[int], dict[str, int], int]:
    """Stored bytes by layer, what is seen by path, and the bytes that a later layer hides."""
    stored, seen, hidden = [], {}, 0
    for data in tars(layout):
        members = [each for each in tarfile.open(fileobj=BytesIO(data)) if not each.isdir()]  # noqa: SIM115
        marks = [each.name for each in members if ".wh." in each.name]
        for name in marks:
            hidden += seen.pop(name.replace(".wh.", "").removeprefix("./"))
        real = [each for each in members if each.isfile() and ".wh." not in each.name]
        for each in real:
            hidden += seen.pop(each.name.removeprefix("./"), 0)
            seen[each.name.removeprefix("./")] = each.size
        stored.append(sum(each.size for each in real))
    return stored, seen, hidden


def test_sizes_are_those_of_skopeo_and_of_the_tars(layout: Path) -> None:
    told = explain(f"{layout}:x")
    inspected = json.loads(run("skopeo", "inspect", "--raw", f"oci:{layout}:x"))["layers"]
    assert [each.sizes.compressed for each in told.layers] == [each["size"] for each in inspected]
    assert [each.digest for each in told.layers] == [each["digest"] for each in inspected]
    assert [each.sizes.tar for each in told.layers] == [len(data) for data in tars(layout)]
    assert [each.sizes.files for each in told.layers] == counted(layout)[0]


def test_lost_and_seen_are_what_a_count_of_the_tars_gives(layout: Path) -> None:
    told = explain(f"{layout}:x")
    stored, seen, hidden = counted(layout)
    causes = by_cause(told.lost or ())
    assert causes[Why.DELETED] + causes[Why.REPLACED] + causes[Why.TOUCHED] == hidden
    assert hidden == sum(stored) - sum(seen.values())
    assert causes[Why.DELETED] == sum(number * 97 for number in range(10, 20))
    assert (causes[Why.REPLACED], causes[Why.TOUCHED]) == (2000, 39 * 97)


def test_what_is_seen_is_what_umoci_unpacks(layout: Path, tmp_path: Path) -> None:
    run("umoci", "unpack", "--rootless", "--image", f"{layout}:x", tmp_path / "bundle")
    unpacked = [path for path in (tmp_path / "bundle" / "rootfs").rglob("*") if path.is_file()]
    told = explain(f"{layout}:x")
    hidden = sum(each.size for each in told.lost or () if each.cause is not Why.LEFT_BEHIND)
    assert (told.sizes.files or 0) - hidden == sum(path.stat().st_size for path in unpacked)
    third = told.layers[2].did
    assert third and (third["deleted"].count, third["added"].count) == (10, 0)

"""Every parser of what comes from outside, given what nobody meant: an answer or an ImageError, in bounded time.

hypothesis draws the examples; good inputs are bent byte by byte, documents are any JSON under the keys that are read.
"""

import bz2
import json
import lzma
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.errors import ContentMissing, CourseError, ImageError
from coursekit.image import archive, layer_tar
from coursekit.image.compression import CHUNK, decompressed
from coursekit.image.config import ImageConfig
from coursekit.image.manifest import Index, Manifest
from coursekit.image.open import Image
from coursekit.image.platform import parse_platform
from coursekit.image.reference import normal_name
from coursekit.image.store import Store
from coursekit.layers.tar_index import TarIndex
from tests.image.making import MANIFEST, Layout, classic, digest, member, tar, zipped
from tests.image.test_from_the_world import docker_save_v1

EXAMPLES = settings(max_examples=150)
LAYER = tar(
    member("etc/", "dir"),
    member("etc/hosts", data=b"x" * 600),
    member("etc/long" + "n" * 200, pax={"mtime": "1.5", "SCHILY.xattr.user.a": "b"}),
    member("l", "symlink", link="etc"),
    member("l/h", "link", link="etc/hosts"),
    member(".wh.gone"),
    member("etc/.wh..wh..opq"),
)
KEYS = (
    *("schemaVersion", "mediaType", "config", "layers", "manifests", "digest", "size", "annotations", "platform"),
    *("os", "architecture", "rootfs", "diff_ids", "history", "created_by", "empty_layer", "Env", "Labels", "CONFIG"),
    *("Config", "RepoTags", "Layers", "artifactType", "imageLayoutVersion", "type", "created"),
)
TEXTS = st.sampled_from([MANIFEST, digest(b""), "linux", "1.0.0", "sha256:../..", "\x1b[2J", "t"]) | st.text(max_size=5)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=25,
)


@st.composite
def bent(draw: st.DrawFn, good: bytes) -> bytes:
    """`good` with some bytes changed, cut out, doubled, or cut off."""
    data = bytearray(good)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        match draw(st.sampled_from(["change", "change", "cut", "double", "end"])):
            case "change":
                data[at : at + 1] = draw(st.binary(min_size=1, max_size=4))
            case "cut":
                del data[at : at + draw(st.sampled_from([1, 8, 512]))]
            case "double":
                data[at:at] = data[at : at + 512]
            case "end":
                del data[at:]
    return bytes(data)


@st.composite
def rechecked(draw: st.DrawFn, good: bytes) -> bytes:
    """The same of a tar whose headers' checksums are right again, so that the bent fields are read."""
    data = bytearray(draw(bent(good)))
    for at in range(0, len(data) - 511, 512):
        if data[at + 257 : at + 262] == b"ustar":
            data[at + 148 : at + 156] = b" " * 8
            data[at + 148 : at + 156] = b"%06o\0 " % sum(data[at : at + 512])
    return bytes(data)


def walked(index: TarIndex) -> None:
    """Look at every entry: what was read can be shown."""
    waiting = [0]
    while waiting:
        entry = waiting.pop()
        index.node(entry), index.path(entry), index.nlink(entry)
        waiting += index.children(entry).values()


@EXAMPLES
@given(rechecked(LAYER))
def test_a_layer(data: bytes) -> None:
    try:
        walked(layer_tar.read(data))
    except ImageError:
        return


@EXAMPLES
@given(rechecked(LAYER))
def test_an_upperdir_that_was_kept(data: bytes) -> None:
    try:
        walked(layer_tar.read(data, overlay_format=True))
    except (ImageError, ContentMissing):
        return


@EXAMPLES
@given(DOCUMENTS)
@pytest.mark.parametrize("parse", [Manifest.parse, Index.parse, ImageConfig.parse])
def test_a_document(parse: Callable[[bytes], Any], document: object) -> None:
    try:
        parse(json.dumps(document).encode())
    except ImageError as error:
        assert len(str(error)) < 1000


COMPRESSED = [zipped(LAYER), zipped(LAYER) * 2, bz2.compress(LAYER), lzma.compress(LAYER)]


@EXAMPLES
@given(st.one_of([bent(good) for good in COMPRESSED]))
def test_a_compressed_stream(data: bytes) -> None:
    try:
        assert all(len(piece) <= CHUNK for piece in decompressed([data[:100], data[100:]], "it"))
    except ImageError:
        return


@EXAMPLES
@given(st.data())
def test_an_archive(data: st.DataObject) -> None:
    with TemporaryDirectory() as place:
        path = Path(place) / "x.tar"
        make = data.draw(st.sampled_from([lambda: classic(path, [LAYER]), lambda: docker_save_v1(path)]))
        path.write_bytes(data.draw(rechecked(make().read_bytes())))
        try:
            archive.read(path)
        except ImageError as error:
            assert "\n" not in str(error)


@EXAMPLES
@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_a_layout(index: object, manifest: object, config: object) -> None:
    with TemporaryDirectory() as place:
        made = Layout(Path(place) / "l", [LAYER])
        described = made.put(json.dumps(config).encode(), "application/vnd.oci.image.config.v1+json")
        body = manifest if isinstance(manifest, dict) else {"layers": manifest}
        entry = made.put(json.dumps({**body, "schemaVersion": 2, "config": described}).encode(), MANIFEST)
        made.index([entry, *(index if isinstance(index, list) else [])])
        try:
            Image.open(made.root, store=Store(Path(place) / "s")).verify()
        except CourseError as error:
            assert "\n" not in str(error)


@EXAMPLES
@given(st.text(max_size=300) | st.from_regex(r"[a-z0-9./:@-]{1,40}", fullmatch=True))
def test_a_name(text: str) -> None:
    for parse in (normal_name, parse_platform):
        try:
            parse(text)
        except ImageError as error:
            assert len(str(error)) < 600

"""Small oddities of layers, archives and configs, each with what dockerd, podman and umoci make of it.

Some two hundred were shown to all three (and archives to skopeo); these are the telling ones. `JUDGED` trees are asked
of umoci here as well.
"""

import io
import json
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from coursekit.image import archive
from coursekit.image.open import Image
from coursekit.image.store import Store
from tests.image.making import Layout, digest, member, patched, tar
from tests.image.trees import overlay_of
from tests.real import tree
from tests.tools import needs, needs_root_overlay, run

BASE = tar(
    member("etc/", "dir", mode=0o711, uid=5),
    member("etc/a", data=b"low"),
    member("etc/b", data=b"low"),
    member("sl", "symlink", link="etc"),
)
ONE = tar(member("one", data=b"1"))


@dataclass(frozen=True)
class Odd:
    """The layers of an image, base first, and rows of its tree as `path mode uid:gid what`; None where nothing is."""

    what: str
    layers: tuple[bytes, ...]
    rows: dict[str, str | None]


def alone(what: str, *members: bytes, **rows: str | None) -> Odd:
    return Odd(what, (tar(*members),), {f"/{name.replace('__', '/')}": row for name, row in rows.items()})


def on_base(what: str, *members: bytes, **rows: str | None) -> Odd:
    return Odd(what, (BASE, tar(*members)), {f"/{name.replace('__', '/')}": row for name, row in rows.items()})


def signed(header: bytes) -> bytes:
    """The header with the checksum of signed bytes that old Sun systems wrote."""
    total = sum(byte - 256 * (byte > 127) for byte in header[:148] + b" " * 8 + header[156:512])
    return header[:148] + b"%06o\0 " % total + header[156:]


A = member("a", data=b"1")
JUDGED = [
    alone("a symlink has Linux's mode", member("a", "symlink", link="b", mode=0o644), a="777 0:0 ->b"),
    alone("a PAX owner below zero", member("a", data=b"1", pax={"uid": "-2"}), a="644 4294967294:0 1"),
    alone("a base-256 owner below zero", patched(A, 116, b"\xff" * 7 + b"\xfb"), a="644 0:4294967291 1"),
    alone("an owner of -1 stays root", patched(A, 116, b"\xff" * 8), a="644 0:0 1"),
    alone("an owner beyond 32 bits", member("a", data=b"1", pax={"uid": "4294967303"}), a="644 7:0 1"),
    alone(
        "device numbers beyond mknod's",
        patched(member("a", "char", devmajor=1), 329, b"7777777\0"),
        a="644 0:0 dev 4095,0",
    ),
    alone(
        "GNU's long name counts more than PAX's path",
        member("@", "L", data=b"long\0"),
        member("x", "x", data=b"11 path=pq\n"),
        A,
        long="644 0:0 1",
        pq=None,
    ),
    alone("a file of type 0 with a slash", member("a/", "file", data=b""), a="644 0:0 "),
    alone("a checksum of signed bytes", signed(patched(member("\xe9", data=b"1"), 0, b"\xc3\xa9\0")), é="644 0:0 1"),
    on_base("an opaque mark below a lower symlink", member("sl/.wh..wh..opq"), sl="777 0:0 ->etc", etc__a=None),
    on_base("an opaque mark keeps what the directory is", member("etc/.wh..wh..opq"), etc="711 5:0 /", etc__a=None),
    on_base(
        "a hard link to a lower file that goes",
        member("h", "link", link="etc/a"),
        member("etc/.wh.a"),
        h="644 0:0 low",
        etc__a=None,
        etc__b="644 0:0 low",
    ),
    on_base(
        "a hard link to a lower file whose directory goes",
        member("h", "link", link="etc/a"),
        member(".wh.etc"),
        h="644 0:0 low",
        etc=None,
    ),
    on_base(
        "a hard link to a lower file that is made anew",
        member("h", "link", link="etc/a"),
        member("etc/.wh.a"),
        member("etc/a", data=b"new"),
        h="644 0:0 low",
        etc__a="644 0:0 new",
    ),
]


def row(at: tree.Row, content: str) -> str:
    kind = {0o120000: f"->{at.link}", 0o040000: "/", 0o020000: f"dev {at.device >> 8 & 0xFFF},{at.device & 0xFF}"}
    return f"{at.mode:o} {at.uid}:{at.gid} {kind.get(at.format, content)}"


@pytest.mark.parametrize("odd", JUDGED, ids=lambda odd: odd.what)
def test_a_layer(odd: Odd, tmp_path: Path) -> None:
    Layout(tmp_path / "l", odd.layers)
    overlay = overlay_of(Image.open(tmp_path / "l", store=Store(tmp_path / "s")))
    found = tree.of_overlay(overlay)
    said = {path: row(at, overlay.read_text(path) if at.digest else "") for path, at in found.items()}
    assert {path: said.get(path) for path in odd.rows} == odd.rows


@needs("umoci")
@needs_root_overlay
@pytest.mark.parametrize("odd", JUDGED, ids=lambda odd: odd.what)
def test_umoci_unpacks_the_same(odd: Odd, tmp_path: Path) -> None:
    made = Layout(tmp_path / "l", odd.layers)
    run("umoci", "unpack", "--image", f"{made.root}:t", tmp_path / "bundle")
    theirs = tree.of_directory(tmp_path / "bundle" / "rootfs")
    ours = tree.of_overlay(overlay_of(Image.open(made.root, store=Store(tmp_path / "s"))))
    del theirs["/"], ours["/"]
    assert tree.differences(ours, theirs) == []


def test_an_empty_value_sets_no_attribute(tmp_path: Path) -> None:
    """In PAX it takes the record back."""
    pax = {"SCHILY.xattr.user.empty": "", "SCHILY.xattr.user.full": "1"}
    Layout(tmp_path / "l", [tar(member("a", pax=pax))])
    assert overlay_of(Image.open(tmp_path / "l", store=Store(tmp_path / "s"))).listxattr("/a") == ["user.full"]


# archives


def packed(path: Path, prefix: str = "", layer: str = "l.tar", link: tuple[str, str] | None = None) -> Path:
    """An archive with ONE in `real/l.tar`, its members below `prefix`; `link` is a symlink in it, and where it leads."""
    config = {"os": "linux", "architecture": "amd64", "rootfs": {"type": "layers", "diff_ids": [digest(ONE)]}}
    listed = [{"Config": f"{prefix}c.json", "RepoTags": None, "Layers": [layer]}]
    files = {"real/l.tar": ONE, "c.json": json.dumps(config).encode(), "manifest.json": json.dumps(listed).encode()}
    with tarfile.open(path, "w") as made:
        for name, data in files.items():
            info = tarfile.TarInfo(prefix + name)
            info.size = len(data)
            made.addfile(info, io.BytesIO(data))
        if link:
            info = tarfile.TarInfo(link[0])
            info.type, info.linkname = tarfile.SYMTYPE, link[1]
            made.addfile(info)
    return path


ARCHIVES = [
    ("members with a slash before them", {"prefix": "/", "layer": "/real/l.tar"}),
    ("paths that climb in manifest.json", {"layer": "../../real/l.tar"}),
    ("an absolute symlink inside the archive", {"layer": "l.tar", "link": ("l.tar", "/real/l.tar")}),
    ("a layer below a symlinked folder", {"layer": "sl/l.tar", "link": ("sl", "real")}),
]


@pytest.mark.parametrize(("what", "made"), ARCHIVES, ids=[what for what, _ in ARCHIVES])
def test_an_archive(what: str, made: dict[str, object], tmp_path: Path) -> None:
    (image,) = archive.read(packed(tmp_path / "x.tar", **made))  # type: ignore[arg-type]
    assert [*overlay_of(image).listdir("/")] == ["one"]


@pytest.mark.parametrize("text", [None, '{"imageLayoutVersion": "1.1.0", "more": 1}'], ids=["none", "a later version"])
def test_a_layout_whose_oci_layout_is(text: str | None, tmp_path: Path) -> None:
    made = Layout(tmp_path / "l", [ONE])
    (made.root / "oci-layout").unlink() if text is None else (made.root / "oci-layout").write_text(text)
    assert [*overlay_of(Image.open(made.root, store=Store(tmp_path / "s"))).listdir("/")] == ["one"]


def test_a_config_as_go_reads_it(tmp_path: Path) -> None:
    """A row of history that is null is an empty one; a label that is no UTF-8 has U+FFFD in it."""
    made = Layout(tmp_path / "l", [ONE], config={"history": [None], "config": {"Labels": {"by": "LABEL"}}})
    raw = json.dumps(made.config).encode().replace(b"LABEL", b"caf\xe9")
    made.finish(config=made.put(raw, "application/vnd.oci.image.config.v1+json"))
    image = Image.open(made.root, store=Store(tmp_path / "s"))
    assert image.config.labels == {"by": "caf�"} and [one.created_by for one in image.layers] == [""]
    assert str(image.id) == digest(raw), "the bytes stay as they were"

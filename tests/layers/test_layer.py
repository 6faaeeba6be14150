"""A layer is written as a dict, answers as it is stored, and cannot be changed."""

import pytest

from coursekit.fs.content import Bytes
from coursekit.fs.node import WHITEOUT, Device, DeviceKind, Directory, File, Metadata, Symlink
from coursekit.layers.layer import Layer, LayerBuilder
from tests.proving.comparable import symlink


def test_what_a_dict_literal_says() -> None:
    device = Device(Metadata(), DeviceKind.CHAR, 1, 3)
    layer = Layer.of(
        {"/t": "é", "b": b"\0", "/d/": {}, "/e": {}, "/l": symlink("t"), "/w": WHITEOUT, "/dev/null": device}
    )
    assert layer.get("/t") == File(Metadata(), Bytes("é".encode()))
    assert layer.get("/b") == File(Metadata(), Bytes(b"\0"))
    assert layer.get("/d") == layer.get("/e") == Directory(Metadata(mode=0o755))
    assert layer.get("/l") == Symlink(Metadata(mode=0o777), "t")
    assert layer.get("/dev/null") == device
    assert layer.whiteouts == ("/w",)
    assert layer.paths() == ("/b", "/d", "/dev", "/dev/null", "/e", "/l", "/t", "/w")


def test_parents_are_root_root_0755_unless_named() -> None:
    layer = Layer.of({"/a/b/c": "x", "/a": Directory(Metadata(mode=0o700, uid=5))})
    assert layer.get("/a") == Directory(Metadata(mode=0o700, uid=5))
    assert layer.get("/a/b") == Directory(Metadata(mode=0o755))


def test_the_root_can_be_named() -> None:
    assert Layer.of({"/": Directory(Metadata(mode=0o700))}).get("/") == Directory(Metadata(mode=0o700))


def test_what_is_not_there_is_none() -> None:
    layer = Layer.of({"/f": "x"})
    assert layer.get("/g") is None
    assert layer.get("/f/g") is None


@pytest.mark.parametrize(
    ("tree", "error", "words"),
    [
        ({"/f": "x", "/f/g": "y"}, ValueError, "/f is no directory"),
        ({"/d/": "x"}, ValueError, "ends in / is a directory"),
        ({"/f": 3}, TypeError, "3 is no file"),
        ({"/f": {"g": "x"}}, TypeError, "is no file"),
    ],
)
def test_what_cannot_be_meant_is_refused(tree: dict[str, object], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        Layer.of(tree)  # type: ignore[arg-type]


def test_it_cannot_be_changed() -> None:
    layer = Layer.of({"/d/f": "x"})
    with pytest.raises(TypeError):
        layer.children(0)["new"] = 1  # type: ignore[index]
    with pytest.raises(AttributeError):
        layer.get("/d/f").meta.mode = 0  # type: ignore[union-attr,misc]
    with pytest.raises(AttributeError):
        layer.more = 1  # type: ignore[attr-defined]


def test_hard_links_share_an_inode() -> None:
    builder = LayerBuilder()
    first = builder.put("/a", File(Metadata(), Bytes(b"x")))
    builder.add(0, "b", File(Metadata(), Bytes(b"x")), first)
    layer = builder.build()
    a, b = layer.entry("/a"), layer.entry("/b")
    assert a is not None and b is not None
    assert (layer.inode(a) == layer.inode(b), layer.nlink(a), layer.nlink(b)) == (True, 2, 2)
    assert layer.nlink(0) == 2


def test_a_directory_counts_its_subdirectories() -> None:
    assert Layer.of({"/d/a/": {}, "/d/b/": {}, "/d/f": ""}).nlink(1) == 4


def test_repr() -> None:
    assert repr(Layer.of({})) == "<Layer, empty>"
    assert repr(Layer.of({"/f": ""})) == "<Layer of 1 path: /f>"

"""What a search asks is told as it was asked, and names the layers that the answer is made of."""

from collections.abc import Callable
from typing import Any

import pytest

from coursekit.events import Event, Probed, Refused
from coursekit.fs.content import Bytes
from coursekit.fs.node import WHITEOUT, Directory, File, Metadata
from coursekit.layers.layer import Layer, LayerBuilder
from coursekit.proving.narration import disagreement
from coursekit.vfs.overlay import Overlay

REDIRECT, WHITEOUT_NOTE, METACOPY = (f"trusted.overlay.{note}" for note in ("redirect", "whiteout", "metacopy"))


def moved(to: str, *, opaque: bool = False) -> Directory:
    """A directory that was renamed, as a layer keeps it."""
    return Directory(Metadata(mode=0o755, xattrs={REDIRECT: to.encode()}), opaque)


def noted(**notes: str) -> File:
    """An empty file with notes of overlayfs."""
    return File(
        Metadata(xattrs={f"trusted.overlay.{name}": value.encode() for name, value in notes.items()}), Bytes(b"")
    )


def linked(*names: str) -> Layer:
    """A layer that is one file under several names."""
    builder = LayerBuilder()
    first = builder.add(0, names[0], File(Metadata(), Bytes(b"one file")))
    for name in names[1:]:
        builder.add(0, name, File(Metadata(), Bytes(b"one file")), first)
    return builder.build()


def rename(fs: Overlay) -> None:
    fs.rename("/d", "/e")


def rename_twice(fs: Overlay) -> None:
    fs.mkdir("/k")
    fs.rename("/d", "/e")
    fs.rename("/e", "/k/f")


CASES: list[tuple[str, list[Any], str, Callable[[Overlay], object] | None, str, list[str], tuple[int, ...]]] = [
    (
        "a renamed directory is found below under its old name",
        [{"/d/x": "1"}, {"/d/y": "2"}],
        "redirect_dir=on",
        rename,
        "/e",
        ["0 directory", "1 directory", "2 directory"],
        (0, 1, 2),
    ),
    (
        "its old name is hidden",
        [{"/d/x": "1"}, {"/d/y": "2"}],
        "redirect_dir=on",
        rename,
        "/d",
        ["0 whiteout"],
        (),
    ),
    (
        "moved to another directory, it is found from the roots",
        [{"/d/x": "1"}, {"/d/y": "2"}],
        "redirect_dir=on",
        rename_twice,
        "/k/f",
        ["0 directory", "1 directory", "2 directory"],
        (0, 1, 2),
    ),
    (
        "what is in it comes from the layer that has it",
        [{"/d/x": "1"}, {"/d/y": "2"}],
        "redirect_dir=on",
        rename_twice,
        "/k/f/y",
        ["0 nothing", "1 nothing", "2 file"],
        (2,),
    ),
    (
        "two layers that each renamed it lead to the third",
        [{"/c": moved("b")}, {"/b": moved("/a")}, {"/a/f": "x", "/b/g": "y"}],
        "",
        None,
        "/c",
        ["0 nothing", "1 directory", "2 directory", "3 directory"],
        (1, 2, 3),
    ),
    (
        "a file on the way of a redirect is no answer",
        [{"/c": moved("/a/b")}, {"/a": "a file"}, {"/a/b/f": "x"}],
        "",
        None,
        "/c",
        ["0 nothing", "1 directory", "2 nothing"],
        (1,),
    ),
    (
        "a whiteout on the way ends it",
        [{"/c": moved("/a/b")}, {"/a": WHITEOUT}, {"/a/b/f": "x"}],
        "",
        None,
        "/c",
        ["0 nothing", "1 directory", "2 whiteout"],
        (1,),
    ),
    (
        "a file that is a whiteout by its attribute hides",
        [{"/d/f": noted(whiteout="y")}, {"/d/f": "x"}],
        "",
        None,
        "/d/f",
        ["1 whiteout"],
        (),
    ),
    (
        "a file below a directory is seen, and no part of it",
        [{"/x/f": "1"}, {"/x": "a file"}, {"/x/g": "2"}],
        "",
        None,
        "/x",
        ["0 nothing", "1 directory", "2 file"],
        (1,),
    ),
    (
        "after chmod with metacopy the data is still below",
        [{}, {"/f": "data"}],
        "metacopy=on",
        lambda fs: fs.chmod("/f", 0o600),
        "/f",
        ["0 file", "1 nothing", "2 file"],
        (0, 2),
    ),
    (
        "metadata in three layers: the topmost counts, and the data",
        [{"/f": noted(metacopy="")}, {"/f": noted(metacopy="")}, {"/f": "data"}],
        "metacopy=on",
        None,
        "/f",
        ["0 nothing", "1 file", "2 file", "3 file"],
        (1, 3),
    ),
    (
        "with index=on a name whose file is up under another is found there",
        [linked("one", "two")],
        "index=on",
        lambda fs: fs.write_text("/one", "new"),
        "/two",
        ["0 nothing", "1 file", "0 file"],
        (0,),
    ),
    (
        "and its data below, where only the metadata is up",
        [linked("one", "two")],
        "index=on,metacopy=on",
        lambda fs: fs.chmod("/one", 0o600),
        "/two",
        ["0 nothing", "1 file", "0 file", "1 file"],
        (0, 1),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_what_is_told_is_what_was_asked(case: Any) -> None:
    _, layers, options, do, path, told, providers = case
    heard: list[Event] = []
    fs = Overlay(layers, options=options, emit=heard.append)
    if do is not None:
        do(fs)
    heard.clear()
    fs.exists(path, follow_symlinks=False)
    assert [f"{event.layer} {event.found}" for event in heard if isinstance(event, Probed)] == told
    assert fs.providers(path) == providers
    assert disagreement(fs, path) is None


def test_a_name_that_is_refused_is_listed_as_what_the_search_met() -> None:
    heard: list[Event] = []
    fs = Overlay([{"/c": moved("a")}, {"/a/f": "x"}], options="redirect_dir=nofollow", emit=heard.append)
    with pytest.raises(PermissionError):
        fs.lstat("/a/../c")
    assert [type(event) for event in heard] == [Refused]
    assert {entry.name: entry.kind for entry in fs.scandir("/")} == {"a": 4, "c": 4}


def test_a_narration_that_is_bent_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    from coursekit.union import lookup

    fs = Overlay([{"/d/x": "1"}, {"/d/y": "2"}])
    assert disagreement(fs, "/d") is None
    true = lookup.asked
    monkeypatch.setattr(lookup, "asked", lambda parent, name: true(parent, name)[:-1])
    assert "the events tell (1,), providers says (1, 2)" in str(disagreement(fs, "/d"))

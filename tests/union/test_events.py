"""Every step is told, in order; and when nobody listens, no step is even put into words."""

import contextlib
import errno
from collections.abc import Callable
from typing import Any, get_args

import pytest

from coursekit import events
from coursekit.events import (
    CopiedUp,
    Created,
    Event,
    Linked,
    Listed,
    MadeOpaque,
    MetadataChanged,
    Probed,
    Read,
    Refused,
    Removed,
    Renamed,
    WhitedOut,
    Written,
)
from coursekit.fs.node import WHITEOUT
from coursekit.vfs.overlay import Overlay

TOP = {"/etc/hosts": "top", "/etc/gone": WHITEOUT}
BASE = {"/etc/hosts": "base", "/etc/gone": "x", "/etc/motd": "welcome", "/srv/www/index": "hi"}


def probed(path: str, *found: Any, first: int = 1) -> list[Event]:
    """A lookup that asked layer after layer, from `first` on, and what each said."""
    return [Probed(path=path, layer=layer, found=said) for layer, said in enumerate(found, first)]


CASES: list[tuple[str, Callable[[Overlay], object], list[Event]]] = [
    (
        "the topmost layer that has it ends the search",
        lambda fs: fs.lstat("/etc/hosts"),
        probed("/etc/hosts", "file"),
    ),
    (
        "a lower file is found below a miss",
        lambda fs: fs.stat("/etc/motd"),
        probed("/etc/motd", "nothing", "file"),
    ),
    (
        "a whiteout ends the search",
        lambda fs: fs.exists("/etc/gone"),
        probed("/etc/gone", "whiteout"),
    ),
    (
        "directories are asked for in all layers",
        lambda fs: fs.listdir("/etc"),
        [*probed("/etc", "nothing", "directory", "directory", first=0), Listed(path="/etc", layers=(1, 2))],
    ),
    (
        "reading reads from the layer that has it, and copies nothing",
        lambda fs: fs.read_text("/etc/motd"),
        [*probed("/etc/motd", "nothing", "file"), Read(path="/etc/motd", layer=2, size=7)],
    ),
    (
        "the first write copies up, parents first",
        lambda fs: append(fs, "/srv/www/index", b"!"),
        [
            *probed("/srv/www/index", "file", first=2),
            CopiedUp(path="/srv", from_layer=2, size=0),
            CopiedUp(path="/srv/www", from_layer=2, size=0),
            CopiedUp(path="/srv/www/index", from_layer=2, size=2),
            Written(path="/srv/www/index", offset=0, size=1),
        ],
    ),
    (
        "chmod pays for the whole file too",
        lambda fs: fs.chmod("/etc/motd", 0o600),
        [
            *probed("/etc/motd", "nothing", "file"),
            CopiedUp(path="/etc", from_layer=1, size=0),
            CopiedUp(path="/etc/motd", from_layer=2, size=7),
            MetadataChanged(path="/etc/motd", what="mode"),
        ],
    ),
    (
        "removing leaves a whiteout",
        lambda fs: fs.unlink("/etc/motd"),
        [
            *probed("/etc/motd", "nothing", "file"),
            CopiedUp(path="/etc", from_layer=1, size=0),
            WhitedOut(path="/etc/motd"),
        ],
    ),
    (
        "what is new goes without one",
        lambda fs: (fs.touch("/n"), fs.unlink("/n")),
        [
            *probed("/n", "nothing", "nothing", "nothing", first=0),
            Created(path="/n", kind="file"),
            *probed("/n", "file", first=0),
            Removed(path="/n"),
        ],
    ),
    (
        "a directory in place of a whiteout is opaque",
        lambda fs: (fs.unlink("/etc/motd"), fs.mkdir("/etc/motd")),
        [
            *probed("/etc/motd", "nothing", "file"),
            CopiedUp(path="/etc", from_layer=1, size=0),
            WhitedOut(path="/etc/motd"),
            *probed("/etc/motd", "whiteout", first=0),
            Created(path="/etc/motd", kind="directory"),
            MadeOpaque(path="/etc/motd"),
        ],
    ),
    (
        "a rename copies up, moves, and leaves a whiteout",
        lambda fs: fs.rename("/etc/motd", "/etc/new"),
        [
            *probed("/etc/motd", "nothing", "file"),
            *probed("/etc/new", "nothing", "nothing"),
            CopiedUp(path="/etc", from_layer=1, size=0),
            CopiedUp(path="/etc/motd", from_layer=2, size=7),
            Renamed(source="/etc/motd", target="/etc/new"),
            WhitedOut(path="/etc/motd"),
        ],
    ),
    (
        "a hard link copies up its source",
        lambda fs: fs.link("/etc/motd", "/m"),
        [
            *probed("/etc/motd", "nothing", "file"),
            *probed("/m", "nothing", "nothing", "nothing", first=0),
            CopiedUp(path="/etc", from_layer=1, size=0),
            CopiedUp(path="/etc/motd", from_layer=2, size=7),
            Linked(source="/etc/motd", target="/m"),
        ],
    ),
    (
        "what is refused is told, with its errno",
        lambda fs: fs.rename("/etc", "/usr"),
        [
            *probed("/etc", "nothing", "directory", "directory", first=0),
            *probed("/usr", "nothing", "nothing", "nothing", first=0),
            Refused(operation="rename", path="/etc", code=errno.EXDEV),
        ],
    ),
    (
        "emptying copies no data",
        lambda fs: fs.open("/etc/motd", 0o1001).close(),
        [
            *probed("/etc/motd", "nothing", "file"),
            CopiedUp(path="/etc", from_layer=1, size=0),
            CopiedUp(path="/etc/motd", from_layer=2, size=0),
            Written(path="/etc/motd", offset=0, size=0),
        ],
    ),
]


def append(fs: Overlay, path: str, data: bytes) -> None:
    with fs.open(path, 1) as file:
        file.write(data)


@pytest.mark.parametrize(("sentence", "do", "steps"), CASES, ids=[one[0].replace(" ", "-") for one in CASES])
def test_events(sentence: str, do: Callable[[Overlay], object], steps: list[Event]) -> None:
    heard: list[Event] = []
    with contextlib.suppress(OSError):
        do(Overlay([TOP, BASE], emit=heard.append))
    assert heard == steps, sentence


@pytest.mark.parametrize(("sentence", "do", "steps"), CASES, ids=[one[0].replace(" ", "-") for one in CASES])
def test_nothing_is_built_when_nobody_listens(
    sentence: str, do: Callable[[Overlay], object], steps: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in get_args(Event):
        monkeypatch.setattr(kind, "__init__", built)
    with contextlib.suppress(OSError):
        do(Overlay([TOP, BASE]))


def built(self: object, **named: object) -> None:
    raise AssertionError(f"{type(self).__name__} was built for nobody")


def test_every_event_of_the_engine_is_played_here() -> None:
    told = {type(step) for _, _, steps in CASES for step in steps}
    elsewhere = {events.BlobFetched, events.Committed}
    assert told == set(get_args(Event)) - elsewhere

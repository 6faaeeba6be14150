"""Lesson 04, second half: what it calls true is what the engine does, and for system calls what the kernel does."""

import os
from collections.abc import Callable
from typing import Any

import pytest

from coursekit.container.container import run
from coursekit.events import CopiedUp, Event, Renamed, WhitedOut
from coursekit.exercises import catalogue
from coursekit.exercises.folders import case_of, texts_of
from coursekit.exercises.seeds import case_for, practice
from coursekit.fs.node import WHITEOUT, Directory, Metadata
from coursekit.image.open import Image
from coursekit.layers.layer import Layer
from coursekit.lessons.l04_copy_on_write.diff_from_upper.key import diff
from coursekit.lessons.l04_copy_on_write.what_copies_up.case import CALLS
from coursekit.lessons.l04_copy_on_write.what_copies_up.key import COPIES
from coursekit.proving.kernel import Kernel
from coursekit.vfs.overlay import Overlay

HARD_LINKS, MOVES, DIFF_FROM_UPPER, LATER_RM = map(
    catalogue.exercise, ("hard-links", "moves", "diff-from-upper", "later-rm")
)
SAID = texts_of(case_of("coursekit.lessons.l04_copy_on_write.what_copies_up")[1]).labels
PATH = "/etc/hosts"
DONE: dict[str, Callable[[Any], object]] = {
    "wronly": lambda fs: fs.open(PATH, os.O_WRONLY).close(),
    "rdwr": lambda fs: _read(fs, os.O_RDWR),
    "trunc": lambda fs: fs.open(PATH, os.O_RDONLY | os.O_TRUNC).close(),
    "chmod-same": lambda fs: fs.chmod(PATH, fs.stat(PATH).st_mode & 0o7777),
    "chown": lambda fs: fs.chown(PATH, -1, -1),
    "utime": lambda fs: fs.utime(PATH, ns=(10**18, 10**18)),
    "xattr": lambda fs: fs.setxattr(PATH, "user.none", b"x", os.XATTR_REPLACE),
    "link": lambda fs: fs.link(PATH, "/etc/second"),
    "read": lambda fs: _read(fs, os.O_RDONLY),
    "stat": lambda fs: fs.stat(PATH),
    "access": lambda fs: fs.access(PATH, os.W_OK) if hasattr(fs, "access") else None,
    "getxattr": lambda fs: fs.getxattr(PATH, "user.none"),
    "excl": lambda fs: fs.open(PATH, os.O_CREAT | os.O_EXCL | os.O_WRONLY),
    "rename-self": lambda fs: fs.rename(PATH, PATH),
    "removexattr": lambda fs: fs.removexattr(PATH, "user.none"),
}


def _read(fs: Any, flags: int) -> None:
    with fs.open(PATH, flags) as file:
        file.read(100)


def _tried(fs: Any, call: str) -> None:
    try:
        DONE[call](fs)
    except OSError as refused:
        assert "it fails" in SAID[call] or call == "getxattr", refused
    else:
        assert "it fails" not in SAID[call]


def test_every_call_is_tried() -> None:
    assert DONE.keys() == set(CALLS)


@pytest.mark.parametrize("call", CALLS)
def test_what_copies_up_in_the_engine(call: str) -> None:
    fs = Overlay(lowerdir=[{PATH: "127.0.0.1"}])
    _tried(fs, call)
    assert (0 in fs.providers(PATH)) == (call in COPIES)


@pytest.mark.kernel
def test_what_copies_up_in_the_kernel() -> None:
    with Kernel() as kernel:
        for call in CALLS:
            fs = kernel.mount([Layer.of({PATH: "127.0.0.1"})])
            _tried(fs, call)
            assert (PATH in [entry["path"] for entry in fs.upperdir()]) == (call in COPIES), call


def _linked(names: list[str]) -> Layer:
    """A layer with one file under several names."""
    made = Overlay(lowerdir=[{name.rpartition("/")[0] + "/": {} for name in names}])
    made.write_text(names[0], "old")
    for name in names[1:]:
        made.link(names[0], name)
    assert made.upper is not None
    return made.upper.freeze()  # type: ignore[return-value]


@pytest.mark.parametrize("seed", [f"links-{n}" for n in range(8)])
def test_hard_links(seed: str) -> None:
    case = case_for(HARD_LINKS, seed)
    fs = Overlay(lowerdir=[_linked(case["names"])])
    fs.write_text(case["changed"], "new")
    seen = {name: {"shows": fs.read_text(name), "links": fs.stat(name).st_nlink} for name in case["names"]}
    assert seen == HARD_LINKS.truth(case)


def test_moves() -> None:
    events: list[Event] = []
    image = Layer.of({"/file": "f" * 100, "/changed": "c" * 70, "/directory/a": "a", "/directory/b": "b"})
    fs = Overlay(lowerdir=[image], emit=events.append)
    truth = MOVES.truth(case_for(MOVES, "a"))
    fs.chmod("/changed", 0o600)
    fs.mkdir("/own")
    for row in ("file", "changed", "own"):
        events.clear()
        fs.rename(f"/{row}", f"/{row}-moved")
        copied = sum(event.size for event in events if isinstance(event, CopiedUp))
        assert any(isinstance(event, Renamed) for event in events)
        assert (truth[row]["how"] == "copy-up") == (copied > 0) == any(isinstance(e, CopiedUp) for e in events)
        assert any(isinstance(event, WhitedOut) for event in events) == (row != "own")
    with pytest.raises(OSError, match="cross-device"):
        fs.rename("/directory", "/directory-moved")


def test_the_note_s_mv_of_a_directory_copies_all_that_is_in_it() -> None:
    web = run(Image.open("teach/app:1"), name="mover")
    web.events.clear()
    web.exec("mv /srv/app /srv/moved")
    assert not web.rootfs.exists("/srv/app")
    assert 0 in web.rootfs.providers("/srv/moved/app.conf")
    assert not [event for event in web.events if isinstance(event, CopiedUp) and event.size]  # mv wrote new files


@pytest.mark.kernel
def test_moving_a_directory_with_redirects_in_the_kernel() -> None:
    with Kernel() as kernel:
        options = "index=off,redirect_dir=on,metacopy=off,xino=off"
        mount = kernel.mount([Layer.of({"/directory/a": "a" * 5000})], options=options)
        mount.rename("/directory", "/moved")
        above = {entry["path"]: entry for entry in mount.upperdir()}
        assert "/moved/a" not in above and "trusted.overlay.redirect" in above["/moved"]["xattrs"]


@pytest.mark.parametrize("seed", [f"diff-{n}" for n in range(6)])
def test_diff_over_dicts_prints_what_the_engine_prints(seed: str) -> None:
    assert DIFF_FROM_UPPER.function is not None
    nodes: dict[Any, Any] = {
        None: WHITEOUT,
        "dir": Directory(Metadata(mode=0o755)),
        "opaque": Directory(Metadata(mode=0o755), opaque=True),
    }
    for upper, lower in DIFF_FROM_UPPER.function.inputs({}, practice(DIFF_FROM_UPPER.id, seed)):
        top, below = (Layer.of({path: nodes.get(node, node) for path, node in tree.items()}) for tree in (upper, lower))
        merged = Overlay(lowerdir=[below])
        _lay(merged, top, below)
        printed = [f"{change.kind.value} {change.path}" for change in merged.changes() if change.path != "/"]
        assert printed == diff(upper, lower), (upper, lower)


def _lay(merged: Overlay, top: Layer, below: Layer) -> None:
    """Does in `merged` what leaves `top` in its upperdir."""
    for path, node in top.items():
        match node:
            case Directory(opaque=True):
                merged.rmtree(path)
                merged.mkdir(path)
            case Directory():
                if not merged.exists(path):
                    merged.mkdir(path)
            case _ if node is WHITEOUT:
                (merged.rmtree if merged.is_dir(path) else merged.unlink)(path)
            case _:
                data = node.content.read(0, node.content.size)  # type: ignore[union-attr]
                if merged.exists(path) and merged.read_bytes(path) == data:
                    merged.chmod(path, merged.stat(path).st_mode & 0o7777)
                    continue
                merged.write_bytes(path, data)
                if below.get(path) == node:  # made anew, and as it was: its time, too
                    merged.utime(path, ns=(0, 0))


def test_later_rm_is_what_a_build_gives() -> None:
    from coursekit.builder.build import build

    base = sum(layer.size_files for layer in Image.open("teach/base:1").layers)
    made = "seq 1 2000 > /archive", "seq 1 300 > /program"
    archive, program = 8893, 1092
    recipes = {
        "apart": f"FROM teach/base:1\nRUN {made[0]}\nRUN {made[1]}\nRUN rm /archive",
        "one": f"FROM teach/base:1\nRUN {made[0]} && {made[1]} && rm /archive",
        "stages": f"FROM teach/app:1 AS made\nRUN {made[0]} && {made[1]}\n"
        "FROM teach/base:1\nCOPY --from=made /program /program",
    }
    truth = LATER_RM.truth({"base": base, "archive": archive, "program": program, "builder": 0})
    for name, recipe in recipes.items():
        image = build(recipe, say=None)
        assert sum(layer.size_files for layer in image.layers) == truth[name]["bytes"], name

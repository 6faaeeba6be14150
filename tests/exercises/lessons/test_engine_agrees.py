"""What lesson 04 calls true is what the engine does, on the files of the bundled image."""

from collections.abc import Callable
from typing import Any

import pytest

from coursekit.events import CopiedUp
from coursekit.exercises import catalogue
from coursekit.exercises.seeds import case_for
from coursekit.fs.node import WHITEOUT, Directory, Metadata
from coursekit.image.open import Image
from coursekit.layers.layer import Layer
from coursekit.lessons.l04_copy_on_write.commands import FILES
from coursekit.lessons.l04_copy_on_write.copy_up.key import Tree, copy_up
from coursekit.vfs.overlay import Overlay

DIFF_LINES, FOUR_OPERATIONS, FIRST_BYTE = map(catalogue.exercise, ("diff-lines", "four-operations", "first-byte"))
SEEDS = [f"engine-{n}" for n in range(12)]


@pytest.fixture(scope="module")
def image() -> Image:
    return Image.open("debian-nginx:bullseye")


def act(tree: Overlay, verb: str, path: str) -> None:
    """One of the lesson's commands."""
    match verb:
        case "add":
            tree.write_text(path, "hello\n")
        case "read":
            tree.read_bytes(path)
        case "modify" | "append":
            with tree.open(path, 0o2001) as file:  # O_WRONLY | O_APPEND
                file.write(b"# mine\n")
        case "chmod":
            tree.chmod(path, 0o600)
        case "touch":
            tree.utime(path, ns=(0, 10**18))
        case "delete":
            tree.unlink(path)


def test_the_files_that_learners_are_asked_about_can_be_read(image: Image) -> None:
    tree = Overlay.from_image(image)
    assert all(tree.read_bytes(path) for path in FILES)


@pytest.mark.parametrize("seed", SEEDS)
def test_four_operations(image: Image, seed: str) -> None:
    case = case_for(FOUR_OPERATIONS, seed)
    holds = []
    for step in case["steps"].values():
        tree = Overlay.from_image(image)
        act(tree, step["verb"], step["path"])
        if any(str(change.path) == step["path"] for change in tree.changes()):
            holds.append(step["path"])
    assert holds == FOUR_OPERATIONS.truth(case)


@pytest.mark.parametrize("seed", SEEDS)
def test_diff_lines(image: Image, seed: str) -> None:
    case = case_for(DIFF_LINES, seed)
    tree = Overlay.from_image(image)
    for verb, path in case["steps"]:
        act(tree, verb, path)
    letters = {change.path: change.kind.value for change in tree.changes()}
    assert {row: {"line": letters.get(row, "-")} for row in case["rows"]} == DIFF_LINES.truth(case)


@pytest.mark.parametrize("seed", SEEDS[:4])
def test_the_price_of_the_first_byte(seed: str) -> None:
    case = case_for(FIRST_BYTE, seed)
    small = {path: size // 1000 for path, size in case["files"].items()}  # the rule does not depend on the size
    events: list[Any] = []
    tree = Overlay(lowerdir=[{path: b"x" * size for path, size in small.items()}], emit=events.append)
    bill = {}
    for number, (verb, path) in enumerate(case["steps"], 1):
        events.clear()
        act(tree, verb, path)
        copied = sum(event.size for event in events if isinstance(event, CopiedUp) and event.path == path)
        bill[f"{number}"] = {"bytes": copied}
    assert bill == FIRST_BYTE.truth({**case, "files": small})


@pytest.mark.parametrize("path", ["/etc/hosts", "/usr/lib/data", "/gone", "/nothing"])
def test_copy_up_over_dicts_does_what_the_engine_does(path: str) -> None:
    lowers: list[Tree] = [
        {"/etc": "dir", "/etc/hosts": b"above", "/gone": None},
        {"/etc": "dir", "/etc/hosts": b"below, longer", "/gone": b"old"},
        {"/usr": "dir", "/usr/lib": "dir", "/usr/lib/data": b"library"},
    ]
    upper: Tree = {"/": "dir"}
    events: list[Any] = []
    layers = [Layer.of({name: _node(node) for name, node in lower.items()}) for lower in lowers]
    tree = Overlay(lowerdir=layers, emit=events.append)
    assert _tried(lambda: copy_up(upper, lowers, path)) == _tried(lambda: _touched(tree, events, path))
    come = sorted(name for name in upper if name != "/")
    assert come == [
        name for name in ("/etc", "/etc/hosts", "/usr", "/usr/lib", "/usr/lib/data") if 0 in tree.providers(name)
    ]


def _touched(tree: Overlay, events: list[Any], path: str) -> int:
    """Bytes that the engine copies for a chmod."""
    tree.chmod(path, 0o600)
    return sum(event.size for event in events if isinstance(event, CopiedUp))


def _tried(action: Callable[[], int]) -> int | str:
    try:
        return action()
    except FileNotFoundError as refused:
        return f"errno {refused.errno}"


def _node(node: bytes | str | None) -> Any:
    if node is None:
        return WHITEOUT
    return Directory(Metadata(mode=0o755)) if node == "dir" else node

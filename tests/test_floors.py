"""Imports point down the floors of the house, and circles of modules do not grow.

A module names what lies on floors below it and what is in its own room; nothing above, and nothing beside it. All
imports count (see tests/import_graph.py, which also prints the circles). Exceptions are named here with a reason, and
leave this list when they leave the code.
"""

import ast
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

import pytest

from tests.import_graph import Graph, arrows, circles, graph, modules, told

FLOORS = (  # lowest first; each a row of rooms that do not know each other
    ("language", "columns"),
    ("errors", "events", "showing"),
    ("fs",),
    ("layers",),
    ("union",),
    ("vfs",),
    ("image", "shell", "fuse", "proving"),
    ("packages", "registry"),
    ("container",),
    ("builder", "anatomy"),
    ("diagrams",),
    ("own_union",),
    ("widgets",),
    ("exercises",),
    ("lessons",),
    ("grading",),
    ("cli", "docker", "magic", "lab", "doctor", "classroom", "site"),  # the roof, where everybody knows everybody
)
ROOF = len(FLOORS) - 1
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}

# (who, whom): why the arrow points up all the same. Names are patterns.
ARROWS_UP = {
    (
        "exercises.session",
        "grading.sandbox.function_runner",
    ): "an instant check runs a learner's function where the grader would",
    ("exercises.catalogue", "lessons"): "the catalogue asks for the folders of the lessons, by name",
}

# members (patterns): why they may know each other in a circle.
CIRCLES: dict[tuple[str, ...], str] = {
    (
        *("container.commit", "container.container", "container.containers", "container.inspect"),
        *("container.persistence", "container.terminal"),
    ): "Container is the noun of its room, and its methods are the other modules' verbs",
    (
        "union.hardlinks",
        "union.inode",
        "union.status",
        "union.superblock",
    ): "an inode and its superblock know each other",
    ("shell.builtins", "shell.shell"): "a shell has builtins, and some of them run commands",
    ("anatomy.explain", "anatomy.file_history", "anatomy.render"): "an explanation renders itself",
    (
        *("grading.classroom.pool", "grading.classroom.steps", "grading.classroom.worker"),
    ): "a step has a worker asked, a process that takes a notebook through the same steps",
}


@pytest.fixture(scope="module")
def drawn() -> Graph:
    return graph()


def room(module: str) -> str:
    return module.partition(".")[0]


def points_up(one: str, other: str) -> bool:
    """From a floor to one above, or to another room beside it; on the roof that is no matter."""
    here, there = FLOOR[room(one)], FLOOR[room(other)]
    return room(one) != room(other) and here <= there and not here == there == ROOF


def arrows_up(found: Graph) -> list[tuple[str, str]]:
    return sorted((one, other) for one, named in found.items() for other in named if points_up(one, other))


def is_named(arrow: tuple[str, str], pattern: tuple[str, str]) -> bool:
    return all(map(fnmatchcase, arrow, pattern))


def unnamed(circle: Iterable[str], allowed: Iterable[str]) -> set[str]:
    """The members of a circle that no pattern names."""
    return {each for each in circle if not any(fnmatchcase(each, pattern) for pattern in allowed)}


def grown(found: Graph, allowed: Mapping[tuple[str, ...], str]) -> list[frozenset[str]]:
    """The circles that are not within one that is allowed."""
    return [each for each in circles(found) if all(unnamed(each, members) for members in allowed)]


def test_every_room_has_a_floor() -> None:
    rooms = {room(name) for name in modules()}
    assert rooms == set(FLOOR), "FLOORS is the table of all rooms; a new one gets its floor there"


def test_arrows_point_down(drawn: Graph) -> None:
    wrong = [arrow for arrow in arrows_up(drawn) if not any(is_named(arrow, pattern) for pattern in ARROWS_UP)]
    assert wrong == [], "these imports point up or sideways"


def test_an_exception_is_still_needed(drawn: Graph) -> None:
    up = arrows_up(drawn)
    idle = [pattern for pattern in ARROWS_UP if not any(is_named(arrow, pattern) for arrow in up)]
    assert idle == [], "these arrows are gone: take them out of ARROWS_UP"


def test_no_circle_grows(drawn: Graph) -> None:
    assert grown(drawn, CIRCLES) == [], f"a circle that CIRCLES does not allow\n{told(drawn)}"


def test_a_circle_that_shrank_is_recorded(drawn: Graph) -> None:
    there = [each for circle in circles(drawn) for each in circle]
    idle = [
        pattern for members in CIRCLES for pattern in members if not any(fnmatchcase(one, pattern) for one in there)
    ]
    assert idle == [], "these are in no circle any more: take them out of CIRCLES"


KNOWN = dict.fromkeys(["fs.node", "union", "union.x", "vfs.overlay", "image.image", "shell.commands.ls", "cli"])


@pytest.mark.parametrize(
    ("own", "source", "named"),
    [
        ("fs.node", "from coursekit.vfs.overlay import Overlay", {"vfs.overlay"}),
        ("fs.node", "from coursekit.union import x", {"union.x"}),
        ("fs.node", "from coursekit import union", {"union"}),
        ("union.x", "def f():\n    import coursekit.image.image", {"image.image"}),
        ("union.x", "if TYPE_CHECKING:\n    from coursekit.image.image import Image", {"image.image"}),
        ("image.image", "import_module('coursekit.cli')", {"cli"}),
        ("image.image", "HOMES = {'show': 'coursekit.vfs.overlay.Overlay'}", {"vfs.overlay"}),
        ("vfs.overlay", "import_module(f'coursekit.shell.commands.{name}')", {"shell.commands.ls"}),
        ("vfs.overlay", "from coursekit import __version__", set()),
        ("vfs.overlay", "'coursekit.vfs.overlay'; 'coursekit takes vfs.overlay'; from os import path", set()),
    ],
)
def test_every_kind_of_import_is_seen(own: str, source: str, named: set[str]) -> None:
    assert arrows(own, source, KNOWN) == named


@pytest.mark.parametrize(
    ("one", "other", "up"),
    [
        ("union.lookup", "fs.node", False),
        ("union.lookup", "union.merge", False),
        ("union.lookup", "vfs.walk", True),
        ("shell.shell", "image.image", True),  # beside it
        ("shell.shell", "cli.course", True),
        ("cli.course", "docker.command", False),  # both on the roof
    ],
)
def test_up_is_to_a_floor_above_or_to_a_room_beside(one: str, other: str, up: bool) -> None:
    assert points_up(one, other) is up


def test_a_circle_is_found_with_all_its_members_and_no_other() -> None:
    found = {"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": {"e"}, "e": {"d"}, "f": {"a"}, "g": set()}
    drawn = {one: frozenset(others) for one, others in found.items()}
    assert circles(drawn) == [{"a", "b", "c"}, {"d", "e"}]
    assert grown(drawn, {("a", "b", "c"): "", ("d", "[ef]"): ""}) == []
    assert grown(drawn, {("a", "b", "c"): "", ("d",): ""}) == [{"d", "e"}]
    assert grown(drawn, {("a", "b"): "", ("c", "d", "e"): ""}) == [{"a", "b", "c"}]


def test_nbgrader_stays_in_the_room_of_the_class() -> None:
    importers = {name for name, path in modules().items() if "nbgrader" in packages(path.read_text())}
    assert importers, "nobody imports nbgrader: this test looks at nothing"
    assert {name for name in importers if not name.startswith(("grading.nbgrader", "grading.classroom"))} == set()


def packages(source: str) -> set[str]:
    """The top-level packages that a text imports, its own among them."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                found |= {alias.name.partition(".")[0] for alias in names}
            case ast.ImportFrom(module=str() as module):
                found.add(module.partition(".")[0])
    return found

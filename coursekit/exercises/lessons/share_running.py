"""Lesson 05: containers of one image, what each sees, and how often a shared file lies in memory.

Source: docker's storage driver page, "Container and layers"; `container.drivers`, where each
figure has its own source.
"""

from collections.abc import Callable
from random import Random
from typing import Any

from coursekit.container.drivers import DRIVERS
from coursekit.exercises.forms import Choose, Fill, Number
from coursekit.exercises.lessons.share_disk import LESSON
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Hint, Kind, WrongModel

_FILES = ("/etc/motd", "/etc/app.conf", "/srv/index.html", "/srv/logo.svg", "/usr/share/words", "/opt/run.sh")
_WHO = {
    "writer": "in {a}, which changed it",
    "beside": "in {b}, a second container of the image, started before the change",
    "later": "in {c}, a container of the same image, started after the change",
    "committed": "in {d}, a container of the image that docker commit {a} made after the change",
    "again": "in {a}, after docker restart {a}",
    "rebuilt": "in a new {a}, after docker rm -f {a} and the same docker run",
}
_SHOWN = {"changed": "the changed contents", "image": "the image's contents"}


def _crowd(random: Random) -> dict[str, Any]:
    """Seven looks at files that container a changed, by different containers."""
    names = random.sample(("web", "shop", "api", "blog", "mail", "wiki", "chat"), 4)
    looks = [*_WHO, random.choice(("beside", "later", "committed"))]
    paths = random.sample(_FILES, 2)
    asked = [[who, paths[number % 2]] for number, who in enumerate(looks)]
    if asked[-1] in asked[:-1]:
        asked[-1][1] = paths[1] if asked[-1][1] == paths[0] else paths[0]
    random.shuffle(asked)
    return {"names": dict(zip("abcd", names, strict=True)), "looks": {f"{n}": look for n, look in enumerate(asked, 1)}}


def _seen(case: Case, changed: Callable[[str], bool]) -> dict[str, Any]:
    return {row: {"shows": "changed" if changed(who) else "image"} for row, (who, _) in case["looks"].items()}


_CHANGED = ("writer", "committed", "again")

TWO_CONTAINERS = Exercise(
    id="two-containers",
    lesson=LESSON,
    title="One change, many containers",
    kind=Kind.PREDICTION,
    points=3,
    objective="tell which containers see what one of them changed",
    make=_crowd,
    question=lambda case: (
        f"Container {case['names']['a']} changes two files of its image. What does `cat` show then, "
        "in "
        "each place: 'changed' or 'image' (what the image has)?"
    ),
    form=lambda case: Fill(
        {row: f"{path}, {_WHO[who].format(**case['names'])}" for row, (who, path) in case["looks"].items()},
        {"shows": Choose(_SHOWN)},
    ),
    truth=lambda case: _seen(case, lambda who: who in _CHANGED),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["containers-share-the-writable-layer"],
            lambda case: _seen(case, lambda who: who != "rebuilt"),
            "The containers beside it: each has an upperdir of its own, and theirs are empty.",
        ),
        WrongModel(
            MISCONCEPTIONS["writing-edits-the-image"],
            lambda case: _seen(case, lambda who: True),
            "Even the container made anew would show the change, if the image had it. It does not.",
        ),
        WrongModel(
            MISCONCEPTIONS["removing-keeps-changes"],
            lambda case: _seen(case, lambda who: who in (*_CHANGED, "rebuilt")),
            "The container made anew has the old one's name, and an empty upperdir.",
        ),
        WrongModel(
            MISCONCEPTIONS["stopping-loses-changes"],
            lambda case: _seen(case, lambda who: who in ("writer", "committed")),
            "A restart ends a process and starts one; upperdir is a directory on disk, and stays.",
        ),
    ),
    hints=(
        Hint("Where does the change lie, and which of these containers have that place among their layers?"),
        Hint(
            "What does `docker rm` delete, and what does the next `docker run` begin with?",
            after="removing-keeps-changes",
        ),
        Hint("Only the container itself, while it lives, and what stands on an image made from it."),
    ),
    explanation="Shared is what nobody can change. The change lies in one container's upperdir: seen there, also "
    "after a "
    "restart, and by containers of a new image in which that upperdir has become a layer. Nowhere else.",
)


def _library(random: Random) -> dict[str, Any]:
    drivers = ["overlay2", "zfs", *random.sample(("vfs", "btrfs", "devicemapper"), 2)]
    random.shuffle(drivers)
    path = random.choice(("/usr/lib/libcrypto.so", "/usr/lib/libicudata.so", "/usr/lib/jvm/modules"))
    size = random.randrange(2_000_000, 130_000_000)
    return {"drivers": drivers, "path": path, "size": size, "containers": random.randrange(3, 60)}


def _memory(case: Case, copies: Callable[[str], int] | None = None) -> dict[str, Any]:
    def true(name: str) -> int:
        return DRIVERS[name].page_cache_copies(case["containers"])

    count = copies or true
    return {name: {"bytes": case["size"] * count(name)} for name in case["drivers"]}


PAGE_CACHE = Exercise(
    id="page-cache",
    lesson=LESSON,
    title="The same file, in memory",
    kind=Kind.TABLE,
    points=3,
    objective="tell how often a shared file lies in memory, by storage driver",
    make=_library,
    question=lambda case: (
        f"{case['containers']} containers of one image have all read `{case['path']}` of that image "
        f"({case['size']:,} bytes). How many bytes of memory does its contents take, by storage driver?"
    ),
    form=lambda case: Fill({name: name for name in case["drivers"]}, {"bytes": Number("bytes")}),
    truth=_memory,
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["memory-per-container"],
            lambda case: _memory(case, lambda name: case["containers"]),
            "Row overlay2: all of the containers open the same lower file, and the kernel keeps its pages once.",
        ),
        WrongModel(
            MISCONCEPTIONS["memory-always-shared"],
            lambda case: _memory(case, lambda name: 1),
            "The rows of drivers that give each container a file system, or files, of its own.",
        ),
        WrongModel(
            MISCONCEPTIONS["block-drivers-never-share"],
            lambda case: _memory(case, lambda name: 1 if name == "overlay2" else case["containers"]),
            "Row zfs: its cache keeps blocks, and the clones of one snapshot share them.",
        ),
    ),
    hints=(
        Hint("The kernel keeps pages for a file, and not for a path or a container. With which driver is it one file?"),
        Hint(
            "ZFS does not use the kernel's page cache for this. What does its own cache keep?",
            after="block-drivers-never-share",
        ),
        Hint("overlay2 and zfs: once. vfs, btrfs, devicemapper: once for each container."),
    ),
    explanation="“Loaded into memory once” holds where the containers' paths lead to one inode (overlay2) or to one "
    "cached "
    "block (zfs). vfs copied the files; btrfs subvolumes and thin devices have inodes of their own, and each is cached "
    "for itself. With fifty containers of one image that is much of a host's memory.",
)

"""Lesson 04: what a first byte costs by storage driver, and which system calls copy a file up.

Source: `container.drivers`, where each figure has its own; Linux overlayfs.rst,
"Non-directories", and what a 6.18 mount answered (tests/conformance, "copying").
"""

from collections.abc import Mapping
from random import Random
from typing import Any

from coursekit.container.drivers import DRIVERS
from coursekit.exercises.forms import Choose, Fill, Number
from coursekit.exercises.lessons.cow_operations import LESSON
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Hint, Kind, WrongModel

_BLOCK = 4096


def _database(random: Random) -> dict[str, Any]:
    """A big file of a bigger image, and where the first byte is written: in a full block of each driver."""
    size = random.randrange(20_000_000, 90_000_000)
    return {
        "image": size + random.randrange(60_000_000, 300_000_000),
        "size": size,
        "offset": random.randrange(1_000_000, size - 1_000_000),
        "drivers": ["overlay2", "vfs", *random.sample(("devicemapper", "btrfs", "zfs"), 2)],
    }


def _bill(case: Case, changes: Mapping[str, Mapping[str, int]] | None = None) -> dict[str, Any]:
    found = {}
    for name in case["drivers"]:
        driver = DRIVERS[name]
        true = {"run": driver.start(case["image"]), "write": driver.first_byte(case["size"], offset=case["offset"])}
        found[name] = {**true, **(changes or {}).get(name, {})}
    return found


DRIVER_PRICE = Exercise(
    id="driver-price",
    lesson=LESSON,
    title="The first byte, by storage driver",
    kind=Kind.TABLE,
    points=3,
    objective="compare storage drivers by what the first byte costs, and when",
    make=_database,
    question=lambda case: (
        f"An image holds {case['image']:,} bytes of files. One of them is a database of "
        f"{case['size']:,} bytes. A container of it is made, and writes a single byte into the middle of that file, at "
        f"offset {case['offset']:,}. How many bytes of the image does each driver copy when the container is made (`run`), "
        "and how many before the byte is written (`write`)? Defaults: devicemapper has blocks of 65,536 bytes, btrfs of "
        "4,096, zfs records of 131,072."
    ),
    form=lambda case: Fill(
        {name: name for name in case["drivers"]}, {"run": Number("bytes"), "write": Number("bytes")}
    ),
    truth=_bill,
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["copies-only-the-block"],
            lambda case: {"overlay2": {"write": _BLOCK}},
            "Row overlay2: it lies above the file systems and knows files. Blocks are theirs.",
        ),
        WrongModel(
            MISCONCEPTIONS["drivers-agree"],
            lambda case: {name: {"write": case["size"]} for name in case["drivers"] if name not in ("overlay2", "vfs")},
            "The rows of block drivers: they find the one block in which the byte lies.",
        ),
        WrongModel(
            MISCONCEPTIONS["vfs-copies-on-write"],
            lambda case: {"vfs": {"run": 0, "write": case["size"]}},
            "Row vfs, column `run`: every container gets a full copy of its own, before it does anything.",
        ),
    ),
    hints=(
        Hint("Which of the drivers knows files, which knows blocks, and which knows neither and copies everything?"),
        Hint("When does vfs pay, and is there anything left to copy afterwards?", after="vfs-copies-on-write"),
        Hint(
            "overlay2: the whole file, at the write. vfs: the whole image, at `run`. The others: one block, at the "
            "write."
        ),
    ),
    explanation="The same byte costs a file, a block, or a whole image in advance. overlay2 is dear for one change in "
    "a "
    "large file and cheap for all else, and its readers share memory (lesson 05). For a database none of this "
    "matters once it lies on a volume, which no storage driver sees.",
)

_CALLS = {  # True: the file is in upperdir afterwards
    "wronly": ("open(path, O_WRONLY), then close; nothing is written", True),
    "rdwr": ("open(path, O_RDWR), and only read", True),
    "trunc": ("open(path, O_RDONLY | O_TRUNC)", True),
    "chmod-same": ("chmod(path, the mode it has)", True),
    "chown": ("chown(path, -1, -1): owner and group as they are", True),
    "utime": ("utime(path, now)", True),
    "xattr": ("setxattr(path, …, XATTR_REPLACE) of a missing name: it fails", True),
    "link": ("link(path, a new name)", True),
    "read": ("open(path, O_RDONLY), and read all of it", False),
    "stat": ("stat(path)", False),
    "access": ("access(path, W_OK): may I write?", False),
    "getxattr": ("getxattr(path, …)", False),
    "excl": ("open(path, O_CREAT | O_EXCL | O_WRONLY): it fails, the name exists", False),
    "rename-self": ("rename(path, path)", False),
    "removexattr": ("removexattr(path, …) of a missing name: it fails", False),
}
_ASKED = ("wronly", "rdwr", "chmod-same", "read")
_METADATA = ("chmod-same", "chown", "utime", "xattr")
_READS = ("read", "stat", "getxattr")


def _calls(random: Random) -> dict[str, Any]:
    """Eight system calls, four of them always the same, under letters by chance."""
    calls = [*_ASKED, *random.sample(sorted(set(_CALLS) - set(_ASKED)), 4)]
    random.shuffle(calls)
    return {"calls": dict(zip("abcdefgh", calls, strict=True))}


def _copying(case: Case, *, more: tuple[str, ...] = (), less: tuple[str, ...] = ()) -> list[str]:
    return [letter for letter, call in case["calls"].items() if call in more or (_CALLS[call][1] and call not in less)]


WHAT_COPIES_UP = Exercise(
    id="what-copies-up",
    lesson=LESSON,
    title="Which calls copy up?",
    kind=Kind.CHOICE,
    points=3,
    objective="tell which system calls copy a file up, and which do not",
    make=_calls,
    question="Each of these system calls is made on a file of the image, in a fresh container. After which of them "
    "does "
    "the file lie in upperdir?",
    form=lambda case: Choose({letter: _CALLS[call][0] for letter, call in case["calls"].items()}, many=True),
    truth=_copying,
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["reading-copies-up"],
            lambda case: _copying(case, more=_READS),
            "The calls that only look: nothing of the file changes, so nothing has to lie above.",
        ),
        WrongModel(
            MISCONCEPTIONS["opening-is-free"],
            lambda case: _copying(case, less=("wronly", "rdwr")),
            "The two opens for writing: overlayfs cannot know whether a write will follow, and copies at once.",
        ),
        WrongModel(
            MISCONCEPTIONS["chmod-is-free"],
            lambda case: _copying(case, less=_METADATA),
            "Mode, owner, times and extended attributes are the file's own: to change them, it has to be above.",
        ),
    ),
    hints=(
        Hint("Which calls ask for the right to change something, whether or not they then do?"),
        Hint(
            "What would the descriptor of an open for writing belong to, if nothing were copied yet?",
            after="opening-is-free",
        ),
        Hint("Try them: `web.rootfs` has `open`, `chmod`, `chown`, `link` …, and `web.rootfs.providers(path)` tells."),
        Hint(
            "Opening for writing, changing metadata even to what it is, and a second name: yes. Looking, and what is "
            "refused because of the name: no."
        ),
    ),
    explanation="The kernel copies up when write access is **asked for**: it cannot see the future. So a program that "
    "opens "
    "its database read-write “just in case” pays for all of it. What fails before the file itself is concerned (the "
    "name exists already) copies nothing; a `setxattr` that fails later has copied.",
)

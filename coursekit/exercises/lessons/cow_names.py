"""Lesson 04: what becomes of a file's names: hard links that break, files and directories that are moved.

Source: Linux overlayfs.rst, "Non-directories" (hard links), "renaming directories",
"Index"; rename(2), EXDEV; what a 6.18 mount answered (tests/conformance).
"""

from random import Random
from typing import Any

from coursekit.exercises.forms import Choose, Fill, Number
from coursekit.exercises.lessons.cow_operations import LESSON
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Hint, Kind, WrongModel

_LINKED = (
    "/usr/bin/perl",
    "/usr/bin/perl5.32",
    "/usr/bin/gunzip",
    "/bin/uncompress",
    "/usr/bin/vi",
    "/usr/bin/view",
    "/etc/app.conf",
    "/srv/current.conf",
    "/opt/tool",
    "/usr/local/bin/tool",
    "/usr/bin/awk",
    "/usr/bin/mawk",
)
_CHANGES = {"append": "echo one more line >> {path}", "write": "cp /etc/hosts {path}", "sed": "truncate -s 0 {path}"}
_SHOWS = {"new": "the changed contents", "old": "the old contents"}


def _links(random: Random) -> dict[str, Any]:
    """A file of the image with two to four names, one of which is changed."""
    names = random.sample(_LINKED, random.randrange(2, 5))
    return {"names": sorted(names), "changed": random.choice(names), "how": random.choice(sorted(_CHANGES))}


def _after(case: Case, shows: str = "old", count: int | None = None, own: int = 1) -> dict[str, Any]:
    """What each name shows, and its link count; `shows` and `count` are those of the names that were not written."""
    links = len(case["names"]) if count is None else count
    return {
        name: {"shows": "new", "links": own} if name == case["changed"] else {"shows": shows, "links": links}
        for name in case["names"]
    }


HARD_LINKS = Exercise(
    id="hard-links",
    lesson=LESSON,
    title="One file, several names",
    kind=Kind.PREDICTION,
    points=3,
    objective="predict what a copy-up does to a file with several names",
    make=_links,
    question=lambda case: (
        "In the image, one file has these names (hard links):\n\n```\n"
        + "\n".join(case["names"])
        + f"\n```\n\nIn a container, `{_CHANGES[case['how']].format(path=case['changed'])}`. Afterwards, what does each "
        "name "
        "show ('new' or 'old' contents), and which link count does `stat` give for it? (Mount options as most "
        "distributions have them: index=off.)"
    ),
    form=lambda case: Fill({name: name for name in case["names"]}, {"shows": Choose(_SHOWS), "links": Number()}),
    truth=_after,
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["hard-links-survive"],
            lambda case: _after(case, shows="new", own=len(case["names"])),
            "The names that were not written: each still leads to the file in the image's layer.",
        ),
        WrongModel(
            MISCONCEPTIONS["link-count-falls"],
            lambda case: _after(case, count=len(case["names"]) - 1),
            "The link count of the other names is stored in the lower file, which nobody may change.",
        ),
    ),
    hints=(
        Hint("Which names does copy-up bring to upperdir: the one that was written, or all?"),
        Hint("Where does a file keep its link count, and can that place change?", after="link-count-falls"),
        Hint(
            "The written name: new contents, a file of its own, 1. All others: the lower file as it was, with its "
            "count."
        ),
    ),
    explanation="Copy-up knows the name it was called by and no other, so the link **breaks**: two files now, and "
    "nobody "
    "is told. Programs that rely on hard links (package managers, some mail stores) have met this. With `index=on` the "
    "kernel keeps a register of copied files and the names stay together; few hosts set it.",
)

_HOW = {
    "rename": "one rename, nothing copied",
    "copy-up": "copied up, renamed, old name whited out",
    "copied": "refused (EXDEV): mv copies, then deletes",
    "redirect": "an empty directory that tells where to look",
}
_ROWS = {
    "file": "mv of a file of the image",
    "changed": "mv of a file that this container has changed before",
    "own": "mv of a directory that this container made",
    "directory": "mv of a directory of the image",
    "redirected": "mv of a directory of the image, on a mount with redirect_dir=on",
}


def _moving(random: Random) -> dict[str, Any]:
    """Sizes of a file, of a changed one, and of the contents of two directories; the order of the rows."""
    sizes = {name: random.randrange(1_000_000, 60_000_000) for name in ("file", "changed", "own", "directory")}
    rows = list(_ROWS)
    random.shuffle(rows)
    return {"sizes": {**sizes, "redirected": sizes["directory"]}, "rows": rows}


def _moved(case: Case, **changes: dict[str, Any]) -> dict[str, Any]:
    sizes = case["sizes"]
    truth = {
        "file": {"how": "copy-up", "bytes": sizes["file"]},
        "changed": {"how": "rename", "bytes": 0},
        "own": {"how": "rename", "bytes": 0},
        "directory": {"how": "copied", "bytes": sizes["directory"]},
        "redirected": {"how": "redirect", "bytes": 0},
    }
    return {row: changes.get(row, truth[row]) for row in case["rows"]}


MOVES = Exercise(
    id="moves",
    lesson=LESSON,
    title="What moving costs",
    kind=Kind.TABLE,
    points=4,
    objective="tell what moving a file or a directory costs, and why",
    make=_moving,
    question="Five moves in a container, each with the size of what is moved. How does each come about, and how many "
    "bytes of contents are copied for it?",
    form=lambda case: Fill(
        {row: f"{_ROWS[row]} ({case['sizes'][row]:,} bytes)" for row in case["rows"]},
        {"how": Choose(_HOW), "bytes": Number("bytes")},
    ),
    truth=_moved,
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["moving-is-free"],
            lambda case: {"file": {"how": "rename", "bytes": 0}},
            "The file of the image: its new name has to lie in upperdir, and a name needs its contents there.",
        ),
        WrongModel(
            MISCONCEPTIONS["directories-move-like-files"],
            lambda case: {"directory": {"how": "copy-up", "bytes": case["sizes"]["directory"]}},
            "The directory of the image: rename(2) returned EXDEV, and what followed was mv's own work.",
        ),
        WrongModel(
            MISCONCEPTIONS["directory-copies-children"],
            lambda case: {"redirected": {"how": "redirect", "bytes": case["sizes"]["redirected"]}},
            "With a redirect the directory comes up empty; the children are found below, under the old name.",
        ),
    ),
    hints=(
        Hint("For each: does what is moved lie in upperdir already, or below?"),
        Hint(
            "A directory of the image has its children in layers that cannot be renamed. What does the kernel answer?",
            after="directories-move-like-files",
        ),
        Hint(
            "In upperdir already: one rename, 0 bytes. A lower file: copied up. A lower directory: EXDEV, all its "
            "files."
        ),
        Hint("With redirect_dir=on a lower directory moves for 0 bytes: what moves is a note of where it came from."),
    ),
    explanation="Within upperdir a move is a rename, as anywhere. A lower file is copied up under its new name. A "
    "lower "
    "**directory** would take its children along, which lie in layers that cannot change, so the kernel answers EXDEV, "
    "“another file system”, and `mv` falls back to copying. `redirect_dir=on` avoids it, at the price of layers that "
    "only an overlayfs can read; Docker's overlay2 leaves it off.",
)

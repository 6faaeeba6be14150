"""Lesson 04: the price of the first byte, and what `rm` does to the space on disk.

Source: Linux overlayfs.rst, "Non-directories"; docker's overlayfs-driver page, "Writing to a
file for the first time".
"""

from random import Random
from typing import Any

from coursekit.exercises.forms import Fill, Number
from coursekit.exercises.lessons.cow_operations import LESSON
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Hint, Kind, WrongModel

_BLOCK = 4096
_STEPS = {
    "read": "cat {path} > /dev/null",
    "append": "echo one more line >> {path}",
    "chmod": "chmod 600 {path}",
    "touch": "touch {path}",
}


def _bill(random: Random) -> dict[str, Any]:
    """Six steps over two big files. Each file is read, then changed twice; the order of the changes varies."""
    files = {
        "/var/lib/app.db": random.randrange(8_000_000, 90_000_000),
        "/srv/video.mp4": random.randrange(8_000_000, 90_000_000),
    }
    one, other = random.sample(sorted(files), 2)
    changes = random.sample(("chmod", "touch"), 2)
    first = [["read", one], ["append", one], ["append", one]]
    second = [["read", other], [changes[0], other], ["append", other]]
    steps: list[list[str]] = []
    while first or second:
        steps.append((first if first and (not second or random.random() < 0.5) else second).pop(0))
    return {"files": files, "steps": steps}


_WRITES = ("append", "chmod", "touch")


def _costs(case: Case, *, dearer: tuple[str, ...] = _WRITES, again: bool = False) -> dict[str, Any]:
    """Bytes copied up by each step, if the first step of a kind in `dearer` copies all of the file (`again`: each)."""
    above: set[str] = set()
    bill: dict[str, Any] = {}
    for number, (verb, path) in enumerate(case["steps"], 1):
        copies = verb in dearer and (again or path not in above)
        bill[f"{number}"] = {"bytes": case["files"][path] if copies else 0}
        if copies:
            above.add(path)
    return bill


def _block_costs(case: Case) -> dict[str, Any]:
    """One block for each append; the other changes as they are."""
    truth = _costs(case)
    return {
        number: {"bytes": _BLOCK if case["steps"][int(number) - 1][0] == "append" and cell["bytes"] else cell["bytes"]}
        for number, cell in truth.items()
    }


def _question(case: Case) -> str:
    sizes = " and ".join(f"`{path}` ({size:,} bytes)" for path, size in sorted(case["files"].items()))
    return (
        f"{sizes} lie in the image. How many bytes does overlayfs copy up for each step (default mount options)? "
        "Count the bytes that are copied from the image, not what the command itself writes."
    )


FIRST_BYTE = Exercise(
    id="first-byte",
    lesson=LESSON,
    title="The price of the first byte",
    kind=Kind.TABLE,
    points=4,
    objective="tell what a first write costs, and what the second one costs",
    make=_bill,
    question=_question,
    form=lambda case: Fill(
        {f"{n}": _STEPS[verb].format(path=path) for n, (verb, path) in enumerate(case["steps"], 1)},
        {"bytes": Number("bytes")},
    ),
    truth=_costs,
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["reading-copies-up"],
            lambda case: _costs(case, dearer=("read", *_WRITES)),
            "The `cat` of each file: reading copies nothing, and so the first write still has to.",
        ),
        WrongModel(
            MISCONCEPTIONS["copies-only-the-block"],
            _block_costs,
            "The first append: overlayfs knows files, not blocks.",
        ),
        WrongModel(
            MISCONCEPTIONS["chmod-is-free"],
            lambda case: _costs(case, dearer=("append",)),
            "chmod and touch change the file's metadata, which lies with the file: all of it is copied.",
        ),
        WrongModel(
            MISCONCEPTIONS["each-write-copies"],
            lambda case: _costs(case, again=True),
            "The second change of a file finds it in upperdir already.",
        ),
    ),
    hints=(
        Hint("Which steps open a file for writing, or change what `ls -l` shows of it?"),
        Hint("Where does a file lie after its first change, and what is left to copy then?", after="each-write-copies"),
        Hint("Run them and read the sizes: `[e for e in web.events if type(e).__name__ == 'CopiedUp']`."),
        Hint("0 for each read; the whole size for each file's first change; 0 for its next."),
    ),
    explanation="The first change of a file costs all of its bytes, be it one appended line, a chmod or a touch. "
    "From then on it lies in upperdir and further changes copy nothing. So a database belongs on a volume, and not "
    "in a layer.",
)


def _space(random: Random) -> dict[str, Any]:
    image, gone = random.randrange(60_000_000, 300_000_000), random.randrange(5_000_000, 50_000_000)
    return {"image": image, "gone": gone, "added": random.randrange(1_000_000, 5_000_000)}


def _sizes(case: Case, *, image: int = 0, layer: int = 0, seen: int | None = None) -> dict[str, Any]:
    visible = case["image"] - case["gone"] + case["added"] if seen is None else seen
    return {
        "image": {"bytes": case["image"] + image},
        "layer": {"bytes": case["added"] + layer},
        "seen": {"bytes": visible},
    }


RM_AND_SPACE = Exercise(
    id="rm-and-space",
    lesson=LESSON,
    title="Where does the space go?",
    kind=Kind.TABLE,
    points=2,
    objective="say why deleting a file of the image frees no space",
    make=_space,
    question=lambda case: (
        f"An image holds {case['image']:,} bytes of files. In a container of it a new file of "
        f"{case['added']:,} bytes is written, and a file of the image with {case['gone']:,} bytes is deleted. How many "
        "bytes of files are there now? (A whiteout has 0 bytes.)"
    ),
    form=Fill(
        {"image": "in the image's layers", "layer": "in the container layer", "seen": "visible in the container"},
        {"bytes": Number("bytes")},
    ),
    truth=_sizes,
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["rm-frees-space"],
            lambda case: _sizes(case, image=-case["gone"]),
            "Row “in the image's layers”: they are read-only, and other containers still see the file.",
        ),
        WrongModel(
            MISCONCEPTIONS["delete-copies-up"],
            lambda case: _sizes(case, layer=case["gone"]),
            "Row “in the container layer”: a whiteout needs no bytes of what it hides.",
        ),
        WrongModel(
            MISCONCEPTIONS["writing-edits-the-image"],
            lambda case: {**_sizes(case, image=case["added"] - case["gone"]), "layer": {"bytes": 0}},
            "Rows one and two: what a container writes lies in its own layer, never in the image.",
        ),
    ),
    hints=(
        Hint("Which of the three can a container change at all?"),
        Hint("What does a whiteout weigh, and where does it lie?", after="delete-copies-up"),
        Hint("Image: as before. Container layer: the new file. Visible: image, less the deleted, plus the new."),
    ),
    explanation="Seen and stored are two sums. The container sees less; the disk holds as much as before and the "
    "new file besides. Space comes back only when the image itself is built without the file, or is removed.",
)

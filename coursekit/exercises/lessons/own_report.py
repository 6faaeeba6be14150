"""Lesson 07, last part: where an image's bytes went, and a report on an image of one's own.

The rules are those of `coursekit.anatomy.wasted_bytes`; the report is read by a person.
"""

from collections.abc import Mapping
from itertools import pairwise
from random import Random
from typing import Any

from coursekit.exercises.forms import Fill, Number
from coursekit.exercises.lessons.own_asked import LESSON
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Hint, Kind, WrongModel

_NAMES = ("/usr/bin/tool", "/var/cache/list", "/etc/app.conf", "/opt/data.bin", "/usr/lib/libold.so", "/srv/page")
Layers = list[dict[str, int | None]]


def _layers(random: Random) -> dict[str, Any]:
    """Three to five layers: a base, changes, and deletions; one path is replaced and then deleted."""
    names = random.sample(_NAMES, len(_NAMES))

    def files(*chosen: str) -> dict[str, int | None]:
        return {name: random.randrange(2_000, 900_000) for name in chosen}

    third = {names[1]: None, names[2]: None} | files(names[5])
    layers = [files(*names[:4]), files(names[0], names[1], names[4]), third]
    if random.random() < 0.5:
        layers.append(files(names[4]))
    return {"layers": layers}


def _question(case: Case) -> str:
    lines = []
    for number, layer in enumerate(case["layers"]):
        for path, size in layer.items():
            lines.append(f"layer {number}  {path:<22} {'whiteout' if size is None else f'{size:,} bytes':>15}")
    listed = "\n".join(lines)
    return (
        "Here are the layers of an image, base first. How many bytes are stored, how many does a container see, and "
        "how "
        "many are lost: because a later layer **deleted** the path, or **replaced** it? A path that was replaced "
        "and then "
        f"deleted counts once, with all its bytes, as deleted.\n\n```\n{listed}\n```"
    )


def _truth(case: Case) -> dict[str, dict[str, int]]:
    stored, deleted, replaced, seen = 0, 0, 0, 0
    for copies in _copies(case["layers"]).values():
        known = [size for size in copies if size is not None]
        stored += sum(known)
        if copies[-1] is None:
            deleted += sum(known)
        else:
            seen += known[-1]
            replaced += sum(known[:-1])
    figures = {"stored": stored, "seen": seen, "deleted": deleted, "replaced": replaced}
    return {row: {"bytes": size} for row, size in figures.items()}


def _copies(layers: Layers) -> Mapping[str, list[int | None]]:
    """What each path is in the layers that have it, base first."""
    found: dict[str, list[int | None]] = {}
    for layer in layers:
        for path, size in layer.items():
            found.setdefault(path, []).append(size)
    return found


def _by_the_first(case: Case) -> dict[str, dict[str, int]]:
    """Each copy counts under what hid it first: a path can then stand under both causes."""
    deleted, replaced = 0, 0
    for copies in _copies(case["layers"]).values():
        for size, above in pairwise(copies):
            if size is not None:
                deleted, replaced = (deleted + size, replaced) if above is None else (deleted, replaced + size)
    return {"deleted": {"bytes": deleted}, "replaced": {"bytes": replaced}}


def _deleting_frees(case: Case) -> dict[str, dict[str, int]]:
    truth = _truth(case)
    return {"stored": {"bytes": truth["stored"]["bytes"] - truth["deleted"]["bytes"]}, "deleted": {"bytes": 0}}


LOST = Exercise(
    id="own-lost",
    lesson=LESSON,
    title="Where the bytes went",
    kind=Kind.TABLE,
    points=3,
    objective="say which bytes of an image serve nobody, by cause, each path once",
    make=_layers,
    question=_question,
    form=Fill(
        {
            "stored": "stored in all layers",
            "seen": "seen by a container",
            "deleted": "lost: deleted later",
            "replaced": "lost: replaced later",
        },
        {"bytes": Number("bytes")},
    ),
    truth=_truth,
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["lost-twice"],
            _by_the_first,
            "The path that is replaced and then deleted stands under both causes.",
        ),
        WrongModel(
            MISCONCEPTIONS["later-rm-shrinks"],
            _deleting_frees,
            "A whiteout adds a mark; the layers below keep their bytes.",
        ),
    ),
    hints=(
        Hint("What does each path look like at the end: is it seen, or not?"),
        Hint("Collect the sizes of each path, base first. The last entry decides which cause the others belong to."),
        Hint("Stored is seen, deleted and replaced together: your four figures must add up."),
    ),
    explanation="The four figures add up, since every stored byte is seen or lost, and no path is counted twice. "
    "That is "
    "what `ck.explain` does for a whole image, hard links and opaque directories included.",
)

REPORT = Exercise(
    id="own-report",
    lesson=LESSON,
    title="Report on an image of your own",
    kind=Kind.PROSE,
    points=6,
    objective="explain an image that one uses: its sizes, its layers, its owners and its waste, and what to do",
    make=lambda random: {},
    question="Open an image of your own and write a report for whoever maintains it, in eight to twelve sentences: "
    "which "
    "image (name and ID), how big in three senses, which layers weigh most and why, who owns the bytes, what is "
    "lost and by "
    "which cause, and the one change that you would make first, with the bytes that it saves.",
    truth=lambda case: (
        "The image is debian-nginx:bullseye, ID 41088ab9ad61. It travels as 58.1 MB, is 143.6 MB as tars and 139.1 "
        "MB as "
        "files. Two of its seven layers are nearly all of it: the base with 80.6 MB, and the RUN that installs "
        "nginx with "
        "58.2 MB. The largest owner of this second layer is libicu67 with 33.9 MB; the chain of Depends leads to it "
        "from "
        "nginx by way of the XSLT module. Some 2.9 MB were deleted in the last layer and are still stored: fonts, "
        "most of "
        "them. 1.7 MB were replaced, most of all debconf's templates, which installing packages writes anew. 256 kB "
        "are "
        "stored again for a chmod of /usr/bin/curl. Owners are read from the dpkg database; what each package is "
        "for is my "
        "judgement. First I would install only the modules that the site needs, which saves the 33.9 MB of "
        "libicu67; to "
        "remove the fonts in the RUN that brings them would save 2.9 MB more."
    ),
    touches=(
        r"\b(?=\w*\d)[0-9a-f]{7,64}\b|\bsha256\b|\bIDs?\b|\bdigest\b",
        r"\b(travels?|compressed|unpacked|download\w*|tars?|on disk)\b",
        r"\blayers?\b",
        r"\b(packages?|dpkg|rpm|apk|owns?|owned|owners?)\b",
        r"\b(lost|deleted|replaced|wasted|still stored|stored again|whiteouts?)\b",
        r"\b(would|should|saves?|install only|instead)\b",
    ),
    hints=(
        Hint("Which of the three sizes will the reader of your report pay for: the pull, the disk, or both?"),
        Hint("`ck.explain(image)` has the figures; `.history(path)` tells the story of the largest lost path."),
        Hint("End with one change, where it is to be made (which instruction), and the bytes that it saves."),
    ),
    explanation="A good report names the image by its ID, says which size is meant, and ends in something to do.",
    rubric=(
        "Names the image so that another person finds the very same one (name and ID or digest).",
        "Gives the sizes in at least two senses and says which is which.",
        "Names the layers that weigh most, and the instruction that made each.",
        "Says who owns the bytes, or why that cannot be known of this image.",
        "Says what is lost, by cause, with the largest path.",
        "Proposes one change, at the instruction where it belongs, with the bytes it saves.",
    ),
)
EXERCISES = (LOST, REPORT)

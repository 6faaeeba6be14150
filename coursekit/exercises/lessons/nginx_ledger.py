"""Lesson 06: the ledger of 133,277,153 bytes, and the explanation in the learner's own words.

Source: `coursekit.anatomy.ledger`; the rubric is read by a person.
"""

from collections.abc import Sequence
from random import Random
from typing import Any

from coursekit.anatomy.facts import published
from coursekit.anatomy.ledger import IMAGE, coverage, ledger
from coursekit.exercises.forms import Choose, Number, Rows
from coursekit.exercises.lessons.figures import contradictions
from coursekit.exercises.lessons.nginx_sizes import LESSON
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Hint, Kind, Outcome, WrongModel, expect

CAUSES = {
    "base": "the base: a slim Debian",
    "nginx": "nginx itself, its own package",
    "modules": "its modules, their libraries and the set-up's tools (all else that RUN added)",
    "scripts": "the entry point's scripts",
    "kernel": "a kernel",
    "configuration": "ENV, CMD, EXPOSE and the like",
}
EVIDENCE = {
    "layer 0": "layer 0: ADD file:… in /",
    "layer 1": "layer 1: RUN … apt-get install …",
    "layers 2 to 5": "layers 2 to 5: COPY …",
    "package nginx": "the nginx package's installed size",
    "packages": "the list of packages",
    "manifest": "the manifest",
}
_SUPPORT = {
    "base": ("layer 0",),
    "nginx": ("package nginx",),
    "modules": ("layer 1", "packages"),
    "scripts": ("layers 2 to 5",),
    "kernel": ("packages",),
    "configuration": ("manifest", "packages"),
}
_NEEDED = ("base", "nginx", "modules", "scripts", "kernel")


def _no_variant(random: Random) -> dict[str, Any]:
    return {}


def _question(case: Case) -> str:
    causes, evidence = ("\n".join(f"{key:<14} {label}" for key, label in words.items()) for words in (CAUSES, EVIDENCE))
    return (
        "Account for the 133,277,153 bytes of nginx:1.21.3. One row a cause: what it is, how many bytes of files, "
        "and where that can be seen. Rows should cover at least 95 %, and no byte twice. A cause that costs nothing "
        "gets a row too.\n\n"
        f"Causes:\n\n```\n{causes}\n```\n\nEvidence:\n\n```\n{evidence}\n```\n\n"
        "Add rows below, or write a list of them, such as "
        "`{'cause': 'configuration', 'bytes': 0, 'evidence': 'manifest'}`."
    )


def _truth(case: Case) -> list[dict[str, Any]]:
    return [{"cause": row.cause, "bytes": row.size.value, "evidence": row.evidence} for row in ledger()]


def _bounds(cause: str) -> tuple[float, float]:
    """Bytes that are accepted: published figures within 1 %, inferred ones more widely."""
    sizes = {row.cause: row.size.value for row in ledger()} | {"configuration": 0}
    share = {"nginx": 0.25, "modules": 0.25}.get(cause, 0.01)
    return sizes[cause] * (1 - share), sizes[cause] * (1 + share)


def _judge(case: Case, answer: Any) -> Sequence[Outcome]:
    sums: dict[str, float] = {}
    for row in answer:
        sums[row["cause"]] = sums.get(row["cause"], 0) + row["bytes"]
    found = [outcome for cause in _NEEDED for outcome in _row(cause, sums, answer)]
    if "configuration" in sums:
        found += _row("configuration", sums, answer)
    covered = coverage(row["bytes"] for row in answer)
    return [*found, _covers(covered)]


def _row(cause: str, sums: dict[str, float], answer: Any) -> list[Outcome]:
    label = CAUSES[cause]
    if cause not in sums:
        missing = f"No row speaks of {label}."
        return [
            expect(False, claim=f"bytes of {cause}", have=missing, want="It belongs in the ledger, even at 0 bytes.")
        ]
    low, high = _bounds(cause)
    given = [row["evidence"] for row in answer if row["cause"] == cause]
    return [
        expect(
            low <= sums[cause] <= high,
            claim=f"bytes of {cause}",
            have=f"You count {sums[cause]:,.0f} bytes for {label}.",
            want="The image says otherwise.",
            look="The step “The ledger” shows where each figure can be read.",
        ),
        expect(
            all(one in _SUPPORT[cause] for one in given),
            claim=f"evidence for {cause}",
            weight=0.5,
            have=f"For {label} you point at {', '.join(given)}.",
            want="Point at what shows these bytes, and not others.",
        ),
    ]


def _covers(covered: float) -> Outcome:
    said = f"Your rows explain {covered:.1%} of 133,277,153 bytes."
    if covered > 1.005:
        want = "No byte twice: layer 1 holds nginx as well as the modules."
    else:
        want = "At least 95 % should be explained."
    return expect(0.95 <= covered <= 1.005, claim="the ledger covers the image once", weight=2, have=said, want=want)


def says(answer: Any, predicted: Any) -> bool:
    """Whether a ledger has each predicted row's cause at about its bytes (within 2 %)."""
    if type(answer) is not list or type(predicted) is not list:
        return bool(answer == predicted)
    sums: dict[Any, float] = {}
    for row in answer:
        sums[row["cause"]] = sums.get(row["cause"], 0) + row["bytes"]
    return all(
        row["cause"] in sums and abs(sums[row["cause"]] - row["bytes"]) <= 0.02 * row["bytes"] for row in predicted
    )


def _believed(cause: str, size: int, evidence: str) -> Any:
    return lambda case: [{"cause": cause, "bytes": size, "evidence": evidence}]


_LAYERS = published(IMAGE).layers

LEDGER = Exercise(
    id="ledger-133",
    lesson=LESSON,
    title="The ledger of 133,277,153 bytes",
    kind=Kind.LEDGER,
    points=6,
    objective="account for an image's bytes by cause, each with its evidence",
    make=_no_variant,
    question=_question,
    form=Rows({"cause": Choose(CAUSES), "bytes": Number("bytes"), "evidence": Choose(EVIDENCE)}),
    truth=_truth,
    judge=_judge,
    same=says,
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["package-is-the-bulk"],
            _believed("nginx", _LAYERS[1].files.value, "layer 1"),
            "Layer 1 holds nginx and all that its modules and set-up pulled in; apt's list tells them apart.",
        ),
        WrongModel(
            MISCONCEPTIONS["docker-images-size-travels"],
            _believed("base", _LAYERS[0].compressed.value, "manifest"),
            "27,139,510 is what layer 0 weighs on the wire. The ledger counts files on disk.",
        ),
        WrongModel(
            MISCONCEPTIONS["image-has-a-kernel"],
            _believed("kernel", 60_000_000, "layer 0"),
            "Look for linux-image in the list of packages: there is none, nor a boot loader.",
        ),
        WrongModel(
            MISCONCEPTIONS["mb-is-mib"],
            _believed("base", int(69.3 * 2**20), "layer 0"),
            "`docker history` printed 69.3MB: 69.3 times 1,000,000 bytes, not 1,048,576.",
        ),
    ),
    hints=(
        Hint("Three of the causes are whole layers. Which instruction made each?"),
        Hint("Layer 1 has two causes. What does nginx's own package weigh, installed?", after="bytes of nginx"),
        Hint(
            "Which cause costs 0 bytes and still deserves a row, as people keep asking for it?", after="bytes of kernel"
        ),
        Hint("Base is layer 0; nginx about 3.1 MB of layer 1; the rest of layer 1 is modules, libraries and tools."),
    ),
    explanation="A bare Debian is half of it. nginx itself is two or three in a hundred; its image-filter and "
    "XSLT modules, with fonts and Unicode tables, are most of the rest. The kernel is nothing at all. Layer sizes "
    "are published to the byte; how layer 1 divides is inferred from a neighbouring version, so wide bounds are "
    "accepted there.",
)

_MODEL_ANSWER = (
    "The 133 MB are unpacked files: 133,277,153 bytes, which travel as 53,781,605 bytes of compressed layers. "
    "None of them is a kernel: the container uses the host's. The base, a slim Debian 10, is 69.3 MB, about half. "
    "The RUN layer adds 64.0 MB, of which nginx's own package is only about 3.1 MB; the rest are libraries for "
    "its modules, most of all the Unicode tables of ICU for XSLT, fonts and image libraries for the image filter, "
    "and tools such as curl. The scripts of the entry point are 8,813 bytes, and ENV or CMD add no files. The "
    "note's os-release (bullseye) is of another image, nginx:1.21.4, of 141 MB. With Alpine as its base the same "
    "nginx is 22.9 MB."
)


def _prose(case: Case, answer: Any) -> Sequence[Outcome]:
    if type(answer) is not str:
        return [expect(False, have="The answer is not text.", want="Write your explanation as text.")]
    return contradictions(answer)


EXPLAIN = Exercise(
    id="explain-133",
    lesson=LESSON,
    title="Explain it to the note's author",
    kind=Kind.PROSE,
    points=6,
    objective="explain in words why the image is 133 MB and nginx is not",
    make=_no_variant,
    question="Why is the nginx image 133 MB, when nginx's package is so much smaller? And why **only** 133 MB, when "
    "a virtual machine takes gigabytes? Five to ten sentences, with figures.",
    truth=lambda case: _MODEL_ANSWER,
    judge=_prose,
    touches=(
        r"\b(unpacked|compressed|download\w*|travels?|on the wire|on disk)\b",
        r"\b(base|debian)\b",
        r"nginx(['\u2019]s)? (own )?(package|itself|program|binary)|\b(modules?|librar(y|ies)|icu|fonts)\b",
        r"\bkernel\b",
        r"\b(bullseye|alpine|1\.21\.4)\b",
        r"\d[\d.,]*\s?(MB|kB|bytes|%|per ?cent)",
    ),
    hints=(
        Hint("Begin with which size is meant: on the wire, or on disk?"),
        Hint("Name the largest cause, the surprising one, and the one that costs nothing."),
        Hint("Where a figure is flagged, look it up in your ledger and write it as it stands there."),
    ),
    explanation="The question has two halves. It is large because a whole Debian and the modules' libraries are "
    "in it, and it is small because no kernel is.",
    rubric=(
        "Tells unpacked size from download size.",
        "Names the base as the largest part, with its size.",
        "Says that nginx's own package is small, and what the rest of layer 1 is for.",
        "Says that no byte of it is a kernel, and why a container needs none.",
        "Notices that bullseye and 133 MB are of two images, or compares with Alpine.",
        "Figures have units and agree with the ledger.",
    ),
)

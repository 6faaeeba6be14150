"""Lesson 05: sharing explained in words, marked by a person with the rubric; a claim that is too strong is flagged.

Source: the lesson's other exercises.
"""

import re
from collections.abc import Sequence
from typing import Any

from coursekit.exercises.lessons.share_disk import LESSON
from coursekit.exercises.model import Case, Exercise, Hint, Kind, Outcome, expect

_MODEL_ANSWER = (
    "An image is a list of layers, each named by the digest of what it holds, and none of them can be changed. So one "
    "copy "
    "on disk serves every image that lists it and every container of those images: a container adds an empty layer of "
    "its "
    "own on top and copies nothing at its start. When a container writes to a file of the image, the file is first "
    "copied up "
    "into that container's layer and changed there; the layer below stays as it was, and the other containers go on "
    "seeing "
    "it. Memory is shared too where the containers open the same file: on overlay2 its pages lie in the page cache "
    "once, "
    "whereas on btrfs, devicemapper or vfs every container caches its own. And since the layers are named by their "
    "digests, a push or a pull sends only those that the other side lacks. What does not share: the containers' own "
    "layers, and bases that were built on different days, even of the same distribution."
)
_TOO_STRONG = (
    (
        r"\b(?:reading|read)\b[^.;]{0,40}\bcop(?:y|ies|ied)\b[^.;]{0,30}\b(?:up|container)",
        "Reading copies nothing: only a first change does.",
    ),
    (
        r"\b(?:always|every driver|all drivers|any driver)\b[^.;]{0,60}\bmemory\b",
        "Memory is shared on overlay2 and zfs, and not with every driver.",
    ),
    (
        r"\bsame distribution\b[^.;]{0,40}\bshares? (?:a|the|their|its|one) (?:base|layer)",
        "The same distribution is not enough: it has to be the same layer.",
    ),
)
_DENIED = re.compile(r"\b(?:not|no|never|nothing|neither|without|even)\b|n't\b")
_LEAST = 40  # words


def _judge(case: Case, answer: Any) -> Sequence[Outcome]:
    if type(answer) is not str:
        return [expect(False, have="The answer is not text.", want="Write your explanation as text.")]
    count = len(answer.split())
    found = [
        expect(
            count >= _LEAST,
            claim="long enough",
            have=f"Your text has {count} words.",
            want="Five to ten sentences are wanted.",
        )
    ]
    for sentence in re.split(r"(?<=[.;!?])\s+", answer):
        for pattern, instead in _TOO_STRONG:
            if re.search(pattern, sentence, re.IGNORECASE) and not _DENIED.search(sentence.lower()):
                found.append(expect(False, claim=instead, have=f"You write “{sentence.strip()[:100]}”.", want=instead))
    return found


EXPLAIN_SHARING = Exercise(
    id="explain-sharing",
    lesson=LESSON,
    title="Explain why layers are shared",
    kind=Kind.PROSE,
    points=5,
    objective="explain in words what layers share, and what keeps containers apart",
    make=lambda random: {},
    question="A colleague says: “Fifty containers of a 130 MB image must take 6.5 GB, and if one of them breaks a "
    "file, it is "
    "broken for all.” Answer in five to ten sentences: what is shared on disk, in memory and on the network, and what "
    "keeps "
    "the containers apart?",
    truth=lambda case: _MODEL_ANSWER,
    judge=_judge,
    hints=(
        Hint("Why can a layer be shared at all? What would have to be true for it to be unsafe?"),
        Hint("Take disk, memory and network one by one; say for each who holds the one copy."),
        Hint("Name a limit too: where does the sharing end?"),
    ),
    explanation="Sharing is safe because nothing that is shared can be changed, and copy-on-write keeps it so.",
    rubric=(
        "Says that image layers are read-only, and that this is why one copy can serve many.",
        "Says that a container's changes lie in its own layer, and how they get there (copy-up).",
        "Says what is shared in memory, and that it depends on the storage driver.",
        "Says what travels in a push or pull: the blobs that are missing, known by their digests.",
        "Names a limit: different builds of one base, the containers' own layers, or a driver that does not share.",
    ),
)

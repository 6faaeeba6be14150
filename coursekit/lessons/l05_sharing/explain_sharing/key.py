"""Words that a person marks with the rubric; a claim that is too strong is flagged."""

import re
from collections.abc import Sequence
from typing import Any

from coursekit.exercises.model import Case, Outcome, expect
from coursekit.exercises.rules import Key, Say

_TOO_STRONG = {  # the key of what is said to it: how it is worded
    "reading": r"\b(?:reading|read)\b[^.;]{0,40}\bcop(?:y|ies|ied)\b[^.;]{0,30}\b(?:up|container)",
    "memory": r"\b(?:always|every driver|all drivers|any driver)\b[^.;]{0,60}\bmemory\b",
    "distribution": r"\bsame distribution\b[^.;]{0,40}\bshares? (?:a|the|their|its|one) (?:base|layer)",
}
_DENIED = re.compile(r"\b(?:not|no|never|nothing|neither|without|even)\b|n't\b")
_LEAST = 40  # words


def judge(case: Case, answer: Any, say: Say) -> Sequence[Outcome]:
    """Whether it is long enough, and each sentence that says too much."""
    if type(answer) is not str:
        return [expect(False, have=say("no-text"), want=say("write"))]
    count = len(answer.split())
    found = [
        expect(count >= _LEAST, claim="long enough", have=say("length", words=count), want=say("length-wanted")),
    ]
    for sentence in re.split(r"(?<=[.;!?])\s+", answer):
        for key, pattern in _TOO_STRONG.items():
            if re.search(pattern, sentence, re.IGNORECASE) and not _DENIED.search(sentence.lower()):
                have, want = say("quoted", sentence=sentence.strip()[:100]), say(key)
                found.append(expect(False, claim=want, have=have, want=want))
    return found


KEY = Key(judge=judge)

"""Words that a person marks with the rubric; each figure in them is compared with the image, see `figures_key`."""

from collections.abc import Sequence
from typing import Any

from coursekit.exercises.model import Case, Outcome, expect
from coursekit.exercises.rules import Key, Say
from coursekit.lessons.l06_nginx_133mb.figures_key import contradictions


def judge(case: Case, answer: Any, say: Say) -> Sequence[Outcome]:
    """One outcome for each figure."""
    if type(answer) is not str:
        return [expect(False, claim="Write your explanation as text.", have=say("no-text"), want=say("write-text"))]
    return contradictions(answer, say)


KEY = Key(
    judge=judge,
    touches={
        "sizes": r"\b(unpacked|compressed|download\w*|travels?|on the wire|on disk)\b",
        "base": r"\b(base|debian)\b",
        "small": r"nginx(['\u2019]s)? (own )?(package|itself|program|binary)|\b(modules?|librar(y|ies)|icu|fonts)\b",
        "kernel": r"\bkernel\b",
        "two-images": r"\b(bullseye|alpine|1\.21\.4)\b",
        "units": r"\d[\d.,]*\s?(MB|kB|bytes|%|per ?cent)",
    },
)

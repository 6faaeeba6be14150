"""Evidence: what a learner's process says an answer is. Data to be judged, whoever wrote it; never a verdict.

    {"exercise": "lookup-1", "seed": "ada", "version": "0.1.0", "answer": …}      a value, as `plain` writes it
    {"exercise": "lookup-1", "seed": "ada", "version": "0.1.0", "source": "def …"}   a function
    {…, "source": "def …", "needs": {"own-lookup": "def …"}}                         one that builds on earlier answers

It travels as `application/vnd.coursekit.answer+json` in a cell's output, and as a row of answers.json.
Pure.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coursekit.exercises.bound import alone
from coursekit.exercises.dress import simplified
from coursekit.exercises.plain import BYTES, NotPlain, decode, dumps, encode

MIME = "application/vnd.coursekit.answer+json"
MOST_NEEDS = 16  # earlier answers that one answer builds on


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Nothing yet: the stub's `...`."""


@dataclass(frozen=True, slots=True)
class Value:
    """Plain data."""

    data: Any


@dataclass(frozen=True, slots=True)
class Code:
    """The source of the answer cell; of a chained step also those of the earlier answers that it builds on."""

    source: str
    needs: tuple[tuple[str, str], ...] = ()  # (exercise's id, its answer cell's source), earlier ones first


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An answer that is no plain data, or evidence that breaks its bounds: nothing to judge."""

    why: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """An answer to one exercise, and the seed of the variant that it answers."""

    exercise: str
    answer: Unanswered | Value | Code | Unreadable
    seed: str = ""  # the student's id that the case was drawn for; '' the open variant
    version: str = ""  # of coursekit, where the answer was given
    over: str = ""  # of a clicked answer: the digest of the typed one that it replaced

    def write(self) -> dict[str, Any]:
        """The JSON object that travels."""
        said: dict[str, Any] = {"exercise": self.exercise, "seed": self.seed, "version": self.version}
        if self.over:
            said["over"] = self.over
        match self.answer:
            case Value(data):
                said["answer"] = encode(data)
            case Code(source, needs):
                said["source"] = source
                if needs:
                    said["needs"] = dict(needs)
            case Unreadable(why):
                said["unreadable"] = why
        return said


def value(data: Any) -> Unanswered | Value | Unreadable:
    """Any object as an answer: a stub is unanswered, what is no plain data is unreadable. Calls no method of it.

    An empty list is an answer: none of them. In a table, `...` is a cell that is not answered.

    >>> value(...), value(3), value([]), value({"row": {"a": 1, "b": ...}})
    (Unanswered(), Value(data=3), Value(data=[]), Value(data={'row': {'a': 1, 'b': None}}))
    """
    if data is ... or data is None or (type(data) in (str, dict) and not data):
        return Unanswered()
    try:
        data = simplified(data)
        dumps(data)
        return Value(decode(encode(data)))
    except (ValueError, RecursionError) as problem:
        return Unreadable(str(problem))


def code(source: str, needs: Mapping[str, str] | None = None) -> Code | Unreadable:
    """Source text as an answer, within bounds, without what else its cell holds (`bound.alone`); `needs` as `Code` has them."""
    earlier = tuple((needs or {}).items())
    if len(source) + sum(len(text) for _, text in earlier) > BYTES:
        return Unreadable(f"the source is larger than {BYTES // 1024} KiB")
    return Code(alone(source), tuple((id, alone(text)) for id, text in earlier))


def read(said: Any) -> Evidence:
    """Evidence from the JSON object that travelled. Raises: NotPlain for one that breaks its form or its bounds."""
    try:
        size = len(json.dumps(said, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as problem:
        raise NotPlain(f"evidence is no JSON: {problem}") from problem
    if type(said) is not dict or size > BYTES:
        raise NotPlain(f"evidence is a JSON object of at most {BYTES // 1024} KiB")
    texts = {key: said.get(key, "") for key in ("exercise", "seed", "version", "over")}
    if any(type(text) is not str or len(text) > 200 for text in texts.values()) or not texts["exercise"]:
        raise NotPlain("evidence names its exercise, seed, version and so on in at most 200 characters each")
    return Evidence(
        answer=_answer({key: said[key] for key in said.keys() & {"answer", "source", "unreadable"}}, said.get("needs")),
        **texts,
    )


def _answer(said: dict[str, Any], needs: Any) -> Unanswered | Value | Code | Unreadable:
    match list(said.items()):
        case []:
            return Unanswered()
        case [("answer", data)]:
            return value(decode(data))
        case [("source", str(source))]:
            return code(source, _needs(needs))
        case [("unreadable", str(why))]:
            return Unreadable(why[:300])
    raise NotPlain("evidence holds one answer or one source")


def _needs(said: Any) -> dict[str, str]:
    if said is None:
        return {}
    if type(said) is not dict or len(said) > MOST_NEEDS or any(type(each) is not str for each in said.values()):
        raise NotPlain(f"a source's needs are at most {MOST_NEEDS} sources by exercise")
    return dict(said)


def digest_of(found: object) -> str:
    """What tells one typed value from another; '' for what is none."""
    return hashlib.sha256(dumps(found.data).encode()).hexdigest()[:16] if isinstance(found, Value) else ""

"""The build cache: what each step made, by a key over all that the step depends on; and why a step was not found.

    key(step) = sha256(key of the step before, instruction, environment, contents that it copies)

    FROM ─ RUN apt-get ─ COPY app ─ RUN make        a byte of app changes: COPY misses, and RUN make after it
      hit      hit        miss        miss          for its key holds the key of the step before

A record tells the step's parts, so that a miss can say which of them differs from the record made at the same place.
In a store they lie in cache/build and may be deleted at any time; else they are kept in memory.

Source: BuildKit's solver: keys of inputs chained, contents by checksum without times.
"""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from coursekit.errors import CourseError
from coursekit.image.atomic import storing, write_file
from coursekit.image.digest import Digest
from coursekit.image.make_image import MadeLayer
from coursekit.image.manifest import Descriptor
from coursekit.layers.ports import Lower

LIMIT = 200  # records: the oldest go first
Parts = Mapping[str, Mapping[str, str]]  # "environment": {"A": "1"}, "files": {"/a": "file 644 …"} …


@dataclass(frozen=True, slots=True)
class Step:
    """What a step depends on: the key of the step before, its instruction, and further parts."""

    parent: str
    text: str
    parts: Parts

    @property
    def key(self) -> str:
        """The name of its result."""
        parts = {kind: dict(sorted(rows.items())) for kind, rows in sorted(self.parts.items())}
        return hashlib.sha256(json.dumps([self.parent, self.text, parts]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Record:
    """What a step made: a layer, and when. Its tree is at hand only where it was made by this process, in memory."""

    step: Step
    descriptor: Descriptor
    diff_id: Digest
    created: str
    data: bytes = field(repr=False)
    lower: Lower | None = field(default=None, repr=False, compare=False)


class BuildCache:
    """Records by key, below `root`, or in memory if it is None."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = root
        self._memory: dict[str, Record] = {}

    def get(self, step: Step) -> Record | None:
        """The record of this very step."""
        return self._memory.get(step.key) or self._load(step.key)

    def put(self, step: Step, made: MadeLayer, created: str) -> None:
        """Keep what a step made."""
        record = Record(step, made.descriptor, made.diff_id, created, made.data)
        if self.root is None:
            self._memory[step.key] = replace(record, lower=made.lower)
            while len(self._memory) > LIMIT:
                del self._memory[next(iter(self._memory))]
            return
        with storing(f"the build cache {self.root}"):
            self.root.mkdir(parents=True, exist_ok=True)
            write_file(self.root / f"{step.key}.layer", [made.data], durable=False)
            write_file(self.root / f"{step.key}.json", [json.dumps(_to_json(record)).encode()], durable=False)
            self._shrink(self.root)

    def why_not(self, step: Step) -> str:
        """Why there is no record of the step, in words; "" where nothing like it was ever built."""
        others = [record.step for record in self._records() if record.step.parent == step.parent]
        word = step.text.partition(" ")[0]
        same = [other for other in others if other.text == step.text]
        if same:
            return _difference(same[-1].parts, step.parts)
        if any(other.text.partition(" ")[0] == word for other in others):
            return f"another {word} was built here before"
        return ""

    def _records(self) -> list[Record]:
        """All of them, oldest first."""
        if self.root is None:
            return list(self._memory.values())
        found = (self._load(path.stem, data=False) for path in sorted(self.root.glob("*.json"), key=_age))
        return [record for record in found if record is not None]

    def _load(self, key: str, data: bool = True) -> Record | None:
        """A record on the disk; None for one that is not there, or damaged."""
        if self.root is None:
            return None
        try:
            record = _of_json(json.loads((self.root / f"{key}.json").read_bytes()))
            if not data:
                return record
            blob = record.descriptor.digest.verify((self.root / f"{key}.layer").read_bytes(), "a cached layer")
            return replace(record, data=blob)
        except (OSError, ValueError, KeyError, TypeError, CourseError):
            return None

    def _shrink(self, root: Path) -> None:
        for path in sorted(root.glob("*.json"), key=_age)[:-LIMIT]:
            for one in (path, path.with_suffix(".layer")):
                with suppress(OSError):
                    one.unlink()


def _age(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _difference(before: Parts, now: Parts) -> str:
    """Which part differs, and where in it."""
    for kind, rows in now.items():
        old = before.get(kind, {})
        changed = sorted(name for name in {*rows, *old} if rows.get(name) != old.get(name))
        if changed:
            names = ", ".join(changed[:3]) + (f" and {len(changed) - 3} more" if len(changed) > 3 else "")
            return f"{kind} changed: {names}"
    return "what it depends on changed"


def _to_json(record: Record) -> dict[str, Any]:
    parts = {kind: dict(rows) for kind, rows in record.step.parts.items()}
    return {
        "parent": record.step.parent,
        "text": record.step.text,
        "parts": parts,
        "created": record.created,
        "descriptor": record.descriptor.to_json(),
        "diff_id": str(record.diff_id),
    }


def _of_json(document: dict[str, Any]) -> Record:
    step = Step(document["parent"], document["text"], document["parts"])
    return Record(
        step,
        Descriptor.parse(document["descriptor"], "a cached step"),
        Digest.parse(document["diff_id"]),
        document["created"],
        b"",
    )

"""Recorded: random sequences of operations with the Linux kernel's answers, and the engine asked them again.

`tests/conformance/record.py` drew the sequences and asked a kernel overlay mount, as root; what it said is kept in
data/kernel/recorded.json.gz. The engine needs no kernel to be held against it: some seconds, on any system.
"""

import base64
import errno
import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from coursekit.layers.disk_entries import Entry
from coursekit.proving.comparable import Answers, comparable_entries, engine_merged, spelled
from coursekit.proving.engine import Answer, Engine, Question
from coursekit.proving.entry_layer import EntryLayer
from coursekit.union.options import MountOptions

_FILE = "data/kernel/recorded.json.gz"


@dataclass(frozen=True)
class RecordedRun:
    """One stack of layers, what was asked of it, what the kernel said, and the merged tree it had at the end."""

    options: str
    writable: bool
    lowerdir: list[list[Entry]]  # top first
    questions: list[Question]
    answers: list[Answer]
    merged: dict[str, dict[str, object]]


@dataclass(frozen=True)
class Recording:
    """All runs, and who answered."""

    kernel: str  # its release
    operations: int  # that may change something; after each, the names it touched were looked at
    runs: list[RecordedRun]

    @property
    def questions(self) -> int:
        """Everything that was asked."""
        return sum(len(run.questions) for run in self.runs)


@dataclass
class Result:
    """What a comparison found."""

    asked: int = 0
    differences: list[str] = field(default_factory=list)


def load() -> Recording:
    """The recording that came with the package."""
    data = gzip.decompress(files("coursekit").joinpath(_FILE).read_bytes())
    found = _decoded(json.loads(data))
    return Recording(found["kernel"], found["operations"], [RecordedRun(**run) for run in found["runs"]])


def save(recording: Recording, path: Path) -> None:
    """Keep a recording, the same bytes for the same answers."""
    text = json.dumps(_encoded(asdict(recording)), separators=(",", ":"), sort_keys=True)
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def replay(recording: Recording) -> Result:
    """The engine's answers to all that was recorded, compared with the kernel's."""
    result = Result()
    for run in recording.runs:
        result.asked += len(run.questions)
        result.differences.extend(differing(run))
    return result


def differing(run: RecordedRun) -> Iterator[str]:
    """Where the engine says something else in one run: the first difference, since all that follows may hang on it."""
    notes = MountOptions.parse(run.options).features(writable=run.writable).notes
    layers = [EntryLayer(layer, notes) for layer in run.lowerdir]
    engine, side = Engine(layers, writable=run.writable, options=run.options), Answers()
    for asked, theirs in zip(run.questions, run.answers, strict=True):
        if asked[0] == "remount":
            engine.remount()
            continue
        mine = named(side.comparable(asked, engine.answer(asked)))
        if mine != theirs:
            yield f"{spelled(asked)}: the engine says {mine}, the kernel said {theirs}"
            return
    merged = comparable_entries(engine_merged(engine.overlay))
    for path in sorted({*merged, *run.merged}):
        if without_code(merged.get(path)) != without_code(run.merged.get(path)):
            yield f"the merged tree, {path}: the engine has {merged.get(path)}, the kernel had {run.merged.get(path)}"
            return


def named(answer: Answer) -> Answer:
    """An errno by its name: the numbers are not the same on every system."""
    if answer[0] == "error" and isinstance(answer[1], int):
        return "error", errno.errorcode.get(answer[1], str(answer[1]))
    return answer


def without_code(entry: dict[str, object] | None) -> object:
    """The entry without an errno in it."""
    return entry and {name: value for name, value in entry.items() if name != "code"}


def _encoded(value: Any) -> Any:
    """As JSON has it: bytes and tuples marked."""
    match value:
        case bytes():
            runs = _squeezed(value)
            return {"$b": base64.b64encode(value).decode()} if runs is None else {"$r": runs}
        case tuple():
            return {"$t": [_encoded(one) for one in value]}
        case list():
            return [_encoded(one) for one in value]
        case dict():
            return {name: _encoded(one) for name, one in value.items()}
    return value


def _squeezed(data: bytes) -> list[list[int]] | None:
    """Long data as runs (byte, times), which is what the machine writes; None for what is short or mixed."""
    if len(data) < 32:
        return None
    runs: list[list[int]] = []
    for byte in data:
        if runs and runs[-1][0] == byte:
            runs[-1][1] += 1
        elif len(runs) < 40:
            runs.append([byte, 1])
        else:
            return None
    return runs


def _decoded(value: Any) -> Any:
    match value:
        case {"$b": text}:
            return base64.b64decode(text)
        case {"$r": runs}:
            return b"".join(bytes([byte]) * times for byte, times in runs)
        case {"$t": items}:
            return tuple(_decoded(one) for one in items)
        case list():
            return [_decoded(one) for one in value]
        case dict():
            return {name: _decoded(one) for name, one in value.items()}
    return value


def shortened(differences: Iterable[str], length: int = 300) -> list[str]:
    """Each difference as a line that a person can read."""
    return [text if len(text) <= length else f"{text[:length]} …" for text in differences]

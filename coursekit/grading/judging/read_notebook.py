"""What a notebook file says, brought down to what grading needs, bounded. Whoever wrote it: nothing in it is believed.

    bytes ──> decoded (a BOM goes), JSON, format 4 ──> cells: text, nbgrader's metadata, evidence, pasted pictures

    what came out of its box ──> outputs of its cells, in exact types

A file of more than SMALL bytes is read in a process of its own, under limits:

    python -m coursekit.grading.judging.read_notebook < NOTEBOOK > JSON

Neighbours: `classroom.admit` (which read the bytes), `notebook` (what the cells say of an answer).
"""

import base64
import binascii
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coursekit.errors import ExerciseError
from coursekit.exercises.editions import language_of, named
from coursekit.exercises.evidence import MIME
from coursekit.exercises.plain import BYTES
from coursekit.exercises.prose import escaped, one_line
from coursekit.language import _

SHOWN = "coursekit_shown"  # in a cell's metadata: what it showed where it was saved
OUTPUTS = 1000  # of one cell
TEXT = 2 * 2**20  # characters of one output
_KIND = re.compile(r"[a-z]+/[A-Za-z0-9.+-]{1,80}")
_LEFT_OUT = ("application/javascript", "application/vnd.jupyter.widget-view+json")

Output = dict[str, Any]


def read(written: bytes, cells: int) -> dict[int, tuple[list[Output], int | None]]:
    """By the number of each cell that ran: its outputs, and its execution count. What is malformed is left out."""
    found: dict[int, tuple[list[Output], int | None]] = {}
    for line in written.split(b"\n"):
        said = _json(line)
        if type(said) is not dict or type(said.get("cell")) is not int or not 0 <= said["cell"] < cells:
            continue
        outputs = said.get("outputs")
        kept = [clean(each) for each in outputs[:OUTPUTS]] if type(outputs) is list else []
        count = said.get("count", found.get(said["cell"], ([], None))[1])
        found[said["cell"]] = [each for each in kept if each], count if type(count) is int else None
    return found


def as_saved() -> Output:
    """What stands above outputs that a student saved, in a cell that was not run."""
    said = _("As it was saved by the student. This cell was not run again.")
    page = f'<p class="coursekit-as-saved"><small>{escaped(said)}</small></p>'
    return {"output_type": "display_data", "data": {"text/plain": said, "text/html": page}, "metadata": {}}


def clean(output: Any) -> Output:
    """The output in exact types, with nothing in it that a page would run as a script; {} for what is none."""
    match output:
        case {"output_type": "stream", "name": "stdout" | "stderr" as name, "text": str(text)}:
            return {"output_type": "stream", "name": name, "text": printable(text[:TEXT])}
        case {"output_type": "error", "ename": str(name), "evalue": str(value), "traceback": list(lines)}:
            kept = [printable(line[:TEXT]) for line in lines[:OUTPUTS] if type(line) is str]
            return {
                "output_type": "error",
                "ename": printable(name[:200]),
                "evalue": printable(value[:5000]),
                "traceback": kept,
            }
        case {"output_type": "display_data" | "execute_result" as kind, "data": dict(data)}:
            made: Output = {"output_type": kind, "data": _bundle(data), "metadata": _metadata(output.get("metadata"))}
            if kind == "execute_result":
                count = output.get("execution_count")
                made["execution_count"] = count if type(count) is int else None
            return made if made["data"] else {}
    return {}


def _bundle(data: Mapping[Any, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for kind, each in data.items():
        if type(kind) is not str or not _KIND.fullmatch(kind) or kind in _LEFT_OUT:
            continue
        if type(each) is str:
            kept[kind] = printable(each) if len(each) <= TEXT else "… too large to be kept …"
        elif kind.endswith("json"):
            kept[kind] = _json(printable(json.dumps(each, ensure_ascii=False)))
    return kept


def _metadata(metadata: Any) -> dict[str, Any]:
    """The sizes of images, and nothing else."""
    if type(metadata) is not dict:
        return {}
    sizes = {
        kind: {name: size for name, size in each.items() if name in ("width", "height") and type(size) is int}
        for kind, each in metadata.items()
        if type(each) is dict and type(kind) is str and kind.startswith("image/")
    }
    return {kind: each for kind, each in sizes.items() if each}


def printable(text: str) -> str:
    """The text without halves of characters, which no file can hold.

    >>> printable("a\\ud800b")
    'a?b'
    """
    return text.encode("utf-8", "replace").decode()


def scrubbed(data: Any) -> Any:
    """Plain data whose texts can all be written to a file. Raises: RecursionError."""
    match data:
        case str():
            return printable(data)
        case dict():
            return {printable(str(key)): scrubbed(each) for key, each in data.items()}
        case list():
            return [scrubbed(each) for each in data]
    return data


def _json(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


SMALL = 4 * 2**20  # bytes that are read in this process
CELLS = 2000
SOURCE = 512 * 1024  # characters of one cell
SOURCES = 6 * 2**20  # of all cells
EVIDENCE = 4 * 2**20  # characters of all evidence in outputs
PICTURES = 8 * 2**20  # characters of all pasted pictures
SAVED = 4 * 2**20  # characters of all other outputs, for people
MEMORY, SECONDS = 2 * 2**30, 60  # of the process that reads a large file

_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
_PICTURE = ("image/png", "image/jpeg", "image/gif")
_MARKED: dict[str, Any] = {
    "grade_id": str,
    "grade": bool,
    "solution": bool,
    "locked": bool,
    "task": bool,
    "points": (int, float),
}
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
DIGITS = 1000  # of a number; Python itself refuses some thousands
NESTED = 64  # how deep what a cell shows may be nested

Cell = dict[str, Any]


class Unreadable(ExerciseError):
    """The content of a submission is no notebook; it says what is there instead."""


@dataclass(frozen=True, slots=True)
class Read:
    """A notebook of format 4, and in words what was put right or left out of it."""

    notebook: dict[str, Any]
    said: tuple[str, ...] = ()


def read_notebook(data: bytes, name: str) -> Read:
    """The notebook in `data`; `name` is its file's, for messages. Raises: Unreadable; OSError where no process starts."""
    if len(data) <= SMALL:
        try:
            return reduced(data)
        except Unreadable as problem:
            raise Unreadable(f"{name} {problem}") from None
    command = [sys.executable, "-P", "-m", __spec__.name if __spec__ else __name__]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=4 * SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise Unreadable(f"{name} could not be read in {4 * SECONDS} seconds: clear its outputs") from None
    try:
        said = json.loads(done.stdout)
    except ValueError:
        why = "takes too much memory or time to read: clear its outputs, and hand it in again"
        raise Unreadable(f"{name} ({len(data):,} bytes) {why}") from None
    if "unreadable" in said:
        raise Unreadable(f"{name} {said['unreadable']}")
    return Read(said["notebook"], tuple(said["said"]))


def reduced(data: bytes) -> Read:
    """The same in this process. Raises: Unreadable, its words going on after the file's name."""
    said: list[str] = []
    text, why = decoded(data)
    said += [f"the notebook {each}" for each in why]
    try:
        found = _parsed(text, said)
    except RecursionError:
        raise Unreadable("is nested too deep to be a notebook") from None
    except ValueError:
        what = "is empty" if not text.strip() else "is no notebook, or a part of one"
        raise Unreadable(f"{what} ({len(data):,} bytes)") from None
    found = _of_format_4(found, said)
    cells = found["cells"]
    room = _Room(said)
    kept = [room.cell(cell, number) for number, cell in enumerate(cells[:CELLS]) if isinstance(cell, dict)]
    if len(cells) > CELLS:
        said.append(f"the notebook has {len(cells):,} cells; the first {CELLS:,} count")
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    spoken = named(language_of(found["metadata"])) if isinstance(found.get("metadata"), dict) else {}
    notebook = {"cells": kept, "metadata": {"kernelspec": kernel, **spoken}, "nbformat": 4, "nbformat_minor": 5}
    return Read(notebook, tuple(said))


def decoded(data: bytes) -> tuple[str, list[str]]:
    """The text of a file that should be UTF-8, and in words what it was instead; zeros at its end are a disk's.

    >>> decoded("{}".encode("utf-16-le"))
    ('{}', ['is UTF-16-LE, and was read as that'])
    """
    said = []
    encoding = json.detect_encoding(data[:4])
    data, zeros = data.rstrip(b"\0"), data.endswith(b"\0\0\0\0")
    data += bytes(
        -len(data) % {"utf-16": 2, "utf-32": 4}.get(encoding[:6], 1)
    )  # one at the end was half of a character
    if data.startswith(_BOMS):
        said.append("began with a byte order mark, as some editors write it")
    elif encoding != "utf-8":
        said.append(f"is {encoding.upper()}, and was read as that")
    if zeros:
        said.append("ended in zeros, which were left out: a disk that was full, or a copy that broke off")
    try:
        return data.decode(encoding), said
    except UnicodeDecodeError:
        return data.decode(encoding, "replace"), [*said, "is not UTF-8: some characters are lost"]


def _parsed(text: str, said: list[str]) -> Any:
    """JSON, also where more follows it. Raises: ValueError, RecursionError."""
    reader = json.JSONDecoder(
        parse_constant=lambda name: None, parse_int=lambda digits: int(digits) if len(digits) < DIGITS else 0
    )
    found, end = reader.raw_decode(text, len(text) - len(text.lstrip()))
    if text[end:].strip():
        said.append(f"after the notebook {len(text) - end:,} more characters follow, which were left out")
    return found


def _of_format_4(found: Any, said: list[str]) -> dict[str, Any]:
    if type(found) is not dict:
        raise Unreadable("is no notebook: it holds JSON of another kind")
    if found.get("nbformat") != 4:
        found = _upgraded(found, said)
    if type(found.get("cells")) is not list:
        raise Unreadable("is no notebook: it has no cells")
    return dict(found)


def _upgraded(found: dict[str, Any], said: list[str]) -> Any:
    format = found.get("nbformat")
    if type(format) is not int or not 1 <= format <= 3:
        if type(found.get("cells")) is list:
            said.append("the notebook does not say its format, or a newer one: it was read as format 4")
            return found
        raise Unreadable("is no notebook of a format that is known here (1 to 4)")
    import nbformat

    try:
        made = json.loads(json.dumps(nbformat.convert(nbformat.from_dict(found), 4)))  # type: ignore[no-untyped-call]
    except Exception:  # what an old notebook may lack is known to nobody
        raise Unreadable(f"is a notebook of format {format} that cannot be read: save it with JupyterLab") from None
    said.append(f"the notebook is of format {format}, and was brought to format 4")
    return made


class _Room:
    """What is left of the bounds of one notebook, while its cells are taken in."""

    def __init__(self, said: list[str]) -> None:
        self.said = said
        self._sources, self._evidence, self._pictures, self._saved = SOURCES, EVIDENCE, PICTURES, SAVED
        self._ids: set[str] = set()

    def cell(self, cell: Mapping[Any, Any], number: int) -> Cell:
        """The cell with what counts of it."""
        kind = cell.get("cell_type")
        kind = kind if kind in ("code", "markdown") else "raw"
        made: Cell = {"cell_type": kind, "id": self._id(cell.get("id"), number), "metadata": {}}
        made["source"] = self._source(cell.get("source"), number)
        if marked := _marked(cell.get("metadata")):
            made["metadata"]["nbgrader"] = marked
        if kind == "code":
            made |= {"execution_count": None, "outputs": self._outputs(cell, made)}
        elif kind == "markdown" and isinstance(cell.get("attachments"), dict):
            made["attachments"] = self._attachments(cell["attachments"])
        return made

    def _id(self, id: Any, number: int) -> str:
        if type(id) is not str or not _ID.fullmatch(id) or len(id) > 64 or id in self._ids:
            id = f"cell-{number}"
            while id in self._ids:
                id += "-"
        self._ids.add(id)
        return str(id)

    def _source(self, found: Any, number: int) -> str:
        parts: list[Any] = found if type(found) is list else [found]
        text: str = "".join(each for each in parts if type(each) is str).encode(errors="replace").decode()
        text = text.removeprefix("\ufeff")  # which Python takes for a fault
        if len(text) > min(SOURCE, self._sources):
            self.said.append(f"cell {number + 1} holds {len(text):,} characters, and was left out (at most {SOURCE:,})")
            return ""
        self._sources -= len(text)
        return text

    def _outputs(self, cell: Mapping[Any, Any], made: Cell) -> list[Any]:
        """The evidence in the outputs of a grade cell, and no more of them; what another cell shows people, bounded."""
        if type(cell.get("outputs")) is not list:
            return []
        if not made["metadata"].get("nbgrader", {}).get("grade"):
            return self._shown(cell["outputs"])
        kept: list[Cell] = []
        for output in cell["outputs"][:1000]:
            data = output.get("data") if isinstance(output, dict) else None
            if not isinstance(data, dict) or MIME not in data:
                continue
            if _depth_is_over(data[MIME], NESTED):
                continue
            size = len(json.dumps(data[MIME]))
            if size > min(BYTES, self._evidence) or len(kept) == 8:
                continue
            self._evidence -= size
            kind = "execute_result" if output.get("output_type") == "execute_result" else "display_data"
            shown = {"output_type": kind, "data": {MIME: data[MIME]}, "metadata": {}}
            kept.append(shown | ({"execution_count": None} if kind == "execute_result" else {}))
        return kept

    def _shown(self, found: list[Any]) -> list[Any]:
        kept: list[Cell] = []
        for output in found[:100]:
            fits = not _depth_is_over(output, NESTED) and len(json.dumps(output)) <= self._saved
            made = clean(output) if fits else {}
            if made:
                self._saved -= len(json.dumps(made))
                kept.append(made)
        return kept

    def _attachments(self, found: Mapping[Any, Any]) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for name, forms in list(found.items())[:100]:
            pictures = forms if isinstance(forms, dict) else {}
            for kind, data in pictures.items():
                if kind in _PICTURE and type(data) is str and len(data) <= self._pictures and is_base64(data):
                    self._pictures -= len(data)
                    kept[str(name)[:200].encode(errors="replace").decode()] = {kind: data}
                    break
        return kept


def _depth_is_over(data: Any, most: int) -> bool:
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return most == 0 or any(_depth_is_over(each, most - 1) for each in inner)


def _marked(metadata: Any) -> dict[str, Any]:
    """nbgrader's metadata of a cell in exact types; {} for none, or for an id that is none."""
    found = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    if not isinstance(found, dict):
        return {}
    id = found.get("grade_id")
    if type(id) is not str or not _ID.fullmatch(id):
        return {}
    kept = {name: found[name] for name, kind in _MARKED.items() if name in found and isinstance(found[name], kind)}
    return {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False} | kept


def is_base64(text: str) -> bool:
    """Whether it is base64 and nothing else, so that it may stand in an attribute."""
    try:
        base64.b64decode("".join(text.split()), validate=True)
        return True
    except (binascii.Error, ValueError):
        return False


def main() -> None:
    """Reads standard input under limits, and writes what it says, or why it is unreadable."""
    import resource

    for kind, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, 0)):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (most if hard < 0 else min(most, hard),) * 2)
    try:
        read = reduced(sys.stdin.buffer.read())
        said: dict[str, Any] = {"notebook": read.notebook, "said": read.said}
    except Unreadable as problem:
        said = {"unreadable": one_line(str(problem))}
    except MemoryError:
        said = {"unreadable": f"takes more than {MEMORY >> 30} GiB of memory to read: clear its outputs"}
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main()

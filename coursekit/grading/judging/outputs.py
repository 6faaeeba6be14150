"""What came out of a notebook's box, read as the outputs of its cells. Whoever wrote it: types and bounds are checked.

Neighbours: `shell` (writes it), `submission` (asks for it).
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from coursekit.exercises.prose import escaped
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

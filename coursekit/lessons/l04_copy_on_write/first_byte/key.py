"""The first change of a file copies all of it up, and the next ones nothing.

Source: Linux overlayfs.rst, "Non-directories"; docker's overlayfs-driver page, "Writing to a file for the first time".
"""

from typing import Any

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong

_BLOCK = 4096
_WRITES = ("append", "chmod", "touch")


def _costs(case: Case, *, dearer: tuple[str, ...] = _WRITES, again: bool = False) -> dict[str, Any]:
    """Bytes copied up by each step, if the first step of a kind in `dearer` copies all of the file (`again`: each)."""
    above: set[str] = set()
    bill: dict[str, Any] = {}
    for number, (verb, path) in enumerate(case["steps"], 1):
        copies = verb in dearer and (again or path not in above)
        bill[f"{number}"] = {"bytes": case["files"][path] if copies else 0}
        if copies:
            above.add(path)
    return bill


def _block_costs(case: Case) -> dict[str, Any]:
    """One block for each append; the other changes as they are."""
    truth = _costs(case)
    return {
        number: {"bytes": _BLOCK if case["steps"][int(number) - 1][0] == "append" and cell["bytes"] else cell["bytes"]}
        for number, cell in truth.items()
    }


def _written_alone(case: Case) -> dict[str, Any]:
    """What the command itself writes: a line of fourteen bytes."""
    return {f"{n}": {"bytes": 14} for n, (verb, _) in enumerate(case["steps"], 1) if verb == "append"}


def _lines_alone(case: Case) -> dict[str, Any]:
    """An append writes its line alone, unless the mode or the times were changed before."""
    above: set[str] = set()
    bill: dict[str, Any] = {}
    for number, (verb, path) in enumerate(case["steps"], 1):
        if verb == "append":
            bill[f"{number}"] = {"bytes": 0 if path in above else 14}
        above |= {path} if verb in ("chmod", "touch") else set()
    return bill


def _modes_alone(case: Case) -> dict[str, Any]:
    """A change of mode or times copies nothing, and yet the file lies above from then on."""
    return {f"{n}": {"bytes": 0} for n, (verb, _) in enumerate(case["steps"], 1) if verb in ("chmod", "touch")}


def _opening_for_nothing(case: Case) -> dict[str, Any]:
    """The first append is free, the second one copies."""
    seen: dict[str, int] = {}
    found: dict[str, Any] = {}
    for number, (verb, path) in enumerate(case["steps"], 1):
        if verb != "read":
            seen[path] = seen.get(path, 0) + 1
            found[f"{number}"] = {"bytes": case["files"][path] if seen[path] == 2 else 0}
    return found


KEY = Key(
    truth=_costs,
    wrong=(
        Wrong("reading-copies-up", lambda case: _costs(case, dearer=("read", *_WRITES))),
        Wrong("copies-only-the-block", _block_costs),
        Wrong("chmod-is-free", lambda case: _costs(case, dearer=("append",))),
        Wrong("each-write-copies", lambda case: _costs(case, again=True)),
        Wrong("written-bytes-are-copied", _written_alone),
        Wrong("second-change-pays", _opening_for_nothing),
        Wrong("written-bytes-are-copied", _lines_alone, place="lines-alone"),
        Wrong("chmod-is-free", _modes_alone, place="modes-alone"),
    ),
)

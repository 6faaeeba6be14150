"""The shortest script that still shows a difference between engine and kernel.

Hypothesis draws and the pair keeps the record, so a difference is reduced by leaving questions and layer entries out of
the script and asking again, which takes milliseconds, and is printed as calls.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from coursekit.layers.disk_entries import Entry
from coursekit.proving.kernel import Kernel
from coursekit.proving.pair import Differ, Pair, Script

T = TypeVar("T")


def difference(kernel: Kernel, script: Script) -> str | None:
    """What differs when `script` is asked anew; None when nothing does."""
    try:
        pair = Pair(kernel, script)
    except OSError:  # layers that cannot be mounted so
        return None
    except Differ as found:
        return str(found)
    try:
        for asked in script.questions:
            pair.ask(asked)
        pair.finish()
    except Differ as found:
        return str(found)
    finally:
        pair.close()
    return None


def reduced(kernel: Kernel, script: Script) -> Script:
    """A script, as short as leaving out can make it, that still shows some difference."""
    shorter = replace(script, questions=list(script.questions))
    while True:
        before = len(str(shorter))
        shorter.questions = _fewer(shorter.questions, lambda kept: _differs(kernel, replace(shorter, questions=kept)))
        for number in range(len(shorter.lowerdir)):
            layers = list(shorter.lowerdir)
            layers[number] = _fewer(layers[number], lambda kept, at=number: _layer_matters(kernel, shorter, at, kept))
            shorter.lowerdir = layers
        if len(str(shorter)) >= before:
            return shorter


def _differs(kernel: Kernel, script: Script) -> bool:
    return difference(kernel, script) is not None


def _layer_matters(kernel: Kernel, script: Script, number: int, kept: Sequence[Entry]) -> bool:
    if not _whole(kept):
        return False
    layers = list(script.lowerdir)
    layers[number] = list(kept)
    return _differs(kernel, replace(script, lowerdir=layers))


def _whole(kept: Sequence[Entry]) -> bool:
    """Every entry has its parent directory, and its first name when it is a link."""
    paths = {one["path"] for one in kept if one.get("kind") == "directory"} | {""}
    if not kept or kept[0]["path"] != "/":
        return False
    parents = all(one["path"].rpartition("/")[0] in paths for one in kept[1:])
    return parents and all(one["link"] in {each["path"] for each in kept} for one in kept if "link" in one)


def _fewer(items: list[T], still: Callable[[list[T]], bool]) -> list[T]:
    """`items` without those that can be left out, larger runs tried first."""
    size = max(len(items) // 2, 1)
    while True:
        at = 0
        while at < len(items):
            without = items[:at] + items[at + size :]
            if still(without):
                items = without
            else:
                at += size
        if size == 1:
            return items
        size //= 2

"""A container that does not run refuses `exec`, and nothing else of these.

Source: moby daemon/exec.go ("container … is not running").
"""

from collections.abc import Callable, Iterator

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong

Fates = dict[str, dict[str, str]]


def _replay(works: Callable[[str, bool], bool]) -> Callable[[Case], Fates]:
    """Each step's fate, where `works(command, running)` decides; start and stop change the state when they work."""
    return lambda case: {f"{n}": {"result": fate} for n, fate in enumerate(_fates(case["steps"], works), 1)}


def _final(case: Case) -> Fates:
    """Where an exited container never runs again; a start while it runs is not what this is about."""
    believed, true = _replay(lambda step, running: step not in ("exec", "start"))(case), False
    fates: Fates = {}
    for step, (number, fate) in zip(case["steps"], believed.items(), strict=True):
        if not (step == "start" and true):
            fates[number] = fate
        true = step == "start" if step in ("start", "stop") else true
    return fates


def _fates(steps: list[str], works: Callable[[str, bool], bool]) -> Iterator[str]:
    running = False
    for step in steps:
        ok = works(step, running)
        if ok and step in ("start", "stop"):
            running = step == "start"
        yield "works" if ok else "refused"


KEY = Key(
    truth=_replay(lambda step, running: running or step != "exec"),
    wrong=(
        Wrong("exec-starts-it", _replay(lambda step, running: True)),
        Wrong("stopped-is-gone", _replay(lambda step, running: running or step == "start")),
        Wrong("exited-is-final", _final),
    ),
)

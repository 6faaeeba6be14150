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


_TRUE = _replay(lambda step, running: running or step != "exec")
_WHOLE = (  # what is true, and the beliefs about all of the commands
    _TRUE,
    _replay(lambda step, running: True),
    _replay(lambda step, running: running or step == "start"),
)


def _unlike(predict: Callable[[Case], Fates]) -> Callable[[Case], Fates | None]:
    """A prediction, where the case tells it from these."""

    def said(case: Case) -> Fates | None:
        found = predict(case)
        alike = any({**_TRUE(case), **found} == whole(case) for whole in _WHOLE)
        return None if alike else found

    return said


def _asleep(*steps: str) -> Callable[[Case], Fates]:
    """Steps that are refused while nothing runs."""

    def said(case: Case) -> Fates:
        right = _replay(lambda step, running: running)(case)
        fates = {
            number: fate for step, (number, fate) in zip(case["steps"], right.items(), strict=True) if step in steps
        }
        return {number: fate for number, fate in fates.items() if fate["result"] == "refused"}

    return said


def _while(running: bool, *steps: str) -> Callable[[Case], Fates]:
    """Steps that are refused while it runs, or while it does not."""

    def said(case: Case) -> Fates:
        fates, runs = {}, False
        for number, step in enumerate(case["steps"], 1):
            if step in steps and runs is running:
                fates[f"{number}"] = {"result": "refused"}
            runs = step == "start" if step in ("start", "stop") else runs
        return fates

    return said


def _one_start(case: Case) -> Fates:
    """After the first start exec works, stopped or not."""
    started, fates = False, {}
    for number, step in enumerate(case["steps"], 1):
        started = started or step == "start"
        fates[f"{number}"] = {"result": "works" if step != "exec" or started else "refused"}
    return fates


KEY = Key(
    truth=_replay(lambda step, running: running or step != "exec"),
    wrong=(
        Wrong("exec-starts-it", _replay(lambda step, running: True)),
        Wrong("stopped-is-gone", _replay(lambda step, running: running or step == "start")),
        Wrong("exited-is-final", _final),
        Wrong(
            "start-needs-a-stop",
            _unlike(_replay(lambda step, running: step != "start" if running else step != "exec")),
        ),
        Wrong("stop-needs-a-start", _unlike(_asleep("stop"))),
        Wrong("started-once-is-enough", _unlike(_one_start)),
        Wrong("commit-needs-a-process", _unlike(_asleep("commit"))),
        Wrong("copying-needs-a-process", _unlike(_while(False, "cp")), each=True),
        Wrong("copying-needs-a-stop", _unlike(_while(True, "cp")), each=True),
        Wrong("exited-is-final", _unlike(_while(False, "start")), place="start-alone", each=True),
        Wrong("started-ends-at-once", _unlike(_while(True, "exec")), each=True),
    ),
)

"""Lesson 06: the docker session of the note. A stopped container refuses `exec`; the kernel is the host's.

Source: moby daemon/exec.go ("container … is not running"); docker ps, start, exec, cp, diff
in Docker's command line reference.
"""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from coursekit.exercises.forms import Choose, Fill
from coursekit.exercises.lessons.nginx_sizes import LESSON
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Hint, Kind, WrongModel

_COMMANDS = {
    "exec": "docker exec {name} cat /etc/os-release",
    "start": "docker start {name}",
    "stop": "docker stop {name}",
    "diff": "docker diff {name}",
    "cp": "docker cp {name}:/etc/os-release .",
    "commit": "docker commit {name} copy:1",
}
_NAMES = ("keen_feynman", "web", "quiet_bell", "blue_noether", "proxy", "calm_curie", "edge", "lucid_hopper")


def _session(random: Random) -> dict[str, Any]:
    """Ten commands at an Exited container: refused and working execs, and looks at its files while it is stopped."""
    pool = (*["exec"] * 8, *["start"] * 2, *["stop"] * 3, "diff", "cp", "commit")
    while True:
        steps = [random.choice(pool) for _ in range(10)]
        asleep = [step for step, running in zip(steps, _states(steps), strict=True) if not running]
        awake = [step for step, running in zip(steps, _states(steps), strict=True) if running]
        if "exec" in asleep and "exec" in awake and {"diff", "cp", "commit"} & set(asleep):
            return {"name": random.choice(_NAMES), "steps": steps}


def _states(steps: list[str]) -> Iterator[bool]:
    """Whether the container runs when each step comes."""
    running = False
    for step in steps:
        yield running
        if step in ("start", "stop"):
            running = step == "start"


def _replay(case: Case, works: Callable[[str, bool], bool]) -> dict[str, dict[str, str]]:
    """Each step's fate, where `works(command, running)` decides; start and stop change the state when they work."""
    return {f"{n}": {"result": fate} for n, fate in enumerate(_fates(case["steps"], works), 1)}


def _fates(steps: list[str], works: Callable[[str, bool], bool]) -> Iterator[str]:
    running = False
    for step in steps:
        ok = works(step, running)
        if ok and step in ("start", "stop"):
            running = step == "start"
        yield "works" if ok else "refused"


def _true(step: str, running: bool) -> bool:
    return running or step != "exec"


def _session_form(case: Case) -> Fill:
    rows = {f"{n}": _COMMANDS[step].format(name=case["name"]) for n, step in enumerate(case["steps"], 1)}
    return Fill(rows, {"result": Choose({"works": "works", "refused": "is refused"})})


EXEC_REFUSED = Exercise(
    id="exec-refused",
    lesson=LESSON,
    title="What the note leaves out",
    kind=Kind.TABLE,
    points=2,
    objective="read a container's state from `docker ps -a`, and know what it allows",
    make=_session,
    question=lambda case: (
        f"`docker ps -a` says that {case['name']} is `Exited (0) 9 hours ago`. These commands "
        "follow, in this order. Which of them work? Write 'works' or 'refused'."
    ),
    form=_session_form,
    truth=lambda case: _replay(case, _true),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["exec-starts-it"],
            lambda case: _replay(case, lambda step, running: True),
            "`exec` puts one more process beside the container's first. Where that has ended there is nothing to join.",
        ),
        WrongModel(
            MISCONCEPTIONS["stopped-is-gone"],
            lambda case: _replay(case, lambda step, running: running or step == "start"),
            "diff, cp and commit look at the container layer, which lies on disk whether or not a process runs.",
        ),
        WrongModel(
            MISCONCEPTIONS["exited-is-final"],
            lambda case: _replay(case, lambda step, running: step not in ("exec", "start")),
            "`docker start` starts the container's command again, on the same container layer.",
        ),
    ),
    hints=(
        Hint("Which of these commands needs a process to be running, and which only needs files?"),
        Hint("Try the first two in a cell with `%docker` and read the answer."),
        Hint("exec is refused until `docker start`, and again after `docker stop`.", after="exec-starts-it"),
        Hint(
            "Where do the container's changes lie while it is stopped? `docker diff` reads them there.",
            after="stopped-is-gone",
        ),
    ),
    explanation="`exec` starts a process **inside a running container**; with the first process gone it is refused: "
    "`container … is not running`. Files need no process: diff, cp and commit work on a stopped container too. The "
    "note's session shows `Exited` and then a shell in it: a `docker start` in between is missing.",
)

_SYSTEMS = {
    "Debian 11": "5.10.0-9-amd64",
    "CentOS 7": "3.10.0-1160.el7.x86_64",
    "Ubuntu 20.04": "5.4.0-90-generic",
    "Alpine 3.14": "5.10.61-0-virt",
    "Fedora 35": "5.14.18-300.fc35.x86_64",
}


def _hosts(random: Random) -> dict[str, Any]:
    host, one, other = random.sample(sorted(_SYSTEMS), 3)
    return {"host": host, "kernel": _SYSTEMS[host], "one": one, "other": other}


def _kernel_form(case: Case) -> Fill:
    rows = {
        f"{which}-{what}": f"{command} in a container of the {case[which]} image"
        for which in ("one", "other")
        for what, command in (("uname", "uname -r"), ("release", "cat /etc/os-release"))
    }
    return Fill(rows, {"says": Choose({text: text for text in _texts(case)})})


def _texts(case: Case) -> list[str]:
    """All that could be printed: releases, then kernels."""
    names = sorted((case["host"], case["one"], case["other"]))
    return [*names, *sorted(_SYSTEMS[name] for name in names)]


def _said(case: Case, kernel_of: Callable[[str], str], release_of: Callable[[str], str]) -> dict[str, dict[str, str]]:
    found = {}
    for which in ("one", "other"):
        found[f"{which}-uname"] = {"says": _SYSTEMS[kernel_of(case[which])]}
        found[f"{which}-release"] = {"says": release_of(case[which])}
    return found


WHOSE_KERNEL = Exercise(
    id="whose-kernel",
    lesson=LESSON,
    title="Whose kernel, whose release?",
    kind=Kind.PREDICTION,
    points=2,
    objective="say which answers come from the image and which from the host, and why an image holds 0 bytes of kernel",
    make=_hosts,
    question=lambda case: (
        f"A {case['host']} host runs its own kernel, {_SYSTEMS[case['host']]}. Two containers "
        f"run on it, of a {case['one']} and of a {case['other']} image. What do they print? Choose from "
        f"{', '.join(repr(text) for text in _texts(case))}."
    ),
    form=_kernel_form,
    truth=lambda case: _said(case, lambda image: case["host"], lambda image: image),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["image-sets-uname"],
            lambda case: _said(case, lambda image: image, lambda image: image),
            "`uname` is a system call, and the kernel that answers is the one that runs.",
        ),
        WrongModel(
            MISCONCEPTIONS["host-sets-release"],
            lambda case: _said(case, lambda image: case["host"], lambda image: case["host"]),
            "/etc/os-release is a file of the image's base layer.",
        ),
    ),
    hints=(
        Hint("Which of the two commands reads a file, and which asks the kernel?"),
        Hint("How many kernels run on that host?", after="image-sets-uname"),
        Hint("Run both in a cell: `web.exec('uname -r; cat /etc/os-release')`, and compare with your own machine's."),
    ),
    explanation="There is one kernel, the host's, and `uname -r` asks it. /etc/os-release is a file, and comes "
    "with the image. That is why no byte of the 133 MB is a kernel: the image's package list has no linux-image "
    "and no boot loader.",
)

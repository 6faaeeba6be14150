"""Users beside dockerd: who `-u` and USER make a command, what it may do, and how docker refuses what it cannot start.

`DIFFERENT` is what is not as in docker, each with its reason; a line of it that has come true fails too.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from coursekit.container import real_programs as real
from coursekit.image import layer_tar
from coursekit.image.make_image import build_image
from coursekit.image.store import Store
from tests.container.record_docker import ANSWERS
from tests.container.record_users import deed as ask_deed
from tests.container.record_users import exec_ as ask_exec
from tests.container.record_users import image_tar, load
from tests.container.record_users import run as ask_run
from tests.container.users_cases import DEEDS, DOERS, ENDINGS, LATER, REFUSALS, RUNS, WHO
from tests.container.users_replay import Line, deed, fill
from tests.tools import needs

RECORDED: dict[str, list[dict[str, Any]]] = json.loads(ANSWERS.read_text())["users"]
STILL_ROOT = "runc 1.1 lets exec start a program with root's rights still, so that the interpreter is refused, not runc"
DIFFERENT = {
    "run -u 7:8 sh": "runc reads the number 8 again as the name of a group, and adds that one",
    "exec -u 7:8 sh": "runc reads the number 8 again as the name of a group, and adds that one",
    "exec -u ada /srv/tool": STILL_ROOT,
    "exec -u ada -w /srv ./tool": STILL_ROOT,
    "exec -u ada /home/bob/tool": STILL_ROOT,
    "exec -u ada -e PATH=/home/bob:/bin tool": STILL_ROOT,
    "rm /etc/passwd; exec": "without -u, docker remembers the groups of root from the start",
    "rm /etc/passwd; exec -u 7": "without /etc/passwd, whoami adds why it could not be read",
}


def title(verb: str, answer: dict[str, Any]) -> str:
    """The case in a line; the image's USER in parentheses, and the long command by its first word."""
    user = f"({answer['image_user']}) " if answer["image_user"] else ""
    return user + " ".join([verb, *answer["options"], *answer["command"][:1]])


def later_title(answer: dict[str, Any]) -> str:
    return " ".join([f"{answer['after']}; exec", *answer["options"]])


def compare(case: str, ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    """The same answer, or a difference that is meant."""
    wanted = {key: theirs[key] for key in ours}
    assert (ours != wanted) == (case in DIFFERENT), f"{case}\ndocker {wanted}\nus     {ours}"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("users") / "store"
    fill(place)
    return place


@pytest.fixture
def line(store: Path, capfd: pytest.CaptureFixture[str]) -> Line:
    return Line(store, capfd)


@pytest.mark.parametrize("recorded", RECORDED["runs"], ids=lambda recorded: title("run", recorded))
def test_run_makes_a_user_of_the_image(recorded: dict[str, Any], line: Line) -> None:
    ours = line.run(recorded["image_user"], recorded["options"], recorded["command"])
    compare(title("run", recorded), ours, recorded)


@pytest.mark.parametrize("recorded", RECORDED["execs"], ids=lambda recorded: title("exec", recorded))
def test_exec_makes_a_user_of_the_container(recorded: dict[str, Any], line: Line) -> None:
    ours = line.exec(recorded["image_user"], recorded["options"], recorded["command"])
    compare(title("exec", recorded), ours, recorded)


@pytest.mark.parametrize("recorded", RECORDED["later"], ids=later_title)
def test_exec_reads_the_container_s_own_files(recorded: dict[str, Any], line: Line) -> None:
    compare(later_title(recorded), line.later(recorded["after"], recorded["options"]), recorded)


@pytest.mark.parametrize(("made", "lines"), REFUSALS, ids=lambda each: " ".join(map(str, each)))
def test_what_cannot_be_started_is_refused_as_by_docker(made: list[str], lines: list[list[str]], line: Line) -> None:
    for words, ours in zip(lines, line.refusals(made, lines), strict=True):
        recorded = next(each for each in RECORDED["refusals"] if (each["made"], each["line"]) == (made, words))
        compare(" ".join([*made, *words]), ours, recorded)


@pytest.mark.parametrize("command", DEEDS)
def test_a_user_may_what_the_kernel_lets_them(command: str) -> None:
    for recorded in RECORDED["deeds"]:
        if recorded["command"] == command:
            compare(f"{recorded['user']}: {command}", deed(recorded["user"], command), recorded)


def test_all_cases_are_recorded() -> None:
    for key, cases in (("runs", [*ENDINGS, *RUNS]), ("execs", ENDINGS)):
        found = [(answer["image_user"], answer["options"], answer["command"]) for answer in RECORDED[key]]
        assert found == cases
    assert [(answer["after"], answer["options"]) for answer in RECORDED["later"]] == LATER
    refusals = [(answer["made"], answer["line"]) for answer in RECORDED["refusals"]]
    assert refusals == [(made, line) for made, lines in REFUSALS for line in lines]
    deeds = [(answer["command"], answer["user"]) for answer in RECORDED["deeds"]]
    assert deeds == [(command, user) for command in DEEDS for user in DOERS]


def test_what_is_meant_to_differ_was_asked() -> None:
    asked = {title("run", answer) for answer in RECORDED["runs"]} | {title("exec", each) for each in RECORDED["execs"]}
    asked |= {f"{answer['user']}: {answer['command']}" for answer in RECORDED["deeds"]}
    assert set(DIFFERENT) <= asked | {later_title(answer) for answer in RECORDED["later"]}


@pytest.mark.kernel
@needs("bwrap", "dash", "ldd")
@pytest.mark.parametrize("user", ["1000:50", "ada:7", "7", "bob:1001", ":50", "root", "nobody-here"])
def test_a_real_program_runs_as_the_same_user(user: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    if real.why_not():
        pytest.skip(str(real.why_not()))
    image = build_image(None, [layer_tar.read(image_tar())], config={"Cmd": ["sh"]}, name="real:1")
    Store(tmp_path / "store").add(image, "real:1")
    recorded = next((each for each in RECORDED["runs"] if each["options"] == ["-u", user]), None)
    said = Line(tmp_path / "store", capfd)("run", "--rm", "--real", "-u", user, "real:1", "sh", "-c", WHO)
    if recorded is None:  # bob in the one group he has
        assert said == {"code": 0, "stdout": "1001\n1001\n1001\n/home/bob\n/\nbob\n", "stderr": ""}
    else:
        assert said == {key: recorded[key] for key in said}


@pytest.mark.kernel
@needs("bwrap", "dash", "ldd")
def test_a_real_program_may_what_a_further_group_may(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Simplified: in bubblewrap's user namespace the further groups count, and have no number."""
    if real.why_not():
        pytest.skip(str(real.why_not()))
    image = build_image(None, [layer_tar.read(image_tar())], config={"Cmd": ["sh"]}, name="real:1")
    Store(tmp_path / "store").add(image, "real:1")
    line = Line(tmp_path / "store", capfd)
    deeds = "echo x > /srv/team/mine; cat /srv/team/mine; cat /etc/secret; id -G"
    said = line("run", "--rm", "--real", "-u", "ada", "real:1", "sh", "-c", deeds)
    assert said == {"code": 0, "stdout": "x\n1000 65534\n", "stderr": "cat: /etc/secret: Permission denied\n"}
    line("run", "-d", "--name", "case", "real:1", "sleep", "1000")
    recorded = next(each for each in RECORDED["execs"] if each["options"] == ["-u", "nobody-here"])
    said = line("exec", "--real", "-u", "nobody-here", "case", "id")
    assert said == {key: recorded[key] for key in said}


@pytest.mark.slow
@needs("dockerd", "docker", "dash")
def test_docker_still_answers_so(docker: Any, tmp_path: Path) -> None:
    load(docker, tmp_path)
    asked = ("", ["-u", "ada"], ["sh", "-c", WHO])
    assert ask_exec(docker, *asked) == next(each for each in RECORDED["execs"] if each["options"] == asked[1])
    for answer in RECORDED["runs"][::12]:
        assert ask_run(docker, answer["image_user"], answer["options"], answer["command"]) == answer
    for answer in RECORDED["deeds"][::60]:
        assert ask_deed(docker, answer["user"], answer["command"]) == answer

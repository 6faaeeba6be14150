"""Recipes that attack the judge who replays them: each ends in docker's line about what failed, or builds what it may.

They read nothing of the machine, write no more than their room, and end by themselves. What labours in one step beyond
that is ended by the judge's own limits, flagged, and costs no other answer: `test_judge` shows that.
"""

from pathlib import Path

import pytest

from coursekit.exercises import recipes
from coursekit.exercises.model import expect
from coursekit.exercises.recipes import ROOM, built, replayed
from coursekit.exercises.report import Report, html
from coursekit.exercises.verdict import Verdict

BASE = "FROM debian-slim:bullseye\n"
FAILS = {
    "a fork bomb": ("RUN f() { f | f; }; f", "exit code: 2"),
    "a word that grows without end": ("RUN x=aaaaaaaa; while :; do x=$x$x; done", "exit code: 2"),
    "a number that grows without end": ("RUN echo $((9**99999999))", "exit code: 2"),
    "output without end": ("RUN yes > /x", "exit code: 1"),
    "a file larger than the disk": ("RUN truncate -s 100T /x", "exit code: 1"),
    "substitutions in substitutions": ("RUN echo " + "$(" * 400 + "echo" + ")" * 400, "exit code"),
    "brackets in brackets": ("RUN " + "(" * 5000 + "echo" + ")" * 5000, ""),
    "a copy from above the context": ("COPY ../../../../etc/passwd /p", "not found"),
    "a copy of an absolute path": ("COPY /etc/passwd /p", "not found"),
    "an archive from the network": ("ADD http://192.0.2.1/x /p", "no network"),
    "an image that is a path": ("COPY --from=/etc/passwd / /p", "no bundled image"),
    "a file of the machine": (f"RUN cat {Path(__file__)} /proc/1/environ", "exit code: 1"),
    "links in a circle": ("RUN ln -s a b; ln -s b a; cat a", "exit code: 1"),
    "more steps than are replayed": ("RUN true\n" * 61, "no more than 60"),
    "more text than is read": ("#" * 70_000, "no more than 64,000"),
    "a base that is markup": ("FROM <script>alert(1)</script>", ""),
}
COMMANDS = {
    "a copy out of the machine": ("docker run -d --name x centos:7\ndocker cp /etc/passwd x:/p\ndocker commit x y", ""),
    "a volume of the machine": ("docker run -v /etc:/host centos:7 cat /host/passwd", "unrecognized arguments: -v"),
    "privileges": ("docker run --privileged --pid=host centos:7 ls", "unrecognized arguments: --p"),
    "a verb that leaves the recipe": ("docker load -i /etc/passwd", "a recipe has docker's verbs"),
    "a shell": ("sh -c id", "a recipe has docker's verbs"),
}


@pytest.mark.parametrize("claim", FAILS)
def test_a_dockerfile_cannot_do_it(claim: str) -> None:
    text, trouble = FAILS[claim]
    result = built(BASE + text, {"app.py": "x"})
    assert result.image is None and result.trouble and trouble in result.trouble
    assert "root:x:0:0" not in "".join((*result.log, result.trouble, result.place))


@pytest.mark.parametrize("claim", COMMANDS)
def test_a_command_cannot_do_it(claim: str) -> None:
    text, trouble = COMMANDS[claim]
    result = replayed(text)
    assert result.image is None and result.trouble and trouble in result.trouble


def test_a_link_out_of_the_image_leads_nowhere() -> None:
    result = built(f"{BASE}RUN ln -s ../../../../../../..{Path(__file__)} /s && cat /s")
    assert result.image is None and "exit code: 1" in result.trouble


def test_a_recipe_writes_no_more_than_its_room(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ROOM <= 512 << 20
    monkeypatch.setattr(recipes, "ROOM", 1 << 20)
    result = built(f"{BASE}RUN head -c 3000000 /dev/zero > /x")
    assert result.image is None and "exit code: 1" in result.trouble


def test_a_recipe_that_labours_is_stopped_between_its_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipes, "SECONDS", -1.0)
    assert "more than -1 seconds" in built(f"{BASE}RUN true").trouble


def test_what_a_recipe_says_is_text_in_the_report() -> None:
    trouble = built("FROM <script>alert(1)</script>\x1b[2J").trouble
    outcome = expect(False, have=f"The build fails: {trouble}", want="It should succeed.")
    page = html(Report(Verdict("a", 1, 0.0, outcomes=(outcome,)), "x"))
    assert "alert(1)" in page and "<script" not in page and "\x1b" not in page

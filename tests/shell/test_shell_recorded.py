"""The teaching shell beside dash and coreutils: the same lines, the same words, exit status and tree."""

import json
from typing import Any

import pytest

from tests.shell.lines import LINES
from tests.shell.record_dash import ANSWERS, ask, build_programs
from tests.shell.replay import answer
from tests.tools import needs

RECORDED: list[dict[str, Any]] = json.loads(ANSWERS.read_text())["answers"]
ASKED = ("stdout", "stderr", "exit_code", "tree")
KNOWN = {  # line: what differs, and why
    "cp -r dir dir/sub": ("tree", "cp copies a part before it notices that it copies into itself; ours looks first"),
}


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda recorded: f"{recorded['topic']}: {recorded['line']!r}"[:90])
def test_says_and_does_what_dash_did(recorded: dict[str, Any]) -> None:
    ours = answer(recorded["line"])
    left_out = KNOWN.get(recorded["line"], ("",))[0]
    for what in ASKED:
        if what != left_out:
            assert ours[what] == recorded[what], what


def test_known_differences_are_still_different() -> None:
    by_line = {recorded["line"]: recorded for recorded in RECORDED}
    for line, (what, _) in KNOWN.items():
        assert answer(line)[what] != by_line[line][what], line


def test_every_line_is_recorded() -> None:
    assert [recorded["line"] for recorded in RECORDED] == [line for lines in LINES.values() for line in lines]


@needs("dash", "ldd")
@pytest.mark.kernel  # a root directory of its own needs root
def test_dash_still_says_what_was_recorded(tmp_path: Any) -> None:
    """A sample of each topic, asked again; the words are compared where the versions are the recorded ones."""
    programs = tmp_path / "programs"
    build_programs(programs)
    by_line = {recorded["line"]: recorded for recorded in RECORDED}
    for lines in LINES.values():
        for line in lines[::4]:
            live = ask(programs, line)
            assert {what: live[what] for what in ("stdout", "exit_code", "tree")} == {
                what: by_line[line][what] for what in ("stdout", "exit_code", "tree")
            }, line
            assert bool(live["stderr"]) == bool(by_line[line]["stderr"]), line

"""The sandbox without a browser: commands, the way back, and a state in one line of text that nobody can abuse."""

import base64
import json
import zlib
from typing import Any

import pytest

from coursekit import WHITEOUT, Image, Overlay, run
from coursekit.errors import CourseError
from coursekit.widgets import bench
from coursekit.widgets.trial import COMMANDS, LETTERS, MARK, TEXT, Stack, Trial, opened

LAYERS: list[dict[str, Any]] = [{"/app/main.py": "print()", "/etc/motd": None}, {"/etc/motd": "hi", "/var/log/": ""}]


def line_of(said: Any) -> str:
    return MARK + base64.urlsafe_b64encode(zlib.compress(json.dumps(said).encode())).decode()


def tiles(trial: Trial) -> set[str]:
    return {box.id for box in trial.scene().frames[-1].boxes if box.role in ("tile", "whiteout")}


def test_commands_are_run_on_the_stack_and_seen() -> None:
    trial = Trial(Stack.of(LAYERS))
    before = tiles(trial)
    assert "1/etc/motd" in before and "0/app/main.py" not in before
    trial.run("echo more >> /app/main.py")
    assert "0/app/main.py" in tiles(trial)
    trial.run("cat /nowhere")
    assert "No such file" in trial.done[-1].said and "[exit code 1]" in trial.done[-1].said


def test_undo_redo_and_reset_lead_through_the_same_states() -> None:
    trial = Trial(Stack.of(LAYERS))
    states = [tiles(trial)]
    for command in ("echo a > /etc/a", "rm /app/main.py", "mkdir /srv"):
        trial.run(command)
        states.append(tiles(trial))
    for state in states[-2::-1]:
        trial.undo()
        assert tiles(trial) == state
    for state in states[1:]:
        trial.redo()
        assert tiles(trial) == state
    trial.redo()  # nothing is left to be done again
    trial.reset()
    assert tiles(trial) == states[0] and len(trial.undone) == 3
    trial.undo()
    trial.redo()
    assert tiles(trial) == states[1]
    trial.run("true")
    assert trial.undone == []


def test_an_undone_path_keeps_its_column_so_that_its_going_is_seen() -> None:
    trial = Trial(Stack.of(LAYERS))
    trial.run("echo a > /etc/a")
    wide = trial.scene().width
    trial.undo()
    assert trial.scene().width == wide


@pytest.mark.parametrize("stack", [LAYERS, "teach/app:1", {"/a": "1"}])
def test_a_line_opens_the_same_state_again(stack: Any) -> None:
    trial = Trial(Stack.of(stack))
    trial.run("echo 'a b' > /tmp_file; rm -f /a")
    line = trial.line()
    assert "\n" not in line and line.startswith(MARK)
    for pasted in (line, f'ck.sandbox.open("{line}")', f"  {line}\n"):
        again = opened(pasted)
        assert tiles(again) == tiles(trial) and again.line() == line


def test_an_image_at_hand_starts_a_sandbox_too() -> None:
    trial = Trial(Stack.of(Image.open("teach/base:1")))
    trial.run("rm /etc/motd")
    assert "0/etc/motd" in tiles(trial)


def test_a_copy_of_a_container_is_undone_and_the_container_never_hears_of_it() -> None:
    web = run(Image.open("teach/app:1"), name="web")
    web.exec("echo mine > /etc/motd; rm /etc/hosts")
    told = len(web.events)
    trial = Trial(Stack.of(web))
    assert str(trial.stack) == "a copy of container web" and trial.line() == ""
    trial.run("rm /etc/motd")
    assert "motd" not in trial.container.rootfs.listdir("/etc")
    trial.undo()
    assert trial.container.rootfs.read_text("/etc/motd") == "mine\n" and len(web.events) == told
    assert trial.container.rootfs.listdir("/etc") == web.rootfs.listdir("/etc")


def test_a_copy_of_a_mount_has_its_layers_its_whiteouts_and_what_was_written() -> None:
    merged = Overlay(lowerdir=[{"/a": WHITEOUT, "/d/x": "1"}, {"/a": "1", "/d/y": "2"}])
    merged.unlink("/d/y")
    copy = Trial(Stack.of(merged)).container.rootfs
    assert copy.listdir("/") == ["d"] and copy.listdir("/d") == ["x"] and copy.providers("/d") == (1, 2, 3)


def test_a_copy_keeps_files_whose_contents_are_not_here() -> None:
    web = run(Image.open("debian-nginx:bullseye"), name="web")
    web.rootfs.chmod("/usr/bin/perl", 0o700)
    assert Trial(Stack.of(web)).container.rootfs.stat("/usr/bin/perl").st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "begins with"),
        ("import os", "begins with"),
        (MARK, "begins with"),
        (MARK + "AAAA", "damaged"),
        (MARK + "#?", "damaged"),
        (MARK + "A" * 40_000, "at most"),
        (Trial(Stack.of(LAYERS)).line()[:-8], "damaged|cut off"),
        (line_of({"stack": [{"/a": "x" * TEXT}], "commands": []}), "cut off, or holds too much"),
        (line_of([1]), "no stack and commands"),
        (line_of({"stack": "teach/app:1"}), "no stack and commands"),
        (line_of({"stack": "../../etc", "commands": []}), "no stack and commands"),
        (line_of({"stack": "/etc/passwd", "commands": []}), "no stack and commands"),
        (line_of({"stack": "teach/app:1", "commands": [], "eval": "x"}), "no stack and commands"),
        (line_of({"stack": "teach/nothing:1", "commands": []}), "no such image"),
        (line_of({"stack": [], "commands": []}), "a sandbox starts from"),
        (line_of({"stack": [{"/a": "x"}] * 21, "commands": []}), "a sandbox starts from"),
        (line_of({"stack": [{"/a": 3}], "commands": []}), "text, or None"),
        (line_of({"stack": [{"a": "x"}], "commands": []}), "from the root"),
        (line_of({"stack": [{"/a/../b": "x"}], "commands": []}), "from the root"),
        (line_of({"stack": [{f"/{n}": "" for n in range(501)}], "commands": []}), "at most 500 paths"),
        (line_of({"stack": [{"/a": "x", "/a/b": "y"}], "commands": []}), "no layer"),
        (line_of({"stack": "teach/app:1", "commands": [3]}), "at most 100 commands"),
        (line_of({"stack": "teach/app:1", "commands": ["true"] * 101}), "at most 100 commands"),
        (line_of({"stack": "teach/app:1", "commands": ["x" * 1_001]}), "at most 100 commands"),
        (line_of([[[]]] * 3), "no stack and commands"),
    ],
)
def test_a_line_that_is_none_is_refused_with_a_sentence(line: str, said: str) -> None:
    with pytest.raises(CourseError, match=said):
        opened(line)


def test_a_whiteout_may_be_typed_as_itself() -> None:
    assert Stack.of({"/a": WHITEOUT}).trees == ({"/a": None},)


def test_a_command_is_bounded_in_length_and_number() -> None:
    trial = Trial(Stack.of({"/a": "1"}))
    with pytest.raises(CourseError, match="at most 1,000"):
        trial.run("x" * (LETTERS + 1))
    trial.done = [trial.done[0] if trial.done else None] * COMMANDS  # type: ignore[list-item]
    with pytest.raises(CourseError, match="start over"):
        trial.run("true")


def test_the_bench_does_what_it_is_told_and_says_what_went_wrong() -> None:
    made = bench.sandbox(LAYERS).bench
    made._heard(made, {"run": "rm /app/main.py"}, [])
    assert made.done[-1][0] == "rm /app/main.py" and made.done[-1][2] == made.step
    made._heard(made, {"do": "undo"}, [])
    assert made.done == [] and made.undone == ["rm /app/main.py"]
    for message in ({"do": "__init__"}, {"run": 3}, "x", {"do": "line"}):
        made._heard(made, message, [])
    assert made.undone == ["rm /app/main.py"]
    made._heard(made, {"open": "cks1.AAAA"}, [])
    assert "damaged" in made.notice
    made._heard(made, {"open": Trial(Stack.of("teach/app:1"), ["true"]).line()}, [])
    assert [each[0] for each in made.done] == ["true"] and made.notice == ""


def test_without_a_browser_the_state_stands_as_a_figure_with_its_commands() -> None:
    made = bench.sandbox.open(Trial(Stack.of(LAYERS), ["echo '<b>' > /x"]).line())
    shown = made._repr_mimebundle_()
    html = (shown[0] if isinstance(shown, tuple) else shown)["text/html"]
    assert "<figure" in html and "echo &#x27;&lt;b&gt;&#x27; &gt; /x" in html
    assert repr(made) == "Sandbox on 2 layers of your own, 1 command"
    made.choice.value = "teach/base:1"
    assert repr(made).startswith("Sandbox on teach/base:1")

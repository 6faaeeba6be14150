"""A shell given line after line, as `docker exec -it web bash`."""

import pytest

from coursekit.container.container import Container, run
from coursekit.errors import Conflict
from coursekit.image.make_image import build_image
from coursekit.layers.layer import Layer

PASSWD = "root:x:0:0:root:/root:/bin/sh\nweb:x:5:5::/srv:/bin/sh\n"
TREE = {"/etc/passwd": PASSWD, "/root": {}, "/etc/a": "a\n", "/srv": {}}


@pytest.fixture
def web() -> Container:
    return run(build_image(None, [Layer.of(TREE)], config={"Cmd": ["sh"]}), name="web")


def session(container: Container, *lines: str, command: tuple[str, ...] = ("bash",)) -> list[str]:
    """What stands on the screen."""
    terminal = container.terminal(command)
    screen = []
    for line in lines:
        screen.append(f"{terminal.prompt}{line}")
        screen.extend(terminal.send(line).transcript.splitlines())
    return [text.replace(container.hostname, "ID") for text in screen]


def test_directory_variables_and_functions_stay(web: Container) -> None:
    assert session(web, "cd /etc", "x=1", "f() { echo f$x; }", "f; ls", "cd", "pwd") == [
        "root@ID:/# cd /etc",
        "root@ID:/etc# x=1",
        "root@ID:/etc# f() { echo f$x; }",
        "root@ID:/etc# f; ls",
        "f1",
        "a",
        "passwd",
        "root@ID:/etc# cd",
        "root@ID:~# pwd",
        "/root",
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ("if true", "then echo yes", "fi"),
        ("echo yes \\", ""),
        ("for i in yes", "do echo $i", "done"),
        ("cat <<E", "yes", "E"),
        ("echo $(", "echo yes)"),
        ("{", "echo yes; }"),
    ],
)
def test_a_command_may_span_lines(web: Container, lines: tuple[str, ...]) -> None:
    screen = session(web, *lines)
    assert screen[-1] == "yes"
    assert all(line.startswith("> ") for line in screen[1:-1])


def test_an_error_does_not_end_it_and_exit_does(web: Container) -> None:
    terminal = web.terminal(("bash",))
    assert "Syntax error" in terminal.send("fi").stderr
    assert "not found" in terminal.send("nosuch").stderr
    assert not terminal.finished
    assert (terminal.send("exit 3").exit_code, terminal.finished) == (3, True)
    assert terminal.send("ls").stdout == ""


def test_sh_has_a_plain_prompt_and_a_user_another_one(web: Container) -> None:
    assert web.terminal(("/bin/sh",)).prompt == "# "
    assert web.terminal(("bash",), user="web").prompt == f"web@{web.hostname}:/$ "


def test_control_c_forgets_the_line(web: Container) -> None:
    terminal = web.terminal(("bash",))
    terminal.send("if true")
    terminal.interrupt()
    assert terminal.prompt == f"root@{web.hostname}:/# "
    assert terminal.send("echo $?").stdout == "130\n"


def test_it_is_refused_like_exec(web: Container) -> None:
    refused = web.terminal(("bash",), user="nobodyx")
    assert (refused.finished, refused.exit_code) == (True, 126)
    assert "unable to find user nobodyx" in refused.refusal
    web.stop()
    with pytest.raises(Conflict, match="is not running"):
        web.terminal()


def test_it_ends_with_the_container(web: Container) -> None:
    terminal = web.terminal()
    web.kill()
    assert (terminal.send("ls").exit_code, terminal.finished) == (137, True)


def test_output_led_to_a_file_stays_there(web: Container) -> None:
    assert session(web, "exec > /out", "echo hidden", "exec >&2", "cat /out")[-1] == "hidden"

"""What becomes of a container made with --rm, and what `start -a` shows: as docker does."""

import pytest

from tests.test_cli import Cli, Said, cli, nginx  # noqa: F401


def names(cli: Cli) -> list[str]:  # noqa: F811
    return cli("ps", "-a", "--format", "{{.Names}}").out.split()


def test_with_rm_a_container_lasts_until_it_is_stopped(nginx: Cli) -> None:  # noqa: F811
    nginx("run", "--rm", "-d", "--name", "brief", "-v", "/anonymous", "nginx")
    assert nginx("inspect", "-f", "{{.HostConfig.AutoRemove}}", "brief", "web").out == "true\nfalse\n"
    assert nginx("restart", "brief").code == 0
    assert names(nginx) == ["brief", "web"]
    assert nginx("stop", "brief") == Said("brief\n", "", 0)
    assert names(nginx) == ["web"]
    assert nginx("stop", "brief").err == "Error response from daemon: No such container: brief\n"


@pytest.mark.parametrize(("words", "code"), [(["-c", "exit 3"], 3), (["-c", "echo; sleep 100"], 0)])
def test_with_rm_nothing_is_left_of_a_command(words: list[str], code: int, nginx: Cli) -> None:  # noqa: F811
    assert nginx("run", "--rm", "--entrypoint", "sh", "nginx", *words).code == code
    assert nginx("run", "--rm", "--entrypoint", "nosuch", "nginx").code == 127
    assert names(nginx) == ["web"]


def test_create_takes_rm_too(nginx: Cli) -> None:  # noqa: F811
    nginx("create", "--rm", "--name", "brief", "--entrypoint", "echo", "nginx", "hi")
    assert names(nginx) == ["brief", "web"]
    assert nginx("start", "-a", "brief") == Said("hi\n", "", 0)
    assert names(nginx) == ["web"]


def test_start_a_shows_the_output_and_takes_the_exit_code(nginx: Cli) -> None:  # noqa: F811
    nginx("create", "--name", "once", "--entrypoint", "sh", "nginx", "-c", "echo out; echo err >&2; exit 3")
    assert nginx("start", "-a", "once") == Said("out\n", "err\n", 3)
    assert nginx("start", "once") == Said("once\n", "", 0)


def test_start_a_of_a_service_says_that_it_runs(nginx: Cli) -> None:  # noqa: F811
    nginx("stop", "web")
    said = nginx("start", "-a", "web")
    assert (said.out, said.code) == ("", 0)
    assert said.err.startswith("web runs; there is nothing to attach to here")


@pytest.mark.parametrize("option", ["-a", "-i"])
def test_two_cannot_be_attached(option: str, nginx: Cli) -> None:  # noqa: F811
    said = nginx("start", option, "web", "web")
    assert (said.err, said.code) == ("you cannot start and attach multiple containers at once\n", 1)


def test_start_ai_of_a_shell_is_a_terminal(nginx: Cli) -> None:  # noqa: F811
    nginx("create", "-it", "--name", "shell", "--entrypoint", "", "nginx", "sh")
    assert nginx("start", "-ai", "shell", stdin="echo hi; exit 4\n").code == 4
    assert nginx("start", "-ai", "shell").err == "the input device is not a TTY\n"
